"""A month of a district's life, made up: departments that hand in day by day, cleanly, dirtily, late, again, corrected, or not at all.

Beside every row stands what it was made to be (`Made`), so what the duty table must say is counted from these words alone, without
asking the platform and without reading what it wrote. The same seed gives the same month.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from intake.cast import LICENCE, PENALTY, Row, firm_code
from xinheng.kernel.identifiers import orgcode, uscc

DEPARTMENTS = 30
FILES = 200
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
HOLIDAYS = frozenset({date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))})
WORKED = frozenset({date(2026, 9, 20), date(2026, 10, 10)})
"""The notice for 2026, typed off by hand: what of the autumn is free though a working day, and worked though a weekend."""


class Kind(StrEnum):
    """What a row was made to be."""

    CLEAN = "clean"
    EMPTY = "empty"
    DOUBTFUL = "doubtful"
    TWICE = "twice"
    AGAIN = "again"
    CHANGED = "changed"
    UNREASONED = "unreasoned"


BAD = (Kind.EMPTY, Kind.DOUBTFUL, Kind.UNREASONED)


@dataclass(frozen=True)
class Made:
    """One row: its number in the department, the day of the decision, what it is, and the cells of the file."""

    number: int
    decided: date
    kind: Kind
    cells: Row


@dataclass
class File:
    """What a department hands in on a day of an item."""

    unit: str
    item: str
    day: date
    rows: list[Made] = field(default_factory=list)
    reason: str = ""


@dataclass
class Shelf:
    """What a department has of an item so far: stored rows, and bad ones it has to put right."""

    stored: dict[int, Made] = field(default_factory=dict)
    bad: dict[int, Made] = field(default_factory=dict)


def departments() -> list[tuple[str, str]]:
    """Key and code of every department; the codes are valid and belong to nobody."""
    found = []
    for number in range(DEPARTMENTS):
        body = f"11990101{7_000_001 + number * 13:08d}"
        body += orgcode.check_character(body[8:])
        found.append((f"d{number:02d}", body + uscc.check_digit(body)))
    return found


def due(decided: date) -> date:
    """The seventh working day after a decision, counted on the fingers."""
    day, left = decided, 7
    while left:
        day += timedelta(days=1)
        left -= (day.weekday() < 5 or day in WORKED) and day not in HOLIDAYS
    return day


def month(seed: int, codes: dict[str, str], files: int = FILES) -> Iterator[File]:
    """The files of the month in the order of their days."""
    rng = random.Random(seed)
    shelves: dict[tuple[str, str], Shelf] = defaultdict(Shelf)
    days = sorted(FIRST + timedelta(days=rng.randrange((LAST - FIRST).days + 1)) for _ in range(files))
    # The last two departments hand in nothing; not everybody has licences.
    keys = sorted(codes)[:-2]
    numbers = iter(range(1, 1_000_000))
    for day in days:
        unit = rng.choice(keys)
        item = LICENCE if rng.random() < 0.3 and int(unit[1:]) % 3 else PENALTY
        yield _file(rng, File(unit, item, day), shelves[unit, item], codes[unit], numbers)


def _file(rng: random.Random, file: File, shelf: Shelf, code: str, numbers: Iterator[int]) -> File:
    chosen = rng.choices(
        (Kind.CLEAN, Kind.EMPTY, Kind.DOUBTFUL, Kind.TWICE), (0.84, 0.06, 0.06, 0.04), k=rng.randrange(4, 60)
    )
    for kind in chosen:
        if kind is Kind.DOUBTFUL and file.item == LICENCE:
            kind = Kind.EMPTY
        decided = file.day - timedelta(days=rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 40)))
        first = Made(next(numbers), decided, Kind.CLEAN if kind is Kind.TWICE else kind, {})
        file.rows.append(_written(first, file, code))
        if kind is Kind.TWICE:
            file.rows.append(replace(file.rows[-1], kind=Kind.TWICE))
    _put_right(rng, file, shelf, code)
    _change(rng, file, shelf, code)
    for row in file.rows:
        if row.kind in (Kind.EMPTY, Kind.DOUBTFUL):
            shelf.bad[row.number] = row
        elif row.kind in (Kind.CLEAN, Kind.CHANGED):
            shelf.stored[row.number] = row
            shelf.bad.pop(row.number, None)
    return file


def _put_right(rng: random.Random, file: File, shelf: Shelf, code: str) -> None:
    """Some of what was bad comes again: most of it right, some still wrong."""
    for row in [row for row in shelf.bad.values() if rng.random() < 0.6]:
        still = rng.random() < 0.2
        file.rows.append(_written(replace(row, kind=row.kind if still else Kind.CLEAN), file, code))


def _change(rng: random.Random, file: File, shelf: Shelf, code: str) -> None:
    """Some of what is stored comes again: the same, changed with a reason for the whole file, or changed without one."""
    known = [row for row in shelf.stored.values() if row.number not in {each.number for each in file.rows}]
    if not known:
        return
    if rng.random() < 0.4:
        for row in rng.sample(known, min(3, len(known))):
            file.rows.append(replace(row, kind=Kind.AGAIN))
    if rng.random() < 0.4:
        row = rng.choice([row for row in known if row.number not in {each.number for each in file.rows}] or known)
        if row.number in {each.number for each in file.rows}:
            return
        file.reason = "文字补正" if rng.random() < 0.7 else ""
        kind = Kind.CHANGED if file.reason else Kind.UNREASONED
        file.rows.append(_written(replace(row, kind=kind), file, code))


def _written(row: Made, file: File, code: str) -> Made:
    name = f"示例区单位{file.unit}"
    return replace(row, cells=(_penalty if file.item == PENALTY else _licence)(row, file, name, code))


def _penalty(row: Made, file: File, name: str, code: str) -> Row:
    return {
        "CF_XDR_MC": f"示例区晓岚{row.number}号商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": firm_code(row.number),
        "CF_FRDB": "甲某某",
        "CF_WSH": f"示{file.unit}罚〔2026〕{row.number}号",
        "CF_WFXW": "销售不合格商品",
        "CF_SY": _text(row, file),
        "CF_YJ": "《产品质量法》第四十九条",
        "CF_CFLB": "罚款",
        "CF_NR": "处以罚款人民币5000元。",
        "CF_NR_FK": "20000" if row.kind is Kind.DOUBTFUL else "0.5",
        "CF_JDRQ": f"{row.decided:%Y/%m/%d}",
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": name,
        "CF_CFJGDM": code,
        "CF_SJLY": name,
        "CF_SJLYDM": code,
    }


def _licence(row: Made, file: File, name: str, code: str) -> Row:
    return {
        "XK_XDR_MC": f"示例区晓岚{row.number}号商贸有限公司",
        "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": firm_code(row.number),
        "XK_FRDB": "甲某某",
        "XK_XKWS": "准予行政许可决定书",
        "XK_WSH": f"示{file.unit}许〔2026〕{row.number}号",
        "XK_XKLB": "普通",
        "XK_NR": _text(row, file),
        "XK_JDRQ": f"{row.decided:%Y/%m/%d}",
        "XK_YXQZ": f"{row.decided:%Y/%m/%d}",
        "XK_YXQZI": "2031/11/16",
        "XK_XKJG": name,
        "XK_XKJGDM": code,
        "XK_ZT": "1",
        "XK_LYDW": name,
        "XK_LYDWDM": code,
    }


def _text(row: Made, file: File) -> str:
    if row.kind is Kind.EMPTY:
        return "无"
    changed = f"（{file.day:%m%d}补正）" if row.kind in (Kind.CHANGED, Kind.UNREASONED) else ""
    return f"经查，当事人销售的第{row.number}批商品不符合标准。{changed}"


Place = tuple[str, str]
"""A department and an item."""


def counted(files: list[File], released: set[tuple[str, str, int]]) -> dict[Place, Counter[str]]:
    """What the duty table must say of the month, by department and item; `released` are held rows the reviewer let through at its end."""
    found: dict[Place, Counter[str]] = defaultdict(Counter)
    open_bad: dict[tuple[str, str, int], int] = defaultdict(int)
    # The same row sent twice waits once, since the first day.
    waits: dict[tuple[str, str, int], tuple[date, date]] = {}
    for file in files:
        cell = found[file.unit, file.item]
        for row in file.rows:
            key = (file.unit, file.item, row.number)
            answers = open_bad[key] > 0
            cell["rows"] += 1
            cell["first"] += not answers and row.kind in (Kind.CLEAN, Kind.EMPTY, Kind.DOUBTFUL, Kind.TWICE)
            cell["passed"] += not answers and row.kind is Kind.CLEAN
            if row.kind is Kind.CLEAN:
                _receive(cell, file.day, row.decided)
            cell["repeated"] += row.kind is Kind.TWICE
            cell["unchanged"] += row.kind is Kind.AGAIN
            cell["changes"] += row.kind is Kind.CHANGED
            cell["bad"] += row.kind in BAD
            cell["rejected"] += row.kind is Kind.EMPTY
            cell["held"] += row.kind in (Kind.DOUBTFUL, Kind.UNREASONED)
            if row.kind in BAD:
                open_bad[key] += 1
            elif row.kind is not Kind.TWICE:
                cell["corrected"] += open_bad.pop(key, 0)
            if row.kind is Kind.DOUBTFUL:
                waits.setdefault(key, (file.day, row.decided))
    for key in released:
        cell = found[key[:2]]
        _receive(cell, *waits[key])
        cell["corrected"] += open_bad.pop(key)
    return found


def _receive(cell: Counter[str], day: date, decided: date) -> None:
    cell["fresh"] += 1
    cell["timely" if day <= due(decided) else "late"] += 1
