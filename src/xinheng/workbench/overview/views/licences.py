"""Certificates of the reader's units that end soon or ended without a new one; and at a service window the certificates of one holder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import register_query, units
from xinheng.accounts.values import QueryDraft, QueryKind, Unit
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.publicity import door as publicity
from xinheng.records import door
from xinheng.records.values import COUNTED_UP_TO, Expiry, ExpiryFilter, Licence, LicenceHint
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectKind
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.licences import LicenceLine, licence_lines, state_status
from xinheng.web.pages import show
from xinheng.web.parts import Figure, Link, Tone
from xinheng.web.tables import Column, Filter, Query, Row, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.exporting import MOST_ROWS, workbook
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, split_cursor
from xinheng.workbench.overview.reading import purpose_choices, purposes_of, register_list
from xinheng.workbench.overview.views.subjects import purpose_errors
from xinheng.workbench.overview.words import word

LAPSED_DAYS = 365
EXPORT_PAGE = 1000
WINDOWS = ("30", "60", "90", "lapsed")


@dataclass(frozen=True, kw_only=True)
class ExpiringPage(OverviewPage):
    """`workbench/overview/licences.html`."""

    figures: Annotated[tuple[Figure, ...], "how many end within 30, 60 and 90 days, and lapsed within a year"]
    table: Annotated[CursorTable, "certificates by their last day"]
    holder_href: Annotated[str, "where a holder's certificates are asked for; empty for whoever may not"] = ""


@dataclass(frozen=True, kw_only=True)
class HolderPage(OverviewPage):
    """`workbench/overview/licence_holder.html`."""

    form: Annotated[Bound, "code of the holder, purpose, case number"]
    asked: Annotated[bool, "whether somebody was asked for"] = False
    holder: Annotated[str, "name of the holder found"] = ""
    licences: Annotated[tuple[LicenceLine, ...], "what the holder has, those that hold first"] = ()


def _spec(edition: Edition, directory: tuple[Unit, ...]) -> TableSpec:
    items = tuple((item.code, word(item.name)) for item in door.licence_items(edition))
    within = (
        ("30", _("30 天内到期")),
        ("60", _("60 天内到期")),
        ("90", _("90 天内到期")),
        ("lapsed", _("一年内到期未续")),
    )
    renewed = (("no", _("没有续证")), ("yes", _("已有新证")))
    return TableSpec(
        "licences",
        _("证照到期"),
        (
            Column("holder", _("持证人")),
            Column("title", _("证照名称")),
            Column("number", _("证照编号")),
            Column("until", _("有效期至"), "date"),
            Column("left", _("剩余天数"), "number"),
            Column("state", _("状态"), "status"),
            Column("renewed", _("续证")),
            Column("unit", _("来源单位"), optional=True),
            Column("since", _("有效期自"), "date", optional=True),
            Column("authority", _("核发机关"), optional=True),
        ),
        filters=(
            Filter("within", _("到期时间"), "choice", within),
            Filter("renewed", _("续证"), "choice", renewed),
            Filter("item", _("类别"), "choice", items),
            Filter("unit", _("来源单位"), "choice", tuple((str(unit.id), unit.name) for unit in directory)),
        ),
        sizes=(50, 100, 200),
        unit=gettext_noop("份"),
        others=(AFTER,),
    )


@official("records.read_unpublished")
@no_store
@require_safe
def expiring(request: HttpRequest) -> HttpResponse:
    """The look is registered. Cost: constant in the data, four counts among it."""
    actor, at, on = actor_of(request), now(), today()
    edition, directory = current_edition(on), units(actor)
    spec = _spec(edition, directory)
    query, trail = split_cursor(read(spec, request.GET))
    found, onward = _found(query, _cursor(trail), query.size, on, actor) if query.ok else ((), None)
    if found:
        register_list(request, _draft(QueryKind.LIST, query, len(found)), edition, at)
    table = CursorTable(
        spec,
        query,
        tuple(map(_Rows({unit.id: unit.name for unit in directory}), found)),
        total=None,
        trail=trail,
        onward=f"{onward[0].toordinal()}-{onward[1]}" if onward else "",
        export_href=reverse("workbench:licences-export"),
        empty_title=_("没有符合条件的证照"),
        empty_text=_("这里列出本单位范围内将在所选时间内到期，或者到期后没有续证的证照。长期有效的不列出。"),
    )
    page = ExpiringPage(
        title=_("证照到期"),
        figures=_figures(on, actor),
        table=table,
        holder_href=reverse("workbench:licence-holder") if actor.may("records.read_licences") else "",
        **shell(request, "expiring"),
    )
    return show(request, "workbench/overview/licences.html", page, status=table.status)


@official("records.read_unpublished")
@no_store
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All rows of the view as a workbook, registered as an export. Raises: Invalid over twenty thousand rows."""
    actor, at, on = actor_of(request), now(), today()
    edition, directory = current_edition(on), units(actor)
    spec = _spec(edition, directory)
    query, _trail = split_cursor(read(spec, request.GET))
    if not query.ok:
        raise Invalid("workbench.export_query", query.problems[0].message)
    found = list(_all(query, on, actor))
    register_list(request, _draft(QueryKind.EXPORT, query, len(found)), edition, at)
    rows = map(_Rows({unit.id: unit.name for unit in directory}), found)
    return workbook(CursorTable(spec, query), rows, f"licences-{on:%Y%m%d}")


