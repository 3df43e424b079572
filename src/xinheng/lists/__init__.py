"""Listings of every kind and their procedure."""
