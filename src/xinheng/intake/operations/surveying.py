"""What a file that was handed in has for columns, so that its unit can say what they mean. Only the unit's own file."""

from datetime import datetime

from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.operations import uploads
from xinheng.intake.queries.batches import readable
from xinheng.intake.queries.held import PERSON_CLASSES
from xinheng.intake.queries.mapping import mapped_headers, require_own_unit
from xinheng.intake.rules.mapping import suggested
from xinheng.intake.rules.sheets import expected_of
from xinheng.intake.values.columns import FileColumn, Survey
from xinheng.intake.values.errors import BatchUnknown, UploadGone
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers, mask_name, mask_resident
from xinheng.storage.sealing import CannotUnseal
from xinheng.tables.reading import survey_table
from xinheng.tables.values import Surveyed

SAMPLES = 3


def survey(batch_id: int, actor: Actor, now: datetime) -> Survey:
    """The columns of a file that was handed in, as they can be mapped, with its first values masked. Cost: four queries, the file's head.

    Raises: BatchUnknown, NotPossible for another unit's file, UploadGone once it was erased, RefusedFile where it is no table.
    """
    row = models.Batch.objects.filter(readable(actor), pk=batch_id).select_related("unit").first()
    if row is None:
        raise BatchUnknown(batch_id)
    require_own_unit(actor, row.unit_id)
    try:
        content = uploads.read(row.upload) if row.upload else b""
    except (OSError, CannotUnseal) as error:
        raise UploadGone(batch_id) from error
    if not content:
        raise UploadGone(batch_id)
    edition = current_edition(legal_date(now))
    item = edition.item(row.item)
    expected = expected_of(edition, item, mapped_headers(row.unit_id, row.item))
    found = survey_table(content, expected=expected, name=row.file_name)
    proposed = suggested(
        item,
        [header for header, code in zip(found.headers, found.codes, strict=True) if not code and header],
        [code for code in found.codes if code],
    )
    person = _is_about_person(found)
    columns = tuple(
        FileColumn(
            header=mask_identifiers(header),
            code=code or "",
            by="unit" if code and place in found.mapped else "item" if code else "",
            suggested="" if code else proposed.get(header, ""),
            samples=tuple(_masked(value, person=person) for value in _column(found, place)),
        )
        for place, (header, code) in enumerate(zip(found.headers, found.codes, strict=True))
        if header and not (code or "").startswith("__")
    )
    means = {column.code for column in columns}
    missing = tuple(each.code for each in item.fields if each.is_obligatory and each.code not in means)
    return Survey(columns, missing)


def _column(found: Surveyed, place: int) -> list[str]:
    return [row[place] or "" for row in found.rows[:SAMPLES] if place < len(row)]


def _is_about_person(found: Surveyed) -> bool:
    return any(cell and cell.strip() in PERSON_CLASSES for row in found.rows for cell in row)


def _masked(value: str, *, person: bool) -> str:
    """A value of a column nobody knows yet: it may be a name or a number, so little of it is shown."""
    safe = mask_identifiers(value)
    if safe != value or not value.strip():
        return safe[:40]
    if value.strip().isascii() and len(value.strip()) >= 15 and not value.strip().startswith("http"):
        return mask_resident(value)
    # Up to four Chinese characters may be somebody's name.
    bare = value.strip()
    if person or (2 <= len(bare) <= 4 and all("\u4e00" <= each <= "\u9fff" for each in bare)):
        return mask_name(value)
    return safe[:40]
