"""A record with its versions as people read them: what changed, field by field, and where each version came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import ItemField
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar, is_working_day, working_days_between
from xinheng.kernel.dates import legal_date
from xinheng.publicity.values import PlanLine, Stage
from xinheng.records.door import mark_holds
from xinheng.records.values import ArchivedRecord, MarkView, VersionView
from xinheng.subjects import door as subjects
from xinheng.web import show as written
from xinheng.web.field_words import field_name
from xinheng.web.joining import listed
from xinheng.web.parts import Basis, Deadline, Fact, Link, Status, Tone
from xinheng.web.publicity_words import Shown, why_shown
from xinheng.web.sentences import in_page_language
from xinheng.workbench.gates import address
from xinheng.workbench.overview.words import actor_word, operation_word, stage_status, timeliness_status, word

Texts = Mapping[tuple[int, str], str]
"""(subject id, token) → the personal value as this actor may see it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs from the version before."""

    label: Annotated[str, "name of the field"]
    before: Annotated[str, "what stood there; empty: nothing"]
    after: Annotated[str, "what stands there now; empty: nothing"]


@dataclass(frozen=True, slots=True)
class VersionPart:
    """One version of a record."""

    title: Annotated[str, "which version, and since when known"]
    facts: Annotated[tuple[Fact, ...], "where it came from"]
    changes: Annotated[tuple[Change, ...], "what differs from the version before"]
    first: Annotated[bool, "the first version: everything in it is new"]
    reason: Annotated[str, "why it was corrected"]


@dataclass(frozen=True, slots=True)
class RecordPart:
    """One record of an archive."""

    record_id: Annotated[int, "number of the record"]
    href: Annotated[str, "page of the record"]
    day: Annotated[date | None, "day of the act"]
    title: Annotated[str, "what happened, with its document number"]
    kind: Annotated[str, "item of the catalogue"]
    source: Annotated[str, "unit that answers for it"]
    tone: Annotated[Tone, "harm for harmful records"]
    harmful: Annotated[bool, "whether it harms its subject"]
    basis: Annotated[Basis | None, "legal basis, for harmful records always"]
    marks: Annotated[tuple[Status, ...], "marks that hold today"]
    publicity: Annotated[tuple[Fact, ...], "whether it is shown, from, until, why, and its deadline"]
    stage: Annotated[Status | None, "where its publication stands"]
    versions: Annotated[tuple[VersionPart, ...], "all versions, newest first"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is needed to write records down: edition, units' names, publications, personal values, calendar, today."""

    edition: Edition
    units: Mapping[int, str]
    plan: Mapping[int, PlanLine]
    texts: Texts
    calendar: Calendar
    on: date


def personal_texts(records: Iterable[ArchivedRecord], edition: Edition, actor: Actor) -> dict[tuple[int, str], str]:
    """The personal values of records as this actor may see them. Cost: two queries a subject that has some."""
    wanted: dict[int, set[str]] = {}
    for record in records:
        for version in (record.current, *record.earlier):
            for field in edition.item(version.item).fields:
                token = version.content.get(field.code)
                if field.personal and token:
                    wanted.setdefault(version.subject_id, set()).add(token)
    return {
        (subject_id, token): view.text
        for subject_id, tokens in wanted.items()
        for token, view in subjects.personal(subject_id, sorted(tokens), actor).items()
    }


def record_part(record: ArchivedRecord, setting: Setting) -> RecordPart:
    """One record for the page."""
    current, line = record.current, setting.plan.get(record.record_id)
    item = setting.edition.item(current.item)
    harmful = current.polarity == "harm"
    title = current.core.document_title or word(item.name)
    versions = (current, *record.earlier)
    return RecordPart(
        record_id=record.record_id,
        href=address("record", record_id=record.record_id),
        day=current.core.act_date,
        title=" ".join(filter(None, (title, current.core.document_number))),
        kind=word(item.name),
        source=setting.units.get(current.unit_id) or current.core.source_name,
        tone="harm" if harmful else "plain",
        harmful=harmful,
        basis=_basis(current, setting.edition) if harmful else None,
        marks=tuple(
            Status(word(mark.kind.label), "clock")
            for mark in record.marks
            if mark_holds(mark.since, mark.until, on=setting.on)
        ),
        publicity=publicity_facts(line, setting) if line else (),
        stage=stage_status(line.stage) if line else None,
        versions=tuple(
            _version(one, versions[index + 1] if index + 1 < len(versions) else None, setting)
            for index, one in enumerate(versions)
        ),
    )


def content_facts(version: VersionView, edition: Edition, texts: Texts) -> tuple[Fact, ...]:
    """Every filled field of a version in the item's order."""
    return tuple(
        Fact(field_name(field.name), _text(version, field, edition, texts))
        for field in edition.item(version.item).fields
        if version.content.get(field.code)
    )


def mark_facts(marks: Iterable[MarkView], on: date) -> tuple[tuple[MarkView, bool, str], ...]:
    """The marks with whether each holds today, and its term in words."""
    return tuple(
        (
            mark,
            mark_holds(mark.since, mark.until, on=on) and mark.until is None,
            _mark_term(mark),
        )
        for mark in marks
    )


