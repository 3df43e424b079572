"""State changes of subjects: entering, renaming, new codes, merging, people."""
