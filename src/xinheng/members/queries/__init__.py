"""Reads of members: who acts for whom, and the actor made of it."""
