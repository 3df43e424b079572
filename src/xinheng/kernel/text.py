"""Cells as people and programs leave them: what is normalised, what is kept and reported, what means "nothing"."""

import html
import re
from dataclasses import dataclass
from typing import Final, Literal

CellRule = Literal["trimmed", "nbsp", "zero_width", "bidi_kept", "x000d", "entities", "line_ends"]

CELL_RULE_WORDS: Final[dict[CellRule, str]] = {
    "trimmed": "去掉首尾空白",
    "nbsp": "不间断空格改为普通空格",
    "zero_width": "去掉不可见的零宽字符",
    "bidi_kept": "含有文字方向控制符，原样保留",
    "x000d": "去掉表格软件残留的 _x000D_",
    "entities": "还原网页转义字符",
    "line_ends": "统一换行符",
}

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_X000D = re.compile(r"_x000[dD]_")
_NBSP = re.compile("[\u00a0\u202f\u2007]")
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad\u180e]")
_BIDI = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\u0085")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd-\uffff]")
_LOST: Final = 0xFFFD
_ROUNDS: Final = 50
"""Rounds of one cell. Nobody needs more than three, and a text can be made that would need thousands."""
_TRIMMED = " \t\n\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"

BLANK_MARKERS: Final = frozenset(
    {"", "无", "空", "未知", "不详", "暂无", "null", "none", "nil", "nan", "n/a", "na", "&nbsp;"}
)
"""Lower-case. 未知 is among them: an obligatory field filled with "unknown" is not filled (seen so in real reports)."""

BLANK_PATTERN: Final = r"^[\s\u3000\u00a0/\\\-—–―－_.。、·*／＼]*$"
"""Dashes, slashes and other marks alone, however many and however spaced: `/`, `-`, `— —`, `——`."""

_BLANK = re.compile(BLANK_PATTERN)
_WIDTH = str.maketrans({0xFF01 + place: 0x21 + place for place in range(94)})
_YEAR_BRACKETS = re.compile(r"[\[［【（(﹝〔{｛〈<《]((?:19|20)[0-9]{2})[\]］】）)﹞〕}｝〉>》]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ControlCharacter:
    """A character that no text has: its place (from 0) and its code point."""

    position: int
    code_point: int

    @property
    def is_lost(self) -> bool:
        """Whether another character stood here before some program could not read it."""
        return self.code_point == _LOST

    def __str__(self) -> str:
        return f"第{self.position + 1}个字符 U+{self.code_point:04X}"


def normalise_cell(value: str) -> tuple[str, tuple[CellRule, ...]]:
    """The value as it will be kept, and the rules that changed it (or, `bidi_kept`, only found something), in fixed order.

    Entities are decoded until none is left (twice-encoded ones occur), so the function is idempotent, but for texts made to
    hide one in another more than `_ROUNDS` deep: there the rest stays as written. Markup stays: it is escaped on display.
    Direction marks and joiners stay, because some scripts need them, and are reported. Control characters stay too: they are
    an error (E102), see `control_characters`. Widths of digits are not touched: that is for codes.
    """
    rules: list[CellRule] = []
    text = value
    for _ in range(_ROUNDS):
        text = _normalised_once(text, rules)
        if not _still_to_do(text):
            break
    _note(rules, "bidi_kept", _BIDI.search(text) is not None)
    return text, tuple(rules)


def _normalised_once(text: str, rules: list[CellRule]) -> str:
    before = ""
    while before != text:
        before = text
        text = _X000D.sub("", text)
        _note(rules, "x000d", text != before)
        decoded = _decode(text)
        _note(rules, "entities", decoded != text)
        text = decoded
    text = _replace(text, _LINE_ENDS, "\n", "line_ends", rules)
    text = _replace(text, _NBSP, " ", "nbsp", rules)
    text = _replace(text, _ZERO_WIDTH, "", "zero_width", rules)
    stripped = text.strip(_TRIMMED)
    _note(rules, "trimmed", stripped != text)
    return stripped


def written_number(text: str) -> tuple[str, tuple[str, ...]]:
    """A document number as it is kept, and what was changed: letters and digits half-width, no blanks, 〔〕 around the year."""
    half = "".join(each.translate(_WIDTH) if each.isalnum() else each for each in text)
    bare = _SPACE.sub("", half)
    value = _YEAR_BRACKETS.sub(r"〔\1〕", bare)
    steps = (("full_width", half != text), ("blanks", bare != half), ("year_brackets", value != bare))
    return value, tuple(rule for rule, applied in steps if applied)


def control_characters(text: str) -> tuple[ControlCharacter, ...]:
    """Control characters other than tab and line ends (NUL and the like), halves of characters, which no file can hold, and the sign
    that a program left where it could not read one (U+FFFD), in order.

    Each is an error: E102.
    """
    return tuple(ControlCharacter(found.start(), ord(found.group())) for found in _CONTROL.finditer(text))


def without_controls(text: str) -> str:
    """A text without what `control_characters` finds: for remarks, which are kept rather than sent back for a stray NUL."""
    return _CONTROL.sub("", text)


def is_blank_marker(text: str) -> bool:
    """Say whether a cell stands for "nothing": empty, blanks, 无, 空, 未知, null, `/`, `-`, `— —`, `&nbsp;` and the like."""
    plain = _ZERO_WIDTH.sub("", _decode(text)).strip(_TRIMMED + "\u00a0\r").lower()
    return plain in BLANK_MARKERS or _BLANK.fullmatch(plain) is not None


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _still_to_do(text: str) -> bool:
    """Removing a zero-width mark may have completed an entity or an artefact."""
    return _X000D.search(text) is not None or _decode(text) != text


def _replace(text: str, pattern: re.Pattern[str], by: str, rule: CellRule, rules: list[CellRule]) -> str:
    replaced = pattern.sub(by, text)
    _note(rules, rule, replaced != text)
    return replaced


def _note(rules: list[CellRule], rule: CellRule, applied: bool) -> None:
    if applied and rule not in rules:
        rules.append(rule)
