"""What of a person may be shown, and where personal data hides in free text.

Defaults of the project (regulation.md §8.3): identity numbers first 6 + `********` + last 4, names surname + `*`, telephones
`138****1234`, passports and other documents first 1 + `****` + last 2, bank accounts never (last 4 only, to recognise them).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from xinheng.kernel.identifiers import resident, uscc
from xinheng.kernel.identifiers.inspect import persons_numbers_in
from xinheng.kernel.identifiers.verdict import PERSONAL, Verdict
from xinheng.kernel.identifiers.writing import normalise

PersonalKind = Literal["id18", "id15", "phone", "bank_card"]

PERSONAL_WORDS: Final[dict[PersonalKind, str]] = {
    "id18": "身份证号",
    "id15": "15位身份证号",
    "phone": "手机号",
    "bank_card": "银行卡号",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: its kind and where it stands (`text[start:end]`)."""

    kind: PersonalKind
    start: int
    end: int


_PROVINCES: Final = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)
_MARKET_PREFIXES = ("91", "92", "93")
_EARLIEST_BIRTH = 1900
_EARLIEST_BIRTH_15 = 1920
"""Registration numbers have small sequence numbers where old identity numbers have the year: 12 % of them would read as 1900–1919."""
_HIDDEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_GAP = rf"[ \t\u00a0\u3000{_HIDDEN}]{{0,3}}[-‐‑‒–—−－]?[ \t\u00a0\u3000{_HIDDEN}]{{0,3}}"
_TOLD_BY = ("ID", "NO", "TEL", "SFZ", "SFZH", "SFZHM", "ZJH", "ZJHM", "SJH", "SJHM")
"""Letters that people write straight before a number to say what it is (ZJHM: 证件号码); after others it is part of a code."""
_BEFORE = r"(?:(?<![0-9A-Za-z])(?<![0-9]\.)|" + "|".join(f"(?<=(?i:{word}))" for word in _TOLD_BY) + ")"
_AFTER = r"(?![0-9A-Za-z])"
_HALF_WIDTH = str.maketrans({0xFF01 + i: 0x21 + i for i in range(94)})

POSSIBLE_PATTERN: Final = rf"[0-9０-９](?:{_GAP}[0-9０-９]){{10}}"
"""A text without this holds no personal data that `find_personal` knows: a cheap first look over many texts."""

_POSSIBLE = re.compile(POSSIBLE_PATTERN)
_ID18 = re.compile(rf"{_BEFORE}(?=([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]){_AFTER})")
_ID15 = re.compile(rf"{_BEFORE}(?=([1-9](?:{_GAP}[0-9]){{14}}){_AFTER})")
_COUNTRY_CODE = "|".join(rf"(?<=(?<![0-9]){code}{gap})" for code in ("86", "0086") for gap in ("", "[ -]"))
_PHONE = re.compile(
    rf"(?:{_BEFORE}|{_COUNTRY_CODE})(?=(1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}|1[3-9][0-9]{{9}}){_AFTER})"
)
_CARD = re.compile(rf"{_BEFORE}(?=([3-69][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?){_AFTER})")

_DOCUMENT_BEFORE = re.compile(
    r"(?:[〔\[【（(﹝［]\s*(?:19|20)[0-9]{2}\s*(?:年)?[〕\]】）)﹞］]\s*(?:第|字第?)?|[字第])\s*$"
)
_DOCUMENT_AFTER = re.compile(r"\s*(?:号|號)")
_REGISTRATION_BEFORE = re.compile(r"(?:注册号|注册号码|登记号|登记证号|许可证号|证书编号|编号)\s*[:：为是]?\s*$")
_QUANTITY_AFTER = re.compile(r"\s*(?:\.[0-9]|余?[万亿]|[元圆角吨件个户份只瓶盒箱克]|千克|公斤|平方|立方)")


def mask_resident(number: str) -> str:
    """An identity number as `110105********1234`; a value too short to be one like any other document."""
    text = normalise(number)
    return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else mask_document(text)


def mask_name(name: str) -> str:
    """A person's name as surname and `*`: `张*`, `欧阳*`; a Latin name as its first letter and `*`."""
    text = name.strip()
    if not text:
        return ""
    surname = text[:2] if len(text) > 2 and text[:2] in _compound_surnames() else text[0]
    return surname + "*"


def mask_phone(number: str) -> str:
    """A telephone number as `138****1234`; of a short one nothing is shown."""
    digits = "".join(c for c in number.translate(_HALF_WIDTH) if c in "0123456789")
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"


def mask_document(number: str) -> str:
    """A passport or other document number as `E****12`; of one with fewer than five characters nothing is shown."""
    text = normalise(number)
    return f"{text[0]}****{text[-2:]}" if len(text) >= 5 else "****"


def mask_bank_card(number: str) -> str:
    """A bank account as `****1234`."""
    digits = normalise(number)
    return f"****{digits[-4:]}" if len(digits) >= 12 else "****"


def mask_identifiers(text: str) -> str:
    """Free text with every identity number, mobile number and bank card masked, for messages, logs and receipts.

    Wider than `find_personal`: an identity number with a wrong check character or an impossible date is masked too, for it is
    somebody's number all the same. Idempotent.
    """
    pieces: list[str] = []
    reached = 0
    for found in _search(text, strict=False):
        pieces += [text[reached : found.start], _masked(found.kind, text[found.start : found.end])]
        reached = found.end
    return "".join(pieces) + text[reached:]


