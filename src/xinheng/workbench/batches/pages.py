"""What the pages of batches say."""

from dataclasses import dataclass
from typing import Annotated

from xinheng.web.pages import WorkbenchPage
from xinheng.web.parts import Fact, Figure, Link, Progress, Status
from xinheng.web.tables import Table


@dataclass(frozen=True, kw_only=True)
class BatchesPage(WorkbenchPage):
    """`workbench/batches.html`."""

    table: Annotated[Table, "batches, the latest first"]
    upload_href: Annotated[str, "address of the upload; empty without the permission"]


@dataclass(frozen=True, kw_only=True)
class BatchPage(WorkbenchPage):
    """`workbench/batch.html`."""

    status: Annotated[Status, "where the batch stands"]
    where: Annotated[str, "who handed it in and when"]
    lead: Annotated[str, "what came of it and what to do next"]
    job: Annotated[Progress | None, "how far it is; None when it has ended"] = None
    refusal: Annotated[tuple[Fact, ...], "why the whole file was refused: code and sentence"] = ()
    figures: Annotated[tuple[Figure, ...], "the counts of the receipt"] = ()
    columns: Annotated[tuple[Fact, ...], "columns that are unknown, missing or doubled"] = ()
    not_checked: Annotated[tuple[str, ...], "checks that could not be made"] = ()
    links: Annotated[tuple[Link, ...], "held rows, normalised values, a new upload"] = ()
    table: Annotated[Table | None, "the problems, row by row"] = None
    facts: Annotated[tuple[Fact, ...], "file, size, digest, until when the file is kept"] = ()
    exports: Annotated[tuple[Link, ...], "the problems as files"] = ()


@dataclass(frozen=True, kw_only=True)
class NormalisedPage(WorkbenchPage):
    """`workbench/normalised.html`."""

    where: Annotated[str, "of which batch"]
    table: Annotated[Table, "values kept otherwise than they were written"]
    left_out: Annotated[int, "how many more the receipt does not list"] = 0
