"""`xinheng tick`: queues periodic work that is due, for installations that prefer cron to a standing worker."""

from argparse import Namespace
from typing import Any

from django.conf import settings

from xinheng.console import clock, output
from xinheng.jobs.door import enqueue_due, open_count


def register(subparsers: Any) -> None:
    """Declare the command."""
    subparsers.add_parser("tick", help="把到期的定期任务放入队列（由 worker 执行；可接 worker --once）")


def run(args: Namespace) -> int:
    """Queue what is due; running it twice at once queues it once."""
    queued = enqueue_due(settings.XINHENG_SCHEDULE, now=clock.now())
    waiting = open_count()
    output.emit(args, {"queued": len(queued), "open": waiting}, [f"新排入 {len(queued)} 项，共有 {waiting} 项待执行"])
    return output.DONE
