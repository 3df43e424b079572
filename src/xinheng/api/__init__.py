"""The interface of machines."""
