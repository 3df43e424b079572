"""What the pages of column names say."""

from dataclasses import dataclass
from typing import Annotated

from xinheng.web.forms import Bound
from xinheng.web.pages import WorkbenchPage
from xinheng.web.parts import Fact


@dataclass(frozen=True, slots=True)
class MappedItem:
    """One item, and what the unit has said of its columns."""

    name: Annotated[str, "name of the item"]
    code: Annotated[str, "its code"]
    href: Annotated[str, "address where it is changed"]
    columns: Annotated[tuple[Fact, ...], "the unit's heading, and the field it stands for"]
    stale: Annotated[tuple[Fact, ...], "headings that stand for nothing any more, and why"]
    changed: Annotated[str, "who said so and when; empty where nobody did"]


@dataclass(frozen=True, kw_only=True)
class MappingsPage(WorkbenchPage):
    """`workbench/columns.html`."""

    mapped: Annotated[tuple[MappedItem, ...], "items with own column names"]
    others: Annotated[tuple[MappedItem, ...], "items without"]


@dataclass(frozen=True, kw_only=True)
class MappingPage(WorkbenchPage):
    """`workbench/columns_item.html`."""

    form: Annotated[Bound, "one heading a field"]
    has_errors: Annotated[bool, "whether something is wrong with it"]
    stale: Annotated[tuple[Fact, ...], "headings that stand for nothing any more"]
    can_end: Annotated[bool, "whether there is anything to end"]
    back: Annotated[str, "address of the list"]


@dataclass(frozen=True, kw_only=True)
class FilePage(WorkbenchPage):
    """`workbench/columns_file.html`."""

    where: Annotated[str, "which file, of which batch"]
    lead: Annotated[str, "what to do"]
    form: Annotated[Bound, "one field a column of the file that is not known by the item's own name"]
    has_errors: Annotated[bool, "whether something is wrong with it"]
    missing: Annotated[tuple[str, ...], "obligatory fields without a column"]
    known: Annotated[tuple[Fact, ...], "columns known by the item's own names: heading and field"]
    again: Annotated[bool, "the file is handed in once more after saving"]
    back: Annotated[str, "address of the batch"]
