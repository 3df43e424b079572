"""What a file must come to, worked out from its bytes in plain Python, without a line of the platform.

Only what `files.Maker` writes is known here: this is no second implementation of the checks, but shares nothing with the first.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DATES = ("%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日")
REASON, SECRET = "更正原因", "商业秘密"

Key = tuple[str, str, str]
Content = Mapping[str, str]


@dataclass
class Kept:
    """One record: its versions, the oldest first, and where the current one came from (file, spreadsheet row)."""

    versions: list[Content]
    places: list[tuple[int, int]]


@dataclass
class Tally:
    """What became of the rows of one file, and what it brought that nobody had before."""

    counts: Counter[str] = field(default_factory=Counter)
    fresh: list[Key] = field(default_factory=list)
    public: int = 0
    held_rows: list[int] = field(default_factory=list)


@dataclass
class Expected:
    """The archive as it must be after the files so far."""

    records: dict[Key, Kept] = field(default_factory=dict)

    def add(self, content: bytes, file: int) -> Tally:
        """Take a file in; returns what became of its rows."""
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        tally = Tally(Counter(rows=len(rows)))
        same: dict[tuple[str, ...], list[Content]] = {}
        for row in rows:
            same.setdefault(_in_file(row), []).append(row)
        met: set[tuple[str, ...]] = set()
        for number, row in enumerate(rows, start=2):
            others = same[_in_file(row)]
            two_ways = any(other != row for other in others)
            fate = "held" if two_ways else _fate(row)
            if fate == "accepted" and _in_file(row) in met:
                fate = "rejected"
            met.add(_in_file(row))
            if fate == "accepted":
                fate = self._accept(row, file, number, tally)
            tally.counts[fate] += 1
            if fate == "held":
                tally.held_rows.append(number)
        return tally

    def _accept(self, row: Content, file: int, number: int, tally: Tally) -> str:
        content, key = _content(row), _key(row)
        stored = self.records.get(key)
        if stored is None:
            self.records[key] = Kept([content], [(file, number)])
            tally.fresh.append(key)
            tally.public += row["CF_XDR_LB"] != "自然人" and row["BZ"] != SECRET and "电话" not in row["CF_SY"]
        elif stored.versions[-1] == content:
            tally.counts["unchanged"] += 1
        elif row[REASON] and row["BZ"] == SECRET:
            stored.versions.append(content)
            stored.places.append((file, number))
            tally.counts["superseded"] += 1
        else:
            return "held"
        return "accepted"


def _fate(row: Content) -> str:
    if row["CF_WFXW"] == "无" or _day(row["CF_JDRQ"]) is None:
        return "rejected"
    code = row["CF_XDR_SHXYM"]
    if code and _check_digit(code[:17]) != code[17]:
        return "held"
    return "accepted" if f"{Decimal(row['CF_NR_FK']) * 10_000:.0f}元" in row["CF_NR"] else "held"


def _check_digit(first17: str) -> str:
    """The last character of a 统一社会信用代码. Source: GB 32100-2015."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first17))
    return ALPHABET[-total % 31]


def _day(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None


def _in_file(row: Content) -> tuple[str, ...]:
    return (row["CF_XDR_SHXYM"] or row["CF_XDR_ZJHM"], row["CF_CFJGDM"], row["CF_WSH"], row["CF_JDRQ"])


def _key(row: Content) -> Key:
    return (row["CF_XDR_SHXYM"] or row["CF_XDR_ZJHM"], row["CF_WSH"], str(_day(row["CF_JDRQ"])))


def _content(row: Content) -> Content:
    """The filled fields as the archive must keep them: days as ISO writes them, amounts without trailing noughts."""
    kept = {code: text for code, text in row.items() if text and code != REASON}
    for code in ("CF_JDRQ", "CF_YXQ"):
        kept[code] = str(_day(kept[code]))
    kept["CF_NR_FK"] = f"{Decimal(kept['CF_NR_FK']).normalize():f}"
    return kept
