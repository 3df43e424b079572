"""Declared tables: columns, sorting, filters and pages, read from the address bar, so that a link reproduces a view.

A page declares a `TableSpec`, reads a `Query` from the request, hands it to a module's query function, and shows a `Table`.
A wrong value is never dropped in silence: it stays in its field, is named in `Query.problems`, and the page shows no rows
(rows that ignore a filter would answer another question).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from xinheng.web import show
from xinheng.web.days import read_day
from xinheng.web.joining import listed
from xinheng.web.parts import Link, Tone

ColumnKind = Literal["text", "line", "number", "money", "date", "code", "status"]
FilterKind = Literal["text", "choice", "date"]
RESERVED = ("sort", "page", "size", "columns")
MOST_PAGES = 1_000_000
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sortable` columns carry a link in their head; `optional` ones are shown only when chosen."""

    key: str
    label: str
    kind: ColumnKind = "text"
    sortable: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition a reader may set; `choices` are (value, label). Dates are normalised to ISO."""

    key: str
    label: str
    kind: FilterKind = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table as declared. The first column names the row. `others` are parameters of the page that links must keep."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    sizes: tuple[int, ...] = (20, 50, 100)
    unit: str = "条"
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [item.key for item in self.filters] + list(self.others)
        if len(set(keys)) != len(keys) or set(keys) & set(RESERVED):
            raise ValueError(f"table {self.key}: filters and others must be distinct and not {RESERVED}: {keys}")
        if self.sort and self.sort.lstrip("-") not in self.sort_keys:
            raise ValueError(f"table {self.key}: sort {self.sort!r} names no sortable column")

    @property
    def sort_keys(self) -> tuple[str, ...]:
        """Keys of the columns that may be sorted by."""
        return tuple(column.key for column in self.columns if column.sortable)

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """Keys of the columns shown unless the reader chose others."""
        return tuple(column.key for column in self.columns if not column.optional)


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that could not be used: which, the value as typed, and what is allowed."""

    key: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the reader asked for. `filters` holds what is usable, `typed` everything as it was typed."""

    sort: str
    page: int
    size: int
    columns: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every parameter could be used; if not, ask no database and answer with status 422."""
        return not self.problems

    @property
    def sort_key(self) -> str:
        """The column sorted by, or empty."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the order is from the greatest down."""
        return self.sort.startswith("-")

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.size

    def day(self, key: str) -> date | None:
        """A filter of kind `date` as a date."""
        return date.fromisoformat(self.filters[key]) if key in self.filters else None


def read(spec: TableSpec, data: Mapping[str, Any] | QueryDict) -> Query:
    """The query of a request's `GET`. Never raises; what cannot be used is in `problems`."""
    given = _lists(data)
    problems: list[Problem] = []
    typed = {key: values[-1] for key, values in given.items()}
    known = {*RESERVED, *spec.others, *(item.key for item in spec.filters)}
    for key, values in given.items():
        if key not in known:
            problems.append(
                Problem(key, values[-1], _("不认识查询条件“%(key)s”。请从本页重新选择条件。") % {"key": key[:LONGEST]})
            )
        elif len(set(values)) > 1 and key != "columns":
            problems.append(
                Problem(key, values[-1], _("查询条件“%(key)s”给了几个不同的值，只能给一个。") % {"key": key})
            )
    filters = {}
    for item in spec.filters:
        written = typed.get(item.key, "").strip()
        if written:
            usable = _filter_value(item, written, problems)
            if usable is not None:
                filters[item.key] = usable
    return Query(
        sort=_sort(spec, typed.get("sort", ""), problems),
        page=_number("page", typed.get("page", ""), 1, range(1, MOST_PAGES + 1), problems),
        size=_number("size", typed.get("size", ""), spec.sizes[0], spec.sizes, problems),
        columns=_columns(spec, given.get("columns", []), problems),
        filters=filters,
        others={key: typed[key] for key in spec.others if key in typed},
        typed=typed,
        problems=tuple(problems),
    )


def query_string(spec: TableSpec, query: Query, **changes: Any) -> str:
    """The address that reproduces a query, with `changes` to its fields; what is as usual is left out.

    Reading it again gives the same query (unless that had problems). A change of anything but the page leads to page 1.
    """
    if changes and "page" not in changes:
        changes["page"] = 1
    query = replace(query, **changes)
    pairs: list[tuple[str, str]] = list(query.others.items())
    pairs += [(item.key, query.filters[item.key]) for item in spec.filters if item.key in query.filters]
    if query.sort != spec.sort:
        pairs.append(("sort", query.sort))
    if query.columns != spec.usual_columns:
        pairs.append(("columns", ",".join(query.columns)))
    if query.size != spec.sizes[0]:
        pairs.append(("size", str(query.size)))
    if query.page != 1:
        pairs.append(("page", str(query.page)))
    return "?" + urlencode(pairs)


