"""State changes of the ledger: the frame around every operation, the sequencer, checkpoints."""
