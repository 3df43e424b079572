"""Identifiers of businesses and people: normalise, validate, explain. Pure; one file per standard, `inspect` decides the kind."""
