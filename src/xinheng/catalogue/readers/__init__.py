"""From YAML to values: a loader that refuses doubled keys, strict nodes, and the builders of editions and profiles; no Django."""