def _all(query: Query, on: date, actor: Actor) -> Iterator[Licence]:
    after: tuple[date, int] | None = None
    count = 0
    while True:
        found, after = _found(query, after, EXPORT_PAGE, on, actor)
        count += len(found)
        if count > MOST_ROWS:
            raise Invalid(
                "workbench.export_large",
                _("符合条件的超过 %(most)s 条，请缩小条件后分次导出。") % {"most": f"{MOST_ROWS:,}"},
            )
        yield from found
        if after is None:
            return


def _found(
    query: Query, after: tuple[date, int] | None, limit: int, on: date, actor: Actor
) -> tuple[tuple[Licence, ...], tuple[date, int] | None]:
    within, unit = query.filters.get("within", WINDOWS[0]), query.filters.get("unit")
    lapsed = within == "lapsed"
    renewed = {"yes": True, "no": False}.get(query.filters.get("renewed", ""))
    wanted = ExpiryFilter(
        kind=Expiry.LAPSED if lapsed else Expiry.COMING,
        days=LAPSED_DAYS if lapsed else int(within),
        item=query.filters.get("item", ""),
        unit_id=int(unit) if unit else None,
        # What lapsed is of interest where nothing came after it.
        renewed=False if lapsed and renewed is None else renewed,
        after=after,
    )
    page = door.expiring(wanted, on=on, actor=actor, limit=limit)
    return page.items, page.after


def _cursor(trail: tuple[str, ...]) -> tuple[date, int] | None:
    """Behind which certificate the page begins; for what is no cursor the first page is shown."""
    day, _dash, record = (trail[-1] if trail else "").partition("-")
    if not all(text.isascii() and text.isdecimal() and len(text) < 19 for text in (day, record)):
        return None
    return (date.fromordinal(int(day)), int(record)) if 1 <= int(day) <= date.max.toordinal() else None


def _draft(kind: QueryKind, query: Query, count: int) -> QueryDraft:
    scope = " ".join((_("证照到期"), *(f"{key}={value}" for key, value in sorted(query.filters.items()))))
    return QueryDraft(kind=kind, subject_id=None, scope=scope, count=count)


def _figures(on: date, actor: Actor) -> tuple[Figure, ...]:
    counted = door.expiry_counts(on=on, actor=actor)
    here = reverse("workbench:licences")
    shown: tuple[tuple[str, int, str, Tone], ...] = (
        (_("30 天内到期，没有续证"), counted.in_30, "30", "clock"),
        (_("60 天内到期，没有续证"), counted.in_60, "60", "plain"),
        (_("90 天内到期，没有续证"), counted.in_90, "90", "plain"),
        (_("一年内到期未续"), counted.lapsed, "lapsed", "harm"),
    )
    return tuple(
        Figure(
            label if count < COUNTED_UP_TO else _("%(label)s（满 1,000 份不再往下数）") % {"label": label},
            count,
            gettext_noop("份"),
            f"{here}?within={within}&renewed=no",
            tone if count else "plain",
        )
        for label, count, within, tone in shown
    )


