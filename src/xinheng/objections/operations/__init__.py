"""State changes of objections."""
