"""What a test of a declared rule can ask, each operator with its one meaning in plain Python.

The row interpreter calls `holds` directly. The column interpreter calls the same function on distinct values, except where
`columns` has a form for whole columns; that form is only faster, and a property test holds it equal.

A test is a tree: `{all: [...]}`, `{any: [...]}`, `{not: ...}` over atoms `{operator: [field, …, argument]}`. An atom about an unknown value
(empty, or a date or amount that could not be read) does not hold; `not` turns that around, so write `filled` beside it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinheng.engine.plain import DeclarationInvalid, read_day
from xinheng.engine.primitives import (
    differs_by_ten_thousand,
    holds_personal_data,
    is_after_deadline,
    is_other_name,
)
from xinheng.kernel.money import cents_from_wan

# Regular expressions must mean the same to Python and to the column library: no look-around, no back references, and no
# classes such as [0-9] written with a backslash, whose members differ.
_PYTHON_ONLY = re.compile(r"\(\?[=!<]|\(\?P=|\\[1-9dDwWsSbBAZ]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a test may need beside the row: the day it is asked, and the last day of the limit for each day of decision."""

    on: date
    deadlines: Mapping[date, date]


@dataclass(frozen=True, slots=True)
class Atom:
    """One question about the values of `fields`; `argument` is already of the kind its operator compares with."""

    operator: str
    fields: tuple[str, ...]
    argument: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Test"


Test = Atom | All | Some | Not


@dataclass(frozen=True, slots=True)
class Operator:
    """How an atom is written (`fields` names, then the argument) and what it means.

    Without `holds` it asks whether a field is there (empty, filled, sound), not for its value.
    """

    fields: int
    argument: Callable[[Any], Any] | None
    expects: str
    holds: Callable[[tuple[Any, ...], Any, Facts], bool] | None = None


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError
    return raw


def _texts(raw: Any) -> tuple[str, ...]:
    listed = raw if isinstance(raw, list) else [raw]
    if not listed or not all(isinstance(each, str) for each in listed):
        raise ValueError
    return tuple(listed)


def _whole(raw: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise ValueError
    return raw


def _pattern(raw: Any) -> str:
    if not isinstance(raw, str) or _PYTHON_ONLY.search(raw):
        raise ValueError
    try:
        re.compile(raw)
    except re.error as problem:
        raise ValueError from problem
    return raw


def _wan(raw: Any) -> int:
    if not isinstance(raw, int | str) or isinstance(raw, bool):
        raise ValueError
    cents = cents_from_wan(str(raw))
    if cents is None:
        raise ValueError
    return cents


def _day(raw: Any) -> date | None:
    """A date, or `today` as None."""
    return None if raw == "today" else read_day(raw)


def members(value: str) -> list[str]:
    """The members of a list in one cell."""
    return value.split(";")


OPERATORS: dict[str, Operator] = {
    "empty": Operator(1, None, "一个字段"),
    "filled": Operator(1, None, "一个字段"),
    "sound": Operator(1, None, "一个字段"),
    "equals": Operator(1, _text, "[字段, 文本]", lambda v, a, _: v[0] == a),
    "in": Operator(1, _texts, "[字段, [文本…]]", lambda v, a, _: v[0] in a),
    "has": Operator(1, _texts, "[字段, 成员或成员列表]", lambda v, a, _: any(each in a for each in members(v[0]))),
    "only": Operator(1, _texts, "[字段, [成员…]]", lambda v, a, _: all(each in a for each in members(v[0]))),
    "starts": Operator(1, _texts, "[字段, 开头或开头列表]", lambda v, a, _: v[0].startswith(a)),
    "longer": Operator(1, _whole, "[字段, 字数]", lambda v, a, _: len(v[0]) > a),
    "matches": Operator(
        1, _pattern, "[字段, 正则表达式（不含环视和反向引用）]", lambda v, a, _: re.search(a, v[0]) is not None
    ),
    "before": Operator(2, None, "[日期字段, 日期字段]", lambda v, _a, _f: v[0] < v[1]),
    "after": Operator(1, _day, "[日期字段, 日期或 today]", lambda v, a, facts: v[0] > (a or facts.on)),
    "since": Operator(1, _day, "[日期字段, 日期或 today]", lambda v, a, facts: v[0] >= (a or facts.on)),
    "above_wan": Operator(1, _wan, "[金额字段, 万元]", lambda v, a, _: v[0] > a),
    "at_most_wan": Operator(1, _wan, "[金额字段, 万元]", lambda v, a, _: v[0] <= a),
    "same": Operator(2, None, "[字段, 字段]", lambda v, _a, _f: v[0] == v[1]),
    "personal_data": Operator(1, None, "一个文本字段", lambda v, _a, _f: holds_personal_data(v[0])),
    "unit_differs": Operator(2, None, "[文本字段, 金额字段]", lambda v, _a, _f: differs_by_ten_thousand(v[0], v[1])),
    "late": Operator(2, None, "[日期字段, 收到日期]", lambda v, _a, f: is_after_deadline(v[0], v[1], f.deadlines)),
    "other_name": Operator(2, None, "[名称字段, 登记名称]", lambda v, _a, _f: is_other_name(v[0], v[1])),
}


def parse_test(raw: Any, where: str, path: str) -> Test:
    """The test a declaration writes.  Raises: DeclarationInvalid naming file, key and what may stand there."""
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise DeclarationInvalid(where, path, raw, "只有一个操作的键值对，如 {filled: 字段}")
    [(name, body)] = raw.items()
    here = f"{path}.{name}"
    if name in ("all", "any"):
        if not isinstance(body, list) or not body:
            raise DeclarationInvalid(where, here, body, "非空列表")
        parts = tuple(parse_test(each, where, f"{here}[{index}]") for index, each in enumerate(body))
        return All(parts) if name == "all" else Some(parts)
    if name == "not":
        return Not(parse_test(body, where, here))
    if name not in OPERATORS:
        raise DeclarationInvalid(where, path, name, "下列操作之一：all、any、not、" + "、".join(OPERATORS))
    return _parse_atom(name, body, where, here)


def _parse_atom(name: str, body: Any, where: str, here: str) -> Atom:
    operator = OPERATORS[name]
    written = body if isinstance(body, list) else [body]
    wanted = operator.fields + (operator.argument is not None)
    wrong = DeclarationInvalid(where, here, body, operator.expects)
    if len(written) != wanted or not all(isinstance(each, str) for each in written[: operator.fields]):
        raise wrong
    if operator.argument is None:
        return Atom(name, tuple(written))
    try:
        return Atom(name, tuple(written[:-1]), operator.argument(written[-1]))
    except ValueError as problem:
        raise wrong from problem


def atoms(test: Test) -> Iterator[Atom]:
    """Every atom of a test, from left to right."""
    if isinstance(test, Atom):
        yield test
    elif isinstance(test, Not):
        yield from atoms(test.part)
    else:
        for part in test.parts:
            yield from atoms(part)
