"""`xinheng ledger`: sign where the ledger stands, prove one entry to somebody outside, find what was changed by hand."""

import json
from argparse import ArgumentTypeError, Namespace
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.console import clock, output
from xinheng.console.asking import add_as, asking
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import checkpoint, checkpoints, prove, public_key, read_checkpoint, sequence, verify
from xinheng.ledger.values import Checkpoint
from xinheng.storage.keys import key_ring

KEY_FILE: Final = "checkpoint.pub"


class _Unreadable(Exception):
    """A file named on the command line cannot be read."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A checkpoint kept outside the database."""

    path: Path
    text: str


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("ledger", help="账本：签发检查点、出具证明、验证")
    actions = parser.add_subparsers(dest="action", required=True, metavar="checkpoint|prove|verify")
    signing = actions.add_parser("checkpoint", help="签发检查点，并写到库外（checkpoints 目录）")
    proving = actions.add_parser("prove", help="出具一条账目的证明，供 tools/verify.py 离线验证")
    proving.add_argument("--number", type=_number, required=True, metavar="N", help="账目编号")
    proving.add_argument("--checkpoint", type=Path, metavar="文件", help="对方早先保存的检查点（默认最近一次签发的）")
    proving.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="证明写到哪个文件（JSON）")
    verifying = actions.add_parser("verify", help="从业务表重新计算整本账，指出被改动之处")
    verifying.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="文件",
        help="库外保存的检查点，可多次；checkpoints 目录中的总是一并核对",
    )
    for one in (signing, proving, verifying):
        add_as(one)


def run(args: Namespace) -> int:
    """Do what was asked; 1 when verification finds a problem, 2 for a file that cannot be read.

    Raises: NotAllowed, EntryUnknown, CheckpointInvalid.
    """
    action = {"checkpoint": _checkpoint, "prove": _prove, "verify": _verify}[args.action]
    try:
        return action(args, clock.now())
    except _Unreadable as problem:
        output.note(str(problem))
        return output.WRONG_USE


def _checkpoint(args: Namespace, now: datetime) -> int:
    asking(args.login, now=now, needs="ledger.checkpoint", code="ledger.checkpoint")
    signed = checkpoint(now=now)
    path = _folder() / f"{signed.size:012d}.txt"
    payload = {
        "size": signed.size,
        "root": signed.root.hex(),
        "at": signed.at,
        "file": path,
        "key": _folder() / KEY_FILE,
    }
    lines = [
        f"检查点：{signed.size} 条账目，根 {signed.root.hex()}",
        f"已写入 {path}；公钥在 {_folder() / KEY_FILE}。请把检查点另存到本机之外，才能发现尾部被截断",
    ]
    output.emit(args, payload, lines)
    return output.DONE


def _prove(args: Namespace, now: datetime) -> int:
    """Write the proof. It shows the fields of a row, so the read is registered before."""
    actor = asking(args.login, now=now, needs="ledger.read", code="ledger.prove")
    key = public_key(key_ring().checkpoint)
    given = _read(args.checkpoint) if args.checkpoint else None
    earlier = read_checkpoint(given.text, key=key) if given else next(iter(checkpoints(1)), None)
    sequence()
    query = QueryDraft(QueryKind.EXPORT, None, scope=f"账本第 {args.number} 号账目的证明", count=1)
    purposes = {one.code: one.needs_reference for one in current_edition(legal_date(now)).purposes}
    register_query(query=query, purposes=purposes, actor=actor, now=now)
    newer = checkpoint(now=now)
    proof = prove(args.number, earlier_size=_not_after(earlier, newer), newer=newer)
    text = json.dumps(proof, ensure_ascii=False, indent=1)
    try:
        args.output.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise _Unreadable(f"无法写入“{args.output}”：{output.why(problem)}") from None
    base = args.checkpoint or _folder() / f"{(earlier or newer).size:012d}.txt"
    payload = {
        "number": args.number,
        "file": args.output,
        "checkpoint": base,
        "from": proof["consistency"]["from"],
        "size": newer.size,
        "key": _folder() / KEY_FILE,
    }
    told = f"验证：python tools/verify.py {args.output} {base} --key {_folder() / KEY_FILE}"
    output.emit(args, payload, [f"第 {args.number} 号账目的证明已写入 {args.output}", told])
    return output.DONE


def _not_after(earlier: Checkpoint | None, newer: Checkpoint) -> int:
    """The size the proof begins at. Raises: _Unreadable for a checkpoint of more entries than there are."""
    if earlier is None:
        return newer.size
    if earlier.size > newer.size:
        raise _Unreadable(
            f"给出的检查点有 {earlier.size} 条账目，账本现在只有 {newer.size} 条：账本被截断过，请运行 xinheng ledger verify"
        )
    return earlier.size


def _verify(args: Namespace, now: datetime) -> int:
    asking(args.login, now=now, needs="ledger.verify", code="ledger.verify")
    kept = [_read(path) for path in args.checkpoint]
    named = {one.path.resolve() for one in kept}
    kept += [_read(path) for path in sorted(_folder().glob("*.txt")) if path.resolve() not in named]
    sequence()
    done = verify(key=public_key(key_ring().checkpoint), outside=[one.text for one in kept])
    payload = done.to_json() | {"status": "problems" if done.problems else "done"}
    lines = [f"已核对 {done.leaves} 条账目、{sum(done.rows.values())} 行业务数据、{done.checkpoints} 个检查点"]
    lines += [f"[{one.code}] {one.place}：{one.message}" for one in done.problems]
    lines.append(f"发现 {len(done.problems)} 处问题" if done.problems else f"未发现改动；根 {done.root.hex()}")
    output.emit(args, payload, lines)
    return output.REFUSED if done.problems else output.DONE


def _folder() -> Path:
    return Path(settings.XINHENG_HOME) / "checkpoints"


def _read(path: Path) -> _Kept:
    try:
        return _Kept(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        reason = output.why(problem) if isinstance(problem, OSError) else "不是 UTF-8 文本"
        raise _Unreadable(f"无法读取检查点文件“{path}”：{reason}") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) < 2**63):
        raise ArgumentTypeError(f"编号“{text}”不对，应为不小于 1 的整数")
    return int(text)
