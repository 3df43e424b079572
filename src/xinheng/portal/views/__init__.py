"""Views of the portal: each parses its address, asks a door, and shows a declared context."""
