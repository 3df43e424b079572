"""Decisions of accounts: roles, scope, passwords, signing in. Pure."""
