"""Reading a day as people type it into a filter. Files and forms of records are read by the declared rules, not here."""

import re
import unicodedata
from datetime import date

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_day(text: str) -> date | None:
    """`2026-11-20`, `2026/11/20`, `2026.11.20`, `2026年11月20日`, `20261120`, also in full width; None if it is no day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _WRITTEN.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
