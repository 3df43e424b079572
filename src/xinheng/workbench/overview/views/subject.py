"""A subject's whole archive: head, names and codes over time, merges, records by category with every version, who looked."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import queries_of_subject, units
from xinheng.accounts.values import Query as Look
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import calendar, current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.intake.door import REGISTER, completeness
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity
from xinheng.records.door import Asked
from xinheng.records.values import ArchivedRecord
from xinheng.subjects import door
from xinheng.subjects.values import IdentifierState, MergeEntry, RegisterState
from xinheng.web import parts
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import no_store, safe_back
from xinheng.web.joining import phrases
from xinheng.web.licences import LicenceLine, licence_lines
from xinheng.web.pages import show
from xinheng.web.parts import Code, Fact, Link, Status, Tab
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Filter, Problem, Query, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.history import RecordPart, Setting, personal_texts, record_part
from xinheng.workbench.overview.reading import (
    Declared,
    Opened,
    PurposeNeeded,
    declare,
    open_subject,
    purpose_choices,
    register,
)
from xinheng.workbench.overview.views.licences import record_pages
from xinheng.workbench.overview.views.subjects import purpose_errors, status_of
from xinheng.workbench.overview.words import word

LOOKS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class MergePart:
    """One merge this subject took part in."""

    text: Annotated[str, "who absorbed whom, when, why"]
    href: Annotated[str, "page of the other subject"]
    undo_href: Annotated[str, "where it is taken back; empty when it was, or for whoever may not"]


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """The records of one category of the national catalogue."""

    name: Annotated[str, "the category"]
    records: Annotated[tuple[RecordPart, ...], "latest act first"]


@dataclass(frozen=True, kw_only=True)
class SubjectPage(OverviewPage):
    """`workbench/overview/subject.html`."""

    subject: Annotated[parts.Subject, "the head: name, kind, codes, state"]
    facts: Annotated[tuple[Fact, ...], "what the register says besides"]
    names: Annotated[tuple[Fact, ...], "names over time, newest first"]
    identifiers: Annotated[tuple[Fact, ...], "codes over time, the current first"]
    merges: Annotated[tuple[MergePart, ...], "merges, undone ones too"]
    licences: Annotated[tuple[LicenceLine, ...], "its certificates today, those that hold first"]
    archive: Annotated[
        tuple[Fact, ...], "which parts of a complete archive are there; empty for persons and departments"
    ]
    table: Annotated[Table, "filters and pages of the records, in the address bar"]
    tabs: Annotated[tuple[Tab, ...], "all, and each category that has records, with counts"]
    groups: Annotated[tuple[RecordGroup, ...], "records of this page by category, in each the latest act first"]
    asked: Annotated[str, "as of which day and ledger number, in words; empty: now"]
    registered: Annotated[str, "the word that this look was registered, with its purpose"]
    actions: Annotated[tuple[Link, ...], "what the operator can do with this subject"]
    looks: Annotated[tuple[Fact, ...], "who looked at it lately, for those who may know"]
    looks_href: Annotated[str, "the whole list of looks; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class PurposePage(OverviewPage):
    """`workbench/overview/purpose.html`."""

    form: Annotated[Bound, "purpose and case number"]


@official("subjects.read")
@no_store
@require_safe
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The archive; every look is registered. Cost: constant in the data, see the baseline of query counts.

    Raises: SubjectUnknown.
    """
    at = now()
    edition = current_edition(legal_date(at))
    spec = _spec(edition)
    query = _checked(read(spec, request.GET))
    asked = _asked(query) if query.ok else Asked()
    try:
        opened = open_subject(request, subject_id, asked, at, edition)
    except PurposeNeeded:
        return _to_purpose(request, subject_id)
    rows = _chosen(opened, query) if query.ok else ()
    register(opened, _draft(subject_id, query, len(rows), opened), at)
    page = _page(request, opened, rows, Table(spec, query, total=len(rows)))
    return show(request, "workbench/overview/subject.html", page, status=page.table.status)


