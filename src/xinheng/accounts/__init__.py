"""Units in a tree, people, roles, separation of duties, sessions, the register of queries."""
