"""Reads of the archive: versions, marks, archives as of a time and a number."""
