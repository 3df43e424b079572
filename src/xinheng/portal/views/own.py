"""What a business finds about itself: every record, shown or not, until when, what it can do about it; its cases; who looked."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinheng.accounts.door import queries_of_subject, unit
from xinheng.accounts.values import Query as Look
from xinheng.accounts.values import Unit
from xinheng.catalogue.door import calendar, current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.masking import mask_identifiers
from xinheng.members.values import Scope
from xinheng.portal.errors import ParameterInvalid
from xinheng.portal.own import OwnPage, acting, member_of, own_name, own_surroundings, to_sign_in
from xinheng.portal.shown import bases_of, basis_part, written
from xinheng.portal.words import word
from xinheng.procedures.door import own_cases
from xinheng.procedures.values import OwnCase
from xinheng.publicity import door as publicity
from xinheng.publicity.values import PlanLine, Stage
from xinheng.records.door import mark_holds
from xinheng.records.values import HIDING, ArchivedRecord
from xinheng.repair.door import standings
from xinheng.subjects.values import SubjectPage
from xinheng.web import show as said
from xinheng.web.clock import today
from xinheng.web.field_words import field_name
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import listed
from xinheng.web.middleware.actor import choose_agency
from xinheng.web.pages import show
from xinheng.web.parts import Basis, Code, Crumb, Fact, Figure, Status, Subject, Tone
from xinheng.web.procedure_words import procedure_word
from xinheng.web.publicity_words import Shown, why_shown
from xinheng.web.repair_words import RepairPart, repair_part
from xinheng.web.sentences import in_page_language

PAGE = 20
LOOKS = 100
STAGES: dict[Stage, Tone] = {
    Stage.SHOWN: "action",
    Stage.ENDING: "clock",
    Stage.DUE: "plain",
    Stage.ENDED: "ended",
    Stage.WITHHELD: "plain",
    Stage.WITHDRAWN: "ended",
    Stage.LATE: "action",
}
"""To its subject it is the same whether a record was shown in time: that is for the unit to answer for."""


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One record of the own archive."""

    href: Annotated[str, "page of the record"]
    day: Annotated[date | None, "day of the act"]
    title: Annotated[str, "what it is, with the number of the document"]
    kind: Annotated[Status, "the item; harm is marked by shape and colour"]
    stage: Annotated[Status | None, "where its publication stands"]
    term: Annotated[str, "until when the public sees it, or that it does not"]
    source: Annotated[str, "unit that answers for it"]
    marks: Annotated[tuple[Status, ...], "marks that hold today"]
    repair: Annotated[str, "for what harms: from which day it can be repaired, or why not"]
    object_href: Annotated[str, "where it is objected to; empty without the authorisation"]


