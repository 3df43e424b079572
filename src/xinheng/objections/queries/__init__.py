"""Reads of objections."""
