"""State machines, deadlines, parties, documents, notices, inbox."""
