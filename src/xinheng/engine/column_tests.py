"""Tests over whole columns. Each atom becomes one column of truth values; what has no form here is asked per distinct combination.

The forms mean what `operators` says, an unknown value never holding; the property test of the two interpreters holds them to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from xinheng.engine.column_evidence import may_be_personal
from xinheng.engine.column_reading import Columns, rejected_fields
from xinheng.engine.declare import Sheet
from xinheng.engine.operators import OPERATORS, All, Atom, Not, Test
from xinheng.engine.primitives import AMOUNT_IN_TEXT, TEN_THOUSAND
from xinheng.engine.problems import Context

_YUAN = 100
_WAN = _YUAN * TEN_THOUSAND


@dataclass(slots=True)
class TestFrame:
    """The columns tests look at, and the truth of the atoms asked so far."""

    sheet: Sheet
    columns: Columns
    context: Context
    cells: pl.DataFrame
    truths: dict[Atom, pl.Series] = field(default_factory=dict)
    distinct: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, wanted: list[Atom]) -> None:
        """Ask some atoms: those with an expression side by side, the others one after the other."""
        left = [atom for atom in dict.fromkeys(wanted) if atom not in self.truths]
        forms = {atom: form for atom in left if (form := self._form(atom)) is not None}
        asked = self.cells.select(form.fill_null(False).alias(str(n)) for n, form in enumerate(forms.values()))
        self.truths |= dict(zip(forms, asked.iter_columns(), strict=True))
        for atom in left:
            if atom not in forms:
                self.truths[atom] = self._asked_by_value(atom)

    def truth(self, test: Test) -> pl.Series:
        """The truth of a test whose atoms have been asked."""
        if isinstance(test, Atom):
            return self.truths[test]
        if isinstance(test, Not):
            return ~self.truth(test.part)
        return reduce(and_ if isinstance(test, All) else or_, (self.truth(part) for part in test.parts))

    def _form(self, atom: Atom) -> pl.Expr | None:
        name = atom.fields[0]
        if atom.operator in ("empty", "filled", "sound"):
            return self._presence(atom)
        if self._has_few_values(name) and len(atom.fields) == 1:
            return self._listed(atom)
        make = _FORMS.get(atom.operator)
        return make(atom, self.context) if make else None

    def _presence(self, atom: Atom) -> pl.Expr:
        name = atom.fields[0]
        filled = pl.lit(self.columns.filled[name]) if name in self.columns.filled else pl.col(name).is_not_null()
        if atom.operator == "empty":
            return ~filled
        if atom.operator == "filled":
            return filled
        return filled & ~pl.lit(rejected_fields(self.columns, name))

    def _has_few_values(self, name: str) -> bool:
        return name in self.columns.by_value and self.columns.values[name].dtype == pl.String

    def _listed(self, atom: Atom) -> pl.Expr:
        """A column of few distinct values: ask each of them once."""
        holds = OPERATORS[atom.operator].holds
        name = atom.fields[0]
        if name not in self.distinct:
            self.distinct[name] = self.cells.get_column(name).unique().drop_nulls().to_list()
        distinct = self.distinct[name]
        good = [value for value in distinct if holds and holds((value,), atom.argument, self.context.facts)]
        return pl.col(name).is_in(good)

    def _asked_by_value(self, atom: Atom) -> pl.Series:
        """Ask the distinct combinations of values that may hold."""
        holds = OPERATORS[atom.operator].holds
        truth = pl.repeat(False, self.cells.height, dtype=pl.Boolean, eager=True)
        present = pl.all_horizontal(pl.col(name).is_not_null() for name in atom.fields)
        cells, suspects = self.cells, None
        if atom.operator == "personal_data" and atom.fields[0] in self.columns.suspects:
            suspects = self.columns.suspects[atom.fields[0]]
            cells = cells.select(atom.fields)[suspects]
        likely = _CANDIDATES[atom.operator](atom) if atom.operator in _CANDIDATES else pl.lit(True)
        records = cells.select((present & likely).fill_null(False).alias("may")).to_series().arg_true()
        records = records if suspects is None else suspects.gather(records)
        if holds is None or not len(records):
            return truth
        asked = self.cells.select(atom.fields)[records]
        distinct = asked.unique()
        answers = [holds(row, atom.argument, self.context.facts) for row in distinct.iter_rows()]
        answered = asked.join(
            distinct.with_columns(pl.Series("answer", answers, dtype=pl.Boolean)),
            on=list(atom.fields),
            how="left",
            maintain_order="left",
        )
        return truth.scatter(records, answered.get_column("answer"))


def _text_starts(atom: Atom, _: Context) -> pl.Expr:
    return pl.any_horizontal(pl.col(atom.fields[0]).str.starts_with(each) for each in atom.argument)


def _is_late(atom: Atom, context: Context) -> pl.Expr:
    decided, received = (pl.col(name) for name in atom.fields)
    if not context.deadlines:
        return pl.lit(False) & decided.is_not_null()
    days, lasts = list(context.deadlines), list(context.deadlines.values())
    last = decided.replace_strict(
        pl.Series(days, dtype=pl.Date), pl.Series(lasts, dtype=pl.Date), default=None, return_dtype=pl.Date
    )
    return received > last


def _day(argument: Any, context: Context) -> pl.Expr:
    return pl.lit(argument or context.on)


def _pair(atom: Atom) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(atom.fields[0]), pl.col(atom.fields[1])


_FORMS: dict[str, Callable[[Atom, Context], pl.Expr]] = {
    "equals": lambda atom, _: pl.col(atom.fields[0]) == pl.lit(atom.argument),
    "in": lambda atom, _: pl.col(atom.fields[0]).is_in(list(atom.argument)),
    "starts": _text_starts,
    "longer": lambda atom, _: pl.col(atom.fields[0]).str.len_chars() > atom.argument,
    "matches": lambda atom, _: pl.col(atom.fields[0]).str.contains(atom.argument),
    "before": lambda atom, _: _pair(atom)[0] < _pair(atom)[1],
    "after": lambda atom, context: pl.col(atom.fields[0]) > _day(atom.argument, context),
    "since": lambda atom, context: pl.col(atom.fields[0]) >= _day(atom.argument, context),
    "above_wan": lambda atom, _: pl.col(atom.fields[0]) > atom.argument,
    "at_most_wan": lambda atom, _: pl.col(atom.fields[0]) <= atom.argument,
    "same": lambda atom, _: _pair(atom)[0] == _pair(atom)[1],
    "late": _is_late,
}


def _may_differ(atom: Atom) -> pl.Expr:
    """Not evidently right: the first amount in the text, where it is written plainly, is not the column's."""
    text, amount = _pair(atom)
    found = text.str.extract_groups(AMOUNT_IN_TEXT)
    digits, unit = found.struct.field("1"), found.struct.field("2")
    cents = pl.when(unit == "万").then(_WAN).when(unit == "亿").then(_WAN * TEN_THOUSAND).otherwise(_YUAN)
    same = (digits.str.len_bytes() <= 12) & (digits.cast(pl.Float64, strict=False) * cents == amount)
    return digits.is_not_null() & ~same.fill_null(False)


_CANDIDATES: dict[str, Callable[[Atom], pl.Expr]] = {
    "personal_data": lambda atom: may_be_personal(atom.fields[0]),
    "unit_differs": _may_differ,
    "other_name": lambda atom: _pair(atom)[0] != _pair(atom)[1],
}
