"""Restoring a backup into an installation: checked as a whole before anything is written, verified as a whole afterwards.

Tables are made as they were when the backup was, filled in one transaction, and then brought up to this version by its migrations; guards
and search rows are made anew. Whatever is cut off leaves the sign `restore.unfinished`, and can be done again.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DataError, connection

from xinheng.console.backups.making import OWN_SEQUENCES
from xinheng.console.backups.operations import Restored, note_restore
from xinheng.console.installation import FOLDERS
from xinheng.console.output import why
from xinheng.console.version import version
from xinheng.jobs.door import workers
from xinheng.kernel.actor import system
from xinheng.kernel.errors import Refused
from xinheng.ledger.door import head, public_key, sequence, verify
from xinheng.ledger.values import Verification
from xinheng.publicity.batch import set_aside_unknown
from xinheng.storage.backup import marker, tables, writing
from xinheng.storage.backup.archive import KEYS, PIECE, Opened
from xinheng.storage.backup.tables import BackupInvalid, Column, Table
from xinheng.storage.keys import KeyRing, make_keys, missing_keys, read_keys
from xinheng.storage.points import reach
from xinheng.subjects.batch import rebuild_index

Say = Callable[[str], None]
RESTORE = system("restore", "system.restore")
_ROOM = 3
"""A database with its indexes takes about so many times what its rows take as text, with the log of the transaction."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore did, and what the verification found afterwards. `made_at`: the moment everything is back at."""

    digest: str
    made_at: datetime
    entries: int
    rows: int
    uploads: int
    replaced: bool
    verification: Verification


def open_backup(path: Path) -> Opened:
    """Raises: Refused when the file cannot be read; BackupInvalid when it is no backup."""
    try:
        return Opened(path)
    except OSError as error:
        raise Refused("backup.unreadable", f"无法读取备份文件“{path}”：{why(error)}") from None


def check_whole(opened: Opened, say: Say) -> None:
    """Read everything once. Raises: BackupInvalid for the first part that is damaged."""
    say(f"正在核对备份文件（{opened.sizes() >> 20} MB）…")
    for _ in opened.check():
        pass


def restore(path: Path, *, replace: bool, now: datetime, say: Say) -> Outcome:
    """Restore a backup; `replace`: also where something is, which is gone then.

    Raises: BackupInvalid, Refused; before the first write for everything that can be known by then.
    """
    opened = open_backup(path)
    try:
        check_version(opened)
        ring = _keys(opened)
        check_whole(opened, say)
        again = marker.unfinished()
        there = tables.holds_rows() or any(_files())
        if there and not (replace or again):
            raise Refused(
                "backup.not_empty",
                f"这套安装（{settings.XINHENG_HOME}）里已有数据，没有恢复。要另建一套，请另设 XINHENG_HOME 和 XINHENG_DATABASE；"
                "确定要用备份取代现有数据，请停止 serve 和 worker 后加 --replace",
            )
        if there and not again:
            _nobody_works(now)
        _room(opened)
        marker.begin(path, opened.digest)
        reach("restore.begun")
        try:
            rows = _lay(opened, say)
            uploads = _put_files(opened, say, now)
        except OSError as error:
            raise Refused(
                "backup.not_restored", f"恢复没有完成：{why(error)}。请腾出空间，再运行一次 xinheng restore"
            ) from None
        return _finish(opened, ring, rows, uploads, replaced=there and not again, now=now, say=say)
    finally:
        opened.close()


def _nobody_works(now: datetime) -> None:
    """Raises: Refused while a worker is heard: it would go on in an installation that is taken from under it."""
    beat = next((beat for beat in workers() if beat.alive(now)), None)
    if beat is not None:
        raise Refused(
            "backup.worker_lives",
            f"后台任务进程 {beat.worker} 还在运行（最后心跳 {beat.beat_at:%Y-%m-%d %H:%M:%S} UTC），没有恢复。请先停止 serve 和 worker"
            "再运行；进程若是被强行结束的，请等两分钟",
        )


def check_version(opened: Opened) -> None:
    """Raises: BackupInvalid for a backup that a later version made."""
    strange = tables.unknown(_nodes(opened))
    if strange:
        raise BackupInvalid(
            "backup.newer",
            f"这份备份由更新的版本（{opened.manifest['version']}）建立，含本版本（{version()}）没有的数据库变更 "
            f"{'、'.join('.'.join(node) for node in strange[:3])}：请用同一版本或更新的程序恢复",
        )


def _nodes(opened: Opened) -> list[tuple[str, str]]:
    return [(str(app), str(name)) for app, name in opened.manifest["migrations"]]


def _keys(opened: Opened) -> KeyRing:
    """The key ring, which must be the backup's. Raises: Refused, BackupInvalid."""
    home = Path(settings.XINHENG_HOME)
    lost = [name for name in missing_keys(home) if name in KEYS]
    if lost:
        raise Refused(
            "backup.no_keys",
            f"缺少密钥文件 {'、'.join(lost)}：备份不含密钥。请先把建立备份的那套密钥文件（{'、'.join(KEYS)}）"
            f"放进 {home / 'keys'}（权限 0600），再恢复",
        )
    make_keys(home)
    ring = read_keys(home)
    opened.check_keys(ring)
    return ring


