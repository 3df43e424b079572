"""Who may act for a business; associations and their members; providers."""
