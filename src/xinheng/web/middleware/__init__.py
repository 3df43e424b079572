"""Middleware: headers, friendly errors, the current actor, the language."""