@dataclass(frozen=True, slots=True)
class OwnCaseLine:
    """One procedure the subject brought."""

    href: Annotated[str, "page of the case"]
    title: Annotated[str, "number, what it is, what it is about"]
    state: Annotated[Status, "where it stands"]
    day: Annotated[date, "when it was opened"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Another subject somebody may act for."""

    agency: Annotated[int, "number of the authorisation"]
    name: Annotated[str, "the subject's name"]


@dataclass(frozen=True, kw_only=True)
class OwnHomePage(OwnPage):
    """`portal/own/home.html`."""

    subject: Annotated[Subject | None, "who it is; None where nobody is acted for any more"] = None
    scope: Annotated[str, "what this account may do for it, in words"] = ""
    figures: Annotated[tuple[Figure, ...], "how much there is, and how much of it is shown"] = ()
    cases: Annotated[tuple[OwnCaseLine, ...], "procedures, the latest first"] = ()
    records: Annotated[tuple[OwnEntry, ...], "records of this page, latest act first"] = ()
    choices: Annotated[tuple[Choice, ...], "the other subjects this account acts for"] = ()
    number: Annotated[int, "number of this page of records"] = 1
    previous_href: Annotated[str, "the page before, or empty"] = ""
    next_href: Annotated[str, "the page after, or empty"] = ""


@dataclass(frozen=True, kw_only=True)
class OwnRecordPage(OwnPage):
    """`portal/own/record.html`."""

    entry: Annotated[OwnEntry, "the record in one line"]
    where: Annotated[str, "unit and day"]
    facts: Annotated[tuple[Fact, ...], "everything it says"]
    publicity: Annotated[tuple[Fact, ...], "whether, why and until when it is shown"]
    bases: Annotated[tuple[Basis, ...], "on which law it is shown"]
    source: Annotated[Unit, "the unit that answers for it: name, address, telephone"]
    versions: Annotated[tuple[Fact, ...], "every version, the latest first"]
    repair: Annotated[RepairPart | None, "how it stands to repair, and why; None for what does no harm"]
    repair_href: Annotated[str, "where it is applied for; empty where it cannot be now, or not by this account"]
    public_href: Annotated[str, "the page everybody sees; empty where there is none"]


@dataclass(frozen=True, kw_only=True)
class LooksPage(OwnPage):
    """`portal/own/looks.html`."""

    looks: Annotated[tuple[Fact, ...], "unit, moment, purpose and what was seen, newest first"]
    most: Annotated[int, "how many are shown at most"] = LOOKS


@no_store
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The own picture. Cost: about twenty-five queries, whatever the size (a few more for each further subject)."""
    actor = actor_of(request)
    if actor.kind != "member":
        return to_sign_in(request)
    member = member_of(request)
    choices = tuple(Choice(one.id, own_name(_for(actor, one.subject_id))) for one in member.others)
    if member.agency is None:
        empty = OwnHomePage(title=_("我的主体"), section="my", login=actor.login)
        return show(request, "portal/own/home.html", empty)
    on = today()
    picture, edition = publicity.own_picture(actor=actor, on=on), current_edition(on)
    number = _number(request.GET.get("page", ""))
    # A page behind the last one is the last one: records end, and an address may be old.
    number = min(number, max(1, -(-len(picture.records) // PAGE)))
    begin = (number - 1) * PAGE
    rows, days = picture.records[begin : begin + PAGE], calendar()
    page = OwnHomePage(
        title=picture.head.name,
        subject=_head(picture.head),
        scope=listed(word(scope.label) for scope in member.agency.scopes),
        figures=_figures(picture),
        cases=tuple(map(_case, own_cases(actor=actor))),
        records=tuple(
            replace(
                own_entry(one, picture.lines.get(one.record_id), edition, actor, on),
                repair=part.lead if (part := own_repair_part(one, edition, days, on)) else "",
            )
            for one in rows
        ),
        choices=choices,
        number=number,
        previous_href=f"?page={number - 1}#records" if number > 1 else "",
        next_href=f"?page={number + 1}#records" if len(picture.records) > begin + PAGE else "",
        **own_surroundings(request, "my") | {"own_name": ""},
    )
    return show(request, "portal/own/home.html", page)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Go on for another of the subjects this account acts for; what is none of them changes nothing."""
    if actor_of(request).kind != "member":
        return to_sign_in(request)
    wanted = request.POST.get("agency", "")
    if any(str(one.id) == wanted for one in member_of(request).others):
        choose_agency(request, int(wanted))
    return HttpResponseRedirect(reverse("portal:my"))


@acting()
@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record of the own archive, shown to the public or not. Cost: about twenty queries.  Raises: RecordUnknown."""
    actor, on = actor_of(request), today()
    found, line = publicity.own_record(record_id, actor=actor, on=on)
    edition = current_edition(on)
    entry = own_entry(found, line, edition, actor, on)
    item, version = edition.item(found.current.item), found.current
    texts = publicity.sealed_texts([found], actor=actor)
    facts = tuple(
        Fact(field_name(field.name), written(field, texts.get((version.subject_id, value), value), edition))
        for field in item.fields
        if (value := str(version.content.get(field.code) or ""))
    )
    versions = (version, *found.earlier)
    repair = own_repair_part(found, edition, calendar(), on)
    page = OwnRecordPage(
        title=entry.title,
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my"))),
        entry=entry,
        where=" · ".join(filter(None, (entry.source, said.day(entry.day) if entry.day else ""))),
        facts=facts,
        publicity=_publicity(found, line, edition, on),
        bases=bases_of(edition, line.bases, line.act_date) if line else (),
        source=unit(version.unit_id),
        versions=tuple(
            Fact(_("第 %(seq)s 版") % {"seq": one.seq}, [one.known_at, mask_identifiers(one.reason) or _("首次报送")])
            for one in versions
        ),
        repair=repair,
        repair_href=reverse("portal:my-repair", args=[record_id])
        if repair is not None and repair.open and actor.may(Scope.APPLY.permission)
        else "",
        public_href=reverse("portal:record", args=[record_id]) if _is_shown(line) else "",
        **own_surroundings(request, "my-record"),
    )
    return show(request, "portal/own/record.html", page)


@acting()
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at what is not public: unit, moment, purpose, what was seen; never the official. Source: PIPL art. 44–45."""
    actor = actor_of(request)
    purposes = {one.code: one.name for one in current_edition(today()).purposes}
    family = publicity.own_family(actor=actor)
    every = [one for each in family for one in queries_of_subject(each, replace(actor, on_behalf_of=each))]
    found = sorted(every, key=lambda one: one.at, reverse=True)[:LOOKS]
    page = LooksPage(
        title=_("谁看过"),
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my"))),
        looks=tuple(_look(one, purposes) for one in found),
        **own_surroundings(request, "my-looks"),
    )
    return show(request, "portal/own/looks.html", page)


def own_entry(found: ArchivedRecord, line: PlanLine | None, edition: Edition, actor: Actor, on: date) -> OwnEntry:
    """A record of the own archive as the lists show it."""
    version = found.current
    item = edition.item(version.item)
    title = " ".join(filter(None, (version.core.document_title or word(item.name), version.core.document_number)))
    harm = version.polarity == "harm"
    return OwnEntry(
        href=reverse("portal:my-record", args=[found.record_id]),
        day=version.core.act_date,
        title=title,
        kind=Status(word(item.name), "harm" if harm else "plain"),
        stage=_stage(line) if line else None,
        term=_term(found, line, on),
        source=line.unit_name if line else version.core.source_name,
        marks=tuple(
            Status(word(mark.kind.label), "clock") for mark in found.marks if mark_holds(mark.since, mark.until, on=on)
        ),
        repair="",
        object_href=reverse("portal:my-objection", args=[found.record_id]) if actor.may(Scope.APPLY.permission) else "",
    )


def own_repair_part(found: ArchivedRecord, edition: Edition, days: Calendar, on: date) -> RepairPart | None:
    """How the record stands to repair; only what harms is repaired. Cost: none."""
    if found.current.polarity != "harm":
        return None
    found_so = standings([found], edition=edition, calendar=days, on=on)[found.record_id]
    return repair_part(found_so, edition, basis=basis_part, brief=True)


def _term(found: ArchivedRecord, line: PlanLine | None, on: date) -> str:
    """Until when the public sees a record; or since when, and why, it does not."""
    if line is None:
        return _("还没有决定是否公示")
    if _is_shown(line):
        if line.public_until is None:
            return _("没有设定截止日")
        return _("至 %(day)s自动停止公示") % {"day": said.day(line.public_until)}
    if line.stage is Stage.WITHDRAWN:
        held = [mark for mark in found.marks if mark.kind in HIDING and mark_holds(mark.since, mark.until, on=on)]
        first = min(held, key=lambda mark: mark.since, default=None)
        if first is not None:
            return _("%(why)s，%(day)s起不再公示") % {"why": word(first.kind.label), "day": said.day(first.since)}
        return _("已停止公示")
    if line.stage is Stage.DUE and line.public_from is not None:
        return _("%(day)s起公示") % {"day": said.day(line.public_from)}
    if line.stage is Stage.ENDED and line.public_until is not None:
        return _("公示到 %(day)s为止，已经停止") % {"day": said.day(line.public_until)}
    return in_page_language(line.reason)


def _publicity(found: ArchivedRecord, line: PlanLine | None, edition: Edition, on: date) -> tuple[Fact, ...]:
    if line is None:
        return (Fact(_("公示状态"), _("还没有决定是否公示")),)
    facts = [Fact(_("公示状态"), _stage(line))]
    if line.public_from and (_is_shown(line) or line.stage is Stage.DUE):
        shown = Shown(line.item, line.act_date, line.public_from, line.public_until, line.tier, line.bases)
        facts.append(Fact(_("为什么公示"), why_shown(edition, shown)))
        facts.append(Fact(_("从哪一天起"), line.public_from))
        facts.append(Fact(_("到哪一天自动停止"), line.public_until or _("没有设定截止日")))
    else:
        facts.append(Fact(_("为什么现在不公示"), _term(found, line, on)))
    return tuple(facts)


def _stage(line: PlanLine) -> Status:
    stage = Stage.SHOWN if line.stage is Stage.LATE else line.stage
    return Status(word(stage.label), STAGES[stage])


def _is_shown(line: PlanLine | None) -> bool:
    return line is not None and line.stage in (Stage.SHOWN, Stage.ENDING, Stage.LATE)


def _head(head: SubjectPage) -> Subject:
    codes = (Fact(word(head.scheme.label), Code(head.code)),) if head.scheme is not None and head.code else ()
    return Subject(
        name=head.name,
        kind=word(head.kind.label),
        codes=codes,
        registration=Status(word(head.state.label), "plain"),
    )


def _figures(picture: publicity.OwnPicture) -> tuple[Figure, ...]:
    shown = [one for one in picture.records if _is_shown(picture.lines.get(one.record_id))]
    harm = [one for one in shown if one.current.polarity == "harm"]
    unit = _("条")
    return (
        Figure(_("档案中的信息"), len(picture.records), unit, "#records"),
        Figure(_("其中正在公示"), len(shown), unit, "#records"),
        Figure(_("正在公示的不利信息"), len(harm), unit, "#records", "harm" if harm else "plain"),
    )


def _case(one: OwnCase) -> OwnCaseLine:
    return OwnCaseLine(
        href=reverse("portal:my-case", args=[one.id]),
        title=f"{procedure_word(one.name)} {one.number} · {one.title}",
        state=Status(procedure_word(one.state.name), "ended" if one.state.ends else "action"),
        day=one.opened_on,
    )


def _look(one: Look, purposes: dict[str, str]) -> Fact:
    what: list[Any] = [one.at, word(one.kind.label)]
    if one.purpose:
        what.append(word(purposes.get(one.purpose, one.purpose)))
    return Fact(one.unit_name or _("系统"), what)


def _for(actor: Actor, subject_id: int) -> Actor:
    return replace(actor, on_behalf_of=subject_id, permissions=actor.permissions | {Scope.VIEW.permission})


def _number(text: str) -> int:
    if not text:
        return 1
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
    if not 1 <= number <= 10_000:
        raise ParameterInvalid("page", text, _("1 至 10000 的整数"))
    return number
