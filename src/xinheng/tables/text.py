"""Text tables: which encoding, which delimiter, and the rows of a CSV as raw text."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from xinheng.tables.limits import MIB, Limits
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.source import Source
from xinheng.tables.values import RawRow

DELIMITERS = (",", "\t", ";")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NUL_SHARE = 0.1
_HIGH = bytes(range(0x80, 0x100))
_LONGEST_STRETCH = 65_536
# Han characters and their punctuation. By chance GB18030 looks like this once in some ten thousand million stretches.
_UTF8 = re.compile(rb"(?<![\x80-\xff])(?:[\xe2-\xef][\x80-\xbf]{2}){4,}(?![\x80-\xff])")


def encoding_of(source: Source) -> str:
    """The Python name of the encoding that reads every byte of the file; the mark at its start decides where there is one.

    UTF-16 without a mark is taken only when evident from the zero bytes; then UTF-8 (strict), then GB18030 (strict).
    Nearly any bytes can be read as GB18030, so a file read so must hold no evident UTF-8.
    Cost: up to three passes over the file, in pieces.  Raises: RefusedFile F10.
    """
    head = source.head(4096)
    for encoding in _candidates(head):
        if _decodes(source, encoding):
            if encoding == "gb18030" and _holds_utf8(source):
                raise RefusedFile(
                    FileCode.UNDECODABLE,
                    "文件里混有两种文字编码（UTF-8 和 GB18030），其中一种会变成乱码。"
                    "请把来源不同的部分分开，各自另存为 .xlsx 或 UTF-8 的 CSV。",
                )
            return encoding
    raise RefusedFile(
        FileCode.UNDECODABLE,
        "文件的文字编码无法识别（既不是 UTF-8、UTF-16，也不是 GB18030），或文件中途损坏。请另存为 UTF-8 的 CSV 或 .xlsx。",
    )


def _candidates(head: bytes) -> tuple[str, ...]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return (encoding,)
    pairs = max(len(head) // 2, 1)
    high, low = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if low > _NUL_SHARE and low > 8 * high:
        return ("utf-16-le",)
    if high > _NUL_SHARE and high > 8 * low:
        return ("utf-16-be",)
    return ("utf-8", "gb18030")


def _holds_utf8(source: Source) -> bool:
    """Whether some stretch between ASCII bytes is four or more characters of UTF-8: two files were put together, or one was cut."""
    rest = b""
    with source.open() as stream:
        while piece := stream.read(MIB):
            window = rest + piece
            rest = window[len(window.rstrip(_HIGH)) :][-_LONGEST_STRETCH:]
            if _UTF8.search(window, 0, len(window) - len(rest)):
                return True
    return _UTF8.search(rest) is not None


def _decodes(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with source.open() as stream:
        try:
            while piece := stream.read(MIB):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def open_text(source: Source, encoding: str) -> io.TextIOWrapper:
    """The decoded file, line ends untouched (the csv module wants to see them)."""
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="strict", newline="")


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV whose encoding is known; the delimiter is an argument, because only its header tells which is right."""

    source: Source
    encoding: str
    limits: Limits

    def rows(self, delimiter: str) -> Iterator[RawRow]:
        """Every record, numbered from 1 as a spreadsheet would (a record with line breaks inside is one row).

        Quoting is strict: a quotation mark that is never closed would swallow rows without a word.
        Raises: RefusedFile F01 for broken quoting, F06 for too long a cell or too wide a row.
        """
        limits = self.limits
        number = 0
        with open_text(self.source, self.encoding) as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise _broken(error, number, limits) from error
                if len(cells) > limits.columns:
                    limits.check_width(max((i for i, cell in enumerate(cells, 1) if cell), default=0), number)
                longest = max(map(len, cells), default=0)
                if longest > limits.cell_chars:
                    limits.check_cell(longest, number, 1 + [len(cell) for cell in cells].index(longest))
                yield RawRow(number, cells, [])  # type: ignore[arg-type]

    def head(self, delimiter: str, count: int) -> "list[RawRow] | RefusedFile":
        """The first rows, to look for a header, or what is wrong with them under this delimiter."""
        rows: list[RawRow] = []
        try:
            rows.extend(islice(self.rows(delimiter), count))
        except RefusedFile as error:
            return error
        return rows


def _broken(error: csv.Error, number: int, limits: Limits) -> RefusedFile:
    if "field limit" in str(error):
        return RefusedFile(
            FileCode.OVER_LIMIT,
            f"第 {number} 行有一格超过 {limits.cell_chars} 个字符，多半是缺少右引号。请检查这一行的引号。",
        )
    return RefusedFile(
        FileCode.NOT_WHAT_IT_SAYS,
        f"第 {number} 行的引号不成对，从这里起无法分清各列。请补上引号，或另存为 .xlsx 再上报。",
    )
