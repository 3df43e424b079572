"""A typed client for the API of Xinheng: hand in files and records, follow them, read what came of them."""

from xinheng_client.client import Client, Retry
from xinheng_client.errors import FieldProblem, Problem, Unreachable, WaitedInVain
from xinheng_client.values import (
    Batch,
    Counts,
    Finding,
    Held,
    HeldRow,
    Page,
    PublicRecord,
    Record,
    RecordProblem,
    Results,
    Subject,
    Taken,
    Who,
)

__all__ = [
    "Batch",
    "Client",
    "Counts",
    "FieldProblem",
    "Finding",
    "Held",
    "HeldRow",
    "Page",
    "Problem",
    "PublicRecord",
    "Record",
    "RecordProblem",
    "Results",
    "Retry",
    "Subject",
    "Taken",
    "Unreachable",
    "WaitedInVain",
    "Who",
]
