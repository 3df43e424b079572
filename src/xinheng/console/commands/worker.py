"""`xinheng worker`: runs queued and periodic work until it is told to stop."""

import signal
import socket
from argparse import Namespace
from datetime import timedelta
from os import getpid
from secrets import token_hex
from typing import Any

from django.conf import settings

from xinheng.console import clock, output
from xinheng.console.processes import follow_parent
from xinheng.jobs.door import Terms, Worker


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("worker", help="执行后台任务，直到收到停止信号")
    parser.add_argument("--once", action="store_true", help="只执行目前到期的任务，然后退出")
    parser.add_argument("--parent", type=int, metavar="进程号", help="该进程结束时一同停止")
    parser.add_argument("--lease-seconds", type=float, default=60.0, metavar="秒", help="多久无心跳视为中断（默认 60）")


def run(args: Namespace) -> int:
    """Work; SIGTERM and SIGINT stop after the current step."""
    lease = timedelta(seconds=args.lease_seconds)
    worker = Worker(
        name=f"{socket.gethostname()}:{getpid()}:{token_hex(4)}"[:120],
        handlers=settings.XINHENG_HANDLERS,
        clock=clock.now,
        schedule=settings.XINHENG_SCHEDULE,
        terms=Terms(lease=lease, beat=lease / 6),
    )
    if args.parent is not None:
        worker.orphaned = follow_parent(args.parent)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.stop.set())
    if args.once:
        count = worker.drain()
        output.emit(args, {"jobs": count}, [f"已执行 {count} 项任务"])
    else:
        worker.run()
    return output.DONE
