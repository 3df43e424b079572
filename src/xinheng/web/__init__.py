"""Shared page parts: base templates, components, tables, forms, errors, middleware."""
