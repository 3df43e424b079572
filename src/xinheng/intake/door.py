"""Intake: hand in a file or one row, look at batches, receipts and held rows, settle what waits.

Loading itself is a batch and runs in the worker (`intake.load`) or the console. What a unit is told depends only on its own records.
"""

from xinheng.intake.operations.books import fetch_rows, may_fetch_rows, write_template
from xinheng.intake.operations.entering import check_row, enter_row
from xinheng.intake.operations.mapping import map_columns
from xinheng.intake.operations.receiving import hand_in_again, receive
from xinheng.intake.operations.settling import release, send_back
from xinheng.intake.operations.surveying import survey
from xinheng.intake.queries.batches import batch, batches, counts, problems, receipt
from xinheng.intake.queries.held import held, held_row, template_columns
from xinheng.intake.queries.mapping import mapping_of, mappings

__all__ = [
    "batch",
    "batches",
    "check_row",
    "counts",
    "enter_row",
    "fetch_rows",
    "hand_in_again",
    "held",
    "held_row",
    "map_columns",
    "mapping_of",
    "mappings",
    "may_fetch_rows",
    "problems",
    "receipt",
    "receive",
    "release",
    "send_back",
    "survey",
    "template_columns",
    "write_template",
]
