"""`xinheng workdays deadline`: the n-th working day after a date, by the shipped calendar. No database, no Django."""

import argparse
from datetime import date
from typing import Any

from xinheng.console.output import DONE, emit
from xinheng.kernel.calendar import Deadline, nth_working_day_after
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.written_dates import DATE_REASON_WORDS, DateProblem, parse_written_date


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the launcher's parser."""
    command = subparsers.add_parser("workdays", help="按国务院放假安排计算工作日")
    actions = command.add_subparsers(dest="action", required=True, metavar="deadline")
    deadline = actions.add_parser("deadline", help="从某日次日起算的第N个工作日")
    deadline.add_argument("dates", nargs="+", type=_date, metavar="DATE", help="起算日（当日不计），如 2026-09-30")
    deadline.add_argument("--days", type=_days, required=True, metavar="N", help="工作日数，不小于1")
    deadline.add_argument("--json", action="store_true", help="输出 JSON")
    deadline.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the deadline of every date.

    Raises: Invalid if a date or its count lies outside the calendar; then nothing is printed.
    """
    calendar = national_calendar()
    found = [(start, nth_working_day_after(calendar, start, args.days)) for start in args.dates]
    payload = {"items": [_item(start, end) for start, end in found], "calendar": calendar.version, "days": args.days}
    emit(args, payload, (_line(start, end, args.days) for start, end in found))
    return DONE


def _date(text: str) -> date:
    read = parse_written_date(text)
    if isinstance(read, DateProblem):
        raise argparse.ArgumentTypeError(f"日期“{text}”{DATE_REASON_WORDS[read.reason]}")
    return read.day


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"工作日数“{text}”不对，应为1至100000的整数")
    return int(text)


def _item(start: date, end: Deadline) -> dict[str, Any]:
    return {"date": start.isoformat(), "deadline": end.day.isoformat(), "provisional": end.provisional}


def _line(start: date, end: Deadline, days: int) -> str:
    note = "（暂按法定节假日推算，放假安排公布后可能变动）" if end.provisional else ""
    return f"{start.isoformat()} 之后第{days}个工作日：{end.day.isoformat()}{note}"
