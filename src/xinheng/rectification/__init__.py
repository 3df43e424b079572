"""Orders to put right; reminder and warning interviews."""
