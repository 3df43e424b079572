"""How well rows come: the figures by unit, item or month, the rows behind each, and both as files for a recount."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from xinheng.accounts.door import units
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import (
    BEHIND,
    LINE_COLUMNS,
    DutyTable,
    Figures,
    RowsAsked,
    Span,
    SubmissionView,
    count_submissions,
    duty_table,
    submission_lines,
    submissions,
)
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Invalid
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Figure, Link, Tab, Tone
from xinheng.web.tables import Column, Filter, Query, Row, Table, TableSpec, query_string, read
from xinheng.workbench.duty.pages import QualityPage, RowsPage
from xinheng.workbench.duty.words import (
    READERS,
    Directory,
    figure_words,
    month_word,
    outcome_status,
    ratio_word,
    rows_href,
    views,
)
from xinheng.workbench.files import table_file
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.reading import register_list

MOST_LINES = 1_000_000
FIGURE_COLUMNS = (
    "unit",
    "item",
    "month",
    *Figures.__slots__,
    "since",
    "until",
    "nil",
    "closes",
    "on",
    "state",
)
"""The columns of the figures' file, one row a unit, item and month; `since` to `state` are empty where nothing is owed."""
GROUPINGS = ("unit", "item", "month")


def _spec(directory: Directory, by: str) -> TableSpec:
    heads = {"unit": _("单位"), "item": _("信息项"), "month": _("月份")}
    return TableSpec(
        "quality",
        _("报送质量"),
        (
            Column("name", heads[by]),
            Column("rows", _("报送行"), "number"),
            Column("timely", _("上报及时率")),
            Column("late", _("迟报"), "number"),
            Column("passed", _("首次提交合规率")),
            Column("corrected", _("问题行更正率")),
            Column("changed", _("入库后更正率")),
            Column("fresh", _("首次收到"), "number", optional=True),
            Column("held", _("暂存"), "number", optional=True),
            Column("rejected", _("退回"), "number", optional=True),
            Column("repeated", _("重复"), "number", optional=True),
            Column("provisional", _("期限暂按"), "number", optional=True),
        ),
        filters=directory.filters(),
        sizes=(100,),
        unit={"unit": gettext_noop("个"), "item": gettext_noop("项"), "month": gettext_noop("个月")}[by],
        others=("by",),
    )


