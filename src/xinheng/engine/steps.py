"""The steps that read one cell: what was written becomes a value, and what was changed on the way is told.

Two steps: `read` looks at the cell alone, `settle` also at companion fields (the kind of document beside a number; the date and
wording beside an old kind of penalty). Both interpreters call these very functions. Nothing is guessed: what lost information is a fault.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinheng.engine.declare import ChoiceList, Field, FieldType, Slot
from xinheng.kernel.canonical import plain_decimal
from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc
from xinheng.kernel.identifiers.inspect import persons_number, persons_numbers_in
from xinheng.kernel.identifiers.verdict import BESIDE_VALID
from xinheng.kernel.identifiers.writing import is_blank, is_filler, is_number_ruin, normalise
from xinheng.kernel.masking import mask_identifiers
from xinheng.kernel.money import Amount, parse_amount, wan_decimal
from xinheng.kernel.text import control_characters, is_blank_marker, normalise_cell, written_number
from xinheng.kernel.written_dates import DateSystem, WrittenDate, parse_written_date

Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something was written otherwise than it is kept; `to` is how people would write the value kept, None for nothing."""

    before: str
    to: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell; `reason` names the message, `detail` what it is about."""

    slot: Slot
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step made of a cell. `filled` says whether there was anything, also where no value could be read from it."""

    value: Value
    filled: bool
    note: Note | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading depends on beside the cell."""

    on: date
    date_system: DateSystem | None = None


EMPTY = Step(None, False)

_OTHER_NOTE = re.compile(r"\s*[-－‐–—―:：]+\s*(.*)", re.DOTALL)
_SEPARATORS = re.compile(r"[;；]")
_LOOSE_SEPARATORS = re.compile(r"[;；&、，,|/]")


def read(field: Field, written: str | None, reading: Reading) -> Step:
    """Read one cell by the type of its field."""
    if not written:
        return EMPTY
    cell, rules = normalise_cell(written)
    if is_blank_marker(cell):
        return Step(None, False, Note(written, None, "blank") if cell else None)
    if any(control_characters(cell)):
        return Step(cell if _keeps_text(field) else None, True, None, (_control(cell),))
    return _READERS[field.type](field, written, cell, rules, reading)


def settle(field: Field, value: str, companions: tuple[Value, ...], reading: Reading) -> Step:
    """Look at a value read together with its companions; a step that changes nothing and finds nothing returns the value as it is."""
    if field.type is FieldType.PERSON:
        return _settle_person(field, value, companions, reading)
    return _settle_list(field, value, companions)


def _keeps_text(field: Field) -> bool:
    return field.type not in (FieldType.DATE, FieldType.AMOUNT)


def _control(cell: str) -> Fault:
    found = control_characters(cell)
    reason = "lost" if all(each.is_lost for each in found) else "control"
    return Fault(Slot.CONTROL, reason, "、".join(str(each) for each in found[:3]))


def _kept(field: Field, written: str, value: str, rules: tuple[str, ...], faults: tuple[Fault, ...] = ()) -> Step:
    """A text value with its note, and with the fault of its length if it is too long."""
    if (
        field.max_length is not None
        and len(value) > field.max_length
        and not _strangers_make_it_long(field, value, faults)
    ):
        faults = (*faults, Fault(Slot.LENGTH, "length", str(len(value))))
    note = Note(written, value, "+".join(rules)) if rules else None
    return Step(value, True, note, faults)


def _read_text(field: Field, written: str, cell: str, rules: tuple[str, ...], _: Reading) -> Step:
    return _kept(field, written, cell, rules)


def _read_number(field: Field, written: str, cell: str, rules: tuple[str, ...], _: Reading) -> Step:
    value, applied = written_number(cell)
    return _kept(field, written, value, (*rules, *applied))


def _read_date(_field: Field, written: str, cell: str, rules: tuple[str, ...], reading: Reading) -> Step:
    found = parse_written_date(cell, date_system=reading.date_system)
    if not isinstance(found, WrittenDate):
        return Step(None, True, None, (Fault(Slot.INVALID, f"date.{found.reason}"),))
    changed = (*rules, *found.rules)
    return Step(found.day, True, Note(written, found.day.isoformat(), "+".join(changed)) if changed else None)


def _read_amount(_field: Field, written: str, cell: str, rules: tuple[str, ...], _: Reading) -> Step:
    found = parse_amount(cell)
    if not isinstance(found, Amount):
        return Step(None, True, None, (Fault(Slot.INVALID, f"amount.{found.reason}"),))
    changed = (*rules, *found.rules)
    note = Note(written, plain_decimal(wan_decimal(found.cents)), "+".join(changed)) if changed else None
    faults = (Fault(Slot.INVALID, "amount.negative"),) if found.cents < 0 else ()
    return Step(found.cents, True, note, faults)


def _as_code(written: str, cell: str) -> tuple[str, tuple[str, ...]]:
    code = normalise(cell)
    return code, ("code_writing",) if code != written else ()


def _read_code(field: Field, written: str, cell: str, _rules: tuple[str, ...], _: Reading) -> Step:
    """A code without a check of its own: written as codes are, and not ruined by a spreadsheet."""
    code, rules = _as_code(written, cell)
    if is_blank(code):
        return Step(None, False, Note(written, None, "blank"))
    faults = (Fault(Slot.INVALID, "code.excel_number"),) if is_number_ruin(code) else ()
    return _kept(field, written, code, rules, faults)


_Judge = Callable[[str], tuple[str, str | None]]


def _judged(written: str, cell: str, judge: _Judge, kind: str, reading: Reading) -> Step:
    code, rules = _as_code(written, cell)
    if is_blank(code):
        return Step(None, False, Note(written, None, "blank"))
    note = Note(written, code, "+".join(rules)) if rules else None
    outcome, reason = ("invalid", "placeholder") if is_filler(code) else _judged_as_code(code, judge, reading)
    if outcome != "valid" and reason not in ("placeholder", "person") and is_number_ruin(code):
        outcome, reason = "invalid", "excel_number"
    if outcome == "valid" and reason not in BESIDE_VALID:
        return Step(code, True, note)
    slot = {"valid": Slot.DOUBTFUL, "held": Slot.HELD, "invalid": Slot.INVALID}[outcome]
    return Step(code, True, note, (Fault(slot, f"{kind}.{reason}"),))


def _judged_as_code(code: str, judge: _Judge, reading: Reading) -> tuple[str, str | None]:
    """A person's number is no code, also where it passes the check of one: one in thirty-one does, and would be stored readable.

    Of a mistyped one nothing can be waived either, so that nobody releases it as a code.
    """
    person = persons_number(code, on=reading.on)
    if person == "valid":
        return "invalid", "person"
    outcome, reason = judge(code)
    return ("invalid" if person and outcome == "held" else outcome), reason


def _read_uscc(_field: Field, written: str, cell: str, _rules: tuple[str, ...], reading: Reading) -> Step:
    return _judged(written, cell, uscc.judge, "uscc", reading)


def _read_organisation(_field: Field, written: str, cell: str, _rules: tuple[str, ...], reading: Reading) -> Step:
    """An organisation code whose check character alone fails is held: it is beside the point of most rows."""
    return _judged(written, cell, lambda code: _held_on_check(orgcode.judge(code)), "orgcode", reading)


def _held_on_check(judged: tuple[str, str | None]) -> tuple[str, str | None]:
    return ("held", "check") if judged == ("invalid", "check") else judged


def _read_registration(field: Field, written: str, cell: str, rules: tuple[str, ...], reading: Reading) -> Step:
    """A registration number: thirteen or fifteen digits are judged, older ones with letters are kept as they are, dates are none.

    Nor is one in which a number of a person stands: it would be stored as it is.
    """
    code = normalise(cell)
    if code.isascii() and code.isdigit() and len(code) in (gs15.OLD_LENGTH, gs15.LENGTH):
        return _judged(written, cell, lambda number: _held_on_check(gs15.judge(number)), "gs15", reading)
    if is_filler(code) or is_number_ruin(code):
        reason = "placeholder" if is_filler(code) else "excel_number"
        return _kept(field, written, cell, rules, (Fault(Slot.INVALID, f"gs15.{reason}"),))
    if isinstance(parse_written_date(cell), WrittenDate):
        return _kept(field, written, cell, rules, (Fault(Slot.INVALID, "gs15.is_date"),))
    if persons_number(code, on=reading.on) or persons_numbers_in(code) or mask_identifiers(cell) != cell:
        return _kept(field, written, cell, rules, (Fault(Slot.INVALID, "gs15.personal"),))
    return _kept(field, written, cell, rules)


def _read_person(field: Field, written: str, cell: str, _rules: tuple[str, ...], _: Reading) -> Step:
    code, rules = _as_code(written, cell)
    if is_blank(code):
        return Step(None, False, Note(written, None, "blank"))
    return _kept(field, written, code, rules)


def _settle_person(field: Field, value: str, companions: tuple[Value, ...], reading: Reading) -> Step:
    """Judge a number by the kind of document beside it; without a known kind nothing is said about it."""
    pattern = field.number_patterns.get(str(companions[0])) if companions[0] is not None else None
    if pattern is None:
        return Step(value, True)
    if pattern != "id":
        good = re.fullmatch(pattern, value) is not None
        return Step(value, True, None, () if good else (Fault(Slot.INVALID, "document.pattern", str(companions[0])),))
    outcome, reason = ("invalid", "placeholder") if is_filler(value) else resident.judge(value, on=reading.on)
    if outcome != "valid":
        reason = "excel_number" if reason != "placeholder" and is_number_ruin(value) else reason
        return Step(value, True, None, (Fault(Slot.INVALID, f"id.{reason}"),))
    if len(value) == 15:
        longer = resident.to_18(value)
        return Step(longer, True, Note(value, longer, "id15_to_18"))
    return Step(value, True)


def _read_list(field: Field, written: str, cell: str, rules: tuple[str, ...], _: Reading) -> Step:
    """Members of a list, joined with `;`, each as the list writes it, none twice."""
    choices = field.require_choices()
    raw = _SEPARATORS.split(cell) if field.multiple else [cell]
    found: list[str] = []
    applied = list(rules)
    faults: list[Fault] = []
    for part in filter(None, (each.strip() for each in raw)):
        for member, member_rules, fault in _members(field, choices, part):
            applied += member_rules
            faults += [fault] if fault else []
            if member in found:
                applied.append("repeated")
            else:
                found.append(member)
    value = ";".join(found)
    if not found:
        return Step(None, False, Note(written, None, "blank"))
    if len(found) == 1 and not faults:
        reason = choices.not_alone.get(_note_of(choices, value) or value)
        faults += [Fault(Slot.LISTED, "list.not_alone", reason)] if reason else []
    if value != cell and not applied:
        applied.append("separator")
    return _kept(field, written, value, tuple(dict.fromkeys(applied)), tuple(faults))


def _strangers_make_it_long(field: Field, value: str, faults: tuple[Fault, ...]) -> bool:
    """Whether only members that are not on the list make a value too long: then the one cause is told once, as what it is."""
    strangers = [fault.detail for fault in faults if fault.slot is Slot.LISTED and fault.reason != "list.not_alone"]
    known = ";".join(each for each in value.split(";") if each not in strangers)
    return bool(strangers) and len(known) <= (field.max_length or 0)


def _members(field: Field, choices: ChoiceList, part: str) -> list[tuple[str, list[str], Fault | None]]:
    """The members one part stands for: itself, or several that other separators join, if every one of them is known."""
    member = _member(choices, part)
    if member is not None or not field.multiple:
        return [_named(choices, part, member)]
    several = [each.strip() for each in _LOOSE_SEPARATORS.split(part) if each.strip()]
    known = [_member(choices, each) for each in several]
    if len(several) > 1 and all(known):
        return [(each or "", ["separator"], None) for each in known]
    return [_named(choices, part, None)]


def _named(choices: ChoiceList, part: str, member: str | None) -> tuple[str, list[str], Fault | None]:
    if member is not None:
        return member, ["alias"] if member != part else [], None
    bare = part.strip() in (choices.other, *choices.other_aliases) if choices.other else False
    reason = choices.not_alone.get(part)
    if reason:
        return part, [], Fault(Slot.LISTED, "list.not_alone", reason)
    return part, [], Fault(Slot.LISTED, "list.no_note" if bare else "list.unknown", part)


def _member(choices: ChoiceList, part: str) -> str | None:
    """The member as the list writes it, or None."""
    known = choices.by_writing.get(part)
    if known is not None:
        return known
    note = _note_of(choices, part)
    return f"{choices.other}-{note}" if note else None


def _note_of(choices: ChoiceList, part: str) -> str | None:
    for word in (choices.other, *choices.other_aliases) if choices.other else ():
        if word and part.startswith(word):
            found = _OTHER_NOTE.fullmatch(part[len(word) :])
            if found and not is_blank_marker(found.group(1)):
                return found.group(1)
    return None


def _settle_list(field: Field, value: str, companions: tuple[Value, ...]) -> Step:
    """Old members become their successors where decided late enough and where the wording tells which."""
    decided, wording = companions
    if not isinstance(decided, date):
        return Step(value, True)
    found: list[str] = []
    for member in value.split(";"):
        found += [now for now in _successors(field, member, decided, str(wording or "")) if now not in found]
    now = ";".join(found)
    return Step(now, True, Note(value, now, "succeeded") if now != value else None)


def _successors(field: Field, member: str, decided: date, wording: str) -> list[str]:
    succession = field.require_choices().by_old.get(member)
    if succession is None or decided < succession.since:
        return [member]
    named = [now for word, now in succession.successors if word in wording]
    return named if len(set(named)) == 1 else [member]


_READERS: dict[FieldType, Callable[[Field, str, str, tuple[Any, ...], Reading], Step]] = {
    FieldType.TEXT: _read_text,
    FieldType.NUMBER: _read_number,
    FieldType.CODE: _read_code,
    FieldType.DATE: _read_date,
    FieldType.AMOUNT: _read_amount,
    FieldType.LIST: _read_list,
    FieldType.USCC: _read_uscc,
    FieldType.REGISTRATION: _read_registration,
    FieldType.ORGANISATION: _read_organisation,
    FieldType.PERSON: _read_person,
}