def _spec(edition: Edition) -> TableSpec:
    choices = tuple((item.code, word(item.name)) for item in edition.items)
    return TableSpec(
        "records",
        _("信用档案"),
        (),
        filters=(
            Filter("on", _("截至哪一天"), "date"),
            Filter("known", _("按账本编号所知"), hint=_("例如 1200")),
            Filter("category", _("目录类别"), "choice", _categories(edition)),
            Filter("item", _("信息项"), "choice", choices),
        ),
        sizes=(20, 50),
    )


def _categories(edition: Edition) -> tuple[tuple[str, str], ...]:
    """The categories that have items."""
    used = {item.category for item in edition.items}
    return tuple((one.code, f"{one.code} {word(one.name)}") for one in edition.categories if one.code in used)


def _category(opened: Opened, record: ArchivedRecord) -> str:
    return opened.edition.item(record.current.item).category


def _chosen(opened: Opened, query: Query) -> tuple[ArchivedRecord, ...]:
    """The records of the category asked for (or all), one category after the other, each in the order of the archive."""
    wanted = query.filters.get("category", "")
    found = [one for one in opened.records if not wanted or _category(opened, one) == wanted]
    return tuple(sorted(found, key=lambda one: _category(opened, one)))


def _tabs(opened: Opened, query: Query) -> tuple[Tab, ...]:
    counts = Counter(_category(opened, one) for one in opened.records)
    chosen = query.filters.get("category", "")
    others = {key: value for key, value in query.filters.items() if key != "category" and value}

    def address(code: str) -> str:
        return f"?{urlencode(others | ({'category': code} if code else {}))}#t-records"

    names = dict(_categories(opened.edition))
    every = Tab(_("全部"), address(""), not chosen, len(opened.records))
    return (every, *(Tab(names[code], address(code), code == chosen, counts[code]) for code in sorted(counts)))


def _groups(opened: Opened, shown: tuple[ArchivedRecord, ...]) -> tuple[RecordGroup, ...]:
    """The records of a page by category."""
    names = dict(_categories(opened.edition))
    written = zip(shown, _records(opened, shown), strict=True)
    by_category = groupby(written, lambda both: _category(opened, both[0]))
    return tuple(RecordGroup(names[code], tuple(part for _, part in some)) for code, some in by_category)


def _checked(query: Query) -> Query:
    known = query.filters.get("known", "")
    if not known or (known.isascii() and known.isdecimal() and len(known) < 16):
        return query
    said = _("账本编号“%(value)s”不是数字，请填写正整数，例如 1200。") % {"value": known}
    return replace(query, problems=(*query.problems, Problem("known", known, said)))


def _asked(query: Query) -> Asked:
    known = query.filters.get("known", "")
    return Asked(query.day("on"), int(known) if known else None, query.filters.get("item", ""))


def _in_words(query: Query) -> str:
    said = []
    if query.day("on"):
        said.append(_("截至 %(day)s") % {"day": query.filters["on"]})
    if query.filters.get("known"):
        said.append(_("按账本第 %(number)s 号时所知") % {"number": query.filters["known"]})
    return phrases(said)


def _draft(subject_id: int, query: Query, count: int, opened: Opened) -> QueryDraft:
    fields = sorted({code for record in opened.records for code in record.current.content})
    scope = " ".join(filter(None, (_("信用档案"), _in_words(query), query.filters.get("item", ""))))
    return QueryDraft(
        kind=QueryKind.VIEW, subject_id=subject_id, fields=tuple(fields[:60]), scope=scope[:200], count=count
    )