@official(*READERS)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Cost: fourteen queries, constant in the data."""
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    by = request.GET.get("by", "")
    by = by if by in GROUPINGS else GROUPINGS[0]
    spec = _spec(directory, by)
    query = read(spec, request.GET)
    span = directory.span(query)
    found = duty_table(actor, span, edition=directory.edition, on=on) if query.ok else None
    rows = tuple(_lines(found, directory, span, by)) if found else ()
    page = QualityPage(
        title=_("报送质量"),
        lead=_lead(span),
        views=views(actor, "duty-quality"),
        figures=_figures(found.total(), span) if found else (),
        groupings=_groupings(spec, query, by),
        table=Table(
            spec,
            query,
            rows[query.offset : query.offset + query.size],
            len(rows),
            empty_title=_("这段时间没有收到报送"),
            empty_text=_("文件入库或逐条录入后，这里按行统计。"),
        ),
        exports=_exports(span) if found else (),
        definitions=definitions(),
        **shell(request, "duty", (_("报送责任"), reverse("workbench:duty"))),
    )
    return show(request, "workbench/duty/quality.html", page, status=page.table.status)


def definitions() -> tuple[Fact, ...]:
    """What each figure is, in words; `docs/quality.md` has the formulas."""
    return (
        Fact(_("上报及时率"), _("首次收到、有期限的信息中，收到日不晚于期限的占比；期限按各信息项自己的规定。")),
        Fact(_("首次提交合规率"), _("首次提交的行中，当即通过入库的占比；更正、重报和与已入库相同的行不算首次提交。")),
        Fact(_("问题行更正率"), _("暂存或退回的行中，后来改正重报入库或复核放行的占比。")),
        Fact(_("入库后更正率"), _("对已入库信息的更正次数，与首次收到的信息条数之比。")),
    )


def _lead(span: Span) -> str:
    words = {"first": month_word(span.first), "last": month_word(span.last)}
    return _("%(first)s至%(last)s，按收到的月份统计。点数字看构成它的行。") % words


def _figures(total: Figures, span: Span) -> tuple[Figure, ...]:
    words = figure_words()
    shown: tuple[tuple[str, Tone], ...] = (
        ("rows", "plain"),
        ("late", "clock"),
        ("uncorrected", "harm"),
        ("provisional", "plain"),
    )
    counts = {"uncorrected": total.bad - total.corrected}
    return tuple(
        Figure(
            words[name],
            (count := counts.get(name, getattr(total, name, 0))),
            "行",
            rows_href(span, name),
            tone if count else "plain",
        )
        for name, tone in shown
    )


def _groupings(spec: TableSpec, query: Query, by: str) -> tuple[Tab, ...]:
    labels = {"unit": _("按单位"), "item": _("按信息项"), "month": _("按月份")}
    return tuple(
        Tab(labels[each], query_string(spec, query, page=1, others={"by": each}), each == by) for each in GROUPINGS
    )


def _exports(span: Span) -> tuple[Link, ...]:
    asked = {"from": f"{span.first:%Y-%m}", "to": f"{span.last:%Y-%m}", "unit": span.unit_id, "item": span.item}
    query = urlencode({key: value for key, value in asked.items() if value})
    return (
        Link(_("导出各单位、信息项、月份的数字（CSV）"), f"{reverse('workbench:duty-figures')}?{query}", "download"),
        Link(_("导出构成数字的各行（CSV）"), f"{reverse('workbench:duty-lines')}?{query}", "download"),
    )


def _lines(found: DutyTable, directory: Directory, span: Span, by: str) -> Iterator[Row]:
    counted = [key for key, cell in found.cells.items() if cell.figures != Figures()]
    if by == "month":
        for month in reversed(found.months):
            total = found.total(month=month)
            yield _line(month_word(month), total, replace(span, first=month, last=month))
    elif by == "item":
        for code in sorted({item for _unit, item, _month in counted}):
            yield _line(directory.items.get(code, code), found.total(item=code), replace(span, item=code))
    else:
        for unit_id in sorted({unit for unit, _item, _month in counted}):
            name = found.units[unit_id][1]
            yield _line(name, found.total(unit_id=unit_id), replace(span, unit_id=unit_id))


def _line(name: str, figures: Figures, span: Span) -> Row:
    def link(label: str, figure: str) -> Link:
        return Link(label, rows_href(span, figure), "", f"{name} {words[figure]}")

    def ratio(value: float | None, parts: tuple[tuple[int, str], tuple[int, str]]) -> Any:
        (part, one), (whole, all_of) = parts
        if value is None:
            return None
        figures_behind = (written.value(link(f"{part:,}", one)), written.value(link(f"{whole:,}", all_of)))
        return format_html(
            '{} <span class="nowrap">{}{} / {}{}</span>', ratio_word(value), _("（"), *figures_behind, _("）")
        )

    words = figure_words() | {"dated": _("有期限的首次收到的信息")}
    cells: dict[str, Any] = {
        each: link(f"{getattr(figures, each):,}", each)
        for each in ("rows", "late", "fresh", "held", "rejected", "repeated", "provisional")
    }
    cells |= {
        "name": name,
        "timely": ratio(figures.timely_ratio, ((figures.timely, "timely"), (figures.timely + figures.late, "dated"))),
        "passed": ratio(figures.passed_ratio, ((figures.passed, "passed"), (figures.first, "first"))),
        "corrected": ratio(figures.corrected_ratio, ((figures.corrected, "corrected"), (figures.bad, "bad"))),
        "changed": ratio(figures.changed_ratio, ((figures.changes, "changes"), (figures.fresh, "fresh"))),
    }
    return Row(cells)


# --- the rows behind a figure ----------------------------------------------------------------------


@official(*READERS)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure, the latest first. Cost: six queries, constant in the data."""
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    words = {
        key: label for key, label in (figure_words() | {"dated": _("有期限的首次收到的信息")}).items() if key in BEHIND
    }
    spec = TableSpec(
        "rows",
        _("报送行"),
        (
            Column("row", _("行")),
            Column("unit", _("单位")),
            Column("item", _("信息项")),
            Column("received", _("收到日"), "date"),
            Column("decided", _("决定日期"), "date"),
            Column("due", _("期限"), "date"),
            Column("outcome", _("结果"), "status"),
            Column("answers", _("改正的行")),
        ),
        filters=(*directory.filters(), Filter("figure", _("哪些行"), "choice", tuple(words.items()))),
        sizes=(50, 100, 200),
        unit=gettext_noop("行"),
        others=(AFTER,),
    )
    query, trail = split_cursor(read(spec, request.GET))
    span, figure = directory.span(query), query.filters.get("figure", "rows")
    asked = RowsAsked(span, figure, number(trail), query.size)
    found = submissions(actor, asked) if query.ok else None
    names = directory.items
    table = CursorTable(
        spec,
        query,
        tuple(_row(each, names, actor) for each in found.items) if found else (),
        None,
        empty_title=_("没有符合条件的行"),
        empty_text=_("换一段时间、单位或信息项再看。"),
        trail=trail,
        onward=str(found.next or "") if found else "",
    )
    page = RowsPage(
        title=words.get(figure, words["rows"]),
        lead=_("%(first)s至%(last)s收到的行。点行看它所在的批次；内容在批次回执和档案里。")
        % {"first": month_word(span.first), "last": month_word(span.last)},
        table=table,
        **shell(
            request,
            "duty",
            (_("报送责任"), reverse("workbench:duty")),
            (_("报送质量"), reverse("workbench:duty-quality")),
        ),
    )
    return show(request, "workbench/duty/rows.html", page, status=table.status)


