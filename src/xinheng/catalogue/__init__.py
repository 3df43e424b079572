"""The law as data: bases, items, fields, code lists, tiers, calendar versions, the gate and its permits."""
