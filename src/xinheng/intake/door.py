"""Intake: hand in a file or one row, look at batches, receipts and held rows, settle what waits.

Loading itself is a batch and runs in the worker (`intake.load`) or the console. What a unit is told depends only on its own records.
"""

from xinheng.intake.operations.entering import check_row, enter_row
from xinheng.intake.operations.receiving import receive
from xinheng.intake.operations.settling import release, send_back
from xinheng.intake.queries.batches import batch, batches, counts, problems, receipt
from xinheng.intake.queries.counted import batches_by_state, held_rows
from xinheng.intake.queries.held import held, held_row, template_columns

__all__ = [
    "batch",
    "batches",
    "batches_by_state",
    "check_row",
    "counts",
    "enter_row",
    "held",
    "held_row",
    "held_rows",
    "problems",
    "receipt",
    "receive",
    "release",
    "send_back",
    "template_columns",
]
