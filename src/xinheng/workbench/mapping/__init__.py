"""A unit's own column names: said once what they mean, remembered, changed, ended."""
