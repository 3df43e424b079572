"""What a business declares itself."""
