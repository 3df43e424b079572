"""Versions: which are visible, which is current, what is stored under a key.

*Visible*: the version's run is ready. *Current*: no visible version of the same record has a higher `seq`. One predicate, used by every
reader.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import F

from xinheng.accounts.door import ids_under
from xinheng.records import models
from xinheng.records.values import HIDING, Core, Known, VersionView

KEYS_A_QUERY = 500
VIEWED: Final = (
    *("id", "record", "seq", "item", "polarity", "subject", "subject_kind", "unit", "content", "blocks", "reason"),
    *(
        "received_at",
        "batch_id",
        "row_number",
        "run_index",
        "run__first",
        "run__at",
        "run__operation",
        "run__actor_name",
    ),
    *Core.__slots__,
)
"""The columns of a version that `view` reads: whoever joins versions to rows of a later module asks for these."""


def visible(known_at: int | None = None) -> QuerySet[models.Version]:
    """Versions that may be read at all; as known at a ledger number, those numbered up to it."""
    rows = models.Version.objects.filter(run__ready=True)
    return rows if known_at is None else rows.filter(run__first__lte=known_at - F("run_index"))


def current(known_at: int | None = None) -> QuerySet[models.Version]:
    """The latest visible version of each record (as known at a ledger number)."""
    later = models.Version.objects.filter(record_id=OuterRef("record_id"), seq__gt=OuterRef("seq"), run__ready=True)
    if known_at is not None:
        later = later.filter(run__first__lte=known_at - F("run_index"))
    return visible(known_at).filter(~Exists(later))


def replaced(version_id: int) -> tuple[int, int] | None:
    """The version that a version came in the place of, and when that was entered in the order in which runs became ready.

    None for the first of a record. Cost: one query.
    """
    later = models.Version.objects.filter(pk=version_id, record_id=OuterRef("record_id"), seq__gt=OuterRef("seq"))
    found = visible().filter(Exists(later)).order_by("-seq").values_list("pk", "run__closed").first()
    return None if found is None else (found[0], found[1] or 0)


def superseded(version_id: int) -> bool:
    """Whether a later version of the same record can be read. Cost: one query."""
    own = models.Version.objects.filter(pk=version_id, record_id=OuterRef("record_id"), seq__lt=OuterRef("seq"))
    return visible().filter(Exists(own)).exists()


def is_current(version: str = "version") -> Q:
    """The condition that the version a later module's row points at (by the foreign key `version`) is visible and current.

    The row must also have the column `record_id`. For readers of later modules, so that there is one predicate.
    """
    later = models.Version.objects.filter(
        record_id=OuterRef("record_id"), seq__gt=OuterRef(f"{version}__seq"), run__ready=True
    )
    return Q(**{f"{version}__run__ready": True}) & ~Q(Exists(later))


def is_hidden(on: date) -> Q:
    """The condition that the record a row points at (by `record_id`) carries a mark that ends publication on a day."""
    marks = models.Mark.objects.filter(
        Q(until=None) | Q(until__gte=on),
        record_id=OuterRef("record_id"),
        kind__in=[kind.value for kind in HIDING],
        since__lte=on,
        run__ready=True,
    )
    return Q(Exists(marks))


def set_aside(on: date) -> Q:
    """The condition that something may be said about the record a row points at (by `record_id`): corrected, or marked on that day.

    Every row without it whose version is visible is current and not hidden (`is_current`, `is_hidden`). For counts of millions: what was
    corrected or marked is found by index, and only of that the two questions need to be asked.
    """
    corrected = models.Version.objects.filter(seq__gt=1).order_by().values("record_id")
    marked = models.Mark.objects.filter(since__lte=on).order_by().values("record_id")
    return Q(record_id__in=corrected.union(marked))


def records_under(prefix: str, *, most: int) -> list[int] | None:
    """The records (ids) of the units whose path begins so, None where they are more than `most`. Cost: two queries, by index."""
    # The units first: joined, SQLite walks over all records.
    rows = models.Record.objects.filter(unit_id__in=ids_under(prefix)).order_by()
    found = list(rows.values_list("id", flat=True)[: most + 1])
    return found if len(found) <= most else None


def runs_with_versions(run_ids: Iterable[int]) -> frozenset[int]:
    """Which of some runs brought versions. Cost: one query."""
    rows = models.Version.objects.filter(run_id__in=list(run_ids)).values_list("run_id", flat=True).distinct()
    return frozenset(rows)


def left_out(rows: QuerySet[Any], *, up_to: int) -> int:
    """How many visible versions of runs numbered up to `up_to` no row of a later module (by its `version`) speaks of.

    For finding what a batch left out. Cost: one pass over versions, about 2 s a million.
    """
    asked = visible().filter(run__first__lte=up_to)
    return asked.filter(~Exists(rows.filter(version_id=OuterRef("pk")))).count()


def view(row: models.Version) -> VersionView:
    """A version as a value; the row came with its run."""
    run = row.run
    return VersionView(
        id=row.pk,
        record_id=row.record_id,
        seq=row.seq,
        item=row.item,
        polarity=row.polarity,
        subject_id=row.subject_id,
        subject_kind=row.subject_kind,
        unit_id=row.unit_id,
        core=core(row),
        content=json.loads(row.content),
        blocks=tuple(filter(None, row.blocks.split(";"))),
        reason=row.reason,
        received_at=row.received_at,
        batch_id=row.batch_id,
        row_number=row.row_number,
        run_id=row.run_id,
        run_index=row.run_index,
        number=None if run.first is None else run.first + row.run_index,
        known_at=run.at,
        operation=run.operation,
        actor_name=run.actor_name,
    )


def core(row: models.Version) -> Core:
    """The typed core of a version."""
    return Core(
        authority_name=row.authority_name,
        authority_code=row.authority_code,
        source_name=row.source_name,
        source_code=row.source_code,
        document_title=row.document_title,
        document_number=row.document_number,
        act_date=row.act_date,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        kinds=row.kinds,
        amount_cents=row.amount_cents,
        confiscation_cents=row.confiscation_cents,
        state=row.state,
    )


def known_by_key(hashes: Iterable[bytes]) -> dict[bytes, Known]:
    """What is stored under each natural key; keys without a record are absent.

    For loading only: the caller has made the keys of its own unit, so nothing of another unit can be found.
    Cost: two queries a five hundred keys.
    """
    found: dict[bytes, Known] = {}
    for some in _pages(sorted(set(hashes)), KEYS_A_QUERY):
        records = dict(models.Record.objects.filter(key_hash__in=some).values_list("id", "key_hash"))
        rows = current().filter(record_id__in=records)
        visible_rows = {row.record_id: row for row in rows}
        last = dict(
            models.Version.objects.filter(record_id__in=records)
            .values("record_id")
            .annotate(last=Max("seq"))
            .values_list("record_id", "last")
        )
        for record_id, key in records.items():
            found[bytes(key)] = _known(record_id, last.get(record_id, 0), visible_rows.get(record_id))
    return found


def _known(record_id: int, last_seq: int, row: models.Version | None) -> Known:
    if row is None:
        return Known(record_id, last_seq)
    return Known(
        record_id=record_id,
        last_seq=last_seq,
        version_id=row.pk,
        content_hash=bytes(row.content_hash),
        item=row.item,
        polarity=row.polarity,
        subject_id=row.subject_id,
        subject_kind=row.subject_kind,
        core=core(row),
        blocks=tuple(filter(None, row.blocks.split(";"))),
    )


def _pages(items: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def documents_of_others(unit_id: int, numbers: Iterable[str]) -> dict[str, set[int]]:
    """Subjects (ids) the unit has records about under each document number; for check W202. Cost: one query a five hundred."""
    found: dict[str, set[int]] = {}
    wanted = sorted(set(filter(None, numbers)))
    for start in range(0, len(wanted), KEYS_A_QUERY):
        some = wanted[start : start + KEYS_A_QUERY]
        rows = current().filter(unit_id=unit_id, document_number__in=some).values_list("document_number", "subject_id")
        for number, subject_id in rows:
            found.setdefault(number, set()).add(subject_id)
    return found


def changed_since(number: int) -> bool:
    """Whether, after a ledger number, a mark was set or ended, or a record got a later version. Cost: two queries.

    What a later module shows of records as known at that number may not be shown as it was any more then.
    """
    later = Q(run__first=None) | Q(run__first__gt=number - F("run_index"))
    marks = models.Mark.objects.filter(later, run__ready=True)
    return marks.exists() or visible().filter(later, seq__gt=1).exists()
