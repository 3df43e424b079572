"""The audit trail: who did what, entry by entry, with the rows of each and its result in words."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.accounts.door import people, trail, units
from xinheng.accounts.values import AuditFilter, AuditLine, Person, Unit
from xinheng.kernel.dates import SHANGHAI, end_of_day, start_of_day
from xinheng.kernel.errors import Unknown
from xinheng.ledger.door import OPERATIONS, rows_of_run
from xinheng.web.clock import now
from xinheng.web.gate import actor_of
from xinheng.web.joining import bracketed, clauses, listed, phrases
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link
from xinheng.web.tables import Column, Filter, Query, Row, Table, TableSpec, read
from xinheng.workbench.gates import address, official
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.words import OPERATIONS as KNOWN_OPERATIONS
from xinheng.workbench.overview.words import PAYLOAD, VALUES, actor_word, operation_word, table_word, word

ROWS_SHOWN = 100
LISTED = 20
LONGEST_RESULT = 40
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")


@dataclass(frozen=True, kw_only=True)
class TrailPage(OverviewPage):
    """`workbench/overview/trail.html`."""

    table: Annotated[CursorTable, "acts, newest first"]
    history: Annotated[str, "of which row this is the history, in words; empty: the whole trail"]
    export_href: Annotated[str, "where what is filtered is taken out; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class EntryPage(OverviewPage):
    """`workbench/overview/entry.html`."""

    facts: Annotated[tuple[Fact, ...], "who, when, what, on whose behalf"]
    payload: Annotated[tuple[Fact, ...], "the result in words"]
    table: Annotated[Table, "the rows this act wrote"]
    more_rows: Annotated[str, "that there are more rows than shown; empty when not"]
    proof_href: Annotated[str, "where the proof of this entry is downloaded"]


def _spec(everybody: tuple[Person, ...], directory: tuple[Unit, ...]) -> TableSpec:
    codes = sorted({*OPERATIONS, *KNOWN_OPERATIONS})
    return TableSpec(
        "trail",
        _("审计轨迹"),
        (
            Column("what", _("事项")),
            Column("number", _("账本编号"), "number"),
            Column("at", _("时间"), "date"),
            Column("who", _("经办人")),
            Column("result", _("结果")),
            Column("unit", _("单位"), optional=True),
            Column("count", _("涉及行数"), "number", optional=True),
        ),
        filters=(
            Filter("operation", _("事项"), "choice", tuple((code, operation_word(code)) for code in codes)),
            Filter("person", _("经办人"), "choice", tuple((str(p.id), bracketed(p.name, p.login)) for p in everybody)),
            Filter("unit", _("单位"), "choice", tuple((str(unit.id), unit.name) for unit in directory)),
            Filter("from", _("日期起"), "date"),
            Filter("to", _("日期止"), "date"),
        ),
        sizes=(50, 100, 200),
        others=(AFTER, "table", "row"),
    )


def audit_filter(query: Query, after: int | None) -> AuditFilter:
    """The filters as accounts asks them; days are whole days of Asia/Shanghai."""
    since, until = query.day("from"), query.day("to")
    row = query.others.get("row", "")
    return AuditFilter(
        operation=query.filters.get("operation", ""),
        actor_id=_id(query, "person"),
        unit_id=_id(query, "unit"),
        since=start_of_day(since) if since else None,
        until=end_of_day(until) if until else None,
        table=query.others.get("table", ""),
        row_id=int(row) if row.isascii() and row.isdecimal() and len(row) < 19 else None,
        before=after,
        limit=query.size,
    )


def _export_href(query: Query) -> str:
    """The export page with the same filters filled in."""
    asked = {
        name: query.filters[name] for name in ("operation", "person", "unit", "from", "to") if name in query.filters
    }
    return f"{reverse('workbench:audit-export')}?{urlencode(asked)}" if asked else reverse("workbench:audit-export")


def _id(query: Query, key: str) -> int | None:
    return int(query.filters[key]) if key in query.filters else None


@official("ledger.read")
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Cost: twelve queries, constant in the data."""
    actor = actor_of(request)
    spec = _spec(people(actor, now()), units(actor))
    asked = read(spec, request.GET)
    query, cursors = split_cursor(asked)
    wanted = audit_filter(asked, number(cursors))
    found = trail(wanted, actor) if query.ok else None
    history = ""
    if wanted.table and wanted.row_id is not None:
        history = _("%(table)s 第 %(row)s 行的全部变更") % {"table": table_word(wanted.table), "row": wanted.row_id}
    page = TrailPage(
        title=_("审计轨迹"),
        history=history,
        export_href=_export_href(query) if actor.may("accounts.export_trail") else "",
        table=CursorTable(
            spec,
            query,
            tuple(map(_row, found.items)) if found else (),
            total=None,
            trail=cursors,
            onward=str(found.next_before or "") if found else "",
            empty_title=_("没有符合条件的账目"),
            empty_text=_("只列出已编号的账目；刚办完的事项几秒后编号。"),
        ),
        **shell(request, "trail"),
    )
    return show(request, "workbench/overview/trail.html", page, status=page.table.status)


