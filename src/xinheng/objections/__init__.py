"""Contesting a record."""
