"""`xinheng backup FILE`: everything but the keys in one file, while the platform goes on working; `--verify` checks such a file."""

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from xinheng.console import clock, output
from xinheng.console.asking import add_as, asking
from xinheng.console.backups.making import make_backup
from xinheng.console.backups.operations import MADE, BackupMade, note_backup
from xinheng.console.backups.restoring import check_version, check_whole, open_backup
from xinheng.console.checks import migrations_missing
from xinheng.kernel.dates import SHANGHAI
from xinheng.kernel.errors import Refused
from xinheng.storage.keys import missing_keys, read_keys


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("backup", help="备份数据库、上传文件和检查点到一个文件（不含密钥，可在运行中进行）")
    parser.add_argument(
        "file", type=Path, metavar="文件", help="备份写到哪个文件（不能已存在）；--verify 时为要核对的文件"
    )
    parser.add_argument("--verify", action="store_true", help="只核对一个备份文件是否完整、能否在这里恢复")
    add_as(parser)


def run(args: Namespace) -> int:
    """Back up, or check a backup.

    Raises: NotAllowed, Conflict, Refused; BackupInvalid for a file that is damaged or not for this installation.
    """
    return _verify(args) if args.verify else _backup(args)


def _backup(args: Namespace) -> int:
    if missing := migrations_missing():
        raise Refused(
            "console.not_migrated", f"数据库表不是最新（缺 {len(missing)} 步）：请先运行 xinheng init，再备份"
        )
    now = clock.now()
    actor = asking(args.login, now=now, needs="system.backup", code=MADE)
    done = make_backup(args.file.absolute(), now=now, say=output.note)
    note_backup(made=BackupMade(done.digest, done.size, done.entries), actor=actor, now=clock.now())
    payload = {
        "file": args.file.absolute(),
        "digest": done.digest,
        "size": done.size,
        "entries": done.entries,
        "rows": done.rows,
        "uploads": done.uploads,
    }
    lines = [
        f"已备份到 {args.file.absolute()}（{done.size / (1 << 20):.1f} MB）",
        f"{done.entries} 条账目，{done.rows} 行，{done.uploads} 个上传文件",
        f"清单的 SHA-256：{done.digest}",
        f"备份不含密钥：请另行妥善保管 {Path(settings.XINHENG_HOME) / 'keys'}，没有它无法恢复",
    ]
    output.emit(args, payload, lines)
    return output.DONE


def _verify(args: Namespace) -> int:
    opened = open_backup(args.file)
    try:
        check_whole(opened, output.note)
        check_version(opened)
        home = Path(settings.XINHENG_HOME)
        signed = not missing_keys(home)
        if signed:
            opened.check_keys(read_keys(home))
        manifest = opened.manifest
    finally:
        opened.close()
    rows = sum(int(one["rows"]) for one in manifest["tables"])
    payload = {
        "file": args.file,
        "digest": opened.digest,
        "made_at": manifest["made_at"],
        "version": manifest["version"],
        "entries": manifest["entries"],
        "rows": rows,
        "uploads": len(opened.names("uploads")),
        "keys_checked": signed,
        "status": "done",
    }
    lines = [
        f"备份完整：{_made(manifest)} 由版本 {manifest['version']} 建立，{manifest['entries']} 条账目，{rows} 行",
        "与本机密钥相符，签名正确" if signed else "本机没有密钥文件，未核对签名和密钥",
    ]
    output.emit(args, payload, lines)
    return output.DONE


def _made(manifest: Mapping[str, Any]) -> str:
    """The day and minute, as people here read a clock; the exact moment stands in the output for programs."""
    return f"{datetime.fromisoformat(manifest['made_at']).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
