"""Public records as pages show them: title, until when, why, on what basis, and whom to turn to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import ItemField
from xinheng.catalogue.values.law import Basis as LegalBasis
from xinheng.engine.declare import FieldType
from xinheng.portal.words import word
from xinheng.publicity.door import RecordPage, Source
from xinheng.publicity.values import PublicRecord
from xinheng.web import show
from xinheng.web.field_words import field_name
from xinheng.web.joining import listed
from xinheng.web.parts import Basis, Code, Fact, Status
from xinheng.web.publicity_words import Shown, bases_in_force, why_shown

CODES = {FieldType.USCC, FieldType.REGISTRATION, FieldType.ORGANISATION, FieldType.CODE}


@dataclass(frozen=True, slots=True)
class Entry:
    """One public record on a page about its subject."""

    href: Annotated[str, "page of the record"]
    day: Annotated[date | None, "day of the act"]
    title: Annotated[str, "what it is, with the number of the document"]
    kind: Annotated[Status, "the item; harm is marked by shape and colour"]
    standing: Annotated[str, "shown until when"]
    authority: Annotated[str, "who decided"]
    summary: Annotated[str, "what was decided, in the document's words"]
    why: Annotated[str, "by which rule it is shown"]
    bases: Annotated[tuple[Basis, ...], "legal bases, each one click away"]
    source: Annotated[Source | None, "whom to turn to"]
    harm: Annotated[bool, "says something unfavourable: the way to object stands beside it"]
    contested: Annotated[bool, "an objection is being handled"]
    object_href: Annotated[str, "where anybody objects to it"]


def entries(page: RecordPage) -> tuple[Entry, ...]:
    """The records of a page, in its order."""
    return tuple(entry(record, page) for record in page.items)


def entry(record: PublicRecord, page: RecordPage) -> Entry:
    """One record."""
    core, values = page.edition.item(record.item).core, {field.code: field.value for field in record.fields}
    source = page.sources.get(record.unit_id)
    summary = values.get(core.get("content_text", ""), "") or _joined(values.get(core.get("kinds", ""), ""))
    return Entry(
        href=reverse("portal:record", args=[record.record_id]),
        day=record.act_date,
        title=heading(record),
        kind=Status(word(record.item_name), "harm" if record.polarity == "harm" else "plain"),
        standing=standing(record),
        authority=values.get(core.get("authority_name", ""), "") or (source.name if source else ""),
        summary=summary,
        why=why_shown(page.edition, decision(record), cited=False),
        bases=bases_of(page.edition, record.bases, record.act_date),
        source=source,
        harm=record.polarity == "harm",
        contested=record.contested,
        object_href=reverse("portal:objection", args=[record.record_id]),
    )


def decision(record: PublicRecord) -> Shown:
    """What was decided about a record."""
    return Shown(record.item, record.act_date, record.since, record.until, record.tier, record.bases)


def heading(record: PublicRecord) -> str:
    """Title and number of the document."""
    return " ".join(filter(None, (word(record.title), record.document_number)))


def standing(record: PublicRecord) -> str:
    """Until when it is shown."""
    if record.until is None:
        return _("公示中，没有设定截止日")
    return _("公示中，至 %(day)s自动停止") % {"day": show.day(record.until)}


def bases_of(edition: Edition, keys: Iterable[str], on: date | None) -> tuple[Basis, ...]:
    """The bases as they stood on the day of the act, the highest rank first; the latest version where none was in force then."""
    return tuple(basis_part(basis) for basis in bases_in_force(edition, keys, on))


def basis_part(basis: LegalBasis) -> Basis:
    """A basis with the way to its page."""
    return Basis(basis.title, basis.article, basis.number, reverse("portal:basis", args=[basis.key]))


def facts(record: PublicRecord, edition: Edition) -> tuple[Fact, ...]:
    """The public fields in the item's order, by the names the catalogue gives them, in the page's language."""
    item = edition.item(record.item)
    return tuple(
        Fact(field_name(field.name), written(item.field(field.code), field.value, edition)) for field in record.fields
    )


def written(field: ItemField, value: str, edition: Edition) -> Any:
    """A stored value as facts show it: days, amounts and codes in their form, numbers of a list by their word, the rest as it is."""
    if field.type is FieldType.DATE:
        return _day(value)
    if field.type is FieldType.AMOUNT:
        return _amount(value)
    if field.type in CODES:
        return Code(value)
    if field.code_list is not None and not field.multiple:
        return edition.code_list(field.code_list).word(value)
    return _joined(value) if field.multiple else value


def _joined(value: str) -> str:
    return listed(value.split(";"))


def _day(value: str) -> date | str:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _amount(value: str) -> str:
    try:
        return show.money(Decimal(value), "万元")
    except InvalidOperation:
        return value
