"""What the pages of duties and quality say."""

from dataclasses import dataclass
from typing import Annotated

from xinheng.web.parts import Fact, Figure, Link, Tab
from xinheng.web.tables import Table
from xinheng.workbench.overview.frame import OverviewPage


@dataclass(frozen=True, kw_only=True)
class DutyPage(OverviewPage):
    """`workbench/duty/table.html`."""

    lead: Annotated[str, "how the duties stand, in a sentence"]
    views: Annotated[tuple[Tab, ...], "duties, quality, coverage, contradictions"]
    figures: Annotated[tuple[Figure, ...], "what asks for attention"]
    table: Annotated[Table, "a unit and an item a row, a month a column"]
    links: Annotated[tuple[Link, ...], "what the reader can do"]
    notes: Annotated[tuple[str, ...], "what a reader must know to read the table"]


@dataclass(frozen=True, kw_only=True)
class QualityPage(OverviewPage):
    """`workbench/duty/quality.html`."""

    lead: Annotated[str, "what is counted"]
    views: Annotated[tuple[Tab, ...], "duties, quality, coverage, contradictions"]
    figures: Annotated[tuple[Figure, ...], "the counts of everything shown"]
    groupings: Annotated[tuple[Tab, ...], "by unit, item or month"]
    table: Annotated[Table, "the figures, each leading to its rows"]
    exports: Annotated[tuple[Link, ...], "basic rows and figures as files for a recount"]
    definitions: Annotated[tuple[Fact, ...], "what each figure is"]


@dataclass(frozen=True, kw_only=True)
class RowsPage(OverviewPage):
    """`workbench/duty/rows.html`."""

    lead: Annotated[str, "which rows these are"]
    table: Annotated[Table, "the rows behind a figure, the latest first"]


@dataclass(frozen=True, kw_only=True)
class OneDutyPage(OverviewPage):
    """`workbench/duty/duty.html`."""

    facts: Annotated[tuple[Fact, ...], "unit, item, how often, from when, who answers"]
    actions: Annotated[tuple[Link, ...], "what the centre can do"]
    table: Annotated[Table, "all that was ever said of this duty, the latest first"]


@dataclass(frozen=True, kw_only=True)
class CoveragePage(OverviewPage):
    """`workbench/duty/coverage.html`."""

    lead: Annotated[str, "as of when"]
    views: Annotated[tuple[Tab, ...], "duties, quality, coverage, contradictions"]
    figures: Annotated[tuple[Figure, ...], "how many subjects each dimension has"]
    coverage: Annotated[Table | None, "dimension by item; None before the first survey"]
    completeness: Annotated[Table | None, "how many subjects have how many parts; None before the first survey"]
    survey_href: Annotated[str, "where a new survey is ordered; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class ContradictionsPage(OverviewPage):
    """`workbench/duty/contradictions.html`."""

    lead: Annotated[str, "as of when, and what follows"]
    views: Annotated[tuple[Tab, ...], "duties, quality, coverage, contradictions"]
    table: Annotated[Table, "what is said differently, side by side"]