def _lists(data: Mapping[str, Any] | QueryDict) -> dict[str, list[str]]:
    if isinstance(data, QueryDict):
        found = {key: [str(value) for value in values] for key, values in data.lists()}
    else:
        found = {key: [str(value)] for key, value in data.items()}
    return {key: values for key, values in found.items() if values}


def _filter_value(item: Filter, written: str, problems: list[Problem]) -> str | None:
    names = {"label": item.label, "value": written[:LONGEST]}
    if item.kind == "choice":
        if written in dict(item.choices):
            return written
        allowed = listed(label for _value, label in item.choices)
        problems.append(
            Problem(item.key, written, _("“%(label)s”没有“%(value)s”这一项，可选：") % names + allowed + _("。"))
        )
        return None
    if item.kind == "date":
        day = read_day(written)
        if day is None:
            problems.append(
                Problem(
                    item.key, written, _("“%(label)s”的“%(value)s”不是日期，请写成 2026-11-20 这样的形式。") % names
                )
            )
        return day.isoformat() if day else None
    if len(written) > LONGEST:
        problems.append(Problem(item.key, written, _("“%(label)s”太长，最多 100 个字。") % names))
        return None
    if any(ord(sign) < 32 for sign in written):
        problems.append(Problem(item.key, written, _("“%(label)s”里有不可见的控制字符，请重新输入。") % names))
        return None
    return written


def _sort(spec: TableSpec, written: str, problems: list[Problem]) -> str:
    if not written:
        return spec.sort
    if written.removeprefix("-") in spec.sort_keys:
        return written
    problems.append(
        Problem("sort", written, _("不能按“%(value)s”排序。请点表头重新排序。") % {"value": written[:LONGEST]})
    )
    return spec.sort


def _number(key: str, written: str, usual: int, allowed: Sequence[int], problems: list[Problem]) -> int:
    if not written:
        return usual
    number = int(written) if written.isascii() and written.isdecimal() and len(written) <= 7 else 0
    if number in allowed:
        return number
    names = {"value": written[:LONGEST]}
    said = _("没有第“%(value)s”页。") if key == "page" else _("每页条数“%(value)s”不可用，请从表下选择。")
    problems.append(Problem(key, written, said % names))
    return usual


