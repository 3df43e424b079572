"""Finding the header among title rows, and matching it to what is expected. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.values import Expected, Header, RawRow, Surveyed

_IGNORED = re.compile(r"[\s*★☆●﹡※\u200b\ufeff\u2060]+")
_BRACKETS = str.maketrans("〔【［「『〈《﹝{[)】］」』〕〉》﹞}]", "(" * 10 + ")" * 11)
_TAIL = re.compile(r"\(([^()]*)\)$")
# Remarks to whoever fills the form; a unit in brackets is none of these, it changes the meaning.
_REMARK = re.compile(r"必填|选填|非必填|可填|必填项|选填项|必录|必报|M|O|C|格式.*|例如?.*|如.*|YYYY.*")
_FEWEST = 2


def header_key(text: str) -> str:
    """The form in which headers are compared: NFKC, one kind of bracket, no blanks and stars, no filling-in remarks."""
    key = _IGNORED.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS).rstrip(":").upper()
    while (tail := _TAIL.search(key)) and _REMARK.fullmatch(tail[1]):
        key = key[: tail.start()]
    return key


class Names:
    """The names of one item, ready to be asked. A header without its unit matches where that is unambiguous."""

    def __init__(self, columns: Iterable[tuple[str, Iterable[str]]], mapped: Mapping[str, str] | None = None) -> None:
        self._codes: dict[str, str] = {}
        short: dict[str, set[str]] = {}
        for code, names in columns:
            for name in (code, *names):
                key = header_key(name)
                self._codes.setdefault(key, code)
                if tail := _TAIL.search(key):
                    short.setdefault(key[: tail.start()], set()).add(code)
        for key, codes in short.items():
            if len(codes) == 1:
                self._codes.setdefault(key, *codes)
        known = set(self._codes.values())
        self._mapped = {header_key(text): code for text, code in (mapped or {}).items() if code in known}

    @classmethod
    def of(cls, expected: Expected) -> "Names":
        return cls(((column.code, column.names) for column in expected.columns), expected.mapped)

    def code(self, text: str | None) -> str | None:
        """The column a header means: by the item's own names first, then by the sender's."""
        if not text:
            return None
        key = header_key(text)
        return self._codes.get(key) or self._mapped.get(key)

    def is_own(self, text: str) -> bool:
        """Whether the header is one of the item's own."""
        return header_key(text) in self._codes


@dataclass(frozen=True, slots=True)
class Located:
    """A header row (or two), by index among the head rows given, with the text of each column and its code."""

    first: int
    last: int
    texts: tuple[str, ...]
    codes: tuple[str | None, ...]

    @property
    def score(self) -> int:
        return len({code for code in self.codes if code})


def locate(head: Sequence[RawRow], names: Names) -> Located | None:
    """The row that names most of the expected columns, the first of equals; two rows only where both together name more.

    A template that repeats its header (Chinese, then codes) has one header; the last of its rows counts.
    """
    best: Located | None = None
    for index, row in enumerate(head):
        for found in _candidates(head, index, row, names):
            if best is None or found.score > best.score:
                best = found
    if best is None or best.score < _FEWEST:
        return best if best and best.score == len(best.texts) == 1 else None
    return _with_repetition(head, best, names)


def _candidates(head: Sequence[RawRow], index: int, row: RawRow, names: Names) -> Iterable[Located]:
    texts = _texts(row)
    yield Located(index, index, texts, tuple(names.code(text) for text in texts))
    if index + 1 < len(head):
        pairs = _stacked(texts, _texts(head[index + 1]), names)
        yield Located(index, index + 1, tuple(text for text, _ in pairs), tuple(code for _, code in pairs))


def _texts(row: RawRow) -> tuple[str, ...]:
    texts = [cell or "" for cell in row.cells]
    while texts and not texts[-1].strip():
        texts.pop()
    return tuple(texts)


def _stacked(upper: tuple[str, ...], lower: tuple[str, ...], names: Names) -> list[tuple[str, str | None]]:
    """Two header rows as one: the lower name, or both joined (a group above its parts), or the upper over a blank."""
    pairs: list[tuple[str, str | None]] = []
    group = ""
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) else ""
        group = above or group
        choices = (below, group + below, f"{group}({below})") if below.strip() else (above,)
        match = next(((text, code) for text in choices if (code := names.code(text))), None)
        pairs.append(match or (below or above, None))
    return pairs


