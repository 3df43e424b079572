"""Procedures: declared state machines with sides, time limits, a timeline and one inbox.

A module above declares its procedure (`declare`) and owns its operations; inside them it calls `open_case` and `take`.
"""

from xinheng.procedures.load import new_secret
from xinheng.procedures.operations.moving import Taking, open_case, take
from xinheng.procedures.operations.ticking import TIME, Ticked, tick
from xinheng.procedures.procedure import all_declared, declare, declared, latest
from xinheng.procedures.queries.cases import (
    case,
    case_by_number,
    cases_in_own_name,
    handled_sides,
    number_by_secret,
    own_cases,
    own_sides,
    steps_for,
    texts,
    texts_of,
)
from xinheng.procedures.queries.inbox import InboxCounts, inbox, inbox_counts
from xinheng.procedures.rules.declaring import allowed, faults

__all__ = [
    "TIME",
    "InboxCounts",
    "Taking",
    "Ticked",
    "all_declared",
    "allowed",
    "case",
    "case_by_number",
    "cases_in_own_name",
    "declare",
    "declared",
    "faults",
    "handled_sides",
    "inbox",
    "inbox_counts",
    "latest",
    "new_secret",
    "number_by_secret",
    "open_case",
    "own_cases",
    "own_sides",
    "steps_for",
    "take",
    "texts",
    "texts_of",
    "tick",
]