def _page(request: HttpRequest, opened: Opened, rows: tuple[ArchivedRecord, ...], table: Table) -> SubjectPage:
    actor, head, query = opened.actor, opened.head, table.query
    past = door.history_of(head.id, actor=actor, reach=opened.reach)
    names, codes = past.names, past.identifiers
    shown = rows[query.offset : query.offset + query.size] if query.ok else ()
    here = reverse("workbench:subject", args=[head.id])
    return SubjectPage(
        title=head.name or _("自然人"),
        subject=parts.Subject(
            name=head.name or _("自然人"),
            kind=word(head.kind.label),
            codes=tuple(
                Fact(word(one.scheme.label), Code(one.value)) for one in codes if one.state is IdentifierState.CURRENT
            ),
            registration=status_of(head.state, head.state.label),
            former_names=tuple(one.name for one in names[1:]),
            marks=(Status(_("个人信息已删除"), "ended"),) if head.erased else (),
        ),
        facts=_register_facts(opened),
        names=tuple(Fact(one.name, [one.valid_from, one.valid_to or _("至今")]) for one in names),
        identifiers=tuple(
            Fact(
                f"{word(one.scheme.label)} · {word(one.state.label)}",
                [Code(one.value), one.valid_from, one.valid_to or _("至今")],
            )
            for one in codes
        ),
        merges=tuple(_merge(one, head.id, actor) for one in past.merges),
        licences=_licences(opened),
        archive=_archive(opened) if query.ok and not query.filters else (),
        table=table,
        tabs=_tabs(opened, query) if query.ok else (),
        groups=_groups(opened, shown),
        asked=_in_words(query) if query.ok else "",
        registered=_registered(opened),
        actions=_actions(opened, here),
        looks=_looks(head.id, actor),
        looks_href=f"{reverse('workbench:audit-queries')}?subject={head.id}"
        if actor.may("accounts.read_queries")
        else "",
        **shell(request, "subjects", (_("信用主体"), reverse("workbench:subjects"))),
    )


def _licences(opened: Opened) -> tuple[LicenceLine, ...]:
    family = door.members_of(opened.head.id, reach=opened.reach)
    found = publicity.licences_of(family, on=opened.on, actor=opened.actor)
    # Of what the reader has no page of the archive for, the public page tells.
    return licence_lines(found, record_pages(opened.actor, "portal:record"), officials=True)


def _archive(opened: Opened) -> tuple[Fact, ...]:
    """Which parts of a complete archive are there, for offices that see every unit's records."""
    items = frozenset(record.current.item for record in opened.records)
    registered = opened.head.state is RegisterState.REGISTERED
    parts_there = completeness(opened.actor, opened.head.kind, items, registered=registered, edition=opened.edition)
    names = {item.code: word(item.name) for item in opened.edition.items} | {REGISTER: _("登记信息")}
    return tuple(
        Fact(names.get(part, part), Status(_("已有"), "kept") if there else Status(_("尚无"), "plain"))
        for part, there in parts_there.items()
    )


def _records(opened: Opened, records: tuple[ArchivedRecord, ...]) -> tuple[RecordPart, ...]:
    actor = opened.actor
    ids = [record.record_id for record in records]
    setting = Setting(
        edition=opened.edition,
        units={unit.id: unit.name for unit in units(actor)},
        plan=publicity.of_records(ids, on=opened.on, actor=actor) if actor.may("publicity.read_plan") else {},
        texts=personal_texts(records, opened.edition, actor),
        calendar=calendar(),
        on=opened.on,
    )
    return tuple(record_part(record, setting) for record in records)


def _register_facts(opened: Opened) -> tuple[Fact, ...]:
    head = opened.head
    facts = [Fact(_("登记状态"), status_of(head.state, head.state.label))]
    if opened.actor.may("accounts.see_all_units"):
        # Of a provisional subject it names the unit and batch that reported it: not for other departments.
        facts.append(Fact(_("来源"), in_page_language(head.source)))
    if not opened.personal:
        facts += [
            Fact(_("行政区划"), head.division),
            Fact(_("行业"), head.industry),
            Fact(_("成立日期"), head.founded),
            Fact(_("住所"), head.address),
        ]
    if head.merged_into is not None:
        link = Link(
            _("编号 %(id)s 的主体") % {"id": head.merged_into}, reverse("workbench:subject", args=[head.merged_into])
        )
        facts.append(Fact(_("已并入"), link))
    return tuple(facts)


