"""`xinheng shots`: pictures of every page at three widths, from a demonstration served for the purpose on a free port."""

import os
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import sleep
from typing import Any, Final

from xinheng.console import clock, output
from xinheng.console.commands.demo import set_clock
from xinheng.console.demo import marks
from xinheng.console.installation import prepare
from xinheng.console.pages import PAGES
from xinheng.console.photographing import Shot, chromium, photograph
from xinheng.console.processes import stop
from xinheng.console.targets import targets
from xinheng.kernel.errors import Refused

_TRIES, _PAUSE_SECONDS = 300, 0.2
_EXPECTED: Final = {"portal-not-found": 404}


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("shots", help="给演示平台的每一页截图（375、768、1440 像素宽）")
    parser.add_argument("--folder", type=Path, default=Path("shots"), metavar="目录", help="存到哪里（默认 shots）")
    parser.add_argument(
        "--only", action="append", default=[], metavar="页名", help="只截这些页，可多次；按名称开头匹配"
    )
    parser.add_argument("--url", metavar="网址", help="已在运行的演示网站；默认另起一个")


def run(args: Namespace) -> int:
    """Take the pictures; 1 when a page answers with an error or sticks out at the right.

    Raises: Refused without a demonstration, Chromium or Playwright.
    """
    pages = [page for page in PAGES if not args.only or page.name.startswith(tuple(args.only))]
    if not pages:
        output.note(f"没有名称以 {'、'.join(args.only)} 开头的页；可用：{'、'.join(page.name for page in PAGES)}")
        return output.WRONG_USE
    chromium()
    prepare(output.note)
    found = marks.found()
    if found is None or not found.whole:
        raise Refused("console.no_demo", "本库没有完整的演示数据：请先运行 xinheng demo --no-serve")
    set_clock(found.plan.today)
    values = targets(clock.now())
    if args.url:
        taken = photograph(args.url.rstrip("/"), pages, values, args.folder, told=_tell)
    else:
        with _served() as base:
            taken = photograph(base, pages, values, args.folder, told=_tell)
    wrong = [shot for shot in taken if _problem(shot)]
    payload = {"items": taken, "folder": args.folder.absolute(), "status": "problems" if wrong else "done"}
    lines = [f"{len(taken)} 张截图在 {args.folder.absolute()}", *(f"{_problem(shot)}：{shot.file}" for shot in wrong)]
    output.emit(args, payload, lines)
    return output.REFUSED if wrong else output.DONE


def _tell(shot: Shot) -> None:
    output.note(f"{shot.width:>5}  {shot.status}  {shot.path}")


def _problem(shot: Shot) -> str:
    if shot.status != _EXPECTED.get(shot.page, 200):
        return f"{shot.path} 返回 {shot.status}"
    return f"{shot.path} 在 {shot.width} 像素宽时超出 {shot.overflow} 像素" if shot.overflow > 0 else ""


@contextmanager
def _served() -> Iterator[str]:
    """The site on a free port of this machine, in a process of its own, gone afterwards. Raises: Refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "xinheng", "serve", "--port", str(port), "--no-worker"]
    child = subprocess.Popen(command, env=dict(os.environ))  # noqa: S603 - own program
    try:
        for _ in range(_TRIES):
            if _answers(port):
                break
            if child.poll() is not None:
                raise Refused("console.shots_server", "网站没有启动成功：请先单独运行 xinheng serve 查看原因")
            sleep(_PAUSE_SECONDS)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(child)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
