"""Cases of procedures: what waits for the reader's units, one case, and its steps."""