@dataclass(frozen=True)
class _Rows:
    """Writes a certificate as a row."""

    units: dict[int, str]

    def __call__(self, one: Licence) -> Row:
        page = reverse("workbench:record", args=[one.record_id])
        renewed = one.renewed_by
        cells = {
            "holder": one.holder or _("自然人"),
            "title": Link(one.title or _("许可证件"), page, about=one.number),
            "number": one.number,
            "until": one.valid_to,
            "left": one.days_left,
            "state": state_status(one.state),
            "renewed": Link(_("已续的新证"), reverse("workbench:record", args=[renewed]), about=one.number)
            if renewed
            else _("没有续证"),
            "unit": self.units.get(one.unit_id, ""),
            "since": one.valid_from,
            "authority": one.authority_name,
        }
        soon = one.days_left is not None and one.days_left <= 30 and renewed is None
        return Row(cells, href=reverse("workbench:subject", args=[one.subject_id]), tone="clock" if soon else "plain")


def record_pages(actor: Actor, otherwise: str = "") -> Callable[[Licence | LicenceHint], str]:
    """Where the record behind a certificate is opened: the page of the archive for records the actor may read, else `otherwise`.

    `otherwise` is the name of an address. Cost: one query.
    """
    readable = {unit.id for unit in units(actor)} if actor.may("records.read_unpublished") else set()

    def page(one: Licence | LicenceHint) -> str:
        if one.unit_id in readable:
            return reverse("workbench:record", args=[one.record_id])
        try:
            return reverse(otherwise, args=[one.record_id]) if otherwise else ""
        except NoReverseMatch:
            return ""

    return page


def _holder_form(edition: Edition) -> FormSpec:
    code = Field("code", _("持证人的统一社会信用代码"), hint=_("18 位，旧代码也可以"), width="m", max_length=60)
    purpose = Field("purpose", _("查询目的"), "radio", choices=purpose_choices(edition))
    reference = Field("reference", _("案号或授权文号"), required=False, width="m", max_length=100)
    return FormSpec("licence-holder", (("", (code, purpose, reference)),))


@keeps_typed
@official("records.read_licences")
@no_store
@require_http_methods(["GET", "POST"])
def holder(request: HttpRequest) -> HttpResponse:
    """A holder's certificates of every unit, for a purpose; registered whether there are any or not."""
    at = now()
    edition = current_edition(legal_date(at))
    spec = _holder_form(edition)
    form = spec.read(request).require() if request.method == "POST" else spec.empty()
    if request.method == "POST" and form.ok:
        form = form.with_errors((*purpose_errors(form, edition), *_code_errors(form)))
    page = HolderPage(
        title=_("查验持证人的证照"),
        form=form,
        **shell(request, "expiring", (_("证照到期"), reverse("workbench:licences"))),
    )
    if request.method == "POST" and form.ok:
        page = _answered(request, form, edition, page)
    return show(request, "workbench/overview/licence_holder.html", page, status=form.status)


def _code_errors(form: Bound) -> tuple[FieldError, ...]:
    if inspect(form.text("code")).kind in PERSONAL:
        return (FieldError("code", _("这里不能输入个人证件号码；请持证的自然人出示验证码，在公开的验证页查验。")),)
    return ()


def _answered(request: HttpRequest, form: Bound, edition: Edition, page: HolderPage) -> HolderPage:
    at, purpose = now(), form.text("purpose")
    on, asking = legal_date(at), actor_of(request).for_purpose(purpose)
    # For its certificates a holder is known to the window, whoever reported it.
    found = subjects.by_code(form.text("code"), actor=asking, reach=subjects.WHOLE)
    if found is not None and found.kind is SubjectKind.NATURAL_PERSON:
        found = None
    family = subjects.members_of(found.id, reach=subjects.WHOLE) if found is not None else ()
    licences = publicity.licences_of(family, on=on, actor=asking) if family else ()
    draft = QueryDraft(
        kind=QueryKind.SEARCH,
        subject_id=found.id if found is not None and licences else None,
        purpose=purpose,
        reference=form.text("reference"),
        fields=("licence",),
        scope=_("查验持证人的证照"),
        count=len(licences),
    )
    register_query(query=draft, purposes=purposes_of(edition, personal=True), actor=asking, now=at)
    name = licences[0].holder if licences else ""
    return replace(
        page, asked=True, holder=name, licences=licence_lines(licences, record_pages(asking), officials=True)
    )