def _row(line: AuditLine) -> Row:
    cells = {
        "what": operation_word(line.operation),
        "number": line.number,
        "at": line.at,
        "who": actor_word(line.actor_name),
        "unit": line.unit_name,
        "result": _short(payload_facts(line.payload)),
        "count": line.count,
    }
    return Row(cells, href=reverse("workbench:audit-entry", args=[line.number]))


@official("ledger.read")
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One act with its rows. Raises: Unknown for a number that was not given."""
    actor = actor_of(request)
    found = next(iter(trail(AuditFilter(before=number + 1, limit=1), actor).items), None)
    if found is None or not found.number <= number < found.number + found.count:
        raise Unknown("ledger.entry_unknown", _("账本中没有第 %(number)s 号账目。") % {"number": number})
    rows = rows_of_run(found.run_id, limit=ROWS_SHOWN)
    page = EntryPage(
        title=operation_word(found.operation),
        facts=_facts(found),
        payload=payload_facts(found.payload),
        table=_rows_table(found, rows),
        more_rows=_("只列出前 %(shown)s 行，共 %(count)s 行。") % {"shown": ROWS_SHOWN, "count": f"{found.count:,}"}
        if found.count > len(rows)
        else "",
        proof_href=f"{reverse('workbench:audit-proof')}?number={number}" if actor.may("ledger.verify") else "",
        **shell(request, "trail", (_("审计轨迹"), reverse("workbench:audit-trail"))),
    )
    return show(request, "workbench/overview/entry.html", page)


def _short(facts: tuple[Fact, ...]) -> str:
    """The beginning of the result; the whole stands on the entry's own page."""
    text = clauses(f"{fact.label} {_plain(fact.value)}" for fact in facts[:3])
    return text if len(text) <= LONGEST_RESULT else f"{text[:LONGEST_RESULT]}…"


def _facts(line: AuditLine) -> tuple[Fact, ...]:
    last = line.number + line.count - 1
    numbers = f"{line.number:,}" if line.count == 1 else f"{line.number:,} – {last:,}"
    return (
        Fact(_("账本编号"), numbers),
        Fact(_("时间"), line.at),
        Fact(_("经办人"), actor_word(line.actor_name)),
        Fact(_("单位"), line.unit_name),
        Fact(_("业务代码"), line.operation),
    )


def _rows_table(line: AuditLine, rows: tuple[tuple[int, str, int | None], ...]) -> Table:
    spec = TableSpec(
        "rows",
        _("这次写入的行"),
        (Column("what", _("内容")), Column("number", _("账本编号"), "number"), Column("row", _("行编号"), "number")),
        sizes=(ROWS_SHOWN,),
        unit="行",
    )
    written = [row for row in rows if row[2] is not None]
    shown = tuple(
        Row(
            {"what": table_word(table), "number": line.number + index, "row": row_id},
            href=_row_href(table, row_id),
            actions=(Link(_("这一行的全部变更"), f"{reverse('workbench:audit-trail')}?table={table}&row={row_id}"),),
        )
        for index, table, row_id in written
    )
    empty = _("这件事没有写入业务数据，只留下账目本身。")
    return Table(spec, read(spec, {}), shown, len(shown), empty_title=empty)


def _row_href(table: str, row_id: int | None) -> str:
    pages = {
        "subjects.subject": ("subject", "subject_id"),
        "accounts.unit": ("unit", "unit_id"),
        "accounts.person": ("person", "person_id"),
    }
    name, argument = pages.get(table.partition("/")[0], ("", ""))
    values: dict[str, Any] = {argument: row_id}
    return address(name, "", **values) if name else ""


def payload_facts(payload: str) -> tuple[Fact, ...]:
    """The result of an act in words: known names translated, long lists cut with their count."""
    found = json.loads(payload)
    return tuple(
        Fact(word(PAYLOAD.get(name) or name), _value(value))
        for name, value in found.items()
        if value not in (None, "", [], {})
    )


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        shown = [_plain(_value(each)) for each in value[:LISTED]]
        more = [_("……共 %(count)s 项") % {"count": len(value)}] if len(value) > LISTED else []
        return shown + more
    if isinstance(value, dict):
        return phrases(
            f"{word(PAYLOAD.get(str(name), str(name)))} {_plain(_value(each))}" for name, each in value.items()
        )
    return _moment(str(value)) or word(VALUES.get(str(value), str(value)))


def _moment(text: str) -> datetime | None:
    """A moment as the ledger writes it; a page shows it in the time of the place."""
    if not MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
    return listed(map(str, value)) if isinstance(value, list) else str(value)
