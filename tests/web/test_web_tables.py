"""The address bar of a table: nothing raises, nothing is lost, a link reproduces the view."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from xinheng.web.style_page import PENALTIES, sample_rows
from xinheng.web.tables import Column, Filter, Row, Table, TableSpec, export_rows, query_string, read

KEYS = ["sort", "page", "size", "columns", "q", "status", "from", "to", "nix"]
ANYTHING = st.lists(st.tuples(st.sampled_from(KEYS) | st.text(max_size=8), st.text(max_size=130)), max_size=8)


def asked(text: str) -> QueryDict:
    return QueryDict(text)


def as_query(pairs: list[tuple[str, str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in pairs:
        data.appendlist(key, value)
    return data


@given(ANYTHING)
def test_reading_any_query_never_raises_and_keeps_what_was_typed(pairs: list[tuple[str, str]]) -> None:
    query = read(PENALTIES, as_query(pairs))
    assert query.typed == dict(pairs)
    for key, value in query.typed.items():
        used = key in {"sort", "page", "size", "columns"} or not value.strip() or key in query.filters
        assert used or any(problem.key == key for problem in query.problems)


@given(
    q=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30),
    status=st.sampled_from(["", "public", "ended", "held"]),
    start=st.none() | st.dates(),
    sort=st.sampled_from(["", "amount", "-amount", "decided", "-decided"]),
    page=st.integers(1, 1_000_000),
    size=st.sampled_from(PENALTIES.sizes),
    columns=st.lists(st.sampled_from([column.key for column in PENALTIES.columns]), unique=True),
)
def test_the_link_of_a_query_reads_back_to_the_same_query(
    q: str, status: str, start: date | None, sort: str, page: int, size: int, columns: list[str]
) -> None:
    pairs = [("q", q), ("status", status), ("from", start.isoformat() if start else ""), ("sort", sort)]
    pairs += [("page", str(page)), ("size", str(size)), ("columns", ",".join(columns))]
    query = read(PENALTIES, as_query(pairs))
    again = read(PENALTIES, asked(query_string(PENALTIES, query)[1:]))
    assert query.ok
    assert (again.filters, again.sort, again.page, again.size, again.columns) == (
        query.filters,
        query.sort,
        query.page,
        query.size,
        query.columns,
    )


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("from=2026-13-1", "from", "不是日期"),
        ("status=xyz", "status", "可选：公示中、已停止公示、暂存待核"),
        ("page=0", "page", "没有第“0”页"),
        ("page=١", "page", "没有第“١”页"),
        ("size=7", "size", "“7”不可用"),
        ("sort=name", "sort", "不能按“name”排序"),
        ("columns=secret", "columns", "没有“secret”这一列"),
        ("nix=1", "nix", "不认识查询条件“nix”"),
        ("q=a&q=b", "q", "给了几个不同的值"),
        ("q=" + "长" * 101, "q", "太长"),
        ("q=a%00b", "q", "控制字符"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(text: str, key: str, words: str) -> None:
    query = read(PENALTIES, asked(text))
    assert [problem.key for problem in query.problems] == [key]
    assert words in query.problems[0].message
    assert Table(PENALTIES, query).status == 422


@pytest.mark.parametrize("written", ["2026-11-20", "2026/11/20", "2026年11月20日", "20261120", "２０２６－１１－２０"])
def test_a_day_may_be_written_as_people_write_it(written: str) -> None:
    data = QueryDict(mutable=True)
    data["from"] = written
    assert read(PENALTIES, data).day("from") == date(2026, 11, 20)


def test_changing_the_order_leads_back_to_the_first_page_and_keeps_the_filters() -> None:
    query = read(PENALTIES, asked("q=禾光&page=4&size=50"))
    assert query_string(PENALTIES, query, sort="amount") == "?q=%E7%A6%BE%E5%85%89&sort=amount&size=50"


def test_the_first_column_cannot_be_left_out() -> None:
    assert read(PENALTIES, asked("columns=status")).columns == ("name", "status")


def test_parameters_of_the_page_survive_in_links() -> None:
    spec = TableSpec("t", "表", (Column("a", "甲", sortable=True),), others=("tab",))
    query = read(spec, asked("tab=late"))
    assert query.ok
    assert query_string(spec, query, sort="a") == "?tab=late&sort=a"


@pytest.mark.parametrize(
    ("page", "total", "shown"),
    [
        (1, 0, [1]),
        (1, 20, [1]),
        (1, 21, [1, 2]),
        (5, 200, [1, None, 3, 4, 5, 6, 7, None, 10]),
        (10, 200, [1, None, 8, 9, 10]),
    ],
)
def test_the_pages_shown_are_first_last_and_neighbours(page: int, total: int, shown: list[int | None]) -> None:
    table = Table(PENALTIES, read(PENALTIES, asked(f"page={page}")), total=total)
    assert [item.get("number") for item in table.pages] == shown


def test_without_a_total_only_the_neighbours_are_linked() -> None:
    table = Table(PENALTIES, read(PENALTIES, asked("page=2")), sample_rows(), total=None, more=True)
    assert table.pages == []
    assert "page=3" in table.next
    assert table.previous.startswith("?#")


def test_an_export_holds_exactly_the_columns_and_conditions_seen() -> None:
    table = Table(PENALTIES, read(PENALTIES, asked("q=x&columns=name,amount&page=3")), export_href="/export")
    assert table.export == "/export?q=x&columns=name%2Camount"
    assert list(export_rows(table, [Row({"name": "甲", "amount": 1, "act": "乙"})])) == [
        ["行政相对人名称", "罚款金额"],
        ["甲", 1],
    ]


def test_the_column_form_carries_filters_and_the_filter_form_carries_columns() -> None:
    table = Table(PENALTIES, read(PENALTIES, asked("q=x&columns=name,amount&sort=amount&page=2")))
    assert table.filter_hidden == [("sort", "amount"), ("columns", "name,amount")]
    assert table.column_hidden == [("q", "x"), ("sort", "amount")]


@pytest.mark.parametrize("key", ["page", "sort", "q"])
def test_a_declaration_with_clashing_names_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="must be distinct"):
        TableSpec("t", "表", (Column("a", "甲"),), filters=(Filter("q", "名"), Filter(key, "乙")))


def test_a_declaration_sorted_by_an_unsortable_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no sortable column"):
        TableSpec("t", "表", (Column("a", "甲"),), sort="-a")
