"""Reads of accounts: units, people and actors, the register of queries, the audit trail."""
