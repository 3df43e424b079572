"""The bulk half of intake, for the worker and the console: check a file, load a batch, clear what a dead load left, erase uploads."""
