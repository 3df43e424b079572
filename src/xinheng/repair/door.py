"""Repair: from which day a record can be repaired, under which rules, with which proofs, and why. Reads only."""

from xinheng.repair.queries import judged_standing, public_standing, standing_of, standings, standings_of

__all__ = ["judged_standing", "public_standing", "standing_of", "standings", "standings_of"]
