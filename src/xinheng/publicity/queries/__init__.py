"""Reads of publicity: what the public sees, what is planned, late or blocked, and why."""
