"""What the pages of typing say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from xinheng.web.forms import Bound
from xinheng.web.pages import WorkbenchPage
from xinheng.web.parts import Fact, Link, Status
from xinheng.workbench.entry.outlook import Outlook


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """One information item that can be typed or uploaded."""

    name: Annotated[str, "name of the item"]
    code: Annotated[str, "its code"]
    days: Annotated[int | None, "working days within which a record is to be handed in and shown"]
    entry: Annotated[str, "address of the form"]
    upload: Annotated[str, "address of the upload for this item; empty without the permission"]
    csv: Annotated[str, "address of the template as CSV"]
    xlsx: Annotated[str, "address of the template as a workbook"]
    disabled: Annotated[str, "why it cannot be handed in; empty when it can"] = ""
    doubts: Annotated[
        tuple[Fact, ...], "legal bases it rests on that are not confirmed: the citation, how sure, what is open"
    ] = ()


@dataclass(frozen=True, kw_only=True)
class ItemsPage(WorkbenchPage):
    """`workbench/items.html`."""

    items: Annotated[tuple[ItemChoice, ...], "what may be handed in, in the catalogue's order"]


@dataclass(frozen=True, kw_only=True)
class EntryPage(WorkbenchPage):
    """`workbench/entry.html`."""

    form: Annotated[Bound, "the form of the item"]
    has_errors: Annotated[bool, "whether something is wrong with it"]
    upload_href: Annotated[str, "address of the upload, for many records at once"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the review page."""

    label: Annotated[str, "name of the field"]
    value: Annotated[str, "the value as it will be stored"]
    written: Annotated[str, "what was typed, where it is kept otherwise"] = ""
    rule: Annotated[str, "how it was changed"] = ""
    note: Annotated[str, "a warning about the value"] = ""


@dataclass(frozen=True, kw_only=True)
class ReviewPage(WorkbenchPage):
    """`workbench/entry_review.html`."""

    form: Annotated[Bound, "everything typed, to be carried along"]
    groups: Annotated[
        Sequence[tuple[str, Sequence[Answer], str]], "by part of the form: the answers, and what was left empty"
    ]
    held: Annotated[tuple[Fact, ...], "why it would wait: code and sentence; empty when it is accepted"]
    warnings: Annotated[tuple[Fact, ...], "what is taken but remarked: code and sentence"]
    standing: Annotated[str, "how it stands to what is stored: new, unchanged, correction; empty when held"]
    outlook: Annotated[Outlook | None, "when it will be public; None when it would wait"]


@dataclass(frozen=True, kw_only=True)
class DonePage(WorkbenchPage):
    """`workbench/entry_done.html`."""

    heading: Annotated[str, "what was done"]
    reference: Annotated[str, "number of the record"]
    facts: Annotated[tuple[Fact, ...], "document, subject, ledger number, publication"]
    publication: Annotated[Status, "where its publication stands"]
    pending: Annotated[bool, "whether number or publication is still being worked out"]
    again: Annotated[str, "address of the form for the next record"]
    links: Annotated[tuple[Link, ...], "where to go next"] = ()