def _with_repetition(head: Sequence[RawRow], found: Located, names: Names) -> Located:
    last = found.last
    while last + 1 < len(head):
        following = [names.code(cell) for cell in head[last + 1].cells]
        same = sum(1 for code, again in zip(found.codes, following, strict=False) if code and code == again)
        if same < max(_FEWEST, found.score // 2):
            break
        last += 1
    return Located(found.first, last, found.texts, found.codes)


def require(head: Sequence[RawRow], expected: Expected, names: Names) -> Located:
    """The header, or the reason there is none that may be used.  Raises: RefusedFile F07, F08, F09, F11."""
    if all(row.is_empty() for row in head):
        raise RefusedFile(FileCode.EMPTY, "文件里没有内容。请检查导出是否完成，再上报。")
    found = locate(head, names)
    _refuse_other_item(head, expected, found.score if found else 0)
    if found is None:
        wanted = "、".join(_label(expected, code) for code in _obligatory(expected)[:5]) or expected.item
        raise RefusedFile(
            FileCode.NO_HEADER,
            f"前 {len(head)} 行里没有找到表头。请保留模板的表头行（应有：{wanted} 等），表头以上最多 20 行标题。",
        )
    return found


def _refuse_other_item(head: Sequence[RawRow], expected: Expected, score: int) -> None:
    # Where every column is recognised no other item can recognise more: there may be dozens of others, and most files are in order.
    if score >= max((len(_texts(row)) for row in head), default=0):
        return
    best_item, best_score = "", score
    for item, other in expected.others.items():
        found = locate(head, Names((name, ()) for name in other))
        if found and found.score > best_score:
            best_item, best_score = item, found.score
    if best_item:
        raise RefusedFile(
            FileCode.OTHER_ITEM,
            f"表头是「{best_item}」的（认出 {best_score} 列），不是「{expected.item}」的（认出 {score} 列）。"
            "请核对所选的信息项，或换上正确的文件。",
        )


def survey(head: Sequence[RawRow], expected: Expected) -> Surveyed:
    """What a head has for columns.  Raises: RefusedFile F08 when nothing stands in it."""
    rows = [row for row in head if not row.is_empty()]
    if not rows:
        raise RefusedFile(FileCode.EMPTY, "文件里没有内容。请检查导出是否完成，再上报。")
    names = Names.of(expected)
    found = locate(rows, names)
    if found is None:
        fullest = max(rows, key=lambda row: sum(map(bool, row.cells)))
        place = rows.index(fullest)
        texts = _texts(fullest)
        found = Located(place, place, texts, tuple(names.code(text) for text in texts))
    own = {code for text, code in zip(found.texts, found.codes, strict=True) if code and names.is_own(text)}
    mapped, codes = set(), []
    for place, (text, code) in enumerate(zip(found.texts, found.codes, strict=True)):
        by_sender = code is not None and not names.is_own(text)
        codes.append(None if by_sender and code in own else code)
        if by_sender and code not in own:
            mapped.add(place)
    following = tuple(tuple(row.cells) for row in rows[found.last + 1 :])
    return Surveyed(tuple(text.strip() for text in found.texts), tuple(codes), frozenset(mapped), following)


def match(found: Located, row_number: int, expected: Expected) -> Header:
    """The header as a value.  Raises: RefusedFile F11 when an obligatory column is missing or doubled."""
    places, mapped, unknown = _places(found, Names.of(expected))
    aside = {column.code for column in expected.columns if column.aside}
    order = [column.code for column in expected.columns if column.code in places]
    doubled = tuple(code for code in order if len(places[code]) > 1 and code not in aside)
    missing = tuple(column.code for column in expected.columns if column.code not in places and not column.aside)
    _refuse_columns(expected, missing, doubled)
    return Header(
        row_number=row_number,
        mapping={code: places[code][0] for code in order},
        as_found={code: found.texts[places[code][0]] for code in order},
        unknown=tuple(unknown),
        missing=missing,
        doubled=doubled,
        doubled_at={code: tuple(places[code][1:]) for code in doubled},
        width=len(found.texts),
        mapped=tuple(code for code in order if code in mapped),
        aside=frozenset(place for code in aside for place in places.get(code, ())),
    )


def _places(found: Located, names: Names) -> tuple[dict[str, list[int]], set[str], list[str]]:
    """Where each column stands, which were found by the sender's own header only, and the headers that are not known.

    The sender's header for a field gives way to a column that bears the item's own name.
    """
    own = {code for text, code in zip(found.texts, found.codes, strict=True) if code and names.is_own(text)}
    places: dict[str, list[int]] = {}
    mapped: set[str] = set()
    unknown = []
    for index, (text, code) in enumerate(zip(found.texts, found.codes, strict=True)):
        if code and (names.is_own(text) or code not in own):
            places.setdefault(code, []).append(index)
            if code not in own:
                mapped.add(code)
        else:
            unknown.append(text.strip() or f"第{index + 1}列（无表头）")
    return places, mapped, unknown


def _refuse_columns(expected: Expected, missing: tuple[str, ...], doubled: tuple[str, ...]) -> None:
    needed = _obligatory(expected)
    parts = []
    for word, codes in (("缺少", missing), ("重复出现", doubled)):
        if names := [_label(expected, code) for code in codes if code in needed]:
            parts.append(f"{word}必填列：{'、'.join(names)}")
    if parts:
        raise RefusedFile(FileCode.COLUMNS, f"表头{'；'.join(parts)}。请按模板补齐，每列只保留一个，再上报。")


def _obligatory(expected: Expected) -> list[str]:
    return [column.code for column in expected.columns if column.obligatory]


def _label(expected: Expected, code: str) -> str:
    names = next(column.names for column in expected.columns if column.code == code)
    return f"{names[0]}（{code}）" if names else code