def _row(one: SubmissionView, names: dict[str, str], actor: Actor) -> Row:
    href = ""
    if one.held_id is not None:
        href, name = reverse("workbench:held-row", args=[one.held_id]), _("暂存行 %(id)s") % {"id": one.held_id}
    elif one.batch_id is not None:
        href = reverse("workbench:batch", args=[one.batch_id])
        name = _("批次 %(batch)s 第 %(row)s 行") % {"batch": one.batch_id, "row": one.row}
    else:
        name = _("逐条录入 %(id)s") % {"id": one.id}
    cells = {
        "row": name,
        "unit": one.unit_name,
        "item": names.get(one.item, one.item),
        "received": one.received_on,
        "decided": one.act_date,
        "due": [one.due_on, _("暂按")] if one.due_on and one.provisional else one.due_on,
        "outcome": outcome_status(one.outcome),
        "answers": str(one.answers or ""),
    }
    late = one.due_on is not None and one.received_on > one.due_on
    return Row(cells, href=href, tone="clock" if late else "plain")


# --- files for a recount ---------------------------------------------------------------------------


@official(*READERS)
@require_safe
def lines_file(request: HttpRequest) -> FileResponse:
    """The basic rows, from the first month on. Registered as an export. Raises: Invalid for wrong filters or too many rows."""

    def lines(actor: Actor, span: Span, directory: Directory) -> tuple[int, Iterator[tuple[str, ...]]]:
        count = count_submissions(actor, span)
        if count > MOST_LINES:
            raise Invalid(
                "workbench.export_large",
                _("符合条件的超过 %(most)s 条，请缩小条件后分次导出。") % {"most": f"{MOST_LINES:,}"},
            )
        return count, submission_lines(actor, span)

    return _file(request, "duty-rows", LINE_COLUMNS, lines)


@official(*READERS)
@require_safe
def figures_file(request: HttpRequest) -> FileResponse:
    """The figures, one row a unit, item and month, in the form `tools/recount_duty.py` compares. Registered as an export."""

    def lines(actor: Actor, span: Span, directory: Directory) -> tuple[int, Iterator[tuple[str, ...]]]:
        found = duty_table(actor, span, edition=directory.edition, on=directory.on)
        return len(found.cells), figure_lines(found)

    return _file(request, "duty-figures", FIGURE_COLUMNS, lines)


def figure_lines(found: DutyTable) -> Iterator[tuple[str, ...]]:
    """The table as rows of `FIGURE_COLUMNS`."""
    for (unit_id, item, month), cell in sorted(found.cells.items()):
        counts = tuple(str(getattr(cell.figures, name)) for name in Figures.__slots__)
        duty: tuple[date | str | None, ...] = ("",) * 6
        if cell.state is not None and cell.term is not None:
            duty = (*cell.term, str(int(cell.nil)), cell.closes, found.on, cell.state.value)
        shown = ("" if each is None else str(each) for each in duty)
        yield (found.units[unit_id][0], item, f"{month:%Y-%m}", *counts, *shown)


Lines = Callable[[Actor, Span, Directory], tuple[int, Iterator[tuple[str, ...]]]]


def _file(request: HttpRequest, name: str, header: tuple[str, ...], lines: Lines) -> FileResponse:
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    spec = TableSpec(name, name, (Column("unit", _("单位")),), filters=directory.filters())
    query = read(spec, request.GET)
    if not query.ok:
        raise Invalid("workbench.export_query", query.problems[0].message)
    span = directory.span(query)
    count, found = lines(actor, span, directory)
    scope = f"{_('报送质量')} {name} {span.first:%Y-%m} {span.last:%Y-%m} {span.unit_id or ''} {span.item}".strip()
    draft = QueryDraft(kind=QueryKind.EXPORT, subject_id=None, scope=scope, count=count)
    register_list(request, draft, directory.edition, now())
    return table_file("csv", f"{name}-{span.first:%Y%m}-{span.last:%Y%m}", header, found)
