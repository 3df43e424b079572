"""Tables of publicity."""
