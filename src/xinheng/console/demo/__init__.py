"""The demonstration: a made-up district, from a seed and a day, handed in by its departments through the real load."""
