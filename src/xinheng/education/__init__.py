"""Integrity courses, audiences, completion."""
