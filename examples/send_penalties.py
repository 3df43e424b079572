#!/usr/bin/env python3
"""Send a department's penalties to Xinheng: read them, map the columns, hand them in, wait, print what came back.

    python send_penalties.py SOURCE --address URL [--table NAME] [--item ITEM] [--reason TEXT] [--wait SECONDS]

SOURCE is a CSV file (UTF-8) or a SQLite database (then --table). The token is read from the file named by XINHENG_TOKEN_FILE, never
from the command line. Exit status: 0 everything was taken, 1 something was rejected or held, 2 nothing was sent or wrong use.
"""

import argparse
import csv
import hashlib
import io
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from xinheng_client import Batch, Client, Problem, Unreachable, WaitedInVain

# Your own columns (left) and the fields of the platform (right). A column that is a field's code already needs no line here.
COLUMNS = {
    "party_name": "CF_XDR_MC",
    "party_kind": "CF_XDR_LB",
    "party_code": "CF_XDR_SHXYM",
    "representative": "CF_FRDB",
    "case_number": "CF_WSH",
    "conduct": "CF_WFXW",
    "facts": "CF_SY",
    "basis": "CF_YJ",
    "penalty_kind": "CF_CFLB",
    "penalty_text": "CF_NR",
    "fine_wan": "CF_NR_FK",
    "decided_on": "CF_JDRQ",
    "valid_until": "CF_YXQ",
    "authority": "CF_CFJG",
    "authority_code": "CF_CFJGDM",
    "source": "CF_SJLY",
    "source_code": "CF_SJLYDM",
}


def rows_of(source: Path, table: str) -> Iterator[Mapping[str, object]]:
    """The rows of a CSV file, or of a table of a SQLite database."""
    if not table:
        with source.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
        return
    if not table.isidentifier():
        raise ValueError(f"表名“{table}”不能用")
    connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            yield dict(row)
    finally:
        connection.close()


def as_file(rows: Iterable[Mapping[str, object]]) -> bytes:
    """The rows as a CSV headed by the platform's field codes."""
    mapped = [
        {COLUMNS.get(name, name): "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    if not mapped:
        raise ValueError("没有要报送的行")
    target = io.StringIO()
    writer = csv.DictWriter(target, fieldnames=list(mapped[0]))
    writer.writeheader()
    writer.writerows(mapped)
    return target.getvalue().encode()


def report(client: Client, batch: Batch) -> int:
    """Print what became of the batch; the exit status."""
    if batch.progress == "failed" or batch.refusal:
        print(f"批次 {batch.id}：整批没有入库。{batch.refusal or '处理没有完成，请重新报送'}")
        return 1
    counts = batch.counts
    print(
        f"批次 {batch.id}：共 {counts.rows} 行，入库 {counts.accepted}，暂存 {counts.held}，退回 {counts.rejected}"
        f"（内容未变 {counts.unchanged}）"
    )
    for effect, word in (("reject", "退回"), ("hold", "暂存")):
        for problem in client.problems(batch.id, effect=effect):
            print(f"{word}：第 {problem.row} 行 {problem.header or problem.field} [{problem.code}] {problem.message}")
    return 1 if counts.held or counts.rejected else 0


def send(client: Client, content: bytes, options: argparse.Namespace) -> int:
    """Hand the file in, wait, report."""
    # The same content is the same write: a program that crashed, or was started twice, hands in once.
    key = hashlib.sha256(b"\0".join([options.item.encode(), options.reason.encode(), content])).hexdigest()
    name = f"{options.source.stem}.csv"
    batch = client.send_file((name, content), item=options.item, reason=options.reason, key=key)
    print(f"已接收，批次 {batch.id}，等待入库 …")
    return report(client, client.wait(batch.id, seconds=options.wait))


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="把处罚决定报送到信用平台")
    parser.add_argument("source", type=Path, help="CSV 文件或 SQLite 数据库")
    parser.add_argument("--address", required=True, help="信用平台的地址，例如 https://credit.example.gov.cn")
    parser.add_argument("--table", default="", help="SQLite 里的表名")
    parser.add_argument("--item", default="administrative-penalty", help="信息项代码")
    parser.add_argument("--reason", default="", help="更正原因")
    parser.add_argument("--wait", type=float, default=600.0, help="最多等几秒")
    return parser.parse_args(given)


def main() -> int:
    """Send and say what came of it."""
    options = arguments()
    try:
        token = Path(os.environ["XINHENG_TOKEN_FILE"]).read_text(encoding="utf-8").strip()
        content = as_file(rows_of(options.source, options.table))
    except KeyError:
        print("请用环境变量 XINHENG_TOKEN_FILE 指出存放令牌的文件", file=sys.stderr)
        return 2
    except (OSError, ValueError, sqlite3.Error) as error:
        print(f"没有报送：{error}", file=sys.stderr)
        return 2
    with Client(options.address, token=token) as client:
        try:
            return send(client, content, options)
        except Problem as problem:
            print(f"信用平台不接受：{problem.detail}（{problem.code}）", file=sys.stderr)
            for each in problem.errors:
                print(f"  {each.field}：{each.message}", file=sys.stderr)
        except (Unreachable, WaitedInVain) as error:
            print(str(error), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
