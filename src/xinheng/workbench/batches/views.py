"""The list of batches, one batch with progress and receipt, the values normalised, the problems as a file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.accounts.door import units
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import Item
from xinheng.intake.door import batch, batches, may_fetch_rows, receipt
from xinheng.intake.values.batches import ENDED, BatchFilter, BatchState, BatchView
from xinheng.jobs.door import Job, JobState, JobUnknown, job
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Unknown
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.field_words import field_name
from xinheng.web.gate import actor_of
from xinheng.web.joining import listed
from xinheng.web.pages import show
from xinheng.web.parts import Crumb, Fact, Figure, Link, Progress
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Query, Table, query_string, read
from xinheng.workbench.batches import tables
from xinheng.workbench.batches.found import all_problems, count_by_effect, is_cut, problem_page
from xinheng.workbench.batches.pages import BatchesPage, BatchPage, NormalisedPage
from xinheng.workbench.files import KINDS, table_file
from xinheng.workbench.gates import official, surroundings
from xinheng.workbench.overview.exporting import as_text
from xinheng.workbench.overview.paging import CursorTable, number, split_cursor
from xinheng.workbench.overview.words import word

READERS = ("intake.read_own", "intake.read_all")
MANY, MANY_A_MINUTE = 10_000, 50_000
"""From so many rows on the reader is told how long a workbook takes; and how many are written in a minute on a busy machine."""
HEADER_CODES = frozenset({"F07", "F09", "F11"})
"""Refusals that may come from headings of the sender's own."""


@official(*READERS)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Batches the reader may see, the latest first. Cost: three queries beside those of every page."""
    actor = actor_of(request)
    edition = current_edition(today())
    visible = units(actor)
    spec = tables.batches_spec(edition, tuple((str(each.id), each.name) for each in visible))
    query, trail = split_cursor(read(spec, request.GET))
    found = batches(actor, _wanted(query, number(trail))) if query.ok else None
    names = {each.code: word(each.name) for each in edition.items}
    may_load = actor.may("intake.load")
    table = CursorTable(
        spec,
        query,
        tuple(tables.batch_row(each, names) for each in found.items) if found else (),
        None,
        empty_title=_("还没有报送批次"),
        empty_text=_("上传文件后，每个文件是一个批次，检查结果和回执在这里。"),
        empty_link=Link(_("上传文件"), reverse("workbench:upload")) if may_load else None,
        trail=trail,
        onward=str(found.next or "") if found else "",
    )
    page = BatchesPage(
        title=_("报送批次"),
        section="batches",
        table=table,
        upload_href=reverse("workbench:upload") if may_load else "",
        **surroundings(request),
    )
    return show(request, "workbench/batches.html", page, status=table.status)


def _wanted(query: Query, before: int | None) -> BatchFilter:
    filters = query.filters
    return BatchFilter(
        unit_id=int(filters["unit"]) if "unit" in filters else None,
        item=filters.get("item", ""),
        state=BatchState(filters["state"]) if "state" in filters else None,
        before=before,
        limit=query.size,
    )


@official(*READERS)
@require_GET
def batch_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: progress while it is open, the receipt after."""
    found = batch(batch_id, actor_of(request))
    item = current_edition(today()).item(found.item)
    common: dict[str, Any] = {
        "title": _("批次 %(number)s：%(item)s") % {"number": found.id, "item": word(item.name)},
        "section": "batches",
        "crumbs": (Crumb(_("报送批次"), reverse("workbench:batches")),),
        "status": tables.standing(found),
        "where": _where(found),
        "facts": _facts(found),
        **surroundings(request),
    }
    if found.state not in ENDED:
        job_now = _progress(found, actor_of(request))
        leads = {
            True: _("文件已收到，正在检查和入库。您可以离开本页，完成后回来看回执。"),
            False: _("处理没有完成，一行也没有入库。请过一会儿重新上传；仍然不行的，请联系信用中心。"),
        }
        page = BatchPage(lead=leads[job_now.live], job=job_now, **common)
        return show(request, "workbench/batch.html", page)
    if found.state is not BatchState.LOADED:
        return show(request, "workbench/batch.html", _refused_page(found, actor_of(request), common))
    return _receipt_page(request, found, item, common)


