"""`xinheng doctor`: what is missing, and what that switches off."""

from argparse import Namespace
from typing import Any

from xinheng.console import clock, output
from xinheng.console.checks import examine

MARKS = {"ok": "正常", "warn": "注意", "fail": "故障"}


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("doctor", help="检查运行环境和账本之外的数据：缺少什么、影响什么")
    parser.add_argument(
        "--whole", action="store_true", help="逐行核对搜索索引（默认抽查），并逐项解开个人信息密文（默认不查）"
    )


def run(args: Namespace) -> int:
    """Examine; exit status 1 when something fails."""
    items = examine(clock.now(), whole=args.whole)
    failed = any(item.state == "fail" for item in items)
    payload = {"items": items, "status": "problems" if failed else "done"}
    output.emit(args, payload, [f"[{MARKS[item.state]}] {item.name}：{item.text}" for item in items])
    return output.REFUSED if failed else output.DONE
