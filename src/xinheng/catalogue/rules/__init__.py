"""Decisions of the catalogue: the gate, tiers, publicity; values and a date in, a decision out."""
