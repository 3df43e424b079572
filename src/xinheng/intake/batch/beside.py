"""Checking a file beside the store: what a load would answer to each row, with nothing kept.

The rows go the way of a load (`chunks.Writer`), except that subjects nobody knows get a number that is none, and that nothing is written:
so no rule is said twice, and a check and a load cannot come apart.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction

from xinheng.catalogue.values.edition import Edition
from xinheng.engine.problems import GRAVITY, Problem
from xinheng.intake import models
from xinheng.intake.batch.check import Judged, judge_file, told
from xinheng.intake.batch.chunks import ChunkDone, Writer
from xinheng.intake.batch.load import CHUNK
from xinheng.intake.batch.store import subject_key
from xinheng.intake.queries.mapping import mapped_headers
from xinheng.intake.rules.receipt import file_name, refused
from xinheng.intake.rules.rows import reason_of, taken
from xinheng.intake.values.receipts import Receipt
from xinheng.kernel.blank import trimmed
from xinheng.ledger.load import OpenRun
from xinheng.tables.refusals import RefusedFile

NOON_IN_SHANGHAI = time(4, tzinfo=UTC)


def check_beside(
    path: Path, item: str, on: date, *, edition: Edition, prefix: str, reason: str = "", rows: bool = False
) -> Receipt:
    """Check a file as a load on the day `on` would judge it, for the units below `prefix`; `reason` is that of its corrections.

    Nothing is kept. Headings of the unit's own are read as it mapped them. `rows`: also list the normalised values of what was accepted.
    Cost: that of judging, and about 50 µs a row.
    Raises: CatalogueUnknown for an item that is not there; OSError.
    """
    edition.item(item)
    try:
        mapped = mapped_headers(_unit_of(prefix), item)
        judged = judge_file(path, path.name, item=item, edition=edition, on=on, prefix=prefix, mapped=mapped)
    except RefusedFile as error:
        return refused(file_name(path.name), item, error.code, error.message)
    now = datetime.combine(on, NOON_IN_SHANGHAI)
    batch = models.Batch(item=item, reason=reason_of(None, reason), received_at=now)
    trial = _Trial(OpenRun(0), batch, "", judged, edition, now)
    for start in range(0, judged.height, CHUNK):
        trial.take(trial.write(start, start + CHUNK))
    return told(judged, path.name, trial.counts, rows=rows, loading=True)


def _unit_of(prefix: str) -> int | None:
    """The unit at the top of a subtree: its column names are the ones a load would read by."""
    last = prefix.strip("/").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdecimal() else None


class _Trial(Writer):
    """The writer of a load that writes nothing; what it finds wrong joins what judging the file found."""

    def __init__(
        self, run: OpenRun, batch: models.Batch, unit_name: str, judged: Judged, edition: Edition, now: datetime
    ) -> None:
        super().__init__(run, batch, unit_name, judged, edition, now)
        self._unknown: dict[Any, int] = {}

    def _subjects(self, indexes: Sequence[int], done: ChunkDone) -> list[int]:
        """The subject of each row; one that is not known gets a number below nought, the same for the same code."""
        found = []
        for index in indexes:
            known = self.judged.found[index]
            key = subject_key(self.judged.identities[index])
            found.append(known.entry if known else self._unknown.setdefault(key, -1 - len(self._unknown)))
        done.made = frozenset(self._unknown.values())
        return found

    def _seal(self, rows: Sequence[Any]) -> None:
        """Tokens as the store has them for subjects it knows; of others no record can be stored, so the value may stand for itself."""
        with transaction.atomic():
            super()._seal([row for row in rows if row.subject > 0])
            transaction.set_rollback(True)
        for row in rows:
            if row.subject < 0:
                row.content.update({code: trimmed(row.content[code]) for code in row.personal})

    def _keep(self, rows: Sequence[Any], problems: dict[int, list[Problem]], done: ChunkDone) -> None:
        """Nothing is kept."""

    def _tell(self, span: range, problems: dict[int, list[Problem]], done: ChunkDone) -> None:
        """Count each row, and note what was found beside the store."""
        for index in span:
            found = problems.get(index, [])
            what = taken(found)
            done.taken[what] = done.taken.get(what, 0) + 1
            if found:
                effects = {problem.effect for problem in found}
                self.judged.problems[index] = found
                self.judged.effects[index] = next((effect for effect in GRAVITY if effect in effects), None)
