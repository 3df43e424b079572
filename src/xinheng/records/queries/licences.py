"""The register of electronic licences: read from the archive at the moment of asking, never a second truth.

Which items are certificates, and which of their fields hold title and number, the catalogue declares. A reader sees certificates of the
units it may read, those a later module shows everybody, and at a service window, for a declared purpose, those of every unit.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    Expression,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.text import written_number
from xinheng.records import models, rules
from xinheng.records.queries.archive import marks_of, readable
from xinheng.records.queries.stated import stated_name
from xinheng.records.queries.versions import current, is_hidden, visible
from xinheng.records.values import (
    COUNTED_UP_TO,
    HIDING,
    LONG_TERM,
    Expiry,
    ExpiryCounts,
    ExpiryFilter,
    ExpiryPage,
    Licence,
    LicenceFacts,
    LicenceHint,
    LicenceState,
    LicenceUnknown,
    MarkKind,
    MarkView,
    Polarity,
)
from xinheng.storage.keys import key_ring
from xinheng.subjects.door import WHOLE, members_of, personal, standing_for
from xinheng.subjects.values import SubjectKind

READS_ALL: Final = "records.read_licences"
LAPSED_WITHIN_DAYS: Final = 365


def licence_items(edition: Edition) -> tuple[Item, ...]:
    """The items whose records are certificates."""
    return tuple(item for item in edition.items if item.licence is not None)


def licences_of(
    subject_ids: Sequence[int],
    *,
    on: date,
    actor: Actor,
    known_at: int | None = None,
    shown: QuerySet[Any] | None = None,
    edition: Edition | None = None,
) -> tuple[Licence, ...]:
    """The certificates of a subject (and of those merged into it) as they stand on a day, those that hold first, each with its renewals.

    `shown`: rows of a later module (by `version`) about versions that everybody may see; `publicity.door.licences_of` gives them.
    The public gets neither hints nor marks: what a mark hides is not among what it sees.
    Cost: at most four queries, two more for a natural person; for the public one, and one without `edition` (that of the day).
    """
    edition = edition or current_edition(on)
    public = actor.kind == PUBLIC.kind
    seen = _may_read(actor)
    if shown is not None:
        seen |= Q(Exists(shown.filter(version_id=OuterRef("pk"))))
    rows = list(_certificates(edition, known_at).filter(seen, subject_id__in=list(subject_ids)))
    hints = _hints(subject_ids, edition, known_at, seen) if rows and not public else []
    marks = {} if public or not rows else marks_of((row.record_id for row in rows), known_at=known_at)
    found = _licences(rows, edition, on=on, marks=marks, hints=hints, one_holder=True)
    return tuple(sorted(found, key=_order))


def licences_by_number(
    number: str, *, on: date, actor: Actor, shown: QuerySet[Any] | None = None, limit: int = 20
) -> tuple[Licence, ...]:
    """The certificates with exactly this number, or of the decision with it, that the reader may see, those that hold first.

    Whatever brackets stand around a year. `shown` as for `licences_of`. A number is nobody's alone: two authorities may have given the
    same, so there may be several, at most `limit`. Each stands beside its holder's others under the same key.
    Cost: at most six queries, two more for each natural person among them; found by index.
    """
    edition = current_edition(on)
    written = {number.strip(), written_number(number)[0]} - {""}
    seen = _may_read(actor)
    if shown is not None:
        seen |= Q(Exists(shown.filter(version_id=OuterRef("pk"))))
    rows = _certificates(edition).filter(seen)
    found: dict[int, int] = {}
    for item in licence_items(edition):
        terms, document = item.licence, item.core.get("document_number")
        for code in terms.number if terms is not None else ():
            # Each by itself, so that each walks its own index.
            same = Q(document_number__in=written) if code == document else Q(stated__in=written)
            some = rows if code == document else rows.annotate(stated=models.Stated(code))
            found |= dict(some.filter(same, item=item.code).order_by("pk").values_list("pk", "subject_id")[:limit])
    wanted = set(sorted(found)[:limit])
    family = list(rows.filter(subject_id__in={found[pk] for pk in wanted})) if wanted else []
    public = actor.kind == PUBLIC.kind
    marks = {} if public or not family else marks_of(row.record_id for row in family)
    return tuple(sorted(_licences(family, edition, on=on, marks=marks, only=wanted), key=_order))


def licence_by_code(code: str, *, on: date) -> Licence:
    """The certificate somebody holds, as it stands on a day, by the code on it: what its record says now, also if it was corrected since.

    For anybody: whoever has the code has the certificate. One that was withdrawn, or that nothing may be told of, is not there.
    Cost: at most ten queries, one more for each step of merging. Raises: LicenceUnknown, whatever the reason.
    """
    version_id = rules.licence_version(code, key=key_ring().search)
    row = None if version_id is None else visible().filter(pk=version_id).first()
    if row is None:
        raise LicenceUnknown
    edition = current_edition(on)
    family = members_of(standing_for(row.subject_id, reach=WHOLE), reach=WHOLE)
    rows = [one for one in _certificates(edition).filter(subject_id__in=family) if _may_be_told(one)]
    marks = marks_of(one.record_id for one in rows)
    found = {one.record_id: one for one in _licences(rows, edition, on=on, marks=marks, one_holder=True)}
    licence = found.get(row.record_id)
    if licence is None or any(mark in HIDING for mark in licence.marks):
        raise LicenceUnknown
    return licence


def licence_code(version_id: int) -> str:
    """The code of a certificate's version. Cost: none."""
    return rules.licence_code(version_id, key=key_ring().search)


