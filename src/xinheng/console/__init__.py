"""The `xinheng` command."""
