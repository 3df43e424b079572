"""Publicity: what the public sees, and what officials see of the plan. What is shown is asked anew every time, of one predicate."""

from xinheng.publicity.operations import PROJECT, decide, recompute_deadlines
from xinheng.publicity.queries.licences import licences_of
from xinheng.publicity.queries.outlook import deadlines_under
from xinheng.publicity.queries.plan import PlanFilter, PlanPage, of_records, plan, stage_counts
from xinheng.publicity.queries.portal import (
    LinePage,
    RecordEntries,
    RecordPage,
    Source,
    by_document,
    counts,
    latest,
    public_harm,
    record,
    record_page,
    records_of,
    records_page,
    totals,
)
from xinheng.publicity.queries.reach import public_reach, reach_of

__all__ = [
    "PROJECT",
    "LinePage",
    "PlanFilter",
    "PlanPage",
    "RecordEntries",
    "RecordPage",
    "Source",
    "by_document",
    "counts",
    "deadlines_under",
    "decide",
    "latest",
    "licences_of",
    "of_records",
    "plan",
    "public_harm",
    "public_reach",
    "reach_of",
    "recompute_deadlines",
    "record",
    "record_page",
    "records_of",
    "records_page",
    "stage_counts",
    "totals",
]
