"""From the values of a row that was taken to what the archive keeps: content, core, key, blocks, and what must be sealed. Pure."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from xinheng.engine.declare import Effect, FieldType
from xinheng.engine.problems import GRAVITY, Problem
from xinheng.intake.rules.facts import Identity, scheme_of
from xinheng.intake.rules.sheets import Asked
from xinheng.intake.values.batches import HeldKind
from xinheng.intake.values.receipts import LONGEST_REASON, Taken
from xinheng.kernel.blank import trimmed
from xinheng.kernel.canonical import plain_decimal
from xinheng.kernel.masking import POSSIBLE_PATTERN, mask_identifiers
from xinheng.kernel.money import wan_decimal
from xinheng.kernel.text import is_blank_marker, normalise_cell, without_controls
from xinheng.records.values import Core
from xinheng.subjects.values import PersonalField, Scheme

_POSSIBLE: Final = re.compile(POSSIBLE_PATTERN)


def as_text(value: Any, type_: FieldType) -> str:
    """A value as the content keeps it: dates ISO, amounts in 万元 without trailing zeros."""
    if isinstance(value, date):
        return value.isoformat()
    if type_ is FieldType.AMOUNT:
        return _wan_text(value)
    return str(value)


@lru_cache(maxsize=16_384)
def _wan_text(cents: int) -> str:
    return plain_decimal(wan_decimal(cents))


def content_of(asked: Asked, values: Mapping[str, Any]) -> dict[str, str]:
    """All fields that are filled, by code, as text."""
    return {
        code: value if type(value) is str else as_text(value, type_)
        for code, type_ in asked.types
        if (value := values.get(code)) is not None
    }


def personal_of(
    asked: Asked, content: Mapping[str, str], identity: Identity, *, possible: bool = True
) -> dict[str, PersonalField]:
    """The fields of a content that must be sealed, each with the kind of its datum.

    Declared personal fields, a natural person's name, and any text in which a number of a person stands: of such a text nothing
    readable may be stored, whatever its field. `possible` is False where a look over whole columns with `POSSIBLE_PATTERN` found nothing
    in this row's texts.
    """
    found = {}
    for code, beside in asked.personal_fields:
        if code in content:
            found[code] = PersonalField.NAME if beside is None else _document_field(content.get(beside))
    if identity.is_person and asked.code("subject_name") in content:
        found[asked.code("subject_name")] = PersonalField.NAME
    # One look over all of them together: nearly every row has nothing, and a line break is no part of a number.
    if possible and _POSSIBLE.search("\n".join([content[code] for code in asked.scanned if code in content])):
        texts = [(code, content[code]) for code in asked.scanned if code in content and code not in found]
        found |= {code: PersonalField.OTHER for code, text in texts if mask_identifiers(text) != text}
    return found


def _document_field(document_type: str | None) -> PersonalField:
    identity = scheme_of(document_type) in (Scheme.ID18, Scheme.PERMANENT)
    return PersonalField.ID_NUMBER if identity else PersonalField.DOCUMENT


def core_of(asked: Asked, values: Mapping[str, Any], personal: Container[str]) -> Core:
    """The typed core. Of the fields that `personal_of` named only the masked text stands in it."""
    given: dict[str, Any] = {
        core: mask_identifiers(value) if code in personal else value
        for core, code in asked.typed_core
        if (value := values.get(code)) is not None
    }
    return Core(**given)


def key_of(asked: Asked, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The values of the natural key without the subject, of each part the first filled one, '' where none is."""
    parts = []
    for part in asked.key_parts:
        value = values.get(part[0])
        if value is None:
            value = next((values[code] for code in part if values.get(code) is not None), "")
        parts.append(value.isoformat() if isinstance(value, date) else str(value))
    return tuple(parts)


def blocks_of(asked: Asked, problems: Iterable[Problem]) -> tuple[str, ...]:
    """What keeps the record from publication: each code once, with its flag behind a colon where the check has one."""
    found = (
        f"{problem.code}:{flag}" if (flag := asked.flags.get(problem.reason)) else problem.code
        for problem in problems
        if problem.effect is Effect.BLOCK
    )
    return tuple(dict.fromkeys(found))


def reason_of(written: str | None, batch_reason: str) -> str:
    """Why a row corrects what was stored: its own reason before the batch's; cut, and without numbers of people.

    What means "nothing" in a cell (无, `/`, invisible marks) is no reason either.
    """
    return mask_identifiers(_said(written or "") or _said(batch_reason))[:LONGEST_REASON]


def _said(text: str) -> str:
    cell = trimmed(without_controls(normalise_cell(text)[0]))
    return "" if is_blank_marker(cell) else cell


def taken(problems: Iterable[Problem]) -> Taken:
    """What becomes of a row with these problems."""
    effects = {problem.effect for problem in problems}
    gravest = next((effect for effect in GRAVITY if effect in effects), None)
    if gravest is Effect.REJECT:
        return Taken.REJECTED
    return Taken.HELD if gravest is Effect.HOLD else Taken.ACCEPTED


def hold_codes(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The codes a row is held for, sorted."""
    return tuple(sorted({problem.code for problem in problems if problem.effect is Effect.HOLD}))


def hold_kind(problems: Iterable[Problem]) -> HeldKind:
    """Which kind of hold it is: a correction of shown harm before a missing reason before any other check."""
    names = {problem.reason for problem in problems if problem.effect is Effect.HOLD}
    if "correction.review" in names:
        return HeldKind.CORRECTION
    return HeldKind.REASON if names == {"correction.reason"} else HeldKind.CHECK


def in_order(asked: Asked, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of one row: faults of cells in the order of the fields, then checks as declared, then repetitions."""

    def place(problem: Problem) -> tuple[int, int]:
        if problem.reason in asked.order:
            return 1, asked.order[problem.reason]
        return (2, 0) if problem.reason.startswith("repeated.") else (0, asked.positions[problem.field])

    return sorted(problems, key=place)


PLACE: Final = re.compile(r"批次\s*(\d{1,18})\s*第\s*(\d{1,9})\s*行")
"""How the platform writes beside a row where it stood."""


def place_text(batch_id: int, row: int) -> str:
    """Where a row stood, as it is written beside it; `PLACE` reads it."""
    return f"批次{batch_id}第{row}行"


def agrees(asked: Asked, before: Mapping[str, str | None], after: Mapping[str, str | None]) -> bool:
    """Whether two rows, as written, can be about the same thing: one part of the natural key is the same in both.

    Not who acted nor on which day: of one unit many rows share that.
    """
    shared = (asked.code("authority_code"), asked.code("act_date"))
    codes = [code for part in asked.item.key for code in part if code not in shared]
    return any((old := _said(before.get(code) or "")) and old == _said(after.get(code) or "") for code in codes)
