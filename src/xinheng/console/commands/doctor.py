"""`xinheng doctor`: what is missing, and what that switches off."""

from argparse import Namespace
from typing import Any

from xinheng.console import clock, output
from xinheng.console.checks import examine

MARKS = {"ok": "正常", "warn": "注意", "fail": "故障"}


def register(subparsers: Any) -> None:
    """Declare the command."""
    subparsers.add_parser("doctor", help="检查运行环境：缺少什么、影响什么")


def run(args: Namespace) -> int:
    """Examine; exit status 1 when something fails."""
    items = examine(clock.now())
    failed = any(item.state == "fail" for item in items)
    payload = {"items": items, "status": "problems" if failed else "done"}
    output.emit(args, payload, [f"[{MARKS[item.state]}] {item.name}：{item.text}" for item in items])
    return output.REFUSED if failed else output.DONE
