"""Decisions and shapes of intake; pure. `sheets` (what is asked of a row), `facts` (what the store says), `rows`, `receipt`."""
