"""One public record: all that may be seen of it, until when, why, how to object, and where it stands in the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue.door import calendar
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Polarity
from xinheng.kernel.actor import PUBLIC
from xinheng.ledger import door as ledger
from xinheng.portal.shown import Entry, basis_part, decision, entry, facts
from xinheng.portal.views.lists import SECTIONS, list_address
from xinheng.portal.words import word
from xinheng.publicity import door as publicity
from xinheng.publicity.door import RecordEntries
from xinheng.publicity.values import PublicRecord
from xinheng.records.door import licence_code
from xinheng.repair.door import public_standing
from xinheng.subjects import door as subjects
from xinheng.web import show as written
from xinheng.web.clock import today
from xinheng.web.gate import no_store
from xinheng.web.licences import Verifiable, verifiable
from xinheng.web.pages import Page, show
from xinheng.web.parts import Code, Crumb, Fact, Status
from xinheng.web.publicity_words import duration, governing, why_shown
from xinheng.web.repair_words import RepairPart, repair_part
from xinheng.web.rule_words import rule_name


@dataclass(frozen=True, slots=True)
class Proofs:
    """What of the record's history can be proved to somebody outside."""

    size: Annotated[int, "entries in the latest checkpoint; 0 while there is none"]
    version_href: Annotated[str, "proof of the record's content, or empty"]
    version_by_person: Annotated[bool, "the entry names its clerk: no proof of it for the public"]
    decision_href: Annotated[str, "proof of the decision to show it, or empty"]
    earlier: Annotated[tuple[int, ...], "sizes of the checkpoints a reader may have kept"]


@dataclass(frozen=True, kw_only=True)
class RecordView(Page):
    """`portal/record.html`."""

    status: Annotated[Status, "what kind of record, harm marked"]
    where: Annotated[str, "shown until when"]
    entry: Annotated[Entry, "basis, reason, and whom to turn to"]
    subject: Annotated[tuple[Fact, ...], "whom it is about"]
    facts: Annotated[tuple[Fact, ...], "the public fields"]
    reasons: Annotated[tuple[Fact, ...], "from, until, by which rule, of which tier"]
    repair: Annotated[RepairPart | None, "from which day it can be repaired, and how; None for what does no harm"]
    history: Annotated[tuple[Fact, ...], "since when the platform knows it, and its numbers in the ledger"]
    verifiable: Annotated[
        Verifiable | None, "the code of a certificate, for its holder to show; None for other records"
    ]
    proofs: Annotated[Proofs, "what can be downloaded"]


@require_safe
@no_store
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Cost: at most nine queries."""
    on = today()
    page, numbers = publicity.record_page(record_id, on=on)
    found = page.items[0]
    part = entry(found, page)
    crumbs, about = _about(found)
    view = RecordView(
        title=part.title,
        section=SECTIONS.get(found.item, "lists"),
        crumbs=crumbs,
        status=part.kind,
        where=part.standing,
        entry=part,
        subject=about,
        facts=facts(found, page.edition),
        reasons=_reasons(found, page.edition),
        repair=_repair(found, page.edition, on),
        history=_history(numbers),
        verifiable=verifiable(request, licence_code(found.version_id))
        if page.edition.item(found.item).licence
        else None,
        proofs=_proofs(record_id, numbers),
    )
    return show(request, "portal/record.html", view)


def _about(found: PublicRecord) -> tuple[tuple[Crumb, ...], tuple[Fact, ...]]:
    """Where the record stands, and whom it is about. A natural person has no page, and nothing here but what is masked."""
    home = Crumb(_("首页"), "/")
    if found.person:
        listed = Crumb(word(found.item_name), list_address(found.item))
        return (home, listed), (Fact(_("自然人"), found.subject_name),)
    about = subjects.subject(found.subject_id, actor=PUBLIC, reach=publicity.public_reach(today()))
    crumbs = (home, Crumb(about.name, reverse("portal:subject", args=[found.subject_id])))
    return crumbs, (Fact(_("主体"), about.name), Fact(_("代码"), Code(about.code) if about.code else None))


def _reasons(found: PublicRecord, edition: Edition) -> tuple[Fact, ...]:
    until = found.until if found.until is not None else _("没有设定截止日")
    shown = [Fact(_("公示起始日"), found.since), Fact(_("公示截止日"), until, _("当日 24 时自动停止，无需申请。"))]
    if found.tier:
        shown.append(Fact(_("失信档次"), rule_name(found.tier), _tier_hint(found, edition)))
    return (*shown, Fact(_("公示规则"), why_shown(edition, decision(found), cited=False)))


def _tier_hint(found: PublicRecord, edition: Edition) -> str:
    """What the tier means under the regime of the day of the act."""
    ruling = governing(edition, found.tier, found.act_date)
    if ruling is None:
        return ""
    regime, tier = ruling
    words = {"regime": rule_name(regime.name), "longest": duration(tier.longest)}
    return _("%(regime)s：自决定之日起最长公示 %(longest)s。") % words


def _repair(found: PublicRecord, edition: Edition, on: date) -> RepairPart | None:
    """From which day the record can be repaired, and how; only what harms is repaired. Cost: one query, the calendar's."""
    if found.polarity != Polarity.HARM:
        return None
    said = public_standing(found, edition=edition, calendar=calendar(), on=on)
    return repair_part(said, edition, basis=basis_part, brief=True)


def _history(numbers: RecordEntries) -> tuple[Fact, ...]:
    return (
        Fact(_("平台收到这一内容"), numbers.known_at, _in_ledger(numbers.version)),
        Fact(_("决定公示"), numbers.decided_at, _in_ledger(numbers.decision)),
    )


def _in_ledger(number: int | None) -> str:
    if number is None:
        return _("刚刚入账，尚未编号。")
    return _("账本第 %(number)s 号") % {"number": written.count(number)}


def _proofs(record_id: int, numbers: RecordEntries) -> Proofs:
    signed = ledger.checkpoints(limit=10)
    size = signed[0].size if signed else 0
    address = reverse("portal:proof", args=[record_id])
    version = numbers.version is not None and numbers.version <= size and not numbers.by_person
    decision = numbers.decision is not None and numbers.decision <= size
    return Proofs(
        size,
        f"{address}?of=version" if version else "",
        numbers.by_person,
        f"{address}?of=decision" if decision else "",
        tuple(dict.fromkeys(point.size for point in signed if point.size)),
    )