def _files() -> list[Path]:
    home = Path(settings.XINHENG_HOME)
    return [file for name in ("uploads", "checkpoints") for file in (home / name).rglob("*") if file.is_file()]


def _room(opened: Opened) -> None:
    """Raises: Refused where the disk has clearly no room for it."""
    needed = sum(opened.part_size(name) for name in opened.names("uploads"))
    if connection.vendor == "sqlite":
        needed += _ROOM * sum(opened.part_size(name) for name in opened.names("tables"))
    free = shutil.disk_usage(settings.XINHENG_HOME).free
    if free < needed:
        raise Refused(
            "backup.no_room",
            f"{settings.XINHENG_HOME} 所在磁盘剩余 {free >> 20} MB，恢复约需 {needed >> 20} MB：请先腾出空间",
        )


def _lay(opened: Opened, say: Say) -> int:
    """Tables and rows. Returns how many rows."""
    say("正在建立数据库表 …")
    tables.drop_everything()
    nodes = _nodes(opened)
    tables.build(nodes)
    described = {one["name"]: one for one in opened.manifest["tables"]}
    known = {table.name: table for table in tables.tables_at(nodes)}
    if described.keys() != known.keys() or any(_columns(described[name]) != set(known[name].columns) for name in known):
        raise BackupInvalid("backup.tables", "备份中的数据表与其所记的数据库版本不符：备份文件已损坏")
    rows = 0
    try:
        with writing.laying():
            for number, (name, one) in enumerate(sorted(described.items()), 1):
                say(f"正在恢复数据表 {number}/{len(described)}：{name}（{one['rows']} 行）")
                columns = tuple(Column(*column) for column in one["columns"])
                with opened.part(f"tables/{name}.copy") as source:
                    laid = writing.lay(Table(name, columns, bool(one["serial"])), source)
                if laid != one["rows"]:
                    raise BackupInvalid("backup.rows", f"数据表 {name} 应有 {one['rows']} 行，实际恢复 {laid} 行")
                rows += laid
                reach("restore.table")
            drawn = {name: int(one["drawn"]) for name, one in described.items()}
            writing.go_on_behind(known.values(), drawn, OWN_SEQUENCES)
    except (DataError, ValueError) as error:
        raise BackupInvalid("backup.values", f"备份中有本数据库不能保存的内容（{type(error).__name__}）") from None
    reach("restore.laid")
    return rows


def _columns(one: dict[str, Any]) -> set[Column]:
    return {Column(*column) for column in one["columns"]}


def _put_files(opened: Opened, say: Say, now: datetime) -> int:
    """Uploads and checkpoints; what lay there is moved aside. Returns how many uploads."""
    home = Path(settings.XINHENG_HOME)
    for name in FOLDERS:
        (home / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(_files()):
        aside = _aside(now)
        for name in ("uploads", "checkpoints"):
            aside.mkdir(mode=0o700, exist_ok=True)
            (home / name).replace(aside / name)
            (home / name).mkdir(mode=0o700)
    names = [*opened.names("checkpoints"), *opened.names("uploads")]
    say(f"正在恢复上传文件和检查点：{len(names)} 个")
    for name in names:
        target = home / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, opened.part(name) as source:
            shutil.copyfileobj(source, file, PIECE)
            file.flush()
            os.fsync(file.fileno())
        reach("restore.file")
    return len(opened.names("uploads"))


def _aside(now: datetime) -> Path:
    return Path(settings.XINHENG_HOME) / f"replaced-{now:%Y%m%dT%H%M%S}"


def _finish(
    opened: Opened, ring: KeyRing, rows: int, uploads: int, *, replaced: bool, now: datetime, say: Say
) -> Outcome:
    say("正在升级数据库表、建立保护和搜索索引 …")
    call_command("migrate", interactive=False, verbosity=0)
    reach("restore.migrated")
    rebuild_index(lambda done: say(f"正在建立搜索索引：{done}"))
    if head().numbered != opened.manifest["entries"]:
        raise BackupInvalid("backup.entries", "恢复后的账目数与备份清单不符：备份文件已损坏")
    say("正在验证账本 …")
    outside = [opened.part(name).read().decode() for name in opened.names("checkpoints") if name.endswith(".txt")]
    sequence()
    set_aside_unknown(_aside(now) / "open-data")
    found = verify(key=public_key(ring.checkpoint), outside=outside)
    reach("restore.verified")
    entries = int(opened.manifest["entries"])
    done = Restored(
        opened.digest,
        datetime.fromisoformat(opened.manifest["made_at"]),
        str(opened.manifest["version"]),
        entries,
        replaced,
    )
    note_restore(done=done, actor=RESTORE, now=now)
    sequence()
    marker.end()
    return Outcome(opened.digest, done.made_at, entries, rows, uploads, replaced, found)
