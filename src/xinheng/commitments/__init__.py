"""Promises, fast track and good standing, performance."""
