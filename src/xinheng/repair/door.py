"""Repair: from which day a record can be repaired, under which rules, with which proofs, and why; applying for it, and deciding.

What is granted is shown to nobody any more from the same moment.
"""

from xinheng.repair.operations import (
    accept,
    apply,
    ask_supplement,
    drop,
    extend,
    go_on,
    grant,
    refuse,
    reject,
    supply,
)
from xinheng.repair.procedure import REPAIR
from xinheng.repair.queries import (
    application,
    judged_standing,
    open_application,
    public_standing,
    standing_of,
    standings,
    standings_of,
)

__all__ = [
    "REPAIR",
    "accept",
    "application",
    "apply",
    "ask_supplement",
    "drop",
    "extend",
    "go_on",
    "grant",
    "judged_standing",
    "open_application",
    "public_standing",
    "refuse",
    "reject",
    "standing_of",
    "standings",
    "standings_of",
    "supply",
]
