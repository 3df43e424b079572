"""`xinheng identifier check`: what a code is and whether it holds. No database, no Django."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xinheng.console import clock
from xinheng.console.output import DONE, REFUSED, WRONG_USE, emit, note, why
from xinheng.kernel.dates import legal_date
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import Verdict
from xinheng.kernel.masking import mask_verdict

_STANDARD_INPUT = "-"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the launcher's parser."""
    command = subparsers.add_parser("identifier", help="检查统一社会信用代码、注册号、组织机构代码、公民身份号码")
    actions = command.add_subparsers(dest="action", required=True, metavar="check")
    check = actions.add_parser("check", help="检查一个或多个代码")
    check.add_argument("codes", nargs="*", metavar="CODE", help="代码；- 表示从标准输入逐行读取（身份号码请用此法）")
    check.add_argument("--file", type=Path, metavar="FILE", help="每行一个代码的文本文件（UTF-8），- 表示标准输入")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the codes; 0 all valid, 1 something held or invalid, 2 wrong use. Identity numbers are shown masked."""
    if bool(args.codes) == (args.file is not None):
        note("请给出代码，或用 --file 指定文件，二者择一。")
        return WRONG_USE
    try:
        values = list(_values(args))
    except (OSError, UnicodeDecodeError) as error:
        reason = "不是 UTF-8 文本" if isinstance(error, UnicodeDecodeError) else why(error)
        note(f"无法读取“{args.file or '标准输入'}”：{reason}。")
        return WRONG_USE
    today = legal_date(clock.now())
    verdicts = [inspect(value, on=today) for value in values]
    emit(args, {"items": [_item(v) for v in verdicts]}, map(_line, verdicts))
    return DONE if all(v.verdict == "valid" for v in verdicts) else REFUSED


def _values(args: argparse.Namespace) -> Iterator[str]:
    if args.file is not None and str(args.file) != _STANDARD_INPUT:
        yield from _lines(args.file.read_text(encoding="utf-8-sig"))
        return
    for code in args.codes or [_STANDARD_INPUT]:
        if code == _STANDARD_INPUT:
            yield from _lines(sys.stdin.read())
        else:
            yield code


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.removeprefix("\ufeff").splitlines() if line.strip())


def _item(verdict: Verdict) -> dict[str, Any]:
    shown, normalised = mask_verdict(verdict)
    return {
        "input": shown,
        "normalised": normalised,
        "kind": verdict.kind,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
    }


def _line(verdict: Verdict) -> str:
    shown, _ = mask_verdict(verdict)
    return f"{shown.strip() or '（空）'}  {verdict.sentence}"
