"""What is decided about a version, and how a decision stands on a day. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from xinheng.catalogue.values.decisions import Hidden, Refused, Shown, Undecided
from xinheng.kernel.dates import legal_date
from xinheng.publicity.values import Decision, Stage, Timeliness

ENDING_WITHIN_DAYS = 7


def decide(
    found: Shown | Hidden | Refused | Undecided | None, *, on: date, due: tuple[date, bool] | None, calendar: str
) -> Decision:
    """The decision a catalogue answer amounts to; `due` is the deadline and whether it is provisional."""
    deadline, provisional = due or (None, False)
    if isinstance(found, Shown):
        bases = ";".join(dict.fromkeys(reference.key for reference in found.bases))
        tier = found.tier.name if found.tier else ""
        return Decision(
            True,
            on,
            found.until,
            "catalogue.shown",
            why_shown(found),
            bases,
            tier,
            found.edition,
            deadline,
            provisional,
            calendar,
        )
    if isinstance(found, Hidden):
        bases = ";".join(dict.fromkeys(reference.key for reference in found.bases))
        tier = found.tier.name if found.tier else ""
        return Decision(
            False, None, None, found.code, found.reason, bases, tier, found.edition, deadline, provisional, calendar
        )
    if found is None:
        return Decision(
            False,
            None,
            None,
            "publicity.no_act_date",
            "缺少决定日期，无法计算公示期",
            "",
            "",
            "",
            None,
            False,
            calendar,
        )
    reason = found.question if isinstance(found, Undecided) else found.reason
    return Decision(False, None, None, found.code, reason, "", "", found.edition, deadline, provisional, calendar)


def why_shown(found: Shown) -> str:
    """What the end of a term follows from, as it is kept with the decision; pages say more, in the reader's language."""
    if found.tier is not None:
        return f"{found.tier.regime}“{found.tier.name}”：公示至 {found.until}"
    return f"在有效期内公示，至 {found.until}" if found.until else "依法公开，没有公示截止日"


def is_public(decision: Decision, *, on: date, current: bool, hidden: bool) -> bool:
    """The predicate, in plain words; `queries.predicate` is the same in SQL, and a test holds them equal.

    `current`: the version is its record's latest visible one; `hidden`: a mark that ends publication holds on the day.
    """
    return (
        decision.shown
        and current
        and not hidden
        and decision.public_from is not None
        and decision.public_from <= on
        and (decision.public_until is None or on <= decision.public_until)
    )


def timeliness(*, shown: bool, deadline: date | None, first_public_at: datetime | None, on: date) -> Timeliness:
    """How a publication stands to its deadline on a day (§8.1); what is not to be shown has none."""
    if not shown or deadline is None:
        return Timeliness.NONE
    if first_public_at is not None:
        return Timeliness.ON_TIME if legal_date(first_public_at) <= deadline else Timeliness.LATE
    return Timeliness.MISSING if on > deadline else Timeliness.PENDING


def stage(decision: Decision, *, on: date, hidden: bool, late: bool) -> Stage:
    """Where a publication stands on a day."""
    if hidden:
        return Stage.WITHDRAWN
    if not decision.shown:
        return Stage.ENDED if decision.rule == "catalogue.ended" else Stage.WITHHELD
    if decision.public_until is not None and decision.public_until < on:
        return Stage.ENDED
    if decision.public_from is not None and on < decision.public_from:
        return Stage.DUE
    if decision.public_until is not None and (decision.public_until - on).days <= ENDING_WITHIN_DAYS:
        return Stage.ENDING
    return Stage.LATE if late else Stage.SHOWN


DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""What spreadsheets read as the start of a formula; the apostrophe itself, so that reading takes off exactly one."""


def open_line(row: Mapping[str, Any]) -> bytes:
    """A public record as one line of JSON: keys sorted, no blanks, UTF-8; the same record always gives the same bytes."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def table_line(row: Mapping[str, Any], columns: Sequence[str]) -> bytes:
    """The same record as one line of a table: every cell quoted, none that a spreadsheet would run. Lists are joined with `;`.

    `fields.X` is what the record has under X in its fields.
    """
    cells = []
    for column in columns:
        value = row["fields"].get(column[7:]) if column.startswith("fields.") else row.get(column)
        text = ";".join(value) if isinstance(value, list) else "" if value is None else str(value)
        text = f"'{text}" if text.startswith(DANGEROUS) else text
        cells.append('"' + text.replace('"', '""') + '"')
    return ",".join(cells).encode() + b"\r\n"


def table_head(columns: Sequence[str]) -> bytes:
    """The first line of a table, behind a mark of order: without it Excel takes UTF-8 for GB18030."""
    return b"\xef\xbb\xbf" + ",".join(f'"{column}"' for column in columns).encode() + b"\r\n"


def line_digest(line: bytes) -> str:
    """What stands for a record's line in the index of a day: enough to see that it changed."""
    return hashlib.sha256(line).hexdigest()[:32]


def difference(earlier: Iterable[tuple[int, str]], present: Iterable[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    """What leads from an earlier day's records of one item (id, digest) to the present ones (id, line), both by rising id.

    Ended records carry their id and nothing else. Memory: one line.
    """
    old, new = iter(earlier), iter(present)
    before, now = next(old, None), next(new, None)
    while before is not None or now is not None:
        if before is not None and (now is None or before[0] < now[0]):
            yield {"op": "ended", "id": before[0]}
            before = next(old, None)
        elif now is not None and (before is None or now[0] < before[0]):
            yield {"op": "added", "row": json.loads(now[1])}
            now = next(new, None)
        elif before is not None and now is not None:
            if before[1] != line_digest(now[1]):
                yield {"op": "changed", "row": json.loads(now[1])}
            before, now = next(old, None), next(new, None)
