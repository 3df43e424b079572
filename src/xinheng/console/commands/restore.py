"""`xinheng restore FILE`: an installation as it was when the backup was made, with every proof intact."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from django.conf import settings

from xinheng.console import clock, output
from xinheng.console.backups.restoring import restore


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("restore", help="从备份文件恢复（须先放好原来的密钥文件；恢复后自动验证账本）")
    parser.add_argument("file", type=Path, metavar="文件", help="xinheng backup 建立的文件")
    parser.add_argument("--replace", action="store_true", help="取代这里已有的数据（先停止 serve 和 worker）")


def run(args: Namespace) -> int:
    """Restore; 1 when the verification afterwards finds a problem.

    Raises: BackupInvalid, Refused.
    """
    Path(settings.XINHENG_HOME).mkdir(mode=0o700, parents=True, exist_ok=True)
    done = restore(args.file, replace=args.replace, now=clock.now(), say=output.note)
    problems = done.verification.problems
    payload = {
        "digest": done.digest,
        "made_at": done.made_at,
        "entries": done.entries,
        "rows": done.rows,
        "uploads": done.uploads,
        "replaced": done.replaced,
        "verification": done.verification.to_json(),
        "status": "problems" if problems else "done",
    }
    lines = [
        f"已恢复：{done.entries} 条账目，{done.rows} 行，{done.uploads} 个上传文件",
        f"已核对 {done.verification.leaves} 条账目、{done.verification.checkpoints} 个检查点",
        *(f"[{one.code}] {one.place}：{one.message}" for one in problems),
        f"发现 {len(problems)} 处问题" if problems else "账本验证通过：所有早先出具的证明仍然有效。请所有人重新登录",
        f"一切回到了 {done.made_at:%Y-%m-%d %H:%M}（UTC）备份时的样子：此后撤下或期满前停止的公示、删除的个人信息、"
        "吊销的令牌、注销的账号和改过的口令都恢复了原状。重新开放之前请逐项再办一次（docs/operations.zh-CN.md“恢复”）",
    ]
    output.emit(args, payload, lines)
    return output.REFUSED if problems else output.DONE