def expiring(wanted: ExpiryFilter, *, on: date, actor: Actor, limit: int = 50) -> ExpiryPage:
    """Certificates of the reader's units that end soon, or ended, by their last day: none that is void or withdrawn.

    Cost: four queries, two more for each natural person among them; the first walks the index over last days.
    """
    edition = current_edition(on)
    rows = _ending(edition, wanted, on, actor)
    if wanted.after is not None:
        day, record = wanted.after
        coming = wanted.kind is Expiry.COMING
        onward = Q(valid_to__gt=day) if coming else Q(valid_to__lt=day)
        # The first condition follows from the second, and lets the database begin at that day in the index.
        rows = rows.filter(Q(valid_to__gte=day) if coming else Q(valid_to__lte=day))
        rows = rows.filter(onward | Q(valid_to=day, record_id__gt=record))
    way = "valid_to" if wanted.kind is Expiry.COMING else "-valid_to"
    found = list(rows.order_by(way, "record_id")[: limit + 1])
    listed = found[:limit]
    holders = {row.subject_id for row in listed}
    family = list(_certificates(edition).filter(readable(actor), subject_id__in=holders))
    marks = marks_of(row.record_id for row in family)
    made = _licences(family, edition, on=on, marks=marks, only={row.pk for row in listed})
    licences = {one.record_id: one for one in made}
    last = listed[-1] if len(found) > limit else None
    return ExpiryPage(
        tuple(licences[row.record_id] for row in listed),
        (last.valid_to, last.record_id) if last is not None and last.valid_to is not None else None,
    )


def expiry_counts(*, on: date, actor: Actor) -> ExpiryCounts:
    """How many certificates of the reader's units end soon or ended without a later one, each counted up to a thousand.

    Cost: four queries; each stops at the thousandth, or walks the index over the last days it is about.
    """
    edition = current_edition(on)

    def counted(kind: Expiry, days: int) -> int:
        wanted = ExpiryFilter(kind, days, renewed=False)
        return _ending(edition, wanted, on, actor).values("pk")[:COUNTED_UP_TO].count()

    in_30, in_60, in_90 = (counted(Expiry.COMING, days) for days in (30, 60, 90))
    return ExpiryCounts(in_30, in_60, in_90, counted(Expiry.LAPSED, LAPSED_WITHIN_DAYS))


