"""Reading the whole database as it stands at one moment, laying it down in an empty one, and the one file both go through."""