def _where(found: BatchView) -> str:
    return _("%(file)s · %(unit)s %(who)s 上传于 %(at)s") % {
        "file": found.file_name,
        "unit": found.unit_name,
        "who": found.submitted_name,
        "at": written.moment(found.received_at),
    }


def _facts(found: BatchView) -> tuple[Fact, ...]:
    kept = (
        _("已清除（%(day)s）") % {"day": written.day(found.erased_at)}
        if found.erased_at
        else _("加密保存，出具回执后按规定期限清除")
    )
    return (
        Fact(_("文件"), found.file_name),
        Fact(_("大小"), _("%(count)s 字节") % {"count": f"{found.size:,}"}),
        Fact(_("上传的文件"), kept),
        Fact(_("更正原因"), found.reason),
        Fact(_("完成时间"), found.finished_at),
    )


def _refused_page(found: BatchView, actor: Actor, common: Mapping[str, Any]) -> BatchPage:
    links = [Link(_("改好后重新上传"), _upload_href(found))] if actor.may("intake.load") else []
    if found.refusal in HEADER_CODES and _may_map(found, actor):
        links.insert(0, Link(_("对应本单位的列名"), reverse("workbench:batch-columns", args=[found.id])))
    leads = {
        BatchState.REFUSED: _("整个文件没有接收，一行也没有入库。请按下面的说明改好后重新上传。"),
        BatchState.ABANDONED: _("处理中断，已放弃，一行也没有入库。请重新上传。"),
    }
    return BatchPage(
        lead=leads[found.state],
        refusal=(Fact(found.refusal, in_page_language(found.refusal_message)),) if found.refusal else (),
        links=tuple(links),
        **common,
    )


def _may_fetch(found: BatchView, actor: Actor) -> bool:
    """Whether the reader gets the rows back as they were sent: the own unit, while the file is kept."""
    return found.erased_at is None and may_fetch_rows(found.unit_id, found.submitted_by, actor)


def _may_map(found: BatchView, actor: Actor) -> bool:
    """Whether the reader can say what the file's columns mean: the own unit, while the file is kept."""
    return found.erased_at is None and actor.may("intake.load") and actor.unit_id == found.unit_id


def _upload_href(found: BatchView) -> str:
    return f"{reverse('workbench:upload')}?{urlencode({'item': found.item})}"


def _receipt_page(request: HttpRequest, found: BatchView, item: Item, common: Mapping[str, Any]) -> HttpResponse:
    actor = actor_of(request)
    told = receipt(found.id, actor)
    spec = tables.problems_spec(item, _codes(told), {} if is_cut(told) else count_by_effect(told))
    query, trail = split_cursor(read(spec, request.GET))
    page = (
        problem_page(found.id, told, query, after=trail[-1] if trail else "", limit=query.size, actor=actor)
        if query.ok
        else None
    )
    names = {each.code: field_name(each.name) for each in item.fields}
    table = CursorTable(
        spec,
        query,
        tuple(tables.problem_row(each, names) for each in page.items) if page else (),
        None,
        empty_title=_("没有有问题的行"),
        empty_text=_("全部行都已入库。"),
        trail=trail,
        onward=page.onward if page else "",
    )
    shown = BatchPage(
        lead=_lead(found),
        figures=_figures(found, told),
        columns=_columns(told, names),
        not_checked=tuple(told.get("not_checked", ())),
        links=_links(found, told, actor),
        table=table,
        exports=tuple(
            Link(label, reverse("workbench:batch-export", args=[found.id, kind]) + query_string(spec, query, page=1))
            for kind, label in (("xlsx", _("导出 XLSX")), ("csv", _("导出 CSV")))
        )
        if table.rows
        else (),
        **{
            **common,
            "facts": (*common["facts"], *_missing(told, names), *_mapped(told, names), *_patience(found, actor)),
        },
    )
    return show(request, "workbench/batch.html", shown, status=table.status)