class _Beforehand(Func):
    """The day from which on the next certificate, under another number, counts as the renewal of one that ends on a day."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        days = rules.RENEWED_BEFOREHAND.days
        return super().as_sql(compiler, connection, template=f"DATE(%(expressions)s, '-{days} days')", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(
            compiler, connection, template=f"(%(expressions)s - {rules.RENEWED_BEFOREHAND.days})", **extra
        )


def _written(edition: Edition, name: str) -> Case:
    """Title or number of a certificate in SQL: of the fields its item declares the first that is filled."""
    cases = []
    for item in licence_items(edition):
        codes: tuple[str, ...] = getattr(item.licence, name)
        filled: list[Expression] = [NullIf(models.Stated(code), Value("")) for code in codes]
        cases.append(When(item=item.code, then=Coalesce(*filled, Value(""))))
    return Case(*cases, default=Value(""), output_field=CharField())


def _in_effect(edition: Edition) -> Q:
    """The condition that the source unit last said that a certificate holds."""
    held = Q(pk__in=[])
    for item in licence_items(edition):
        if item.licence is not None:
            held |= Q(item=item.code, state__in=item.licence.in_effect)
    return held


def _certificates(edition: Edition, known_at: int | None = None) -> QuerySet[models.Version]:
    # The polarity says nothing new; by it the databases see that the index over last days holds them all.
    codes = [item.code for item in licence_items(edition)]
    return current(known_at).filter(item__in=codes, polarity=Polarity.NEUTRAL.value)


def _ending(edition: Edition, wanted: ExpiryFilter, on: date, actor: Actor) -> QuerySet[models.Version]:
    """Certificates that end, or ended, in the wanted days; with a later one or without, as `rules.renews` has it."""
    title, number = partial(_written, edition, "title"), partial(_written, edition, "number")
    rows = _certificates(edition).filter(readable(actor), _in_effect(edition)).exclude(is_hidden(on))
    if wanted.kind is Expiry.COMING:
        rows = rows.filter(valid_to__gte=on, valid_to__lte=on + timedelta(days=wanted.days))
    else:
        rows = rows.filter(valid_to__lt=on, valid_to__gte=on - timedelta(days=wanted.days))
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.renewed is None:
        return rows
    begins = Coalesce("valid_from", "act_date")
    later = (
        _certificates(edition)
        .filter(readable(actor), _in_effect(edition))
        .exclude(is_hidden(on))
        .annotate(title=title(), number=number(), begins=begins)
        .filter(
            Q(valid_to=None) | Q(valid_to__gte=OuterRef("valid_to")),
            Q(number=OuterRef("number")) | Q(begins__gte=_Beforehand(OuterRef("valid_to"))),
            subject_id=OuterRef("subject_id"),
            item=OuterRef("item"),
            authority_code=OuterRef("authority_code"),
            title=OuterRef("title"),
            begins__gt=OuterRef("begins"),
        )
    )
    rows = rows.annotate(title=title(), number=number(), begins=begins)
    return rows.filter(Exists(later) if wanted.renewed else ~Exists(later))


def _may_read(actor: Actor) -> Q:
    """Versions of the reader's units; at a service window, for a purpose, those of every unit but for secrets of state."""
    if actor.may(READS_ALL) and actor.purpose:
        return readable(actor) | ~Q(blocks__contains="state_secret")
    return readable(actor)


def _may_be_told(row: models.Version) -> bool:
    return not rules.flags_of(filter(None, row.blocks.split(";"))) & rules.TELLS_NOTHING


def _order(licence: Licence) -> tuple[int, date, int]:
    """Those that hold first, each group by its last day."""
    ranks = ("valid", "not_yet", "replaced", "expired", "void")
    return ranks.index(licence.state.value), licence.valid_to or date.max, licence.record_id


