"""What the public sees: lists of an item, a subject's public records, one record with its reasons. Everybody is the public here."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.engine.declare import FieldType
from xinheng.kernel.text import written_number
from xinheng.publicity import models
from xinheng.publicity.queries.counting import by_condition
from xinheng.publicity.queries.predicate import public, public_since, within_term
from xinheng.publicity.queries.reach import subject_names
from xinheng.publicity.values import NotPublic, PublicLine, PublicRecord, ShownField
from xinheng.records.door import VIEWED, facts_of, mark_holds, marks_of, view
from xinheng.records.values import MarkKind, MarkView, VersionView
from xinheng.subjects.door import public_hiders, public_masked, public_texts
from xinheng.subjects.values import SubjectKind

MASKED_OF_PEOPLE = frozenset({"person_name", "masked_number"})
"""Fields of a record about a natural person that the public sees masked, where the item is public for natural persons."""
NAMES_OF_UNITS = frozenset({"authority_name", "source_name"})
HIDDEN_MASKINGS = frozenset({"never", "identity_number"})
"""Fields the public never sees, whatever they hold."""


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of a public list; `after` continues it (None at the end)."""

    items: tuple[PublicLine, ...]
    after: tuple[date, int] | None


@dataclass(frozen=True, slots=True)
class Source:
    """The unit that answers for a record: whom to turn to."""

    unit_id: int
    name: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some public records, the units that answer for them by id, and the edition they were read by; `more` follow or not."""

    items: tuple[PublicRecord, ...]
    sources: Mapping[int, Source]
    edition: Edition
    more: bool


@dataclass(frozen=True, slots=True)
class RecordEntries:
    """Where a public record stands in the ledger: the entry of its version, and of the decision to show it.

    Numbers are None until the sequencer came by. `by_person`: the version's entry names the clerk who typed it in; `corrected`: it
    carries the unit's reason for a correction. Neither is for the public. `person`: the record is about a natural person.
    """

    version: int | None
    known_at: datetime
    by_person: bool
    corrected: bool
    decision: int | None
    decided_at: datetime
    person: bool = False


def latest(
    item: str, *, on: date, after: tuple[date, int] | None = None, unit_id: int | None = None, limit: int = 20
) -> LinePage:
    """The latest public records of an item (of one unit), newest first, paged by (public from, id).

    Cost: one query for the first page, at most two for a later one: the rest of its day and what is older are asked apart, because a
    load makes a hundred thousand records public on one day, and asked together they would be walked from the first. Two more where
    natural persons are among them.
    """
    wanted = Q(item=item) if unit_id is None else Q(item=item, version__unit_id=unit_id)
    rows = _in_lines(public(on).filter(wanted))
    found: list[models.Publication] = []
    if after is not None:
        day, last = after
        found = list(_in_lines(public_since(day, on).filter(wanted, pk__lt=last)).order_by("-pk")[: limit + 1])
        rows = rows.filter(public_from__lt=day)
    if len(found) <= limit:
        found += rows.order_by("-public_from", "-id")[: limit + 1 - len(found)]
    more = len(found) > limit
    shown = found[:limit]
    last_row = shown[-1] if more else None
    return LinePage(
        _lines(shown, on),
        (last_row.public_from, last_row.pk) if last_row is not None and last_row.public_from is not None else None,
    )


def counts(subject_ids: Iterable[int], *, on: date) -> dict[str, int]:
    """How many public records of each item some subjects have. Cost: one query."""
    rows = public(on).filter(subject_id__in=list(subject_ids)).values("item").annotate(count=Count("id"))
    return {row["item"]: row["count"] for row in rows.values("item", "count")}


def totals(*, on: date) -> dict[str, int]:
    """How many public records of each item there are in all. Cost: three queries that count them all: not for every request."""
    counted = by_condition(models.Publication.objects.all(), {"count": within_term(on)}, on=on, apart="item")
    return {item: some["count"] for item, some in counted.items() if some["count"]}


def by_document(number: str, *, on: date, limit: int = 20) -> tuple[PublicLine, ...]:
    """Public records with exactly this document number, whatever brackets stand around its year. Cost: one query."""
    rows = public(on).filter(version__document_number__in={number.strip(), written_number(number)[0]})
    return _lines(list(_in_lines(rows).order_by("-public_from", "-id")[:limit]), on)


def records_of(subject_ids: Sequence[int], *, on: date, limit: int = 200) -> tuple[PublicRecord, ...]:
    """All public records of a subject (and those merged into it), latest act first.

    Cost: six queries, constant in the data (two more for each subject merged into it).
    """
    return _page(_rows_of(subject_ids, on, "", 0, limit), on, representatives=True).items


def records_page(
    subject_ids: Sequence[int], *, on: date, item: str = "", offset: int = 0, limit: int = 50
) -> RecordPage:
    """A page of the public records of a subject (and those merged into it), of one item or all, latest act first.

    Without the names of legal representatives, which only a record's own page shows. Cost: three queries, constant in the data.
    """
    return _page(_rows_of(subject_ids, on, item, offset, limit), on, representatives=False)


def counted_page(
    subject_ids: Sequence[int], *, on: date, item: str = "", offset: int = 0, limit: int = 50
) -> tuple[dict[str, int], RecordPage]:
    """`counts` of all items, and `records_page`. Cost: three queries where one page of all items holds them all, else four."""
    rows, more = _rows_of(subject_ids, on, item, offset, limit)
    whole = not (item or offset or more)
    counted = dict(Counter(row.item for row in rows)) if whole else counts(subject_ids, on=on)
    return counted, _page((rows, more), on, representatives=False)


def _rows_of(
    subject_ids: Sequence[int], on: date, item: str, offset: int, limit: int
) -> tuple[list[models.Publication], bool]:
    rows = public(on).filter(subject_id__in=list(subject_ids))
    if item:
        rows = rows.filter(item=item)
    found = list(_whole(rows).order_by("-version__act_date", "-id")[offset : offset + limit + 1])
    return found[:limit], len(found) > limit


def record(record_id: int, *, on: date) -> PublicRecord:
    """One public record. Cost: six queries.

    Raises: NotPublic, whatever the reason.
    """
    return record_page(record_id, on=on)[0].items[0]


def record_page(record_id: int, *, on: date) -> tuple[RecordPage, RecordEntries]:
    """One public record as a page of one, and where it stands in the ledger. Cost: six queries.

    Raises: NotPublic, whatever the reason.
    """
    row = _whole(public(on).filter(record_id=record_id), *_IN_LEDGER).select_related("run").first()
    if row is None:
        raise NotPublic
    version, run, source = row.version, row.run, row.version.run
    entries = RecordEntries(
        version=None if source.first is None else source.first + version.run_index,
        known_at=source.at,
        by_person=source.actor_kind in ("person", "member"),
        corrected=bool(version.reason),
        decision=None if run.first is None else run.first + row.run_index,
        decided_at=run.at,
        person=row.subject.kind == SubjectKind.NATURAL_PERSON,
    )
    return _page(([row], False), on, representatives=True), entries


def public_harm(record_ids: Iterable[int], *, on: date) -> frozenset[int]:
    """Which of some records are harmful and shown to the public on a day: their corrections wait for the reviewer. Cost: one query."""
    rows = public(on).filter(record_id__in=list(record_ids), version__polarity="harm")
    return frozenset(rows.values_list("record_id", flat=True))


_PUBLICATION: Final = ("record", "version", "item", "subject", "public_from", "public_until")
_SUBJECT: Final = ("subject__kind", "subject__register_state", "subject__name", "subject__code")
_LINE: Final = (
    *_PUBLICATION,
    *_SUBJECT,
    *(f"version__{name}" for name in ("document_number", "authority_name", "act_date", "content")),
)
_WHOLE: Final = (
    *_PUBLICATION,
    *_SUBJECT,
    *("rule", "reason", "bases", "tier"),
    *(f"version__{name}" for name in (*VIEWED, "unit__name", "unit__address", "unit__telephone")),
)
_IN_LEDGER: Final = ("run__first", "run__at", "run_index", "version__run__actor_kind")


def _in_lines(rows: QuerySet[models.Publication]) -> QuerySet[models.Publication]:
    """With what `_lines` needs and no other column: they are a third of the cost of a list."""
    return rows.select_related("version", "subject").only(*_LINE)


def _whole(rows: QuerySet[models.Publication], *more: str) -> QuerySet[models.Publication]:
    """With what `_page` needs and no other column, so that the versions need not be read again."""
    return rows.select_related("version__unit", "version__run", "subject").only(*_WHOLE, *more)


def _lines(rows: Sequence[models.Publication], on: date) -> tuple[PublicLine, ...]:
    names = subject_names(rows, on)
    people = _people([row for row in rows if _of_person(row)], on)
    return tuple(
        PublicLine(
            row.record_id,
            row.item,
            row.subject_id,
            *people.get(row.pk, (names[row.pk], row.subject.code)),
            row.version.document_number,
            row.version.authority_name,
            row.version.act_date,
            row.public_until,
            row.pk in people,
        )
        for row in rows
    )


def _of_person(row: models.Publication) -> bool:
    return bool(row.subject.kind == SubjectKind.NATURAL_PERSON)


def _people(rows: Sequence[models.Publication], on: date) -> dict[int, tuple[str, str]]:
    """Masked name and number of the people some public records are about, by publication. Cost: two queries where there are any."""
    if not rows:
        return {}
    edition = current_edition(on)
    written = {row.pk: (row.subject_id, edition.item(row.item), json.loads(row.version.content)) for row in rows}
    tokens = {pk: _shown_of_person(item, content) for pk, (_, item, content) in written.items()}
    texts = public_masked({(written[pk][0], token) for pk, both in tokens.items() for token in both if token})
    return {
        pk: (texts.get((written[pk][0], name), ""), texts.get((written[pk][0], number), ""))
        for pk, (name, number) in tokens.items()
    }


def _shown_of_person(item: Item, content: Mapping[str, str]) -> tuple[str, str]:
    """The tokens of the name and of the number, empty where the item does not let the public see it masked."""
    found = {each.masking: content.get(each.code, "") for each in item.fields if each.masking in MASKED_OF_PEOPLE}
    return found.get("person_name", ""), found.get("masked_number", "")


def _page(found: tuple[Sequence[models.Publication], bool], on: date, *, representatives: bool) -> RecordPage:
    rows, more = found
    edition = current_edition(on)
    versions = {row.version_id: view(row.version) for row in rows}
    marks = marks_of(row.record_id for row in rows)
    texts = public_texts(_tokens(edition, versions)) if representatives else {}
    people = [row for row in rows if _of_person(row)]
    texts |= public_masked(_tokens_of_people(edition, people, versions))
    names = subject_names(rows, on) | {pk: name for pk, (name, _) in _people(people, on).items()}
    hiders = public_hiders(_tokens_of_people(edition, people, versions)) if people else {}
    records = tuple(
        replace(
            _record(row, versions[row.version_id], edition, texts, marks.get(row.record_id, ()), on),
            subject_name=names[row.pk],
        )
        for row in rows
    )
    if people:
        about = {row.record_id for row in people}
        records = tuple(
            _told_of_person(one, versions[one.version_id], edition.item(one.item), hiders)
            if one.record_id in about
            else one
            for one in records
        )
    units = {row.version.unit_id: row.version.unit for row in rows}
    sources = {unit.pk: Source(unit.pk, unit.name, unit.address, unit.telephone) for unit in units.values()}
    return RecordPage(records, sources, edition, more)


def _told_of_person(
    record: PublicRecord, version: VersionView, item: Item, hiders: Mapping[tuple[int, str], Callable[[str], str]]
) -> PublicRecord:
    """A record about a natural person: their name is masked in every text; of an erased person no text is shown at all."""
    name, _number = _shown_of_person(item, version.content)
    hide = hiders.get((version.subject_id, name))
    if hide is None:
        texts = {each.code for each in item.fields if each.type is FieldType.TEXT and each.core not in NAMES_OF_UNITS}
        kept = tuple(field for field in record.fields if field.code not in texts)
        return replace(record, person=True, title=item.name, fields=kept)
    fields = tuple(replace(field, value=hide(field.value)) for field in record.fields)
    return replace(record, person=True, title=hide(record.title), fields=fields)


def _tokens(edition: Edition, versions: Mapping[int, VersionView]) -> set[tuple[int, str]]:
    """The personal values the public may see (a legal representative as the register shows it): (subject, token)."""
    return {
        (version.subject_id, version.content[field.code])
        for version in versions.values()
        for field in edition.item(version.item).fields
        if field.personal and field.masking not in HIDDEN_MASKINGS and version.content.get(field.code)
    }


def _tokens_of_people(
    edition: Edition, rows: Sequence[models.Publication], versions: Mapping[int, VersionView]
) -> set[tuple[int, str]]:
    """What of the people some records are about may be shown masked: (subject, token)."""
    found = ((row.subject_id, versions[row.version_id]) for row in rows)
    return {
        (subject_id, token)
        for subject_id, version in found
        for token in _shown_of_person(edition.item(version.item), version.content)
        if token
    }


def _record(
    row: models.Publication,
    version: VersionView,
    edition: Edition,
    texts: Mapping[tuple[int, str], str],
    marks: Sequence[MarkView],
    on: date,
) -> PublicRecord:
    item = edition.item(version.item)
    contested = any(mark.kind is MarkKind.CONTESTED and mark_holds(mark.since, mark.until, on=on) for mark in marks)
    return PublicRecord(
        record_id=row.record_id,
        version_id=version.id,
        item=version.item,
        item_name=item.name,
        polarity=version.polarity,
        subject_id=row.subject_id,
        subject_name="",
        unit_id=version.unit_id,
        title=version.core.document_title or item.name,
        document_number=version.core.document_number,
        act_date=version.core.act_date,
        fields=_fields(edition, version, texts),
        since=row.public_from,
        until=row.public_until,
        rule=row.rule,
        reason=row.reason,
        bases=tuple(filter(None, row.bases.split(";"))),
        tier=row.tier,
        contested=contested,
        number=version.number,
        judged=facts_of(version.item, version.subject_kind, version.core, version.blocks),
        authority=version.core.authority_name,
    )


def _fields(edition: Edition, version: VersionView, texts: Mapping[tuple[int, str], str]) -> tuple[ShownField, ...]:
    """The fields the public sees, in the item's order; a personal value only as the catalogue lets it be shown."""
    shown, person = [], version.subject_kind == SubjectKind.NATURAL_PERSON
    for field in edition.item(version.item).fields:
        value = version.content.get(field.code)
        if not value or field.masking in HIDDEN_MASKINGS:
            continue
        if field.personal or (person and field.masking in MASKED_OF_PEOPLE):
            value = texts.get((version.subject_id, value))
        if value:
            shown.append(ShownField(field.code, field.name, value))
    return tuple(shown)
