"""Imported results and models as data: explain, simulate."""