def _licences(
    rows: Sequence[models.Version],
    edition: Edition,
    *,
    on: date,
    marks: Mapping[int, Sequence[MarkView]],
    hints: Iterable[tuple[str, LicenceHint]] = (),
    one_holder: bool = False,
    only: set[int] | None = None,
) -> list[Licence]:
    """Versions as certificates (of those in `only`, where given): each stands beside all the rows of its holder.

    `one_holder`: all the rows are one holder's, under the keys of several subjects that were merged.
    """
    content = {row.pk: json.loads(row.content) for row in rows}
    facts = {}
    for row in rows:
        hidden = any(mark in HIDING for mark in _marks_on(marks.get(row.record_id, ()), on))
        facts[row.pk] = _facts(row, content[row.pk], edition, "" if one_holder else str(row.subject_id), hidden)
    by_kind: dict[tuple[str, ...], list[LicenceFacts]] = {}
    for one in facts.values():
        by_kind.setdefault(one.kind, []).append(one)
    renewals = {pk: rules.renewal_of(one, by_kind[one.kind]) for pk, one in facts.items()}
    renewed = {later.record_id: facts[pk].record_id for pk, later in renewals.items() if later is not None}
    wanted = [row for row in rows if only is None or row.pk in only]
    holders = _holders(wanted, content, edition)
    made = []
    for row in wanted:
        own, renewal = facts[row.pk], renewals[row.pk]
        state = rules.licence_state(own, renewal, on=on)
        last = row.valid_to if state is LicenceState.VALID and (row.valid_to or LONG_TERM) < LONG_TERM else None
        made.append(
            Licence(
                record_id=row.record_id,
                version_id=row.pk,
                item=row.item,
                subject_id=row.subject_id,
                subject_kind=row.subject_kind,
                unit_id=row.unit_id,
                holder=holders[row.pk],
                title=own.kind[2],
                number=own.number,
                document_number=row.document_number,
                authority_name=row.authority_name,
                authority_code=row.authority_code,
                valid_from=own.begins,
                valid_to=row.valid_to,
                state=state,
                days_left=None if last is None else (last - on).days,
                renews=renewed.get(row.record_id),
                renewed_by=None if renewal is None else renewal.record_id,
                hints=tuple(hint for said, hint in hints if rules.names_licence(said, own.number)),
                marks=_marks_on(marks.get(row.record_id, ()), on),
            )
        )
    return made


def _facts(
    row: models.Version, content: Mapping[str, str], edition: Edition, holder: str, hidden: bool
) -> LicenceFacts:
    terms = edition.item(row.item).licence
    if terms is None:
        raise ValueError(f"{row.item} is no item of certificates")
    title, number = (
        next((content[code] for code in codes if content.get(code)), "") for codes in (terms.title, terms.number)
    )
    return LicenceFacts(
        record_id=row.record_id,
        kind=(holder, row.item, title, row.authority_code),
        number=number,
        begins=row.valid_from or row.act_date,
        ends=row.valid_to,
        in_effect=row.state in terms.in_effect,
        hidden=hidden,
    )


def _marks_on(marks: Iterable[MarkView], on: date) -> tuple[MarkKind, ...]:
    return tuple(dict.fromkeys(mark.kind for mark in marks if rules.mark_holds(mark.since, mark.until, on=on)))


def _holders(
    rows: Sequence[models.Version], content: Mapping[int, Mapping[str, str]], edition: Edition
) -> dict[int, str]:
    """The name on each certificate, by version; a natural person's as the public may see it. Cost: two queries a person."""
    names: dict[int, str] = {}
    tokens: dict[int, set[str]] = {}
    for row in rows:
        token = content[row.pk].get(edition.item(row.item).core.get("subject_name", ""), "")
        if row.subject_kind == SubjectKind.NATURAL_PERSON.value:
            tokens.setdefault(row.subject_id, set()).add(token)
        else:
            names[row.pk] = stated_name(edition.item(row.item), row.content)
    texts = {subject_id: personal(subject_id, sorted(some), PUBLIC) for subject_id, some in tokens.items()}
    for row in rows:
        if row.subject_id in texts and row.pk not in names:
            token = content[row.pk].get(edition.item(row.item).core.get("subject_name", ""), "")
            view = texts[row.subject_id].get(token)
            names[row.pk] = "" if view is None else view.text
    return names


def _hints(
    subject_ids: Sequence[int], edition: Edition, known_at: int | None, seen: Q
) -> list[tuple[str, LicenceHint]]:
    """What records of the subjects, as far as the reader may see them, say of certificates they take away. Cost: one query."""
    fields = {item.code: item.names_licence for item in edition.items if item.names_licence}
    rows = current(known_at).filter(seen, subject_id__in=list(subject_ids), item__in=list(fields))
    found = []
    for row in rows:
        said = json.loads(row.content).get(fields[row.item])
        if said:
            hint = LicenceHint(row.record_id, row.unit_id, row.item, row.act_date, row.document_number)
            found.append((said, hint))
    return found
