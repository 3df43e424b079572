"""Publicity: what the public sees, and what officials see of the plan. What is shown is asked anew every time, of one predicate."""

from xinheng.publicity.operations import PROJECT, decide, recompute_deadlines
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
    "decide",
    "latest",
    "of_records",
    "plan",
    "public_harm",
    "recompute_deadlines",
    "record",
    "record_page",
    "records_of",
    "records_page",
    "stage_counts",
    "totals",
]
