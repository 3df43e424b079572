"""Chance that can be repeated: every draw follows from the seed and the name of what it is drawn for."""

from random import Random


def chance(seed: int, *names: object) -> Random:
    """A source of draws for one named thing; the same names give the same draws, on every machine and in any order."""
    return Random(":".join(map(str, (seed, *names))))  # noqa: S311 - samples, no secrets