def _lead(found: BatchView) -> str:
    counts = found.counts
    if counts.rejected:
        return _(
            "有 %(count)s 行退回。可以下载需要改正的行，在工作簿里改好后原样上传；也可以改好原文件再传一次，已入库的行会被认出，不会重复。"
        ) % {"count": counts.rejected}
    if counts.held:
        return _("有 %(count)s 行暂存，等待核对，暂时不用操作。") % {"count": counts.held}
    return _("全部入库，不用再操作。")


def _figures(found: BatchView, told: Mapping[str, Any]) -> tuple[Figure, ...]:
    counts = found.counts
    withheld, warned = (
        len({each["row"] for each in told["errors"] if each["effect"] == effect}) for effect in ("block", "warn")
    )
    held_href = f"{reverse('workbench:held')}?{urlencode({'batch': found.id})}"
    here = reverse("workbench:batch", args=[found.id])
    return (
        Figure(_("共"), counts.rows, "行"),
        Figure(_("入库"), counts.accepted, "行"),
        Figure(_("其中内容未变"), counts.unchanged, "行"),
        Figure(_("其中更正"), counts.superseded, "行"),
        Figure(
            _("退回"),
            counts.rejected,
            "行",
            f"{here}?effect=reject#t-problems" if counts.rejected else "",
            "harm" if counts.rejected else "plain",
        ),
        Figure(_("暂存"), counts.held, "行", held_href if counts.held else "", "clock" if counts.held else "plain"),
        Figure(_("入库不公示"), withheld, "行", f"{here}?effect=block#t-problems" if withheld else ""),
        Figure(_("有提醒"), warned, "行", f"{here}?effect=warn#t-problems" if warned else ""),
    )


def _columns(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Fact, ...]:
    columns = told["columns"]
    labels = {"unknown": (_("不认识的列"), _("没有入库，也没有保存。")), "doubled": (_("重复的列"), "")}
    return tuple(
        Fact(label, listed(names.get(name, name) for name in columns[key]), hint)
        for key, (label, hint) in labels.items()
        if columns.get(key)
    )


def _missing(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Fact, ...]:
    """Columns the file did not have: none of them is obligatory, else the file had been refused."""
    missing = listed(names.get(name, name) for name in told["columns"].get("missing", ()))
    return (Fact(_("文件里没有的列"), missing, _("都是选填的，按没有填写处理。")),) if missing else ()


def _mapped(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Fact, ...]:
    """The columns that were known by the unit's own mapping only, and the rows that waited and were replaced."""
    mapped = listed(
        f"{each['header']} → {names.get(each['field'], each['field'])}" for each in told["columns"].get("mapped", ())
    )
    found = [Fact(_("按本单位列名对应识别的列"), mapped)] if mapped else []
    if told.get("replaced"):
        found.append(Fact(_("由本批代替的暂存行"), _("%(count)s 行") % {"count": told["replaced"]}))
    return tuple(found)


