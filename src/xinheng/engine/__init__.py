"""Declared rules and their two interpreters: `row` over one (plain Python), `columns` over a million (Polars).

Knows no domain: fields, tests, codes and messages come in as data.
"""
