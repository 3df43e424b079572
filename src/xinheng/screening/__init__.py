"""Checks before decisions."""
