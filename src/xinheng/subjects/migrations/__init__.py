"""Tables of subjects."""
