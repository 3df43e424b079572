"""Changes of accounts: units, people, roles, passwords, signing in, the register of queries, the first day."""
