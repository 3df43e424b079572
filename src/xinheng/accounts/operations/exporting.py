"""Taking the audit trail out: a file of what was asked, and an entry that it was taken."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from xinheng.accounts.queries.trail import trail
from xinheng.accounts.rules.watching import TrailExported
from xinheng.accounts.values import AuditFilter, AuditLine, DraftInvalid
from xinheng.kernel.actor import Actor
from xinheng.kernel.canonical import text
from xinheng.ledger import values as ledger_values
from xinheng.ledger.door import checkpoints, head, operation
from xinheng.tables.writing import write_csv

MOST_ACTS = 200_000
PAGE = 500
HEADER = (
    "账本编号",
    "账目数",
    "事项代码",
    "时间（UTC）",
    "经办类型",
    "账号编号",
    "经办人",
    "单位编号",
    "单位",
    "结果（JSON）",
    "检查点大小",
    "检查点根",
)


@dataclass(frozen=True, slots=True)
class ExportedTrail:
    """The file, open at its beginning and already without a name on disk, and what the ledger says of it."""

    file: IO[bytes]
    entered: TrailExported


def export_trail(*, wanted: AuditFilter, form: str, actor: Actor, now: datetime) -> ExportedTrail:
    """Write the acts asked for into a file, newest first (`csv` or `jsonl`), and enter that they were taken out.

    Each line carries its number and the newest checkpoint, by which a proof of any of them can be asked for. Cells are safe to
    open in a spreadsheet. The entry stands before the file is handed out. Memory does not grow with the trail; cost: two queries
    a 500 acts. Raises: DraftInvalid for another form or more than 200,000 acts; NotAllowed.
    """
    for needed in ("accounts.export_trail", "ledger.read"):
        if not actor.may(needed):
            raise ledger_values.NotAllowed("accounts.trail_exported", needed)
    writers: dict[str, Callable[[Path, Iterator[AuditLine], int, str], int]] = {"csv": _csv, "jsonl": _jsonl}
    if form not in writers:
        raise DraftInvalid("accounts.export_form", f"格式“{form[:20]}”不支持，可选 csv、jsonl", field="form")
    newest = next(iter(checkpoints(1)), None)
    size, root = (newest.size, newest.root.hex()) if newest else (0, "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trail"
        count = writers[form](path, _acts(wanted, actor), size, root)
        digest = _digest(path)
        entered = _enter(made=TrailExported(form, _said(wanted), count, digest, size, root), actor=actor, now=now)
        # Opened before the folder goes: what was taken out lies nowhere with a name.
        return ExportedTrail(path.open("rb"), entered)


@operation(code="accounts.trail_exported", needs="accounts.export_trail")
def _enter(*, made: TrailExported, actor: Actor, now: datetime) -> TrailExported:
    return made


def _acts(wanted: AuditFilter, actor: Actor) -> Iterator[AuditLine]:
    """The acts, page by page, up to the number the ledger had when it began."""
    top = head().numbered + 1
    before: int | None = min(wanted.before, top) if wanted.before is not None else top
    count = 0
    while before is not None:
        page = trail(replace(wanted, before=before, limit=PAGE), actor)
        for line in page.items:
            count += 1
            if count > MOST_ACTS:
                raise DraftInvalid(
                    "accounts.export_large", f"符合条件的超过 {MOST_ACTS:,} 件，请缩小期间后分次导出", field="from"
                )
            yield line
        before = page.next_before


def _csv(path: Path, lines: Iterator[AuditLine], size: int, root: str) -> int:
    return write_csv(path, HEADER, (_cells(line, size, root) for line in lines))


def _cells(line: AuditLine, size: int, root: str) -> tuple[str, ...]:
    values = (
        line.number,
        line.count,
        line.operation,
        line.at,
        line.actor_kind,
        line.actor_id,
        line.actor_name,
        line.unit_id,
        line.unit_name,
        line.payload,
        size,
        root,
    )
    return tuple("" if value is None else str(text(value)) for value in values)


def _jsonl(path: Path, lines: Iterator[AuditLine], size: int, root: str) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for count, line in enumerate(lines, 1):  # noqa: B007 - the last one is returned
            told = {
                "number": line.number,
                "count": line.count,
                "operation": line.operation,
                "at": text(line.at),
                "actor_kind": line.actor_kind,
                "actor_id": line.actor_id,
                "actor_name": line.actor_name,
                "unit_id": line.unit_id,
                "unit_name": line.unit_name,
                "payload": json.loads(line.payload),
                "checkpoint": {"size": size, "root": root},
            }
            stream.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
    return count


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _said(wanted: AuditFilter) -> dict[str, str]:
    """The filter as the ledger keeps it: what was not asked is left out."""
    asked = {
        "operation": wanted.operation,
        "actor_id": wanted.actor_id,
        "unit_id": wanted.unit_id,
        "since": wanted.since,
        "until": wanted.until,
        "table": wanted.table,
        "row_id": wanted.row_id,
    }
    return {name: str(text(value)) for name, value in asked.items() if value not in (None, "")}
