"""What is evidently good, for whole columns: cells of which `steps` would change nothing and say nothing.

Each expression may only be too strict, never too lenient: a cell it lets pass must come out of `steps.read` (or `settle`) as it is. The
property test of the two interpreters runs over exactly this. Everything it does not let pass goes through the Python step, once per
distinct value.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

from xinheng.engine.declare import Field, FieldType
from xinheng.kernel.identifiers import orgcode, resident, uscc

# Whatever `normalise_cell` changes or reports: control characters, every blank but the plain one inside, invisible marks, entities.
_UNSAFE = (
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u{ad}\u{1680}\u{180b}-\u{180f}\u{2000}-\u{200f}\u{2028}-\u{202f}\u{205f}-\u{206f}"
    r"\u{3000}\u{feff}\u{fff0}-\u{ffff}&]|_[xX]000|^[ \n]|[ \n]$"
)
# Whatever means "nothing": marks alone, or one of the words.
_BLANK = r"|^[\s\x{3000}/\\\-—–―－_.。、·*／＼]*$|(?i)^(?:无|空|未知|不详|暂无|null|none|nil|nan|n/a|na)$"
_NUMBER_UNSAFE = r"|[\s\[［【（(﹝{｛〈<《\x{ff01}-\x{ff5e}]"
_GAP = (
    r"[ \t\x{a0}\x{3000}\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{feff}\-‐‑‒–—−－]"
)
_PERSONAL = rf"[0-9０-９](?:{_GAP}*[0-9０-９]){{10}}"
"""Every kind of personal number has eleven digits with nothing but blanks, hyphens and invisible marks between them."""

_SHORT_CODE = r"^[0-9][0-9A-Z]*$"
_SHORT_CODE_RUIN = r"^[0-9]E[0-9]{1,2}$|^[1-9][0-9]{14}000$"
_AMOUNT = r"^[0-9]{1,9}(?:\.[0-9]{1,6})?$"
_FILLER = r"^(?:123456789|1{8}|2{8}|3{8}|4{8}|5{8}|6{8}|7{8}|8{8}|9{8})"
_KNOWN_PREFIXES = sorted(uscc.KNOWN_PREFIXES)
_MARKET_PREFIXES = ("91", "92", "93")
_EARLIEST_CENTURY = str(resident.EARLIEST_YEAR // 100)
_INVALID = 10_000


def odd(field: Field, *, scanned: bool) -> pl.Expr | None:
    """True where a cell that is there is not evidently good; None if the type has no such expression.

    In a `scanned` field cells that may hold personal data are odd as well: one pass over the text instead of two.
    """
    cell = pl.col(field.code)
    if field.type is FieldType.TEXT:
        return cell.str.contains(_UNSAFE + _BLANK + ("|" + _PERSONAL if scanned else "")) | _long(field)
    if field.type is FieldType.NUMBER:
        return cell.str.contains(_UNSAFE + _NUMBER_UNSAFE + _BLANK) | _long(field)
    if field.type is FieldType.CODE:
        return ~cell.str.contains(_SHORT_CODE) | cell.str.contains(_SHORT_CODE_RUIN) | _long(field)
    if field.type is FieldType.PERSON:
        return ~cell.str.contains(r"^[0-9]{6}[0-9A-Z]*$") | _long(field)
    if field.type is FieldType.AMOUNT:
        return ~cell.str.contains(_AMOUNT)
    return None


def may_be_personal(name: str) -> pl.Expr:
    """True where a text may hold personal data."""
    return pl.col(name).str.contains(_PERSONAL)


def cents(field: Field) -> pl.Expr:
    """Cents of the cells that are evidently amounts, null elsewhere. At most fifteen digits, so that a float is exact to the cent."""
    number = pl.col(field.code).cast(pl.Float64, strict=False)
    return pl.when(pl.col(field.code).str.contains(_AMOUNT)).then((number * 1e6).round().cast(pl.Int64, strict=False))


def good_uscc(codes: pl.Series) -> pl.Series:
    """True where a text is certainly a valid code: length, both check characters, a known authority, no filler, no ruined number.

    And not a person's number: that begins with none of the prefixes of the market, and has a century at the seventh place.
    """
    cell = pl.col("cell")
    cells = _with_bytes(codes)
    outer = _weighted(range(18), _uscc_tables())
    inner = _weighted(range(8, 17), _orgcode_tables())
    shaped = cell.str.slice(0, 2).is_in(_KNOWN_PREFIXES) & ~cell.str.contains(_FILLER)
    right = (outer < _INVALID) & (outer % 31 == 0) & (inner < _INVALID) & (inner % 11 == 0)
    no_person = cell.str.slice(0, 2).is_in(_MARKET_PREFIXES) | (cell.str.slice(6, 2) < _EARLIEST_CENTURY)
    return cells.select((shaped & right & no_person).fill_null(False)).to_series()


def good_resident(numbers: pl.Series, on: date) -> pl.Series:
    """True where a text is certainly a valid identity number of eighteen characters of somebody born by `on`."""
    cell = pl.col("cell")
    born = cell.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    shaped = cell.str.contains(r"^[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X]$") & born.is_not_null() & (born <= pl.lit(on))
    sums = _weighted(range(18), _resident_tables())
    return _with_bytes(numbers).select((shaped & (sums % 11 == 1)).fill_null(False)).to_series()


def _long(field: Field) -> pl.Expr:
    """Bytes are cheap to count and never fewer than characters."""
    if field.max_length is None:
        return pl.lit(False)
    return pl.col(field.code).str.len_bytes() > field.max_length


def _with_bytes(codes: pl.Series) -> pl.DataFrame:
    """The texts as `cell` beside the bytes of those of eighteen, a column a place; null for other lengths."""
    fixed = pl.select(pl.when(codes.str.len_bytes() == 18).then(codes)).to_series()
    places = fixed.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, 18)).arr.to_struct().struct.unnest()
    return places.rename(dict(zip(places.columns, map(str, range(18)), strict=True))).with_columns(codes.alias("cell"))


def _weighted(places: Iterable[int], tables: list[list[int]]) -> pl.Expr:
    """The sum of what each table says of the byte at its place."""
    parts = [
        pl.lit(pl.Series(table, dtype=pl.Int32)).gather(pl.col(str(place)))
        for place, table in zip(places, tables, strict=True)
    ]
    return pl.sum_horizontal(parts, ignore_nulls=False)


def _uscc_tables() -> list[list[int]]:
    """Value times weight of each byte at each place; the check character counts once, so a right code sums to a multiple of 31."""
    letters = {ord(each): value for value, each in enumerate(uscc.ALPHABET)}
    numbers = {ord(each): value for value, each in enumerate("0123456789")}
    allowed = [letters] * 2 + [numbers] * 6 + [letters] * 10
    return [_table(values, weight) for values, weight in zip(allowed, (*uscc.WEIGHTS, 1), strict=True)]


def _orgcode_tables() -> list[list[int]]:
    """As above modulo 11; the check character X counts ten."""
    values = {ord(each): value for value, each in enumerate(orgcode.ALPHABET)}
    last = {ord(each): value for value, each in enumerate("0123456789X")}
    return [*(_table(values, weight) for weight in orgcode.WEIGHTS), _table(last, 1)]


def _resident_tables() -> list[list[int]]:
    values = {ord(each): value for value, each in enumerate("0123456789")}
    last = {ord(each): value for value, each in enumerate("0123456789X")}
    return [*(_table(values, weight) for weight in resident.WEIGHTS), _table(last, 1)]


def _table(values: dict[int, int], weight: int) -> list[int]:
    return [values[byte] * weight if byte in values else _INVALID for byte in range(256)]
