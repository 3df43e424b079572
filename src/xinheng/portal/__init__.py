"""The public site: what may be seen by everybody, why, for how long, and how to check it or object to it."""
