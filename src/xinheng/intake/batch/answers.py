"""Which rows of a file answer rows of its unit that wait: a workbook that was fetched says beside each row where it stood.

A file without that column answers nothing: that a unit sends something under the same number does not withdraw what is being looked at.
And the place is only a hint: the row must still agree with the one that waits in its key, else it was copied or filled down by mistake.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from xinheng.intake import models
from xinheng.intake.batch.check import Judged
from xinheng.intake.batch.held import texts_of
from xinheng.intake.operations.entering import fingerprint
from xinheng.intake.operations.replacing import waiting_of
from xinheng.intake.queries.held import held_context
from xinheng.intake.rules.rows import PLACE, agrees
from xinheng.kernel.text import normalise_cell
from xinheng.storage.bulk import insert_rows
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import CannotUnseal, unseal


class Answers:
    """What waits of one unit and item, and which of it the rows of one load answer. `settled` are the ids noted so far."""

    def __init__(self, judged: Judged, batch: models.Batch) -> None:
        self.judged, self.batch, self.asked = judged, batch, judged.asked
        self.settled: set[int] = set()

    def note(self, taken: Iterable[tuple[int, bool]]) -> frozenset[int]:
        """Note inside the caller's transaction what records answer (index, and whether it waits itself now); returns the ids.

        A row that waits and comes again unchanged goes on waiting. A file without places costs nothing.
        """
        if not self.judged.places or not self._waiting:
            return frozenset()
        found: dict[int, int] = {}
        for index, held in taken:
            held_id = self._answered(index)
            if held_id is None or held_id in self.settled or (held and self._is_same(held_id, index)):
                continue
            found.setdefault(held_id, self.judged.rows[index])
        rows = [(self.batch.pk, held_id, row) for held_id, row in found.items()]
        insert_rows("intake_answer", ("batch_id", "held_id", "row"), rows)
        return frozenset(found)

    @cached_property
    def _waiting(self) -> Mapping[tuple[int, int], int]:
        """What waits: batch and row → id. One query."""
        if self.batch.unit_id is None:
            return {}
        rows = waiting_of(self.batch.unit_id, self.batch.item).exclude(batch=None)
        return {(batch, row): pk for pk, batch, row in rows.values_list("pk", "batch_id", "row").iterator()}

    def _answered(self, index: int) -> int | None:
        written = PLACE.search(normalise_cell(self.judged.places[index] or "")[0])
        held_id = self._waiting.get((int(written[1]), int(written[2]))) if written else None
        if held_id is None or not agrees(self.asked, self._texts(held_id), texts_of(self.judged.table.frame, index)):
            return None
        return held_id

    def _is_same(self, held_id: int, index: int) -> bool:
        mark = fingerprint(self.batch.unit_id, self.batch.item, texts_of(self.judged.table.frame, index))
        return bytes(models.Held.objects.values_list("fingerprint", flat=True).get(pk=held_id)) == mark

    def _texts(self, held_id: int) -> Mapping[str, Any]:
        row = models.Held.objects.only("sealed").get(pk=held_id)
        context = held_context(self.batch.unit_id, self.batch.item)
        try:
            found: Mapping[str, Any] = json.loads(unseal(key_ring().files, bytes(row.sealed), context))["texts"]
        except (CannotUnseal, ValueError):
            # Settled this very moment: there is nothing left to take the place of.
            return {}
        return found
