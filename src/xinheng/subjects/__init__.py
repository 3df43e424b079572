"""Legal persons, individual businesses, other organisations, natural persons: identifiers, names, merges, keys."""
