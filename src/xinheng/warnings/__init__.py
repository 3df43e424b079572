"""Signals from the data and their handling."""
