"""Every state change leaves one entry: audit trail, Merkle leaf and outbox in one (RFC 6962, RFC 9162)."""
