"""Classes, items, pools, verifiable draws, inspections."""