def find_personal(text: str) -> tuple[Found, ...]:
    """Personal data in free text, in order of place, not overlapping: what blocks publication (E112).

    Identity numbers of 18 characters with an existing date and right check character, of 15 digits with an existing date; mobile
    numbers; bank cards of 16–19 digits by Luhn. Full-width digits, blanks, hyphens and invisible marks inside are looked
    through. Never a valid 统一社会信用代码, never a document number (`〔2020〕…号`, `第…号`), never an amount.
    Where fifteen digits could be a registration number, the words before them (注册号, 编号) decide.
    """
    return tuple(_search(text, strict=True))


def mask_verdict(verdict: Verdict) -> tuple[str, str]:
    """Input and normalised value of a verdict, fit to be shown: numbers of people masked, also those only mistyped."""
    if verdict.kind in PERSONAL or (verdict.verdict == "invalid" and _is_like_a_person(verdict.normalised)):
        masked = mask_resident(verdict.normalised)
        return masked, masked
    # What is longer than a code may have a person's number inside it.
    if verdict.verdict == "valid" or (verdict.kind in ("uscc", "orgcode") and len(verdict.normalised) <= uscc.LENGTH):
        return verdict.input, verdict.normalised
    shown, masked = mask_identifiers(verdict.input), mask_identifiers(verdict.normalised)
    # A letter too many tells a serial number in free text; where codes are asked for it is a slip beside somebody's number.
    for number in (slips := persons_numbers_in(masked)):
        masked = masked.replace(number, mask_resident(number))
    return (masked, masked) if slips else (shown, masked)


def _search(text: str, *, strict: bool) -> Iterator[Found]:
    if not _POSSIBLE.search(text):
        return
    half = text.translate(_HALF_WIDTH)
    reached = 0
    for found in sorted(_candidates(half, strict), key=lambda f: (f.start, f.start - f.end)):
        if found.start >= reached:
            reached = found.end
            yield found


def _candidates(half: str, strict: bool) -> Iterator[Found]:
    patterns: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
        ("id18", _ID18),
        ("id15", _ID15),
        ("phone", _PHONE),
        ("bank_card", _CARD),
    )
    for kind, pattern in patterns:
        for match in pattern.finditer(half):
            start, end = match.span(1)
            if not _is_document_number(half, start, end) and _is_personal(kind, half, start, end, strict):
                yield Found(kind, start, end)


def _is_personal(kind: PersonalKind, half: str, start: int, end: int, strict: bool) -> bool:
    bare = normalise(half[start:end])
    if kind == "id18":
        return _is_resident_18(bare, strict)
    if kind == "id15":
        born = resident.birth_date(bare)
        is_person = born is not None and born.year >= _EARLIEST_BIRTH_15 and bare[:2] in _PROVINCES
        return is_person and not _REGISTRATION_BEFORE.search(half[max(0, start - 12) : start])
    if kind == "phone":
        return not _QUANTITY_AFTER.match(half, end)
    is_code = uscc.is_valid(bare) or (len(bare) == 18 and bare.startswith(_MARKET_PREFIXES))
    return _luhn(bare) and not is_code and not _QUANTITY_AFTER.match(half, end)


def _is_resident_18(bare: str, strict: bool) -> bool:
    if bare.startswith(_MARKET_PREFIXES) and uscc.is_valid(bare):
        return False
    born = resident.birth_date(bare)
    is_right = born is not None and born.year >= _EARLIEST_BIRTH and resident.check_character(bare[:17]) == bare[17]
    return is_right or (not strict and not uscc.is_valid(bare) and _is_like_a_person(bare))


def _is_like_a_person(bare: str) -> bool:
    """A mistyped identity number: 17 to 19 characters, digits (X at the end or before one more), a year of birth in its place."""
    body, end = bare[: min(17, len(bare) - 1)], bare[min(17, len(bare) - 1) :]
    shape = 17 <= len(bare) <= 19 and body.isascii() and body.isdigit() and set(end) <= set("0123456789X")
    return shape and not bare.startswith(_MARKET_PREFIXES) and bare[6:8] in ("19", "20")


def _is_document_number(half: str, start: int, end: int) -> bool:
    return (
        _DOCUMENT_AFTER.match(half, end) is not None
        and _DOCUMENT_BEFORE.search(half[max(0, start - 16) : start]) is not None
    )


def _masked(kind: PersonalKind, written: str) -> str:
    bare = normalise(written)
    if kind == "phone":
        return mask_phone(bare)
    return mask_bank_card(bare) if kind == "bank_card" else mask_resident(bare)


@lru_cache(maxsize=1)
def _compound_surnames() -> frozenset[str]:
    source = files("xinheng.kernel").joinpath("data", "compound_surnames.txt").read_text(encoding="utf-8")
    return frozenset(source.split())


def _luhn(digits: str) -> bool:
    doubled = "0246813579"
    return sum(int(doubled[int(d)]) if i % 2 else int(d) for i, d in enumerate(reversed(digits))) % 10 == 0
