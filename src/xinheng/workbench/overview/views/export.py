"""Taking the audit trail out: what is asked for, in which form; the taking itself is entered."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.accounts.door import export_trail, people, units
from xinheng.accounts.values import AuditFilter
from xinheng.kernel.dates import end_of_day, start_of_day
from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.ledger.door import OPERATIONS
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.joining import bracketed
from xinheng.web.pages import show
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import shell
from xinheng.workbench.overview.reviewing import FormPage, day_error, day_of
from xinheng.workbench.overview.words import OPERATIONS as KNOWN_OPERATIONS
from xinheng.workbench.overview.words import operation_word

KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


def _form(request: HttpRequest) -> FormSpec:
    actor = actor_of(request)
    codes = sorted({*OPERATIONS, *KNOWN_OPERATIONS})
    everybody = tuple((str(one.id), bracketed(one.name, one.login)) for one in people(actor, now()))
    directory = tuple((str(one.id), one.name) for one in units(actor))
    forms = (
        ("csv", "CSV", _("用电子表格打开")),
        ("jsonl", "JSON Lines", _("交给程序核对，一行一件")),
    )
    return FormSpec(
        "trail-export",
        (
            (
                _("哪些账目"),
                (
                    Field("from", _("日期起"), "date", required=False, width="s"),
                    Field("to", _("日期止"), "date", required=False, width="s"),
                    Field(
                        "operation",
                        _("事项"),
                        "choice",
                        required=False,
                        choices=tuple((code, operation_word(code)) for code in codes),
                    ),
                    Field("person", _("经办人"), "choice", required=False, choices=everybody),
                    Field("unit", _("单位"), "choice", required=False, choices=directory),
                ),
            ),
            (_("格式"), (Field("form", _("文件格式"), "radio", choices=forms),)),
        ),
    )


@official("accounts.export_trail")
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """The form, then the file. Cost of the file: two queries a 500 acts; it goes out in pieces."""
    spec = _form(request)
    if request.method == "GET":
        names = [item.name for item in spec.fields if item.name in request.GET]
        return _page(request, spec.empty(form="csv", **{name: request.GET[name] for name in names}))
    form = spec.read(request).require()
    form = form.with_errors((*day_error(form, "from"), *day_error(form, "to"), *_unknown(form))) if form.ok else form
    if not form.ok:
        return _page(request, form)
    try:
        made = export_trail(wanted=_wanted(form), form=form.text("form"), actor=actor_of(request), now=now())
    except (Invalid, Conflict, Refused) as error:
        return _page(request, form.with_errors([error]))
    kind = made.entered.form
    name = f"audit-trail-{today():%Y%m%d}.{kind}"
    answer = FileResponse(made.file, content_type=KINDS[kind], as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-SHA256"] = made.entered.digest
    return answer


def _unknown(form: Bound) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(item.name, _("请从列出的选项中选择。"), "form.choice")
        for item in form.spec.fields
        if item.kind in {"choice", "radio"}
        and form.text(item.name)
        and form.text(item.name) not in {choice[0] for choice in item.choices}
    )


def _wanted(form: Bound) -> AuditFilter:
    since, until = day_of(form, "from"), day_of(form, "to")
    return AuditFilter(
        operation=form.text("operation"),
        actor_id=int(form.text("person")) if form.text("person") else None,
        unit_id=int(form.text("unit")) if form.text("unit") else None,
        since=start_of_day(since) if since else None,
        until=end_of_day(until) if until else None,
    )


def _page(request: HttpRequest, form: Bound) -> HttpResponse:
    page = FormPage(
        title=_("导出审计轨迹"),
        form=form,
        lead=_("导出本身也记入账本：谁、何时、哪些、多少件、文件散列。每件都带账本编号和最新检查点，可据以索取证明。"),
        confirm=_("导出"),
        back=reverse("workbench:audit-trail"),
        **shell(request, "trail", (_("审计轨迹"), reverse("workbench:audit-trail"))),
    )
    return show(request, "workbench/overview/export.html", page, status=form.status)
