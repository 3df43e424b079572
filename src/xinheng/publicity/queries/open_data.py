"""Open data: the rows of a day's snapshot, whether it may still be handed out, and its files.

open-data/2026-11-21.1/manifest.json               what was issued: files, rows, digests, ledger number, edition, software
open-data/2026-11-21.1/<item>.jsonl.gz, .csv.gz    the content, of the present issue only
open-data/2026-11-21.1/<item>.index.gz             id and digest of each line, never handed out: differences are made of it
open-data/2026-11-21.1/since-<name>.jsonl.gz       differences that were asked for, of the present issue only
"""

import gzip
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import F

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import Item
from xinheng.kernel.actor import system
from xinheng.ledger.door import TrailFilter, done_after, trail
from xinheng.publicity import models, rules
from xinheng.publicity.queries.portal import HIDDEN_MASKINGS, _page, _whole
from xinheng.publicity.queries.predicate import public
from xinheng.publicity.values import NoSnapshot, OpenFile, OpenIssue, PublicRecord, SnapshotStale
from xinheng.records.door import changed_since
from xinheng.subjects.values import SubjectKind

CHUNK: Final = 1000
MOST_ISSUES: Final = 5000
READER: Final = system("open-data", "ledger.read")
"""Reads the entries of open data, which name nobody, for everybody."""
ISSUED: Final = "publicity.snapshot_issued"
ERASED: Final = "subjects.person_erased"
NAME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([1-9][0-9]{0,5})")
HEAD: Final = (
    "id",
    "item",
    "subject",
    "code",
    "title",
    "document_number",
    "act_date",
    "authority",
    "source",
    "public_from",
    "public_until",
    "tier",
    "contested",
    "bases",
)
"""What every record has besides the fields of its item."""


def open_columns(item: Item) -> tuple[str, ...]:
    """The columns of an item's table: what every record has, then the fields that hold nothing of natural persons."""
    shown = (each.code for each in item.fields if not each.personal and each.masking not in HIDDEN_MASKINGS)
    return (*HEAD, *(f"fields.{code}" for code in shown))


def open_rows(*, on: date, number: int) -> Iterator[dict[str, Any]]:
    """The public records of all items on a day that were decided up to a ledger number, by rising id.

    As every page shows them, but without names of legal representatives, which only a record's own page shows. Memory: a thousand rows.
    Cost: five queries a thousand, along the index over records: one pass for all items, for none of theirs is in this order.
    """
    edition = current_edition(on)
    personal = {item.code: {each.code for each in item.fields if each.personal} for item in edition.items}
    # One of them is shown on a page, masked; all of them in a file would be a register of persons.
    rows = public(on).filter(run__first__lte=number - F("run_index")).exclude(subject__kind=SubjectKind.NATURAL_PERSON)
    rows = _whole(rows.order_by("record_id"))
    after = 0
    while found := list(rows.filter(record_id__gt=after)[:CHUNK]):
        after = found[-1].record_id
        about = {row.record_id: row for row in found}
        page = _page((found, False), on, representatives=False)
        for one in page.items:
            yield _row(one, about[one.record_id], page.sources[one.unit_id].name, personal[one.item])


def is_stale(issue: OpenIssue, *, on: date) -> bool:
    """Whether something may have ended that the issue holds: it is another day's, or after it came a mark, a later version, another
    edition of the catalogue (by which a field may be shown no longer), or the erasure of a person.

    Cost: four queries.
    """
    if issue.day != on or issue.edition != current_edition(on).hash:
        return True
    return changed_since(issue.number) or done_after(ERASED, issue.number)


def home() -> Path:
    """The folder of open data."""
    return Path(settings.XINHENG_HOME) / "open-data"


def issues() -> tuple[OpenIssue, ...]:
    """All issues, the latest first. Reads every manifest; asks no database."""
    if not home().is_dir():
        return ()
    found = (read_issue(entry) for entry in home().iterdir() if NAME.fullmatch(entry.name))
    return tuple(sorted(filter(None, found), key=lambda one: (one.day, one.issue), reverse=True))


def present(*, on: date) -> OpenIssue | None:
    """The issue whose content may be handed out on a day; None while there is none. Cost: four queries."""
    latest = next(iter(issues()), None)
    return None if latest is None or is_stale(latest, on=on) else latest


def open_file(name: str, file: str, *, on: date) -> tuple[Path, str]:
    """A file of an issue and the digest it is known by: the manifest of any, content of the present one only.

    Raises: NoSnapshot; SnapshotStale while what ended is being taken out.
    """
    issue = _issue(name)
    if file == "manifest.json":
        return issue.folder / file, issue.digest
    known = next((one for one in issue.files if one.name == file), None)
    if known is None:
        raise NoSnapshot
    _require_present(issue, on)
    return issue.folder / file, known.packed


