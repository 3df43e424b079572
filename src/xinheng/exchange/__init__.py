"""Subscriptions, transport with receipts, other platforms."""
