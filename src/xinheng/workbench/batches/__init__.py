"""Batches: what was handed in, how far it is, and its receipt."""
