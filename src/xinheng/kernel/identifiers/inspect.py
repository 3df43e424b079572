"""Decide what kind of identifier a value is, and judge it."""

import re
from datetime import date

from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc
from xinheng.kernel.identifiers.verdict import PERSONAL, IdentifierKind, Outcome, Reason, Verdict
from xinheng.kernel.identifiers.writing import is_blank, is_filler, is_number_ruin, normalise

_KIND_BY_LENGTH: dict[int, IdentifierKind] = {
    9: "orgcode",
    13: "gs15",
    15: "gs15",
    16: "uscc",
    17: "uscc",
    18: "uscc",
    19: "uscc",
    20: "uscc",
}
_LETTERS_AND_DIGITS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_MARKET_PREFIXES = ("91", "92", "93")
_EIGHTEEN = re.compile("(?=([0-9]{17}[0-9X]))")


def inspect(value: str, *, on: date | None = None) -> Verdict:
    """Normalise, decide the kind, judge. Never raises, whatever the text.

    `on` is the day of asking, for births in the future. Eighteen characters may be a code or a person's number: what holds
    decides; if both hold it is a code when it begins with 91, 92 or 93, else a person's number, because showing somebody's
    number does more harm than masking a code.
    """
    text = normalise(value)
    if text == "":
        return Verdict(value, text, "unknown", "invalid", "placeholder" if _says_something(value) else "empty")
    if is_blank(text):
        return Verdict(value, text, "unknown", "invalid", "placeholder")
    if is_filler(text):
        return Verdict(value, text, _KIND_BY_LENGTH.get(len(text), "unknown"), "invalid", "placeholder")
    kind, (outcome, reason) = _judge(text, on)
    if outcome != "valid" and is_number_ruin(text):
        return Verdict(value, text, _ruined_kind(text, kind), "invalid", "excel_number")
    return Verdict(value, text, kind, outcome, reason)


def persons_number(text: str, *, on: date | None = None) -> Outcome | None:
    """How a normalised text is judged if `inspect` takes it for a person's number; None if it takes it for anything else.

    For columns of codes: what is a person's number there must not be stored as a code, even where it passes as one.
    """
    if not (text.isascii() and text[:17].isdigit() and len(text) in (15, 18)):
        return None
    kind, (outcome, _) = _judge(text, on)
    return outcome if kind in PERSONAL else None


def persons_numbers_in(text: str, *, on: date | None = None) -> tuple[str, ...]:
    """The valid numbers of people, of eighteen characters, that stand in a normalised text, whatever stands around them.

    For columns of codes; in free text letters before a number tell a serial number (`kernel.masking.find_personal`).
    """
    found = (match[1] for match in _EIGHTEEN.finditer(text))
    return tuple(number for number in found if persons_number(number, on=on) == "valid")


def _judge(text: str, on: date | None) -> tuple[IdentifierKind, tuple[Outcome, Reason | None]]:
    if not _LETTERS_AND_DIGITS.issuperset(text):
        return _KIND_BY_LENGTH.get(len(text), "unknown") if text.isascii() else "unknown", ("invalid", "charset")
    if len(text) == 18:
        return _eighteen(text, on)
    if len(text) == 15 and _DIGITS.issuperset(text):
        return _fifteen(text, on)
    if len(text) in (gs15.LENGTH, gs15.OLD_LENGTH):
        return "gs15", gs15.judge(text)
    if len(text) == 9:
        return "orgcode", orgcode.judge(text)
    return _KIND_BY_LENGTH.get(len(text), "unknown"), ("invalid", "length")


def _eighteen(text: str, on: date | None) -> tuple[IdentifierKind, tuple[Outcome, Reason | None]]:
    as_code = uscc.judge(text)
    as_person = resident.judge(text, on=on)
    if as_person[1] == "charset":
        return "uscc", as_code
    if as_code[0] == "valid" and as_person[0] == "valid":
        return ("uscc", as_code) if text.startswith(_MARKET_PREFIXES) else ("id18", as_person)
    if as_person[0] == "valid":
        return "id18", as_person
    if as_code[0] == "valid" or text.startswith(_MARKET_PREFIXES):
        return "uscc", as_code
    return ("id18", as_person) if _looks_like_a_person(text) else ("uscc", as_code)


def _looks_like_a_person(text: str) -> bool:
    """Eighteen characters, none of the two readings valid: a birth date near the truth tells a mistyped person's number."""
    if resident.birth_date(text) is not None:
        return True
    if text[6:8] not in ("19", "20"):
        return False
    return resident.check_character(text[:17]) == text[17] or (
        "01" <= text[10:12] <= "12" and "01" <= text[12:14] <= "31"
    )


def _fifteen(text: str, on: date | None) -> tuple[IdentifierKind, tuple[Outcome, Reason | None]]:
    as_registration = gs15.judge(text)
    as_person = resident.judge(text, on=on)
    if as_registration[0] == "valid" or as_person[0] != "valid":
        return "gs15", as_registration
    return "id15", as_person


def _ruined_kind(text: str, kind: IdentifierKind) -> IdentifierKind:
    """Scientific notation still shows how many digits there were: 9.13E+17 was an eighteen-digit code."""
    if "E" not in text:
        return "uscc" if text.startswith(_MARKET_PREFIXES) else kind
    return "uscc" if text.endswith("17") and text.replace(".", "").startswith(_MARKET_PREFIXES) else "unknown"


def _says_something(value: str) -> bool:
    """Say whether anything visible was typed (a dash is; a blank or a zero-width mark is not)."""
    return any(c in "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d'`‘’＇｀" for c in value)
