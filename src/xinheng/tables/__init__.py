"""Safe reading and writing of spreadsheets and text tables: limits, refusals, dirt made visible."""
