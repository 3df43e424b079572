"""Putting right, and being forgotten in time."""
