"""Proofs for everybody: that a public record, or the decision to show it, stands in the ledger."""

from datetime import date
from typing import Any, Final

from xinheng.ledger import door as ledger
from xinheng.publicity.queries.open_data import issue_number
from xinheng.publicity.queries.portal import record_page
from xinheng.publicity.values import EntryNotPublic, NotProvable, SinceInvalid

PROVEN: Final = ("version", "decision")
"""What of a public record can be proven: its content, the decision to show it."""


def public_proof(record_id: int, *, of: str, since: int | None, on: date) -> dict[str, Any]:
    """The proof of a public record's entry, for `tools/verify.py`. `since`: the size of a checkpoint kept (None: the newest).

    The row's fields are left out where they hold a unit's own words about a correction, which nobody checked for names, and where they
    are about a natural person: fields that are not shown stand among them, and tokens.
    Cost: eight queries and those of `ledger.prove`. Raises: NotPublic; NotProvable before a checkpoint covers it; EntryNotPublic where
    the entry names a clerk; SinceInvalid.
    """
    _page, numbers = record_page(record_id, on=on)
    if of == "version" and numbers.by_person:
        raise EntryNotPublic
    number = numbers.decision if of == "decision" else numbers.version
    signed = ledger.checkpoints(limit=1)
    if not signed or number is None or number > signed[0].size:
        raise NotProvable
    newest = signed[0].size
    size = newest if since is None else since
    if not 0 <= size <= newest:
        raise SinceInvalid(size, newest)
    found = ledger.prove(number, earlier_size=size, newer=signed[0])
    if of == "version" and (numbers.corrected or numbers.person):
        return {**found, "entry": {**found["entry"], "row": None}}
    return found


def issue_proof(name: str) -> dict[str, Any]:
    """The proof that the manifest of an issue of open data was entered in the ledger. Raises: NoSnapshot; NotProvable before that."""
    number = issue_number(name)
    signed = ledger.checkpoints(limit=1)
    if number is None or not signed or number > signed[0].size:
        raise NotProvable
    return ledger.prove(number, earlier_size=signed[0].size, newer=signed[0])
