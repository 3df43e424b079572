"""What the store says about a row, as the facts the checks ask for. Pure; the same for one row and for a million.

Whatever is compared with records looks only at the submitting unit's own; names are compared only with *registered* subjects, because a
provisional one may have come from another unit's record that nobody may know of.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xinheng.kernel.blank import is_blank as nothing_written
from xinheng.kernel.identifiers import gs15
from xinheng.kernel.identifiers.writing import is_blank, is_filler, normalise
from xinheng.subjects.values import RegisterState, Scheme, SubjectFacts, SubjectKind

REGISTER_NAME: Final = "__register_name"
REGISTER_FOUND: Final = "__register_found"
AUTHORITY: Final = "__authority_known"
SOURCE: Final = "__source_known"
SOURCE_OWN: Final = "__source_own"
ENTITLED: Final = "__source_entitled"
RECEIVED: Final = "__received"
REUSED: Final = "__number_reused"
STORED: Final = "__stored"
REASON: Final = "__reason_given"
REVIEW: Final = "__review"
PERMIT: Final = "__permit"
BEARER: Final = "__bearer"

ALWAYS: Final = (PERMIT, BEARER)
"""Facts that need no store."""
OF_STORE: Final = (REGISTER_NAME, REGISTER_FOUND, AUTHORITY, SOURCE, SOURCE_OWN, ENTITLED, RECEIVED, REUSED)
OF_CORRECTION: Final = (STORED, REASON, REVIEW)

PERSON_CLASS: Final = "自然人"
LONGEST_DOCUMENT: Final = 50

_SCHEMES: Final[Mapping[str, Scheme]] = {
    "身份证": Scheme.ID18,
    "护照号": Scheme.PASSPORT,
    "港澳居民来往内地通行证": Scheme.HK_MACAO,
    "台湾居民来往大陆通行证": Scheme.TAIWAN,
    "外国人永久居留身份证": Scheme.PERMANENT,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a row is about: the code (or a person's number) it goes by, None where there is none that identifies."""

    name: str
    category: str
    scheme: Scheme | None
    code: str

    @property
    def is_person(self) -> bool:
        """Whether it is a natural person."""
        return self.category == PERSON_CLASS


def scheme_of(document_type: str | None) -> Scheme:
    """The scheme of a person's document; what the list does not name is an other document."""
    return _SCHEMES.get(document_type or "", Scheme.OTHER_DOCUMENT)


def identity_of(
    name: str | None, category: str | None, uscc: str | None, registration: str | None, document: tuple[Any, Any]
) -> Identity:
    """Who it is, from values that were read. `document` is type and number of a person's document."""
    name, category = name or "", category or ""
    if category == PERSON_CLASS:
        kind, number = document
        good = bool(number) and not (is_blank(number) or is_filler(number) or len(number) > LONGEST_DOCUMENT)
        return Identity(name, category, scheme_of(kind) if good else None, number or "")
    if uscc:
        return Identity(name, category, Scheme.USCC, uscc)
    code = normalise(registration) if registration else ""
    good = bool(code) and gs15.judge(code)[0] != "invalid" and not is_filler(code)
    return Identity(name, category, Scheme.GS15 if good else None, code)


def bearer(identity: Identity) -> str | None:
    """The fact `__bearer`: `no` where a number is written that identifies nobody."""
    return "no" if identity.scheme is None and identity.code else None


def register_name(found: SubjectFacts | None) -> str | None:
    """The fact `__register_name`: every name the register knows, joined with `;`. Nothing of provisional subjects and of people."""
    if not is_registered(found) or found is None:
        return None
    return ";".join(dict.fromkeys((found.name, *sorted(found.written_forms))))


def register_found(identity: Identity, found: SubjectFacts | None, *, complete: bool) -> str | None:
    """The fact `__register_found`: `no` where the register is complete and does not know the code. People are in no register."""
    if not complete or identity.is_person or identity.scheme is None:
        return None
    return "yes" if is_registered(found) else "no"


def kind_in_register(found: SubjectFacts | None) -> SubjectKind | None:
    """The kind of a subject; None of a provisional one, which has the kind each row gives it: another unit's may be another."""
    if found is None or (found.state is RegisterState.PROVISIONAL and found.kind is not SubjectKind.NATURAL_PERSON):
        return None
    return found.kind


def is_registered(found: SubjectFacts | None) -> bool:
    """Whether a subject stands in a register (and is no person)."""
    return (
        found is not None and found.state is RegisterState.REGISTERED and found.kind is not SubjectKind.NATURAL_PERSON
    )


def in_directory(code: str | None, directory: Collection[str]) -> str | None:
    """`yes` or `no`, None for an empty code."""
    return None if not code else "yes" if code in directory else "no"


def foreign(code: str | None, directory: Collection[str], own: Collection[str]) -> str | None:
    """The fact `__source_own`: `no` for a unit of the directory outside the submitting unit's subtree."""
    return None if not code or code not in directory else "yes" if code in own else "no"


def entitled(code: str | None, words: Mapping[str, Collection[str]], submitters: Collection[str]) -> str | None:
    """The fact `__source_entitled`: `no` for a unit that hands in what only others may. `words`: what each unit of the directory is."""
    if not submitters or not code or code not in words:
        return None
    return "yes" if set(words[code]) & set(submitters) else "no"


def reused(holders: Collection[int], found: SubjectFacts | None) -> str:
    """The fact `__number_reused`: whether the unit's own records name another subject under the number."""
    family = found.family if found is not None else frozenset()
    return "yes" if any(holder not in family for holder in holders) else "no"


def first_day(today: date, stored: date | None) -> date:
    """The fact `__received`: the day it first came in."""
    return min(today, stored) if stored else today


def given(reason: str) -> str:
    """The fact `__reason_given`."""
    return "no" if nothing_written(reason) else "yes"
