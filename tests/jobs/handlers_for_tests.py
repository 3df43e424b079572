"""Handlers that tests name by dotted string, as `project.handlers` names the real ones."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

from django.db import transaction

from xinheng.jobs.door import JobContext
from xinheng.kernel.errors import Refused

NAMES = ("add", "steps", "refuse", "stumble", "swallow", "show_inside", "hang")
HANDLERS = {name: f"jobs.handlers_for_tests.{name}" for name in NAMES}


def add(context: JobContext) -> Mapping[str, Any]:
    """Add two numbers."""
    return {"sum": context.args["left"] + context.args["right"]}


def steps(context: JobContext) -> Mapping[str, Any]:
    """Three steps, each shown."""
    for step in range(1, 4):
        context.between_steps()
        context.progress(step, 3, f"第 {step} 步")
    return {"steps": 3}


def refuse(context: JobContext) -> None:
    """An answer of no."""
    raise Refused("tests.refused", "不予办理")


def stumble(context: JobContext) -> None:
    """An accident whose words quote personal data."""
    raise ValueError("身份证 990101199001011234 无法解析")


def swallow(context: JobContext) -> None:
    """A careless handler that catches everything."""
    for _ in range(2):
        with suppress(Exception):
            context.between_steps()


def show_inside(context: JobContext) -> None:
    """Shows progress inside a transaction, which is not the place to write it at once."""
    with transaction.atomic():
        context.progress(1, 2, "事务内")


def hang(context: JobContext) -> None:
    """Says that it has begun, and then works for ever: only a kill or a request to stop ends it."""
    context.progress(1, 100, "开始")
    Path(context.args["begun"]).touch()
    while True:
        if context.args.get("polite"):
            context.between_steps()
        sleep(0.02)