def _patience(found: BatchView, actor: Actor) -> tuple[Fact, ...]:
    """That a workbook of very many rows takes its time: it is written anew, from the sealed file, each time it is asked for."""
    rows = found.counts.rejected + found.counts.held
    if rows < MANY or not _may_fetch(found, actor):
        return ()
    minutes = -(-rows // MANY_A_MINUTE)
    said = _("共 %(rows)s 行，生成工作簿约需 %(minutes)s 分钟，请等待下载开始，不要重复点击") % {
        "rows": f"{rows:,}",
        "minutes": minutes,
    }
    return (Fact(_("需要改正的行"), said),)


def _links(found: BatchView, told: Mapping[str, Any], actor: Actor) -> tuple[Link, ...]:
    links = []
    count = len(told["normalised"]) + int(told.get("left_out", {}).get("normalised", 0))
    if count:
        label = _("查看 %(count)s 个按规范写法读取的值") % {"count": f"{count:,}"}
        links.append(Link(label, reverse("workbench:batch-normalised", args=[found.id])))
    if (found.counts.rejected or found.counts.held) and _may_fetch(found, actor):
        links.insert(0, Link(_("下载需要改正的行"), reverse("workbench:batch-rows", args=[found.id]), "download"))
    if told["columns"].get("unknown") and _may_map(found, actor):
        links.append(Link(_("对应本单位的列名"), reverse("workbench:batch-columns", args=[found.id])))
    if actor.may("intake.load") and found.counts.rejected:
        links.append(Link(_("改正后再传一次"), _upload_href(found)))
    return tuple(links)


@official(*READERS)
@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far a batch is, for the page that asks every two seconds; ended, the page is told to load its receipt."""
    found = batch(batch_id, actor_of(request))
    response = render(request, "web/parts/progress.html", {"job": _progress(found, actor_of(request))})
    if found.state in ENDED:
        response["HX-Refresh"] = "true"
    return response


def _progress(found: BatchView, actor: Actor) -> Progress:
    page = reverse("workbench:batch", args=[found.id])
    running = _job(found, actor)
    state = "waiting" if running is None or running.state is JobState.QUEUED else "running"
    if found.state in ENDED:
        state = "done"
    elif running is not None and running.state in (JobState.FAILED, JobState.CANCELLED):
        state = "failed"
    return Progress(
        title=_("检查和入库"),
        poll_href=f"{reverse('workbench:batch-progress', args=[found.id])}?poll=1",
        refresh_href=page,
        done=running.done if running else 0,
        total=(running.total or None) if running else None,
        doing=in_page_language(running.text) if running and running.text else "",
        state=state,  # type: ignore[arg-type]
        since=running.started_at if running else None,
        next=Link(_("改好后重新上传"), _upload_href(found)) if state == "failed" else Link(_("查看回执"), page),
    )


def _job(found: BatchView, actor: Actor) -> Job | None:
    try:
        return job(found.job_id, actor) if found.job_id is not None else None
    except JobUnknown:
        return None


@official(*READERS)
@require_GET
def normalised(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The values of a batch that were kept otherwise than they were written."""
    found = batch(batch_id, actor_of(request))
    told = receipt(batch_id, actor_of(request))
    names = {each.code: field_name(each.name) for each in current_edition(today()).item(found.item).fields}
    spec = tables.normalised_spec()
    query = read(spec, request.GET)
    notes = told["normalised"] if query.ok else []
    rows = tuple(tables.normalised_row(each, names) for each in notes[query.offset : query.offset + query.size])
    table = Table(spec, query, rows, len(notes), empty_title=_("没有改过写法的值"), empty_text=_("全部按原样读取。"))
    page = NormalisedPage(
        title=_("批次 %(number)s：按规范写法读取的值") % {"number": batch_id},
        section="batches",
        crumbs=(
            Crumb(_("报送批次"), reverse("workbench:batches")),
            Crumb(_("批次 %(number)s") % {"number": batch_id}, reverse("workbench:batch", args=[batch_id])),
        ),
        where=found.file_name,
        table=table,
        left_out=int(told.get("left_out", {}).get("normalised", 0)),
        **surroundings(request),
    )
    return show(request, "workbench/normalised.html", page, status=table.status)


@official(*READERS)
@require_GET
def export(request: HttpRequest, batch_id: int, kind: str) -> FileResponse:
    """The problems of a batch as a file: exactly what is seen, all pages of it."""
    actor = actor_of(request)
    if kind not in KINDS:
        raise Unknown("web.unknown", _("只能导出 csv 和 xlsx 两种文件。"))
    found = batch(batch_id, actor)
    item = current_edition(today()).item(found.item)
    told = receipt(batch_id, actor)
    spec = tables.problems_spec(item, _codes(told))
    query = replace(split_cursor(read(spec, request.GET))[0], page=1)
    table = Table(spec, query)
    names = {each.code: field_name(each.name) for each in item.fields}
    seen = all_problems(batch_id, told, query, actor=actor) if query.ok else iter(())
    rows = (tables.problem_row(each, names, plain=True) for each in seen)
    lines = ([as_text(row.cells.get(column.key)) for column in table.columns] for row in rows)
    name = _("批次%(number)s有问题的行%(day)s") % {"number": batch_id, "day": written.iso_day(now())}
    return table_file(kind, name, [column.label for column in table.columns], lines)


def _codes(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted({str(each["code"]) for each in told["errors"]}))
