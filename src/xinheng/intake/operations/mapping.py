"""A unit's own column names: mapped once, remembered, changed, ended."""

from collections.abc import Iterable
from datetime import datetime

from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.queries.mapping import require_own_unit
from xinheng.intake.rules.mapping import checked_columns
from xinheng.intake.values.columns import ColumnsMapped
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock


@operation(code="intake.columns_mapped", needs="intake.load")
def map_columns(
    *, unit_id: int, item: str, columns: Iterable[tuple[str, str]], actor: Actor, now: datetime
) -> ColumnsMapped:
    """Say which of a unit's own headings (pairs of heading and field code) stand for which fields of an item; replaces what was said.

    Loads from now on read by it, before they ask whether an obligatory column is missing; a column that bears the item's own name always
    goes before. None at all ends the mapping.
    Cost: five queries. Raises: NotPossible for another unit's, CatalogueUnknown, IntakeInvalid for a mapping that cannot be.
    """
    require_own_unit(actor, unit_id)
    declared = current_edition(legal_date(now)).item(item)
    wanted = checked_columns(declared, columns)
    lock(f"intake.mapping:{unit_id}:{item}")
    row = models.ColumnMapping.objects.select_for_update().filter(unit_id=unit_id, item=item).first()
    if row is None and not wanted:
        raise IntakeInvalid("intake.mapping_empty", "还没有对应任何一列，请至少为一列选择字段")
    row = row or models.ColumnMapping(unit_id=unit_id, item=item)
    row.columns = [list(pair) for pair in wanted]
    row.changed_at = now
    row.changed_by_id = actor.id if actor.kind in ("person", "service") else None
    row.save()
    return ColumnsMapped(row.pk, unit_id, item, wanted)
