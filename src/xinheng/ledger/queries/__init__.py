"""Reads of the ledger: entries, proofs, verification."""
