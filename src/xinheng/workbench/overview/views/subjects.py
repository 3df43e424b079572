"""Finding subjects: by name, code or document number; a natural person only by the exact number, with a purpose."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.publicity import door as publicity
from xinheng.records import door as records
from xinheng.records.values import VersionView
from xinheng.subjects import door
from xinheng.subjects.values import SubjectFacts, SubjectHit
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import show
from xinheng.web.parts import Code, Link, Status
from xinheng.web.tables import Column, Filter, Query, Row, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.reading import (
    Declared,
    declare,
    purpose_choices,
    purposes_of,
    reference_needed,
    register_list,
)
from xinheng.workbench.overview.words import word

MOST_DOCUMENTS = 20


@dataclass(frozen=True, kw_only=True)
class SubjectsPage(OverviewPage):
    """`workbench/overview/subjects.html`."""

    table: Annotated[CursorTable, "subjects found, best first; or the provisional ones"]
    asked: Annotated[bool, "whether anything was asked"]
    documents: Annotated[tuple[Link, ...], "records with exactly this document number"] = ()
    person_href: Annotated[str, "where a natural person is looked up; empty for whoever may not"] = ""
    new_href: Annotated[str, "where a subject is entered from its register; empty for whoever may not"] = ""


@dataclass(frozen=True, kw_only=True)
class PersonSearchPage(OverviewPage):
    """`workbench/overview/person_search.html`."""

    form: Annotated[Bound, "number, purpose, case number"]
    nobody: Annotated[bool, "the number leads to nobody this reader may see"] = False


def status_of(state: str, label: str) -> Status:
    """The state of registration with its tone."""
    return Status(word(label), "clock" if state == "provisional" else "ended" if state == "merged" else "plain")


def _spec(actor: Actor) -> TableSpec:
    states = (Filter("state", _("登记状态"), "choice", (("provisional", _("待登记核实")),)),)
    return TableSpec(
        "subjects",
        _("信用主体"),
        (
            Column("name", _("名称")),
            Column("code", _("代码"), "code"),
            Column("kind", _("主体类型")),
            Column("state", _("登记状态"), "status"),
            Column("former", _("匹配到的曾用名")),
        ),
        filters=(
            Filter("q", _("名称、代码或文书号"), hint=_("两个字起")),
            *(states if actor.may("subjects.manage") else ()),
        ),
        sizes=(20, 50, 100),
        unit=gettext_noop("家"),
        others=(AFTER,),
    )


@official("subjects.read")
@no_store
@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """Cost: at most seventeen queries, whatever the size; a look at records is registered."""
    actor, at = actor_of(request), now()
    if inspect(request.GET.get("q", "")).kind in PERSONAL:
        # Out of the address bar, the history and the log as fast as can be.
        return HttpResponseRedirect(reverse("workbench:person-search"))
    spec = _spec(actor)
    query, trail = split_cursor(read(spec, request.GET))
    text = query.filters.get("q", "")
    rows, onward = _found(query, trail, actor) if query.ok else ((), "")
    documents = records.by_document(text, actor=actor, limit=MOST_DOCUMENTS) if query.ok and text and not trail else ()
    if documents:
        draft = QueryDraft(kind=QueryKind.SEARCH, subject_id=None, scope=_("按文书号查找"), count=len(documents))
        register_list(request, draft, current_edition(legal_date(at)), at)
    page = SubjectsPage(
        title=_("信用主体"),
        table=CursorTable(
            spec,
            query,
            rows,
            total=None,
            trail=trail,
            onward=onward,
            empty_title=_("没有找到符合条件的主体") if query.filters else _("请先输入查找条件"),
            empty_text=_("可按名称的一部分、统一社会信用代码（含旧代码）或决定书文号查找。自然人只能按证件号码查找。"),
        ),
        asked=bool(query.filters) or not query.ok,
        documents=tuple(map(_document, documents)),
        person_href=reverse("workbench:person-search") if actor.may("subjects.read_personal") else "",
        new_href=reverse("workbench:subject-new") if actor.may("subjects.manage") else "",
        **shell(request, "subjects"),
    )
    return show(request, "workbench/overview/subjects.html", page, status=page.table.status)


def _found(query: Query, trail: tuple[str, ...], actor: Actor) -> tuple[tuple[Row, ...], str]:
    text = query.filters.get("q", "")
    if query.filters.get("state") == "provisional" and not text:
        page = door.provisional(actor=actor, limit=query.size, after=number(trail) or 0)
        return tuple(map(_provisional_row, page.items)), str(page.after or "")
    if not text:
        return (), ""
    reach = publicity.reach_of(actor, today())
    hits = door.search(text, limit=query.size, after=trail[-1] if trail else "", reach=reach)
    wanted = query.filters.get("state")
    items = [hit for hit in hits.items if wanted is None or hit.state == wanted]
    return tuple(map(_hit_row, items)), hits.after


def _hit_row(hit: SubjectHit) -> Row:
    cells = {
        "name": hit.name,
        "code": Code(hit.code),
        "kind": word(hit.kind.label),
        "state": status_of(hit.state, hit.state.label),
        "former": hit.former_name,
    }
    return Row(cells, href=reverse("workbench:subject", args=[hit.id]))


def _provisional_row(one: SubjectFacts) -> Row:
    cells = {
        "name": one.name,
        "code": Code(one.code),
        "kind": word(one.kind.label),
        "state": status_of(one.state, one.state.label),
    }
    href = reverse("workbench:subject", args=[one.id])
    confirm = Link(_("核实"), reverse("workbench:subject-confirm", args=[one.id]), about=one.name)
    return Row(cells, href=href, actions=(confirm,))


def _document(version: VersionView) -> Link:
    label = " ".join(
        filter(None, (version.core.document_title, version.core.document_number, version.core.source_name))
    )
    return Link(label, reverse("workbench:record", args=[version.record_id]), "file-text")


def _person_form(edition: Edition) -> FormSpec:
    return FormSpec(
        "person",
        (
            (
                "",
                (
                    Field(
                        "number", _("公民身份号码"), hint=_("15 位或 18 位，须与证件完全一致"), width="m", max_length=40
                    ),
                    Field("purpose", _("查询目的"), "radio", choices=purpose_choices(edition)),
                    Field("reference", _("案号或授权文号"), required=False, width="m", max_length=100),
                ),
            ),
        ),
    )


@keeps_typed
@official("subjects.read_personal")
@no_store
@require_http_methods(["GET", "POST"])
def person_search(request: HttpRequest) -> HttpResponse:
    """A natural person by the exact number. Registered whether somebody was found or not; the number goes nowhere."""
    at = now()
    edition = current_edition(legal_date(at))
    spec = _person_form(edition)
    form = spec.read(request).require() if request.method == "POST" else spec.empty()
    nobody = False
    if request.method == "POST" and form.ok:
        form = form.with_errors(purpose_errors(form, edition))
        if form.ok:
            found = _look_up(request, form, edition)
            if found is not None:
                return HttpResponseRedirect(reverse("workbench:subject", args=[found]))
            nobody = True
    page = PersonSearchPage(
        title=_("查找自然人"),
        form=form,
        nobody=nobody,
        **shell(request, "subjects", (_("信用主体"), reverse("workbench:subjects"))),
    )
    return show(request, "workbench/overview/person_search.html", page, status=form.status)


def purpose_errors(form: Bound, edition: Edition) -> tuple[FieldError, ...]:
    """A purpose that asks for a case number, without one."""
    if reference_needed(edition, form.text("purpose")) and is_blank(form.text("reference")):
        return (FieldError("reference", _("按此目的查询须填写案号或授权文号。"), "form.reference"),)
    return ()


def _look_up(request: HttpRequest, form: Bound, edition: Edition) -> int | None:
    """The person's id if this reader may know of them; registered either way, with the same words."""
    at = now()
    declared = Declared(form.text("purpose"), form.text("reference"))
    asking = actor_of(request).for_purpose(declared.purpose)
    number_typed = form.text("number")
    personal = inspect(number_typed).kind in PERSONAL
    head = publicity.known_person(number_typed, actor=asking, on=legal_date(at)) if personal else None
    draft = QueryDraft(
        kind=QueryKind.SEARCH,
        subject_id=head.id if head else None,
        personal=True,
        purpose=declared.purpose,
        reference=declared.reference,
        fields=("name", "number"),
        scope=_("按证件号码精确查找自然人"),
        count=1 if head else 0,
    )
    register_query(query=draft, purposes=purposes_of(edition, personal=True), actor=asking, now=at)
    if head is None:
        return None
    declare(request, head.id, declared, at)
    return head.id