def _merge(one: MergeEntry, subject_id: int, actor: Actor) -> MergePart:
    other = one.absorbed if one.kept == subject_id else one.kept
    names = {"day": legal_date(one.at).isoformat(), "other": other, "reason": one.reason}
    if one.kept == subject_id:
        text = _("%(day)s 并入了编号 %(other)s 的主体。理由：%(reason)s") % names
    else:
        text = _("%(day)s 被并入编号 %(other)s 的主体。理由：%(reason)s") % names
    if one.undone_at is not None:
        text += _("（%(day)s 已撤销，理由：%(reason)s）") % {
            "day": legal_date(one.undone_at).isoformat(),
            "reason": one.undo_reason,
        }
    may = actor.may("subjects.merge") and one.undone_at is None
    undo = reverse("workbench:merge-undo", args=[subject_id, one.id]) if may else ""
    return MergePart(text, reverse("workbench:subject", args=[other]), undo)


def _registered(opened: Opened) -> str:
    if opened.declared is None:
        return _("本次查看已记入查询登记簿。主体可以查询谁看过自己的信息。")
    purposes = {entry.code: word(entry.name) for entry in opened.edition.purposes}
    return _("本次查看已记入查询登记簿。查询目的：%(purpose)s；案号：%(reference)s。本人可以查询谁看过自己的信息。") % {
        "purpose": purposes.get(opened.declared.purpose, opened.declared.purpose),
        "reference": opened.declared.reference or _("无"),
    }


def _actions(opened: Opened, here: str) -> tuple[Link, ...]:
    actor, head = opened.actor, opened.head
    if head.merged_into is not None:
        return ()
    found = [Link(_("经办人与认领码"), f"{here}/agents", "users")] if actor.may("members.issue_claims") else []
    if opened.personal:
        return tuple(found)
    if actor.may("subjects.manage"):
        if head.state is RegisterState.PROVISIONAL:
            found.append(Link(_("核实登记"), f"{here}/confirm", "badge-check"))
        found.append(Link(_("变更名称"), f"{here}/rename", "pencil"))
        found.append(Link(_("变更代码"), f"{here}/code", "pencil"))
    if actor.may("subjects.merge"):
        found.append(Link(_("合并重复主体"), f"{here}/merge", "users"))
    return tuple(found)


def _looks(subject_id: int, actor: Actor) -> tuple[Fact, ...]:
    if not actor.may("accounts.read_queries"):
        return ()
    # The look just registered is among them, as it should be.
    return tuple(map(_look, queries_of_subject(subject_id, actor)[:LOOKS_SHOWN]))


def _look(one: Look) -> Fact:
    who = " · ".join(filter(None, (one.unit_name, one.person_name)))
    what = " · ".join(filter(None, (word(one.kind.label), in_page_language(one.scope), one.purpose, one.reference)))
    return Fact(who or _("系统"), [one.at, what])


def _to_purpose(request: HttpRequest, subject_id: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('workbench:subject-purpose', args=[subject_id])}?next={request.path}")


@keeps_typed
@official("subjects.read_personal")
@no_store
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Ask for what a natural person's page is opened; says nothing about the person, not even whether there is one."""
    at = now()
    edition = current_edition(legal_date(at))
    spec = FormSpec(
        "purpose",
        (
            (
                "",
                (
                    Field("purpose", _("查询目的"), "radio", choices=purpose_choices(edition)),
                    Field("reference", _("案号或授权文号"), required=False, width="m", max_length=100),
                ),
            ),
        ),
    )
    form = spec.read(request).require() if request.method == "POST" else spec.empty()
    if request.method == "POST" and form.ok:
        form = form.with_errors(purpose_errors(form, edition))
        known = {entry.code for entry in edition.purposes if entry.natural_persons}
        if form.ok and form.text("purpose") not in known:
            form = form.with_errors([FieldError("purpose", _("请从列出的查询目的中选择。"), "form.purpose")])
        if form.ok:
            declare(request, subject_id, Declared(form.text("purpose"), form.text("reference")), at)
            back = reverse("workbench:subject", args=[subject_id])
            return HttpResponseRedirect(safe_back(request.GET.get("next", ""), request, back))
    page = PurposePage(
        title=_("查看自然人信息须先登记目的"),
        form=form,
        **shell(request, "subjects", (_("信用主体"), reverse("workbench:subjects"))),
    )
    return show(request, "workbench/overview/purpose.html", page, status=form.status)