def changes(since: str, *, on: date) -> tuple[Path, str]:
    """What leads from an earlier issue to the present one, as a file, and its digest. Made at the first asking, then kept.

    Memory: one line of each. Raises: NoSnapshot; SnapshotStale.
    """
    earlier, latest = _issue(since), next(iter(issues()), None)
    if latest is None or earlier == latest:
        raise NoSnapshot
    _require_present(latest, on)
    path = latest.folder / f"since-{earlier.name}.jsonl.gz"
    if not path.is_file():
        handle, temporary = tempfile.mkstemp(dir=latest.folder, prefix=".since")
        with os.fdopen(handle, "wb") as raw, packed(raw) as stream:
            for line in _changes(earlier, latest):
                stream.write(line)
        Path(temporary).replace(path)
    return path, hashlib.sha256(f"{earlier.digest} {latest.digest}".encode()).hexdigest()


def entered_on(on: date) -> int:
    """How many issues of a day the ledger speaks of: also of those whose folder was lost. Cost: one query."""
    said = (
        json.loads(run.header.payload) for run in trail(TrailFilter(operation=ISSUED), actor=READER, limit=MOST_ISSUES)
    )
    return max((int(one["issue"]) for one in said if one["day"] == on.isoformat()), default=0)


def issue_number(name: str) -> int | None:
    """The number of the ledger entry that an issue's manifest stands in; None while it has none. Cost: one query. Raises: NoSnapshot."""
    digest = _issue(name).digest
    for run in trail(TrailFilter(operation=ISSUED), actor=READER, limit=MOST_ISSUES):
        if digest in run.header.payload:
            return run.first
    return None


def packed(raw: Any) -> gzip.GzipFile:
    """A compressed stream whose bytes follow from what is written alone: no name, no time."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)


def read_issue(folder: Path) -> OpenIssue | None:
    """The issue in a folder; None where its manifest is not there."""
    try:
        content = (folder / "manifest.json").read_bytes()
    except OSError:
        return None
    said = json.loads(content)
    return OpenIssue(
        name=folder.name,
        day=date.fromisoformat(said["day"]),
        issue=said["issue"],
        number=said["ledger_number"],
        edition=said["catalogue_edition"],
        software=said["software"],
        digest=hashlib.sha256(content).hexdigest(),
        files=tuple(OpenFile(**{name: one[name] for name in OpenFile.__slots__}) for one in said["files"]),
        folder=folder,
    )


def _issue(name: str) -> OpenIssue:
    found = read_issue(home() / name) if NAME.fullmatch(name) else None
    if found is None:
        raise NoSnapshot
    return found


def _require_present(issue: OpenIssue, on: date) -> None:
    latest = next(iter(issues()), None)
    if latest is None or is_stale(latest, on=on):
        raise SnapshotStale
    if issue != latest:
        raise NoSnapshot


def _changes(earlier: OpenIssue, latest: OpenIssue) -> Iterator[bytes]:
    yield rules.open_line(
        {
            "from": {"name": earlier.name, "manifest": earlier.digest},
            "to": {"name": latest.name, "manifest": latest.digest},
        }
    )
    for item in sorted({file.item for issue in (earlier, latest) for file in issue.files}):
        before, now = earlier.folder / f"{item}.index.gz", latest.folder / f"{item}.jsonl.gz"
        for change in rules.difference(_index(before), _lines(now)):
            yield rules.open_line({"item": item} | change)


def _index(path: Path) -> Iterator[tuple[int, str]]:
    if path.is_file():
        with gzip.open(path, "rt", encoding="ascii") as stream:
            for line in stream:
                record, digest = line.split()
                yield int(record), digest


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_file():
        with gzip.open(path, "rb") as stream:
            for line in stream:
                yield json.loads(line)["id"], line


def _row(one: PublicRecord, row: models.Publication, source: str, personal: set[str]) -> dict[str, Any]:
    return {
        "id": one.record_id,
        "item": one.item,
        "subject": one.subject_name,
        "code": row.subject.code,
        "title": one.title,
        "document_number": one.document_number,
        "act_date": _day(one.act_date),
        "authority": row.version.authority_name,
        "source": source,
        "public_from": _day(one.since),
        "public_until": _day(one.until),
        "tier": one.tier,
        "contested": "1" if one.contested else "0",
        "bases": list(one.bases),
        "fields": {field.code: field.value for field in one.fields if field.code not in personal},
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
