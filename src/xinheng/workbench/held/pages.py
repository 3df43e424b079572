"""What the pages of held rows say."""

from dataclasses import dataclass
from typing import Annotated

from xinheng.web.forms import Bound
from xinheng.web.pages import WorkbenchPage
from xinheng.web.parts import Fact, Link, Status, Step
from xinheng.web.tables import Table


@dataclass(frozen=True, kw_only=True)
class HeldListPage(WorkbenchPage):
    """`workbench/held_list.html`."""

    lead: Annotated[str, "what these rows are and who settles them"]
    table: Annotated[Table, "held rows, the longest waiting first"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field, as it is stored and as it was handed in."""

    label: Annotated[str, "name of the field"]
    old: Annotated[str, "what is stored; empty for nothing"]
    new: Annotated[str, "what was handed in, read as it would be stored; empty for nothing"]
    differs: Annotated[bool, "whether the two are not the same"]


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register says of the code of a row."""

    code: Annotated[str, "the code of the row"]
    written: Annotated[str, "the name in the row"]
    name: Annotated[str, "the name in the register; empty when the code is not there"]
    former: Annotated[tuple[str, ...], "former names, newest first"] = ()


@dataclass(frozen=True, kw_only=True)
class HeldPage(WorkbenchPage):
    """`workbench/held_row.html`."""

    status: Annotated[Status, "where the row stands"]
    where: Annotated[str, "from which batch, which row, which unit, since when"]
    lead: Annotated[str, "who does what next"]
    entered: Annotated[bool, "it was typed and submitted a moment ago"]
    steps: Annotated[tuple[Step, ...], "the way of a held row"]
    problems: Annotated[tuple[Fact, ...], "why it is held: code and sentence"]
    registered: Annotated[Registered | None, "what the register says, where the name is in question"]
    compared: Annotated[tuple[Compared, ...], "stored and new side by side, for a correction"]
    record_href: Annotated[str, "archive page of the stored record"]
    groups: Annotated[tuple[tuple[str, tuple[Fact, ...]], ...], "the row's values by part, personal ones masked"]
    reason: Annotated[str, "why it corrects what was stored, as handed in"]
    decision: Annotated[tuple[Fact, ...], "who settled it, when, and why"]
    actions: Annotated[tuple[Link, ...], "what this reader may do"]


@dataclass(frozen=True, kw_only=True)
class SettlePage(WorkbenchPage):
    """`workbench/held_settle.html`."""

    form: Annotated[Bound, "the reason"]
    reviewing: Annotated[bool, "the reason was given, and only the confirmation is missing"]
    has_errors: Annotated[bool, "whether something is wrong"]
    lead: Annotated[str, "what confirming will do, from which moment"]
    harmful: Annotated[bool, "whether confirming makes something public that harms"]
    problems: Annotated[tuple[Fact, ...], "what the row was held for"]
    confirm: Annotated[str, "label of the button that gives effect"]
    back: Annotated[str, "address of the held row"]
