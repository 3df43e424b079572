"""Pure rules of the ledger: the tree, leaves and headers, signed checkpoints."""
