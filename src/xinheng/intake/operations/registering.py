"""What a row of the register does to its subject: enters it, confirms a provisional one, or brings a registered one up to date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from xinheng.catalogue.values.items import Item
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers
from xinheng.subjects.door import Entry, register_subject, restate
from xinheng.subjects.values import RegisterState, SubjectDraft, SubjectFacts

_STATED: Final = ("division", "industry", "address")


def registrar(unit_id: int, unit_path: str) -> Actor:
    """Who acts when a unit that may hand in the register does: the platform in its name."""
    return replace(system("register", "subjects.manage"), unit_id=unit_id, unit_path=unit_path)


def stated(draft: SubjectDraft, item: Item, values: Mapping[str, Any]) -> SubjectDraft:
    """A draft with what the row of the register says besides name and code; `values` by field, days as dates."""
    core = item.core
    division, industry, address = (mask_identifiers(str(values.get(core.get(name, "")) or "")) for name in _STATED)
    founded = values.get(core.get("founded", ""))
    if isinstance(founded, str):
        founded = date.fromisoformat(founded)
    return replace(draft, founded=founded, division=division, industry=industry, address=address)


def differs(found: SubjectFacts, draft: SubjectDraft, entry: Entry | None) -> bool:
    """Whether the register says otherwise who a subject is than the platform does (`entry`: what it said last besides the name).

    An old code of a subject says nothing about it, and what a row leaves empty changes nothing.
    """
    if found.state is not RegisterState.REGISTERED:
        return found.state is RegisterState.PROVISIONAL
    if found.code != draft.code:
        return False
    said = ((getattr(draft, name), getattr(entry, name, None)) for name in (*_STATED, "founded"))
    return found.name != draft.name or any(new and new != old for new, old in said)


def follow(
    draft: SubjectDraft,
    found: SubjectFacts | None,
    entry: Entry | None,
    *,
    confirmed: date,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Let the subject be as the register states it; returns its id, None for one that was merged: the centre settles those.

    Nothing is written where it is so already. Cost: one operation of the subjects where something differs, else none.
    """
    if found is not None and found.state is RegisterState.MERGED:
        return None
    if found is None or found.state is RegisterState.PROVISIONAL:
        return register_subject(draft=draft, actor=actor, now=now).subject_id
    if not differs(found, draft, entry):
        return found.entry or found.id
    day = min(confirmed, legal_date(now))
    return restate(subject_id=found.id, draft=draft, valid_from=day, actor=actor, now=now).subject_id
