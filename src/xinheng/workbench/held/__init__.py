"""Held rows: what waits for a person, why, and what becomes of it."""
