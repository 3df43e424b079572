"""Publicity: what the public sees, and what officials see of the plan. What is shown is asked anew every time, of one predicate."""

from xinheng.publicity.operations import PROJECT, decide, issue_snapshot, recompute_deadlines
from xinheng.publicity.queries.licences import licences_by_number, licences_of
from xinheng.publicity.queries.open_data import changes, issue_number, issues, open_file, present
from xinheng.publicity.queries.outlook import deadlines_under
from xinheng.publicity.queries.own import OwnPicture, own_family, own_head, own_picture, own_record
from xinheng.publicity.queries.plan import PlanFilter, PlanPage, of_records, plan, stage_counts
from xinheng.publicity.queries.portal import (
    LinePage,
    RecordEntries,
    RecordPage,
    Source,
    by_document,
    counted_page,
    counts,
    latest,
    public_harm,
    record,
    record_page,
    records_of,
    records_page,
    totals,
)
from xinheng.publicity.queries.progress import read_up_to, without_final_deadline
from xinheng.publicity.queries.proving import PROVEN, issue_proof, public_proof
from xinheng.publicity.queries.reach import public_reach, reach_of
from xinheng.publicity.queries.reading import (
    OpenedSubject,
    is_token,
    known_person,
    may_know,
    open_archive,
    sealed_texts,
)

__all__ = [
    "PROJECT",
    "PROVEN",
    "LinePage",
    "OpenedSubject",
    "OwnPicture",
    "PlanFilter",
    "PlanPage",
    "RecordEntries",
    "RecordPage",
    "Source",
    "by_document",
    "changes",
    "counted_page",
    "counts",
    "deadlines_under",
    "decide",
    "is_token",
    "issue_number",
    "issue_proof",
    "issue_snapshot",
    "issues",
    "known_person",
    "latest",
    "licences_by_number",
    "licences_of",
    "may_know",
    "of_records",
    "open_archive",
    "open_file",
    "own_family",
    "own_head",
    "own_picture",
    "own_record",
    "plan",
    "present",
    "public_harm",
    "public_proof",
    "public_reach",
    "reach_of",
    "read_up_to",
    "recompute_deadlines",
    "record",
    "record_page",
    "records_of",
    "records_page",
    "sealed_texts",
    "stage_counts",
    "totals",
    "without_final_deadline",
]
