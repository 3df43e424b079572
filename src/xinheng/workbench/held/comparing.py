"""What a held row is compared with: the register's names, or the record it corrects. Only what the reader may see anyway."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item, sheet_of
from xinheng.engine.declare import FieldType
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row
from xinheng.intake.values.batches import HeldRow
from xinheng.kernel.actor import Actor
from xinheng.kernel.canonical import plain_decimal
from xinheng.kernel.money import wan_decimal
from xinheng.records.door import by_document
from xinheng.records.values import VersionView
from xinheng.subjects.door import WHOLE, by_code, members_of, names_of
from xinheng.subjects.values import RegisterState
from xinheng.web.field_words import field_name
from xinheng.workbench.held.pages import Compared, Registered


def registered(item: Item, row: HeldRow, actor: Actor) -> Registered | None:
    """What the register says of the row's code. Cost: seven queries.

    Only of registered subjects: a provisional one may have come from another unit's record that nobody may know of.
    """
    code = row.values.get(item.core.get("uscc", "")) or row.values.get(item.core.get("registration_number", ""))
    if not code:
        return None
    written = row.values.get(item.core.get("subject_name", ""), "")
    found = by_code(code, actor=actor)
    if found is None or found.state is not RegisterState.REGISTERED:
        return Registered(code, written, "")
    former = tuple(entry.name for entry in names_of(found.id, actor=actor) if entry.name != found.name)
    return Registered(code, written, found.name, former)


def corrected(edition: Edition, item: Item, row: HeldRow, actor: Actor, *, on: date) -> VersionView | None:
    """The stored version a correction is about: same item, number and day, of the row's own subject. Cost: one query, at most seven."""
    values = as_stored(edition, item, row.values, on=on)
    number, acted = values.get(item.core.get("document_number", "")), values.get(item.core.get("act_date", ""))
    some = [
        version
        for version in (by_document(number, actor=actor) if number else ())
        if version.item == item.code and (version.core.act_date is None or version.core.act_date.isoformat() == acted)
    ]
    if len(some) < 2:
        return some[0] if some else None
    # Only told apart by it, among versions the actor may read: nothing of the subject is shown.
    subject = by_code(row.values.get(item.core.get("uscc", ""), ""), actor=actor, reach=WHOLE)
    family = members_of(subject.id, reach=WHOLE) if subject is not None else ()
    return next((version for version in some if version.subject_id in family), None)


def compare(edition: Edition, item: Item, row: HeldRow, stored: VersionView, *, on: date) -> tuple[Compared, ...]:
    """Field by field what is stored and what was handed in, in the order of the item; personal fields are left out.

    The new values are read by the item's own sheet, so that another way of writing is no difference.
    """
    new = as_stored(edition, item, row.values, on=on)
    hidden = item.personal | {each.code for each in item.fields if each.type is FieldType.PERSON}
    found = []
    for each in item.fields:
        before, after = str(stored.content.get(each.code) or ""), new.get(each.code, "")
        if each.code not in hidden and (before or after):
            found.append(Compared(field_name(each.name), before, after, before != after))
    return tuple(found)


def as_stored(edition: Edition, item: Item, texts: Mapping[str, str], *, on: date) -> dict[str, str]:
    """The texts of a row as its values would be stored: dates ISO, amounts in 万元; what cannot be read stays as written."""
    read = check_row(sheet_of(item, edition.code_lists), texts, Context(on)).values
    return {
        code: _text(read.get(code), item.field(code).type) or text
        for code, text in texts.items()
        if code in read and text
    }


def _text(value: Any, kind: FieldType) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return plain_decimal(wan_decimal(value)) if kind is FieldType.AMOUNT else str(value)
