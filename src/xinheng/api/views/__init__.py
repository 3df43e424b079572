"""The endpoints, one file a thing."""
