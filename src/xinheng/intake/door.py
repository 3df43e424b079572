"""Intake: hand in a file or one row, look at batches, receipts and held rows, settle what waits.

Loading itself is a batch and runs in the worker (`intake.load`) or the console. What a unit is told depends only on its own records.
"""

from xinheng.intake.operations.books import fetch_rows, may_fetch_rows, write_template
from xinheng.intake.operations.contradictions import note_contradiction
from xinheng.intake.operations.duties import end_duty, never_owed, report_nil, seed_duties, set_duty
from xinheng.intake.operations.entering import check_row, enter_row
from xinheng.intake.operations.mapping import map_columns
from xinheng.intake.operations.receiving import hand_in_again, receive
from xinheng.intake.operations.settling import release, send_back
from xinheng.intake.operations.surveying import survey
from xinheng.intake.queries.batches import batch, batches, counts, problems, receipt
from xinheng.intake.queries.counted import batches_by_state, held_rows
from xinheng.intake.queries.held import held, held_row, template_columns
from xinheng.intake.queries.mapping import mapping_of, mappings
from xinheng.intake.queries.quality import (
    BEHIND,
    LINE_COLUMNS,
    Cell,
    Contact,
    DutyTable,
    DutyView,
    RowsAsked,
    Span,
    SubmissionView,
    count_submissions,
    duty,
    duty_history,
    duty_table,
    submission_lines,
    submissions,
)
from xinheng.intake.queries.survey import (
    ContradictionFilter,
    ContradictionView,
    DimensionView,
    SideView,
    SurveyView,
    completeness,
    contradiction,
    contradictions,
    latest_survey,
)
from xinheng.intake.rules.quality import (
    MOST_MONTHS,
    Figures,
    MonthState,
    Outcome,
    first_of,
    following,
    is_monthly,
    last_of,
)
from xinheng.intake.rules.survey import REGISTER, Datum, Dimension

__all__ = [
    "BEHIND",
    "LINE_COLUMNS",
    "MOST_MONTHS",
    "REGISTER",
    "Cell",
    "Contact",
    "ContradictionFilter",
    "ContradictionView",
    "Datum",
    "Dimension",
    "DimensionView",
    "DutyTable",
    "DutyView",
    "Figures",
    "MonthState",
    "Outcome",
    "RowsAsked",
    "SideView",
    "Span",
    "SubmissionView",
    "SurveyView",
    "batch",
    "batches",
    "batches_by_state",
    "check_row",
    "completeness",
    "contradiction",
    "contradictions",
    "count_submissions",
    "counts",
    "duty",
    "duty_history",
    "duty_table",
    "end_duty",
    "enter_row",
    "fetch_rows",
    "first_of",
    "following",
    "hand_in_again",
    "held",
    "held_row",
    "held_rows",
    "is_monthly",
    "last_of",
    "latest_survey",
    "map_columns",
    "mapping_of",
    "mappings",
    "may_fetch_rows",
    "never_owed",
    "note_contradiction",
    "problems",
    "receipt",
    "receive",
    "release",
    "report_nil",
    "seed_duties",
    "send_back",
    "set_duty",
    "submission_lines",
    "submissions",
    "survey",
    "template_columns",
    "write_template",
]
