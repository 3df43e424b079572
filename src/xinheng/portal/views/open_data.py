"""Open data: the whole of what is public today as files, what every day's issue was known by, and how to keep a copy in step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue.door import current_edition
from xinheng.portal.errors import NotProvable
from xinheng.portal.grid import Grid
from xinheng.portal.words import word
from xinheng.publicity import door as publicity
from xinheng.publicity import values as publicity_words
from xinheng.publicity.values import OpenFile, OpenIssue
from xinheng.web import show as written
from xinheng.web.clock import today
from xinheng.web.downloads import kept_file
from xinheng.web.gate import no_store
from xinheng.web.pages import Page, show
from xinheng.web.parts import Crumb, Link

LISTED = 100


@dataclass(frozen=True, slots=True)
class OpenFilePart:
    """What one file of the present issue is checked by."""

    name: Annotated[str, "name of the file"]
    href: Annotated[str, "where it is downloaded"]
    digest: Annotated[str, "SHA-256 of its content, hexadecimal"]


@dataclass(frozen=True, slots=True)
class IssuePart:
    """One issue by what it is known by."""

    name: Annotated[str, "day and number"]
    day: Annotated[date, "the day it is about"]
    rows: Annotated[int, "how many records it held"]
    number: Annotated[int, "the ledger number it was read up to"]
    digest: Annotated[str, "SHA-256 of its manifest, hexadecimal"]
    manifest: Annotated[Link, "its manifest"]
    proof: Annotated[Link, "proof that its manifest was entered in the ledger"]
    changes: Annotated[Link | None, "what leads from it to the present one"]


@dataclass(frozen=True, kw_only=True)
class OpenDataPage(Page):
    """`portal/open_data.html`."""

    present: Annotated[IssuePart | None, "the issue that can be downloaded; None while one is being made"]
    grid: Annotated[Grid | None, "its files to download, one row an item"]
    files: Annotated[tuple[OpenFilePart, ...], "the fingerprints of its files"]
    issues: Annotated[tuple[IssuePart, ...], "all issues, the latest first"]


@require_safe
@no_store
def page(request: HttpRequest) -> HttpResponse:
    """Cost: four queries, and one manifest a day that was issued."""
    on = today()
    every, present = publicity.issues(), publicity.present(on=on)
    names = {item.code: word(item.name) for item in current_edition(on).items}
    view = OpenDataPage(
        title=_("开放数据"),
        section="catalogue",
        crumbs=(Crumb(_("首页"), "/"),),
        present=None if present is None else _part(present, None),
        grid=None if present is None else _grid(present, names),
        files=() if present is None else _fingerprints(present),
        issues=tuple(_part(one, present) for one in every[:LISTED]),
    )
    return show(request, "portal/open_data.html", view)


@require_safe
def download(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """A file of an issue. Cost: four queries. Raises: NoSnapshot; SnapshotStale (503) while what ended is being taken out.

    Nobody may keep content without asking again: what is public no longer ends in every cache too. A manifest never changes.
    """
    path, digest = publicity.open_file(name, file, on=today())
    return kept_file(request, path, digest, forever=file == "manifest.json")


@require_safe
def changes(request: HttpRequest, name: str) -> HttpResponseBase:
    """What leads from an issue to the present one. Cost: four queries; at the first asking a pass over both. Raises: as `download`."""
    path, digest = publicity.changes(name, on=today())
    return kept_file(request, path, digest, forever=False)


@require_safe
def proof(request: HttpRequest, name: str) -> HttpResponse:
    """The proof that an issue's manifest was entered in the ledger. Raises: NoSnapshot, NotProvable."""
    try:
        found = publicity.issue_proof(name)
    except publicity_words.NotProvable:
        raise NotProvable from None
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="open-data-{name}-proof.json"'
    return answer


def _grid(issue: OpenIssue, names: Mapping[str, str]) -> Grid:
    """One row an item, in the catalogue's order; what an edition no longer names stands last, under its code."""
    kinds = {"jsonl": _("逐行 JSON"), "csv": _("表格（CSV）")}
    found: dict[str, dict[str, OpenFile]] = {}
    for file in issue.files:
        found.setdefault(file.item, {})[file.name.rsplit(".", 2)[1]] = file

    def link(file: OpenFile | None, about: str) -> Link | None:
        if file is None:
            return None
        return Link(
            _size(file), reverse("portal:open-data-file", args=[issue.name, file.name]), icon="download", about=about
        )

    rows = tuple(
        (
            names.get(item, item),
            written.count(next(iter(found[item].values())).rows, _("条")),
            *(link(found[item].get(kind), f"{names.get(item, item)} {label}") for kind, label in kinds.items()),
        )
        for item in sorted(found, key=[*names, *found].index)
    )
    return Grid("open-data", _("整份下载"), (_("信息项"), _("公示中"), *kinds.values()), rows)


def _fingerprints(issue: OpenIssue) -> tuple[OpenFilePart, ...]:
    return tuple(
        OpenFilePart(file.name, reverse("portal:open-data-file", args=[issue.name, file.name]), file.digest)
        for file in issue.files
    )


def _size(file: OpenFile) -> str:
    # A file of nothing still has the head of its compression.
    return f"{file.size / 1_000_000:,.2f} MB" if file.size >= 1_000_000 else f"{max(file.size, 100) / 1000:,.1f} kB"


def _part(issue: OpenIssue, present: OpenIssue | None) -> IssuePart:
    name = issue.name
    later = present is not None and issue != present
    return IssuePart(
        name=name,
        day=issue.day,
        rows=issue.rows,
        number=issue.number,
        digest=issue.digest,
        manifest=Link(_("清单"), reverse("portal:open-data-file", args=[name, "manifest.json"]), about=name),
        proof=Link(_("入账证明"), reverse("portal:open-data-proof", args=[name]), about=name),
        changes=Link(_("到最新一期的差异"), reverse("portal:open-data-changes", args=[name]), about=name)
        if later
        else None,
    )
