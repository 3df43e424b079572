"""The views of the overview pages: each parses, calls one query or operation, and shows."""
