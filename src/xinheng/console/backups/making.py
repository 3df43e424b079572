"""Making a backup of a platform at work.

Checkpoints are listed before the moment the database is read at, so that none knows of more entries than the backup holds; uploads after
it, so that every file a row names is there. What was erased meanwhile stays erased, and is no part of the backup.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from xinheng.console.output import why
from xinheng.console.version import version
from xinheng.kernel.errors import Conflict, Refused
from xinheng.storage.backup.archive import PIECE, Making, sweep
from xinheng.storage.backup.reading import Snapshot, snapshot
from xinheng.storage.backup.tables import Table, applied, tables_at
from xinheng.storage.keys import key_ring
from xinheng.storage.points import reach

Say = Callable[[str], None]
FILES: Final = ("checkpoints", "uploads")
OWN_SEQUENCES: Final = {"ledger_run_closed_seq": ("ledger_run", "closed")}
"""Sequences that no column has, and what they count."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: the SHA-256 of its manifest, bytes, entries with a number, rows, uploaded files."""

    digest: str
    size: int
    entries: int
    rows: int
    uploads: int


def make_backup(path: Path, *, now: datetime, say: Say) -> Made:
    """Write a backup to `path`, which must not be there; `say` hears each step. Others go on writing meanwhile.

    Raises: Conflict for a name that is taken; Refused when the place cannot be written or is full: nothing is left at the name then.
    """
    if path.exists():
        raise Conflict("backup.exists", f"已有文件“{path}”：请换一个文件名，或先移走它")
    try:
        sweep(path)
        making = Making(path)
    except OSError as error:
        raise Refused("backup.place", f"无法在“{path.parent}”写备份文件：{why(error)}") from None
    try:
        return _written(making, now=now, say=say)
    except OSError as error:
        making.abandon()
        free = shutil.disk_usage(path.parent).free >> 20
        raise Refused(
            "backup.not_written",
            f"备份没有完成：{why(error)}（{path.parent} 剩余 {free} MB）。没有留下文件；请腾出空间或换一个位置，再备份一次",
        ) from None
    except BaseException:
        making.abandon()
        raise


def _written(making: Making, *, now: datetime, say: Say) -> Made:
    home, ring = Path(settings.XINHENG_HOME), key_ring()
    signed = _listed(home / "checkpoints")
    with snapshot() as moment:
        uploads = _listed(home / "uploads")
        nodes = applied()
        tables = tables_at(nodes)
        described = []
        for number, table in enumerate(tables, 1):
            say(f"正在备份数据表 {number}/{len(tables)}：{table.name}")
            rows = making_rows(making, moment, table)
            described.append(_described(table, rows, moment.drawn(table)))
            reach("backup.table")
        entries = moment.greatest("ledger_state", "numbered")
    there = 0
    for number, file in enumerate([*signed, *uploads], 1):
        name = file.relative_to(home).as_posix()
        if number % 100 == 1:
            say(f"正在备份文件 {number}/{len(signed) + len(uploads)}")
        try:
            source = file.open("rb")
        except FileNotFoundError:
            # Erased since it was listed, as its time was up.
            continue
        with source:
            making.add(name, iter(lambda source=source: source.read(PIECE), b""), packed=False)  # type: ignore[misc]
        there += name.startswith("uploads/")
        reach("backup.file")
    manifest = {
        "made_at": now.isoformat(),
        "version": version(),
        "database": connection.vendor,
        "migrations": [list(node) for node in nodes],
        "tables": described,
        "entries": entries,
    }
    reach("backup.manifest")
    digest, size = making.finish(manifest, ring)
    return Made(digest, size, entries, sum(one["rows"] for one in described), there)


def making_rows(making: Making, moment: Snapshot, table: Table) -> int:
    """Write the rows of a table; returns how many."""
    counted = 0

    def pieces() -> Iterator[bytes]:
        nonlocal counted
        for piece in moment.rows(table):
            counted += piece.count(b"\n")
            yield piece

    making.add(f"tables/{table.name}.copy", pieces())
    return counted


def _described(table: Table, rows: int, drawn: int) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": [[column.name, column.kind] for column in table.columns],
        "serial": table.serial,
        "rows": rows,
        "drawn": drawn,
    }


def _listed(folder: Path) -> list[Path]:
    """The finished files of a folder; those that begin with a dot are being written."""
    if not folder.is_dir():
        return []
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".") and file.suffix in (".sealed", ".txt", ".pub")
    )
