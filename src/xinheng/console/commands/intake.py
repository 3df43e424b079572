"""`xinheng intake check|load|template|rows`: a department's file checked without a database, or handed in and loaded; the template to
fill in, and the rows of a batch to put right.
"""

import os
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xinheng.accounts.door import actor_by_login, unit_by_code, visible_prefix
from xinheng.catalogue.door import current_edition, package_edition
from xinheng.console import clock, output
from xinheng.console.demo.receipts import EFFECTS
from xinheng.intake.batch.beside import check_beside
from xinheng.intake.batch.check import check_file
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import fetch_rows, receive, write_template
from xinheng.intake.values.batches import UploadDraft
from xinheng.intake.values.errors import Busy
from xinheng.intake.values.receipts import Receipt
from xinheng.kernel.dates import legal_date

SERVICE = "console"
WAIT_SECONDS = 1.0
TOLD = 20


def register(subparsers: Any) -> None:
    """Declare the command."""
    command = subparsers.add_parser("intake", help="检查、入库部门报送的文件")
    actions = command.add_subparsers(dest="action", required=True, metavar="check|load|template|rows")
    _declare_check(actions.add_parser("check", help="检查文件，不入库；默认不用数据库"))
    _declare_load(actions.add_parser("load", help="报送文件并入库"))
    _declare_template(actions.add_parser("template", help="写出信息项的报送模板（XLSX）；默认不用数据库"))
    _declare_rows(actions.add_parser("rows", help="写出一个批次退回和暂存的行（XLSX），改好后用 load 原样报送"))


def _declare_check(parser: ArgumentParser) -> None:
    _declare_file(parser)
    parser.add_argument("--on", type=_day, metavar="日期", help="按这一天检查，如 2026-11-21（默认今天）")
    parser.add_argument("--against-store", action="store_true", help="同时对照数据库中的主体、单位目录和已报送信息")
    parser.add_argument("--reason", default="", metavar="原因", help="对照数据库时，更正已报送信息的原因")
    parser.add_argument("--rows", action="store_true", help="输出通过检查的行（规范化后的值，个人信息已遮盖）")
    parser.add_argument("--as", dest="login", default=SERVICE, metavar="登录名", help="对照数据库时以谁的范围为准")


def _declare_load(parser: ArgumentParser) -> None:
    _declare_file(parser)
    parser.add_argument("--organisation", required=True, metavar="代码", help="报送单位的统一社会信用代码")
    parser.add_argument("--reason", default="", metavar="原因", help="更正已报送信息的原因")
    parser.add_argument("--as", dest="login", default=SERVICE, metavar="登录名", help=f"以谁的名义（默认 {SERVICE}）")


def _declare_template(parser: ArgumentParser) -> None:
    parser.add_argument("item", metavar="信息项", help="目录代码，如 administrative-penalty")
    parser.add_argument("--region", default="", metavar="地区", help="按地区的目录（默认国家目录）")
    parser.add_argument("--organisation", metavar="代码", help="用这个单位在数据库中设定的列名作表头")
    _declare_target(parser)


def _declare_rows(parser: ArgumentParser) -> None:
    parser.add_argument("batch", type=int, metavar="批次", help="批次编号")
    parser.add_argument("--as", dest="login", default=SERVICE, metavar="登录名", help=f"以谁的名义（默认 {SERVICE}）")
    _declare_target(parser)


def _declare_target(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="文件", help="写到哪里，须以 .xlsx 结尾，不覆盖已有文件"
    )


def _declare_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="文件", help="CSV、XLSX、XLS、JSON 或 JSON Lines 文件")
    parser.add_argument("--item", required=True, metavar="信息项", help="目录代码，如 administrative-penalty")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，应写作 2026-11-21") from None


def run(args: Namespace) -> int:
    """Check or load; 0 when every row was accepted, 1 when anything was rejected, held or refused, 2 for a file that cannot be read.

    Template and rows: 0 when the workbook was written, 2 where it cannot be.
    """
    if args.action in ("template", "rows"):
        return _write(args)
    if not args.file.is_file():
        output.note(f"没有文件“{args.file.name}”，或不是普通文件。")
        return output.WRONG_USE
    try:
        receipt = _check(args) if args.action == "check" else _load(args)
    except OSError as error:
        output.note(f"无法读取“{args.file.name}”：{output.why(error)}。")
        return output.WRONG_USE
    output.emit(args, receipt.to_json(), _lines(receipt))
    counts = receipt.counts
    clean = receipt.status == "done" and not counts.held and not counts.rejected
    return output.DONE if clean else output.REFUSED


