"""Objections: contest a record, look into it, answer; what follows for the record follows in the same moment."""

from xinheng.objections.operations.handling import (
    accept,
    answer,
    ask_supplement,
    extend,
    find,
    go_on,
    refuse,
    send_back,
)
from xinheng.objections.operations.submitting import drop, submit, supply
from xinheng.objections.procedure import OBJECTION
from xinheng.objections.queries.views import objection

__all__ = [
    "OBJECTION",
    "accept",
    "answer",
    "ask_supplement",
    "drop",
    "extend",
    "find",
    "go_on",
    "objection",
    "refuse",
    "send_back",
    "submit",
    "supply",
]
