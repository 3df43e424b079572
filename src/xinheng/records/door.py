"""The archive: enter and correct facts, mark records, read archives as of a day and a ledger number."""

from xinheng.records.operations import end_mark, enter, mark, release_correction
from xinheng.records.queries.archive import (
    Asked,
    archive,
    by_document,
    current_of_batch,
    hidden,
    marks_of,
    of_batch,
    record,
    versions_by_ids,
    versions_of_run,
)
from xinheng.records.queries.licences import (
    expiring,
    expiry_counts,
    licence_by_code,
    licence_code,
    licence_items,
    licences_of,
)
from xinheng.records.queries.standing import shown_harm
from xinheng.records.queries.stated import STATING, first_closed, read_evidence, stated, stated_name
from xinheng.records.queries.survey import Statement, items_held, spoken_of_by_several, statements
from xinheng.records.queries.versions import (
    changed_since,
    documents_of_others,
    is_current,
    is_hidden,
    known_by_key,
    left_out,
    replaced,
    runs_with_versions,
)
from xinheng.records.rules import content_hash, facts_of, key_hash, mark_holds, may_exist, standing

__all__ = [
    "STATING",
    "Asked",
    "Statement",
    "archive",
    "by_document",
    "changed_since",
    "content_hash",
    "current_of_batch",
    "documents_of_others",
    "end_mark",
    "enter",
    "expiring",
    "expiry_counts",
    "facts_of",
    "first_closed",
    "hidden",
    "is_current",
    "is_hidden",
    "items_held",
    "key_hash",
    "known_by_key",
    "left_out",
    "licence_by_code",
    "licence_code",
    "licence_items",
    "licences_of",
    "mark",
    "mark_holds",
    "marks_of",
    "may_exist",
    "of_batch",
    "read_evidence",
    "record",
    "release_correction",
    "replaced",
    "runs_with_versions",
    "shown_harm",
    "spoken_of_by_several",
    "standing",
    "stated",
    "stated_name",
    "statements",
    "versions_by_ids",
    "versions_of_run",
]
