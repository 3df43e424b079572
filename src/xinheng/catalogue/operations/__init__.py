"""State changes of the catalogue: loading editions, permits, calendar years; and the guard harmful tables elsewhere carry."""
