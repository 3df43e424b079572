"""Words of the catalogue: law, items, editions, facts, decisions and errors; pure."""
