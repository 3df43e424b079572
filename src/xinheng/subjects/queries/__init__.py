"""Reads of subjects: pages, codes, names, merges, personal values, search."""
