"""Handing in a file: received sealed, loaded by the worker; and the templates to fill in."""

from dataclasses import dataclass
from typing import Annotated, Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.accounts.door import units
from xinheng.accounts.values import Unit
from xinheng.catalogue.door import item as item_view
from xinheng.catalogue.door import items
from xinheng.intake.door import receive, template_columns, write_template
from xinheng.intake.values.batches import UploadDraft
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown
from xinheng.tables.limits import MIB, Limits
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.pages import WorkbenchPage, show
from xinheng.web.uploads import stream_uploads
from xinheng.workbench.entry.pages import ItemChoice
from xinheng.workbench.entry.views import item_choices
from xinheng.workbench.files import KINDS, table_file, written_file
from xinheng.workbench.gates import official, surroundings
from xinheng.workbench.overview.words import word

ACCEPT = ".csv,.txt,.tsv,.xlsx,.xls,.json,.jsonl"


@dataclass(frozen=True, kw_only=True)
class UploadPage(WorkbenchPage):
    """`workbench/upload.html`."""

    form: Annotated[Bound, "item, unit where there are several, file, reason"]
    has_errors: Annotated[bool, "whether something is wrong with it"]
    items: Annotated[tuple[ItemChoice, ...], "the items, for the addresses of their templates"]
    most_megabytes: Annotated[int, "the largest file taken"]
    most_rows: Annotated[int, "the most rows taken"]
    columns_href: Annotated[str, "address of the unit's own column names; empty for who has no unit"]


@csrf_exempt
@official("intake.load")
def upload(request: HttpRequest) -> HttpResponse:
    """The upload; whoever may not hand in files is refused before a byte of the file is read.

    Exempt from the middleware's check of the CSRF token because that reads the form, and with it the file, before this view
    can say where the file goes; the check is made right after, by `_upload`.
    """
    if request.method == "POST":
        stream_uploads(request)
    return _upload(request)


@csrf_protect
@require_http_methods(["GET", "POST"])
def _upload(request: HttpRequest) -> HttpResponse:
    own = units(actor_of(request))
    spec = _spec(own)
    if request.method == "GET":
        chosen = request.GET.get("item", "")
        return _page(request, spec.empty(item=chosen, unit=str(actor_of(request).unit_id or "")))
    form = spec.read(request).require()
    if not form.ok:
        return _page(request, form)
    try:
        received = receive(
            stream=cast("Any", form.file("file")),
            draft=_draft(request, form, own),
            actor=actor_of(request),
            now=now(),
        )
    except (Invalid, Conflict, Refused, Unknown) as wrong:
        return _page(request, form.with_errors([FieldError(wrong.field or "", wrong.message, wrong.code)]))
    return HttpResponseRedirect(reverse("workbench:batch", args=[received.batch_id]))


def _draft(request: HttpRequest, form: Bound, own: tuple[Unit, ...]) -> UploadDraft:
    chosen = form.text("unit") if len(own) > 1 else ""
    unit_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18 else actor_of(request).unit_id
    file = form.file("file")
    return UploadDraft(
        item=form.text("item"),
        unit_id=unit_id or 0,
        file_name=(file.name if file else "") or "",
        reason=form.text("reason"),
    )


def _spec(own: tuple[Unit, ...]) -> FormSpec:
    choices = tuple((each.item.code, word(each.item.name)) for each in items(today()) if each.enabled)
    fields = [Field("item", _("信息项"), "choice", choices=choices)]
    if len(own) > 1:
        fields.append(
            Field(
                "unit",
                _("报送单位"),
                "choice",
                _("以哪个单位的名义报送。"),
                choices=tuple((str(each.id), each.name) for each in own),
            )
        )
    limits = Limits()
    fields.append(
        Field(
            "file",
            _("文件"),
            "file",
            _(
                "可用 CSV、XLSX、XLS、JSON、JSON Lines。最大 %(size)s MB、%(rows)s 行。表头用中文名称或字段代码均可，列的顺序不限。"
            )
            % {"size": limits.file_bytes // MIB, "rows": f"{limits.rows:,}"},
            accept=ACCEPT,
        )
    )
    fields.append(
        Field(
            "reason",
            _("更正原因"),
            "text",
            _("文件里有更正已报送信息的行时填写，适用于全部更正行；也可以在文件里加一列“更正原因”，逐行填写。"),
            required=False,
        )
    )
    return FormSpec("upload", (("", tuple(fields)),))


def _page(request: HttpRequest, form: Bound) -> HttpResponse:
    limits = Limits()
    page = UploadPage(
        title=_("上传文件"),
        section="upload",
        form=form,
        has_errors=not form.ok,
        items=tuple(each for each in item_choices(request) if not each.disabled),
        most_megabytes=limits.file_bytes // MIB,
        most_rows=limits.rows,
        columns_href=reverse("workbench:columns") if actor_of(request).unit_id is not None else "",
        **surroundings(request),
    )
    return show(request, "workbench/upload.html", page, status=form.status)


@official("records.enter", "intake.load")
@require_GET
def template(request: HttpRequest, item: str, kind: str) -> FileResponse:
    """The template of an item. As a workbook: header row with notes and lists, instructions with an example on a sheet of their own.

    As CSV the header row, nothing else. Either way nothing of it can be handed in by mistake.
    """
    if kind not in KINDS:
        raise Unknown("web.unknown", _("模板只有 csv 和 xlsx 两种。"))
    found = item_view(item, today())
    name = _("%(name)s报送模板") % {"name": found.item.name}
    if kind == "xlsx":
        return written_file(
            name, lambda path: write_template(item, path, on=today(), unit_id=actor_of(request).unit_id)
        )
    columns = template_columns(item, on=today())
    return table_file(kind, name, [each.name for each in columns], [])
