"""Reads of cases: one case with its timeline, the inbox of a unit."""