def _columns(spec: TableSpec, given: list[str], problems: list[Problem]) -> tuple[str, ...]:
    wanted = [key for value in given for key in value.split(",") if key]
    if not wanted:
        return spec.usual_columns
    known = [column.key for column in spec.columns]
    for key in wanted:
        if key not in known:
            problems.append(Problem("columns", key, _("本表没有“%(value)s”这一列。") % {"value": key[:LONGEST]}))
    # The first column names the row; it cannot be left out. The order is the declared one.
    return tuple(key for key in known if key in wanted or key == known[0])


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a value per column key (anything `show.value` can draw), where it leads, what can be done with it."""

    cells: Mapping[str, Any]
    href: str = ""
    actions: tuple[Link, ...] = ()
    tone: Tone = "plain"


@dataclass(frozen=True)
class Table:
    """A table ready to be shown. `total` counts all rows of the query; None when counting would cost too much."""

    spec: TableSpec
    query: Query
    rows: tuple[Row, ...] = ()
    total: int | None = 0
    more: bool = False
    export_href: str = ""
    empty_title: str = ""
    empty_text: str = ""
    empty_link: Link | None = None

    @property
    def status(self) -> int:
        """The status a page with this table answers with."""
        return 200 if self.query.ok else 422

    @property
    def anchor(self) -> str:
        """The id of the table's block; links of sorting and paging lead to it."""
        return f"t-{self.spec.key}"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown, in declared order."""
        return tuple(column for column in self.spec.columns if column.key in self.query.columns)

    @cached_property
    def has_actions(self) -> bool:
        """Whether any row offers something to do."""
        return any(row.actions for row in self.rows)

    def link(self, **changes: Any) -> str:
        """The address of this table with changes, leading to the table."""
        return f"{query_string(self.spec, self.query, **changes)}#{self.anchor}"

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """Per column: label, kind, and for sortable ones the link that sorts and the present order."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> dict[str, Any]:
        order = ""
        if column.sortable and self.query.sort_key == column.key:
            order = "descending" if self.query.descending else "ascending"
        turned = f"-{column.key}" if order == "ascending" else column.key
        return {"column": column, "order": order, "href": self.link(sort=turned) if column.sortable else ""}

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Per row its first cell (the head of the row), the other cells, and its actions."""
        first, *others = self.columns
        return [
            {
                "row": row,
                "head": show.value(row.cells.get(first.key), short=True),
                "kind": first.kind,
                "cells": [(column, show.value(row.cells.get(column.key), short=True)) for column in others],
            }
            for row in self.rows
        ]

    @cached_property
    def last_page(self) -> int | None:
        """Number of the last page, 1 for an empty table; None when the total is not known."""
        return None if self.total is None else max(1, -(-self.total // self.query.size))

    @cached_property
    def pages(self) -> list[dict[str, Any]]:
        """The numbers to show: first, last, and two on either side of the present; `gap` where some are left out."""
        if self.last_page is None:
            return []
        here = self.query.page
        wanted = sorted({1, self.last_page, *range(max(1, here - 2), min(self.last_page, here + 2) + 1)})
        shown: list[dict[str, Any]] = []
        for before, number in zip([0, *wanted], wanted, strict=False):
            if number - before > 1:
                shown.append({"gap": True})
            shown.append({"number": number, "href": self.link(page=number), "current": number == here})
        return shown

    @property
    def previous(self) -> str:
        """Address of the page before, or empty."""
        return self.link(page=self.query.page - 1) if self.query.page > 1 else ""

    @property
    def next(self) -> str:
        """Address of the page after, or empty."""
        after = self.query.page < self.last_page if self.last_page is not None else self.more
        return self.link(page=self.query.page + 1) if after else ""

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """The page sizes as links."""
        return [
            {"size": size, "href": self.link(size=size), "current": size == self.query.size} for size in self.spec.sizes
        ]

    @property
    def column_choices(self) -> list[dict[str, Any]]:
        """The columns as boxes to tick; the first is fixed."""
        return [
            {"column": column, "shown": column.key in self.query.columns, "fixed": index == 0}
            for index, column in enumerate(self.spec.columns)
        ]

    @property
    def filter_fields(self) -> list[dict[str, Any]]:
        """The filters with what was typed and what is wrong with it."""
        wrong = {problem.key: problem.message for problem in self.query.problems}
        return [
            {"filter": item, "value": self.query.typed.get(item.key, ""), "error": wrong.get(item.key, "")}
            for item in self.spec.filters
        ]

    @property
    def active_filters(self) -> list[dict[str, str]]:
        """The conditions set, in words, each with the address without it."""
        return [
            {"label": item.label, "value": self._filter_text(item), "href": self.link(filters=self._without(item.key))}
            for item in self.spec.filters
            if item.key in self.query.filters
        ]

    def _filter_text(self, item: Filter) -> str:
        value = self.query.filters[item.key]
        return dict(item.choices).get(value, value)

    def _without(self, key: str) -> dict[str, str]:
        return {name: value for name, value in self.query.filters.items() if name != key}

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form of this table must carry along, except the parameters it sets itself."""
        pairs = QueryDict(query_string(self.spec, self.query, page=1)[1:])
        return [(key, value) for key, values in pairs.lists() for value in values if key not in without]

    @property
    def filter_hidden(self) -> list[tuple[str, str]]:
        """Hidden fields of the filter form."""
        return self.hidden(*(item.key for item in self.spec.filters))

    @property
    def column_hidden(self) -> list[tuple[str, str]]:
        """Hidden fields of the form of column choice."""
        return self.hidden("columns")

    @property
    def cleared(self) -> str:
        """The address without any condition."""
        return self.link(filters={})

    @property
    def first(self) -> str:
        """The address of the first page under the same conditions."""
        return self.link(page=1)

    @property
    def export(self) -> str:
        """The address of the export: exactly what is seen, all pages."""
        return f"{self.export_href}{query_string(self.spec, self.query, page=1)}" if self.export_href else ""


def export_rows(table: Table, rows: Iterable[Row]) -> Iterable[list[Any]]:
    """The head and the rows of an export with the columns chosen; values as given, for whoever writes the file."""
    yield [column.label for column in table.columns]
    for row in rows:
        yield [row.cells.get(column.key) for column in table.columns]