def _mark_term(mark: MarkView) -> str:
    """From when to when a mark held; one that was ended on its first day, or before, has no last day to show."""
    since = mark.since.isoformat()
    if mark.until is None:
        return f"{since} – {_('至今')}"
    if mark.until < mark.since:
        return _("%(day)s（起始当日或之前已解除）") % {"day": since}
    return f"{since} – {mark.until.isoformat()}"


def why(line: PlanLine, edition: Edition) -> str:
    """By which rule a record is shown, on which basis, from when until when; or what withholds it."""
    return why_shown(edition, decision(line)) if line.public_from else in_page_language(line.reason)


def decision(line: PlanLine) -> Shown:
    """What was decided about a record that is shown."""
    return Shown(line.item, line.act_date, line.public_from, line.public_until, line.tier, line.bases)


def publicity_facts(line: PlanLine, setting: Setting) -> tuple[Fact, ...]:
    """Whether a record is shown, from, until, why, by when it had to be."""
    calendar, on = setting.calendar, setting.on
    shown = line.stage not in (Stage.WITHHELD,)
    facts = [Fact(_("公示状态"), stage_status(line.stage)), Fact(_("原因"), why(line, setting.edition))]
    if shown and line.public_from:
        until = written.day(line.public_until) if line.public_until else _("没有设定截止日")
        facts.append(
            Fact(_("公示期"), _("%(since)s至%(until)s") % {"since": written.day(line.public_from), "until": until})
        )
    if shown and line.deadline is not None:
        facts.append(Fact(_("应公示期限"), deadline_of(line, calendar, on)))
        facts.append(Fact(_("是否按时"), timeliness_status(line.timeliness)))
    return tuple(facts)


def deadline_of(line: PlanLine, calendar: Calendar, on: date) -> Deadline | None:
    """The deadline of a publication with the working days left; what is withheld has none."""
    if line.deadline is None or line.stage is Stage.WITHHELD:
        return None
    met = legal_date(line.first_public_at) if line.first_public_at else None
    counted = None if met else working_days_left(calendar, on, line.deadline)
    return Deadline(line.deadline, counted, line.deadline_provisional, met)


def working_days_left(calendar: Calendar, on: date, until: date) -> int:
    """Working days after today up to a day; negative when it has passed."""
    if on <= until:
        return working_days_between(calendar, on, until)
    late = working_days_between(calendar, until, on)
    return -max(late, 0 if is_working_day(calendar, on) else 1)


def _version(version: VersionView, before: VersionView | None, setting: Setting) -> VersionPart:
    number = _("尚未编号") if version.number is None else _("第 %(number)s 号") % {"number": f"{version.number:,}"}
    batch = address("batch", batch_id=version.batch_id) if version.batch_id else ""
    row = _("第 %(row)s 行") % {"row": version.row_number} if version.row_number else ""
    source: object = ""
    if version.batch_id:
        label = " ".join(filter(None, (_("批次 %(batch)s") % {"batch": version.batch_id}, row)))
        source = Link(label, batch) if batch else label
    facts = (
        Fact(_("来源单位"), setting.units.get(version.unit_id) or version.core.source_name),
        Fact(_("来源批次"), source or _("逐条录入")),
        Fact(
            _("经办"),
            _("%(who)s，%(act)s") % {"who": actor_word(version.actor_name), "act": operation_word(version.operation)},
        ),
        Fact(_("账本编号"), number),
        Fact(_("文书"), version.core.document_number),
        Fact(_("首次收到"), version.received_at),
    )
    return VersionPart(
        title=_("第 %(seq)s 版") % {"seq": version.seq},
        facts=(Fact(_("入档时间"), version.known_at), *facts),
        changes=_changes(before, version, setting) if before else (),
        first=before is None,
        reason=version.reason,
    )


def _changes(before: VersionView, after: VersionView, setting: Setting) -> tuple[Change, ...]:
    found = []
    for field in setting.edition.item(after.item).fields:
        if (before.content.get(field.code) or "") == (after.content.get(field.code) or ""):
            continue
        old, new = (_text(version, field, setting.edition, setting.texts) for version in (before, after))
        if old == new:
            old, new = f"{old}{_('（脱敏后相同）')}", f"{new}{_('（原值已变更）')}"
        found.append(Change(field_name(field.name), old, new))
    if before.subject_id != after.subject_id:
        found.append(Change(_("主体编号"), str(before.subject_id), str(after.subject_id)))
    if before.blocks != after.blocks:
        found.append(Change(_("阻止公示的检查"), listed(before.blocks), listed(after.blocks)))
    return tuple(found)


def _text(version: VersionView, field: ItemField, edition: Edition, texts: Texts) -> str:
    value = str(version.content.get(field.code) or "")
    if field.code_list is not None and not field.multiple:
        return edition.code_list(field.code_list).word(value)
    return texts.get((version.subject_id, value), value) if value else ""


def _basis(version: VersionView, edition: Edition) -> Basis | None:
    """The item's first basis in force on the day of the act: whatever harms stands on one."""
    day = version.core.act_date
    if day is None:
        return None
    bases = (edition.find_basis(key, day) for key in edition.item(version.item).legal_bases)
    found = next((basis for basis in bases if basis is not None), None)
    return Basis(found.title, found.article, found.number) if found else None
