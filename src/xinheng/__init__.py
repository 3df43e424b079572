"""Xinheng 信衡: a platform for regulating businesses by their credit, with the rights that make it just."""
