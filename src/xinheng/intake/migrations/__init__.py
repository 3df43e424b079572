"""Migrations of intake, each with one purpose."""