def _write(args: Namespace) -> int:
    """Write a workbook beside nobody's: an existing file stays as it is, and what was begun is removed again."""
    if args.output.suffix.lower() != ".xlsx":
        output.note(f"“{args.output.name}”须以 .xlsx 结尾。")
        return output.WRONG_USE
    try:
        # Personal values may stand in it: nobody else on this machine may read it.
        os.close(os.open(args.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        output.note(f"无法写入“{args.output.name}”：{output.why(error)}。")
        return output.WRONG_USE
    try:
        found = _template(args) if args.action == "template" else _rows(args)
    except BaseException:
        args.output.unlink(missing_ok=True)
        raise
    output.emit(args, {"file": args.output.name, **found}, [f"已写入“{args.output.name}”"])
    return output.DONE


def _template(args: Namespace) -> dict[str, Any]:
    if args.organisation:
        own = unit_by_code(args.organisation).id
        write_template(args.item, args.output, on=legal_date(clock.now()), unit_id=own)
    else:
        edition = package_edition(args.region)
        write_template(args.item, args.output, on=legal_date(clock.now()), edition=edition)
    return {"item": args.item}


def _rows(args: Namespace) -> dict[str, Any]:
    now = clock.now()
    written = fetch_rows(args.batch, args.output, actor=actor_by_login(args.login, now), now=now)
    return {"batch": args.batch, "rows": written.rows, "without_note": written.without_note}


def _check(args: Namespace) -> Receipt:
    now = clock.now()
    on = args.on or legal_date(now)
    if not args.against_store:
        return check_file(args.file, args.item, on, rows=args.rows)
    prefix = visible_prefix(actor_by_login(args.login, now)) or "-"
    edition = current_edition(on)
    return check_beside(args.file, args.item, on, edition=edition, prefix=prefix, reason=args.reason, rows=args.rows)


def _load(args: Namespace) -> Receipt:
    now = clock.now()
    actor = actor_by_login(args.login, now)
    # Loaded here, at once; the worker knows nothing of it. If this process dies, `intake.load` can be enqueued again.
    draft = UploadDraft(args.item, unit_by_code(args.organisation).id, args.file.name, args.reason, job=False)
    with args.file.open("rb") as stream:
        received = receive(stream=stream, draft=draft, actor=actor, now=now)
    output.note(f"已接收：批次 {received.batch_id}")
    way = Way(clock.now, lambda done, total, text: output.note(text))
    while True:
        try:
            return load_batch(received.batch_id, way)
        except Busy as busy:
            output.note(busy.message)
            time.sleep(WAIT_SECONDS)


def _lines(receipt: Receipt) -> Iterator[str]:
    counts = receipt.counts
    if receipt.status == "refused":
        yield f"整个文件退回（{receipt.reason}）：{receipt.message}"
        return
    yield f"共 {counts.rows} 行：接收 {counts.accepted}，暂存 {counts.held}，退回 {counts.rejected}"
    if receipt.batch is not None:
        yield f"其中未变 {counts.unchanged}，更正 {counts.superseded}；批次 {receipt.batch}"
    if receipt.replaced:
        yield f"代替了 {receipt.replaced} 行暂存的"
    if mapped := receipt.columns.get("mapped"):
        yield f"按本单位列名对应识别的列：{_mapped(mapped)}"
    if receipt.not_checked:
        yield f"未检查（需要数据库）：{'、'.join(receipt.not_checked)}"
    if unknown := receipt.columns["unknown"]:
        yield f"不认识、未保存的列：{'、'.join(unknown)}"
    for error in receipt.errors[:TOLD]:
        yield f"第 {error['row']} 行 [{EFFECTS[error['effect']]}] {error['code']} {error['message']}"
    if len(receipt.errors) > TOLD:
        yield f"…… 另有 {len(receipt.errors) - TOLD} 处问题，用 --json 查看全部"


def _mapped(columns: Sequence[Mapping[str, str]]) -> str:
    return "、".join(f"{each['header']} → {each['field']}" for each in columns)
