"""What records say of subjects that stand in no register: the evidence by which a reader may know of them."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db.models import OuterRef, Subquery

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import Item
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers
from xinheng.records.queries.archive import readable
from xinheng.records.queries.versions import visible
from xinheng.subjects.door import Evidence
from xinheng.subjects.values import Stated, SubjectKind

STATING: Final = ("subject_id", "item", "subject_kind", "content", "run__at", "id")
"""What `stated` asks of a version, in this order."""

_TOKEN: Final = re.compile("[0-9a-f]{32}")
_SEALED: Final = "****"


def read_evidence(actor: Actor, *, on: date) -> Evidence:
    """The versions the actor may read, earlier ones of a record too: by any of them a subject is known to that actor."""
    rows = visible().filter(readable(actor))

    def said(ids: Sequence[int]) -> Iterable[Stated]:
        return stated(rows.filter(subject_id__in=ids).values_list(*STATING, first_closed()), on=on)

    return Evidence(rows, said)


def first_closed() -> Subquery:
    """When the record of a row (by its `record_id`) began, in the order in which runs became ready."""
    versions = visible().filter(record_id=OuterRef("record_id")).order_by("seq")
    return Subquery(versions.values("run__closed")[:1])


def stated(rows: Iterable[tuple[int, str, str, str, datetime, int, int | None]], *, on: date) -> Iterable[Stated]:
    """What some versions (as `STATING`, then `first_closed`) state of their subjects. Cost: one query, none where there are no versions."""
    found = list(rows)
    if not found:
        return []
    edition = current_edition(on)
    return [
        Stated(
            subject_id, stated_name(edition.item(item), content), SubjectKind(kind), legal_date(at), version_id, since
        )
        for subject_id, item, kind, content, at, version_id, since in found
    ]


def stated_name(item: Item, content: str) -> str:
    """The name a version (its stored content) gives its subject, without numbers of persons. Not for versions about persons."""
    name = _written_name(item, content)
    return _SEALED if _TOKEN.fullmatch(name) else mask_identifiers(name)


def _written_name(item: Item, content: str) -> str:
    """What a version holds as its subject's name: of a person the token of it."""
    return str(json.loads(content).get(item.core.get("subject_name", "")) or "")
