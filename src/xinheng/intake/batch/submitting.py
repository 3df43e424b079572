"""Noting what became of the rows of a chunk, and the sums of a whole load."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from xinheng.catalogue.values.edition import Edition
from xinheng.intake import models
from xinheng.intake.batch.check import Judged
from xinheng.intake.operations.submitting import Dues, marks_of, number_of, outstanding
from xinheng.intake.rules.quality import BAD, Outcome, due_word, first_of
from xinheng.kernel.dates import legal_date
from xinheng.storage.bulk import insert_rows

COLUMNS = (
    "batch_id",
    "row",
    "unit_id",
    "item",
    "received_on",
    "act_date",
    "due_on",
    "provisional",
    "outcome",
    "answers",
    "held",
    "number_code",
    "number_name",
)
TALLY_COLUMNS = ("batch_id", "unit_id", "item", "month", "act_month", "outcome", "first", "due", "provisional", "rows")

Sums = Counter[tuple[date | None, Outcome, bool]]
"""Rows by day of the decision, outcome, and whether they answer no earlier row."""


class Submissions:
    """Writes the submissions of one load; what is asked of the store is asked once."""

    def __init__(self, batch: models.Batch, judged: Judged, edition: Edition) -> None:
        self.batch, self.judged = batch, judged
        self.asked = judged.asked
        self.on = legal_date(batch.received_at)
        self.dues = Dues(edition, batch.item)
        self.known = outstanding(batch.unit_id, batch.item)
        field = self.asked.code("act_date")
        values = judged.result.values
        self.acted = values.get_column(field).to_list() if field in values.columns else [None] * judged.height
        self._days: dict[date | None, tuple[str | None, str | None, bool]] = {}

    def write(self, span: range, outcomes: Mapping[int, Outcome], held: Mapping[int, int]) -> Sums:
        """Write the rows of a chunk inside its transaction; `outcomes` names all that were not simply accepted.

        Cost: one bulk insert, about 3 µs a row.
        """
        sums: Sums = Counter()
        insert_rows(models.Submission._meta.db_table, COLUMNS, self._rows(span, outcomes, held, sums))
        return sums

    def _rows(
        self, span: range, outcomes: Mapping[int, Outcome], held: Mapping[int, int], sums: Sums
    ) -> Iterable[tuple[object, ...]]:
        rows, acted, known = self.judged.rows, self.acted, self.known
        accepted: dict[date | None, tuple[object, ...]] = {}
        plain: list[date | None] = []
        numbers = self._numbers([index for index in span if known or index in outcomes])
        for index in span:
            outcome, day = outcomes.get(index), acted[index]
            if outcome is None and not known:
                plain.append(day)
                rest = accepted.get(day) or accepted.setdefault(day, self._rest(day, Outcome.ACCEPTED, None, None))
                yield (self.batch.pk, rows[index], *rest)
                continue
            outcome = outcome or Outcome.ACCEPTED
            marks = marks_of(self.batch.unit_id, self.asked, self.judged.identities[index], numbers[index])
            answers = next((known[mark] for mark in marks if mark in known), None)
            sums[day, outcome, answers is None] += 1
            bad = outcome in BAD
            found = held.get(index) if bad else None
            yield (self.batch.pk, rows[index], *self._rest(day, outcome, answers, found, marks if bad else (b"", b"")))
        for day, count in Counter(plain).items():
            sums[day, Outcome.ACCEPTED, True] += count

    def _rest(
        self,
        day: date | None,
        outcome: Outcome,
        answers: int | None,
        held: int | None,
        marks: tuple[bytes, bytes] = (b"", b""),
    ) -> tuple[object, ...]:
        """A row without its batch and place."""
        batch = self.batch
        place = (batch.unit_id, batch.item, self.on.isoformat())
        return (*place, *self._day(day), outcome.value, answers, held, *marks)

    def _numbers(self, indexes: list[int]) -> dict[int, str]:
        """What rows of a chunk are known again by, read over whole columns: a frame gives single rows slowly."""
        some = self.asked.code("document_number")
        names = [some] if some else [code for part in self.asked.key_parts for code in part]

        def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
            there = frame.select([name for name in names if name in frame.columns])
            return there[indexes].rows(named=True) or [{}] * len(indexes)

        values, written = rows(self.judged.result.values), rows(self.judged.table.frame)
        pairs = zip(indexes, values, written, strict=True)
        return {index: number_of(self.asked, value, text) for index, value, text in pairs}

    def _day(self, day: date | None) -> tuple[str | None, str | None, bool]:
        """What a day of decision says in a row: itself, the last day, provisional. Days repeat."""
        if day not in self._days:
            due, provisional = self.dues.of(day)
            self._days[day] = (day.isoformat() if day else None, due.isoformat() if due else None, provisional)
        return self._days[day]

    def tally(self, sums: Sums) -> None:
        """Write the sums of the whole load, in the transaction that shows it."""
        groups: Counter[tuple[str | None, str, bool, str, bool]] = Counter()
        for (day, outcome, first), count in sums.items():
            due, provisional = self.dues.of(day)
            acted = first_of(day).isoformat() if day else None
            groups[acted, outcome.value, first, due_word(self.on, due), provisional] += count
        batch, month = self.batch, first_of(self.on).isoformat()
        rows = ((batch.pk, batch.unit_id, batch.item, month, *group, count) for group, count in groups.items())
        insert_rows(models.Tally._meta.db_table, TALLY_COLUMNS, rows)
