"""JSON: an array of objects, an object with one array, or JSON Lines; read value by value, numbers kept as written."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xinheng.tables.cells import number_text
from xinheng.tables.limits import Limits
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.source import Source
from xinheng.tables.text import open_text
from xinheng.tables.values import FileKind, Mark, NoteRule, RawRow

_PIECE = 65_536
_BLANK = " \t\r\n"
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Number(str):
    """A JSON number exactly as the file writes it."""

    __slots__ = ()


class _Object(list[tuple[str, object]]):
    """An object as its pairs, so that a key given twice is seen."""


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number, parse_constant=_Number, strict=False
)


def _wrong(what: str) -> RefusedFile:
    return RefusedFile(
        FileCode.NOT_WHAT_IT_SAYS,
        f"不是可用的 JSON：{what}。应为对象的数组、只含一个数组的对象，或每行一个对象（.jsonl）。",
    )


class _Scanner:
    """Values one after another from a stream, holding one at a time."""

    def __init__(self, pieces: Iterable[str], limit: int) -> None:
        self._pieces = iter(pieces)
        self._limit = limit
        self._text = ""
        self._at = 0
        self._ended = False

    def _more(self, size: int = _PIECE) -> bool:
        grown, parts = 0, [self._text[self._at :]]
        while grown < size and not self._ended:
            piece = next(self._pieces, "")
            self._ended = not piece
            grown += len(piece)
            parts.append(piece)
        self._text, self._at = "".join(parts), 0
        return grown > 0

    def peek(self) -> str:
        """The next character that is no blank; '' at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        found = self.peek()
        if found != wanted:
            raise _wrong(f"应有「{wanted}」的地方是「{found or '文件结尾'}」")
        self._at += 1

    def value(self) -> object:
        """The next value. What does not fit is read twice as far each time, so the cost stays linear."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                held = len(self._text) - self._at
                if held > self._limit:
                    raise RefusedFile(
                        FileCode.OVER_LIMIT, f"有一条记录超过 {self._limit} 个字符，或缺少右括号。"
                    ) from error
                if not self._more(max(held, _PIECE)):
                    raise _wrong("有一处写法不对或没有写完") from error
                continue
            # A number at the very end of what was read may go on in the next piece.
            if end == len(self._text) and not self._ended and isinstance(value, _Number) and self._more():
                continue
            self._at = end
            return value


@dataclass(frozen=True, slots=True)
class JsonSource:
    """A JSON file as rows: the keys, in the order they first appear, are the columns."""

    source: Source
    encoding: str
    kind: FileKind
    limits: Limits

    def keys(self) -> tuple[str, ...]:
        """Every key of every object. Cost: one pass.  Raises: RefusedFile F01, F06."""
        keys: dict[str, None] = {}
        for record, (_, pairs) in enumerate(self._objects(), 1):
            self.limits.check_record(record)
            for key, _ in pairs:
                if key not in keys:
                    keys[key] = None
                    self.limits.check_width(len(keys), record)
        return tuple(_clean(key)[0] for key in keys)

    def rows(self, keys: tuple[str, ...]) -> Iterator[RawRow]:
        """One row an object; its number is the line (JSON Lines) or its place from 1."""
        places = {key: index for index, key in enumerate(keys)}
        for number, pairs in self._objects():
            cells: list[str | None] = [None] * len(keys)
            marks: list[Mark] = []
            seen: set[int] = set()
            for key, value in pairs:
                index = places[_clean(key)[0]]
                text, rule, before = _text(value)
                if index in seen:
                    if text != cells[index]:
                        marks.append(Mark(index, NoteRule.DOUBLED, text))
                    continue
                seen.add(index)
                cells[index] = text
                self.limits.check_cell(len(text or ""), number, index + 1)
                if rule:
                    marks.append(Mark(index, rule, before))
            yield RawRow(number, cells, marks)

    def _objects(self) -> Iterator[tuple[int, _Object]]:
        with open_text(self.source, self.encoding) as stream:
            if self.kind is FileKind.JSONL:
                yield from self._lines(stream)
                return
            scanner = _Scanner(iter(lambda: stream.read(_PIECE), ""), self.limits.value_bytes)
            found = scanner.peek()
            if found == "[":
                yield from _array(scanner)
            elif found == "{":
                yield from _only_array(scanner)
            else:
                raise _wrong("开头不是「[」或「{」")
            if scanner.peek():
                raise _wrong("最后一个括号之后还有内容；每行一个对象的文件请用扩展名 .jsonl")

    def _lines(self, stream: Iterable[str]) -> Iterator[tuple[int, _Object]]:
        for number, line in enumerate(stream, 1):
            if len(line) > self.limits.value_bytes:
                raise RefusedFile(FileCode.OVER_LIMIT, f"第 {number} 行超过 {self.limits.value_bytes} 个字符。")
            if not line.strip(_BLANK):
                continue
            try:
                value = _DECODER.decode(line)
            except json.JSONDecodeError as error:
                raise _wrong(f"第 {number} 行不是完整的一个对象") from error
            yield number, _object(value, number)


def _array(scanner: _Scanner) -> Iterator[tuple[int, _Object]]:
    scanner.take("[")
    number = 0
    while scanner.peek() != "]":
        if number:
            scanner.take(",")
        number += 1
        yield number, _object(scanner.value(), number)
    scanner.take("]")


def _only_array(scanner: _Scanner) -> Iterator[tuple[int, _Object]]:
    scanner.take("{")
    arrays = 0
    first = True
    while scanner.peek() != "}":
        if not first:
            scanner.take(",")
        first = False
        if not isinstance(key := scanner.value(), str) or isinstance(key, _Number):
            raise _wrong("对象的键不是文字")
        scanner.take(":")
        if scanner.peek() == "[":
            arrays += 1
            if arrays > 1:
                raise RefusedFile(
                    FileCode.SEVERAL_SHEETS,
                    f"对象里不止一个数组（第二个是「{_clean(key)[0][:40]}」），无法判断取哪个。",
                )
            yield from _array(scanner)
        else:
            scanner.value()
    scanner.take("}")
    if not arrays:
        raise _wrong("对象里没有数组")


def _object(value: object, number: int) -> _Object:
    if not isinstance(value, _Object):
        raise _wrong(f"第 {number} 条不是对象")
    return value


def _clean(text: str) -> tuple[str, bool]:
    """Half a surrogate pair cannot be stored anywhere: it becomes U+FFFD."""
    if _SURROGATE.search(text):
        return _SURROGATE.sub("\ufffd", text), True
    return text, False


def _text(value: object) -> tuple[str | None, NoteRule | None, str | None]:
    if value is None:
        return None, None, None
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), NoteRule.BOOLEAN, json.dumps(value)
    if isinstance(value, _Number):
        return _number(str(value))
    if isinstance(value, str):
        text, replaced = _clean(value)
        return text or None, NoteRule.REPLACED if replaced else None, None
    text, _ = _clean(json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")))
    return text, NoteRule.NESTED, None


def _number(raw: str) -> tuple[str, NoteRule, str] | tuple[str, None, None]:
    # An integer written out in JSON has lost nothing, however long it is.
    if raw.lstrip("-").isdigit():
        return raw, NoteRule.NUMBER_AS_TEXT, raw
    whole, _, decimals = raw.partition(".")
    kept = decimals.rstrip("0")
    if kept.isdigit():
        # Written out, too: every digit counts, also those that a binary fraction could not hold.
        text = f"{whole}.{kept}"
        return (text, NoteRule.NUMBER_AS_TEXT, raw) if text != raw else (text, None, None)
    text, rule = number_text(raw)
    return (text, rule, raw) if rule else (text, None, None)


def _plain(value: object) -> object:
    if isinstance(value, _Object):
        return {key: _plain(item) for key, item in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
