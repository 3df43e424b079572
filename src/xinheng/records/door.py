"""The archive: enter and correct facts, mark records, read archives as of a day and a ledger number."""

from xinheng.records.operations import end_mark, enter, mark, release_correction
from xinheng.records.queries.archive import (
    Asked,
    archive,
    by_document,
    hidden,
    marks_of,
    of_batch,
    record,
    versions_by_ids,
    versions_of_run,
)
from xinheng.records.queries.standing import shown_harm
from xinheng.records.queries.stated import STATING, first_closed, read_evidence, stated, stated_name
from xinheng.records.queries.versions import (
    documents_of_others,
    is_current,
    is_hidden,
    known_by_key,
    left_out,
    records_under,
    replaced,
    runs_with_versions,
    set_aside,
)
from xinheng.records.rules import content_hash, facts_of, key_hash, mark_holds, may_exist, standing

__all__ = [
    "STATING",
    "Asked",
    "archive",
    "by_document",
    "content_hash",
    "documents_of_others",
    "end_mark",
    "enter",
    "facts_of",
    "first_closed",
    "hidden",
    "is_current",
    "is_hidden",
    "key_hash",
    "known_by_key",
    "left_out",
    "mark",
    "mark_holds",
    "marks_of",
    "may_exist",
    "of_batch",
    "read_evidence",
    "record",
    "records_under",
    "release_correction",
    "replaced",
    "runs_with_versions",
    "set_aside",
    "shown_harm",
    "standing",
    "stated",
    "stated_name",
    "versions_by_ids",
    "versions_of_run",
]
