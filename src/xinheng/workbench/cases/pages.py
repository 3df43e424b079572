"""What the pages of cases say."""

from dataclasses import dataclass
from typing import Annotated

from xinheng.web.forms import Bound
from xinheng.web.parts import Fact, Status
from xinheng.web.procedure_words import Happened
from xinheng.web.tables import Table
from xinheng.workbench.overview.frame import OverviewPage


@dataclass(frozen=True, kw_only=True)
class CaseListPage(OverviewPage):
    """`workbench/cases.html`."""

    lead: Annotated[str, "what waits, and how much of it is late"]
    table: Annotated[Table, "cases that wait, the earliest deadline first"]


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step this reader may take now."""

    code: Annotated[str, "its code"]
    name: Annotated[str, "what it is called"]
    follows: Annotated[str, "what follows from it"]
    harmful: Annotated[bool, "it ends the case against whoever objected"]
    form: Annotated[Bound, "the reasons"]
    action: Annotated[str, "where it is sent"]
    open: Annotated[bool, "it was sent a moment ago and came back"]


@dataclass(frozen=True, kw_only=True)
class CasePage(OverviewPage):
    """`workbench/case.html`."""

    status: Annotated[Status, "where the case stands"]
    where: Annotated[str, "what it is about"]
    lead: Annotated[str, "whose move it is and until when"]
    conflict: Annotated[str, "what came in between, where a step was refused; empty otherwise"]
    lost: Annotated[str, "what was typed into a step that can no longer be taken"]
    steps: Annotated[tuple[StepForm, ...], "what this reader may do now"]
    about: Annotated[tuple[Fact, ...], "what it is about"]
    applicant: Annotated[tuple[Fact, ...], "who it came from, for who answers it"]
    sealed: Annotated[str, "why nothing, or not everything, of what the applicant wrote stands here; empty otherwise"]
    registered: Annotated[str, "the word that this look was registered; empty where it was none"]
    clocks: Annotated[tuple[Fact, ...], "time limits with deadline and basis"]
    timeline: Annotated[tuple[Happened, ...], "what happened, the latest first"]
