"""Rows and files of the demo region for intake's tests: the market bureau hands in, everybody is invented."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import connection
from openpyxl import Workbook

from world import World
from xinheng.catalogue.door import package_edition
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import receive
from xinheng.intake.values.batches import UploadDraft
from xinheng.intake.values.receipts import Receipt
from xinheng.kernel.identifiers import orgcode, resident, uscc
from xinheng.ledger.door import public_key, sequence, verify
from xinheng.storage.keys import key_ring

PENALTY, LICENCE = "administrative-penalty", "administrative-licence"
Row = dict[str, str | None]


def firm_code(number: int, prefix: str = "91") -> str:
    """A valid code of a business that does not exist."""
    body = f"{prefix}990101MB{number:06d}"
    body += orgcode.check_character(body[8:])
    return body + uscc.check_digit(body)


def resident_number(number: int, born: str = "19820315") -> str:
    """A valid identity number of nobody."""
    first17 = f"990101{born}{number:03d}"
    return first17 + resident.check_character(first17)


def penalty(world: World, number: int = 1, *, unit: str = "market", **changed: str | None) -> Row:
    """A clean penalty of a unit, decided eight working days ago at most, some fields otherwise."""
    name, code = world_unit(world, unit)
    row: Row = {
        "CF_XDR_MC": f"示例区晓岚{number}号商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": firm_code(number),
        "CF_FRDB": "甲某某",
        "CF_WSH": f"示市监罚〔2026〕{number}号",
        "CF_WFXW": "销售不合格商品",
        "CF_SY": "经查，当事人销售的商品不符合标准。",
        "CF_YJ": "《产品质量法》第四十九条",
        "CF_CFLB": "罚款",
        "CF_NR": "处以罚款人民币5000元。",
        "CF_NR_FK": "0.5",
        "CF_JDRQ": "2026/11/17",
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": name,
        "CF_CFJGDM": code,
        "CF_SJLY": name,
        "CF_SJLYDM": code,
    }
    return row | changed


def licence(world: World, number: int = 1) -> Row:
    """A clean licence of the market bureau, to another firm each."""
    name, code = "示例区市场监督管理局", world.unit_codes["market"]
    return {
        "XK_XDR_MC": f"示例区晓岚{number}号商贸有限公司",
        "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": firm_code(number),
        "XK_FRDB": "甲某某",
        "XK_XKWS": "准予行政许可决定书",
        "XK_WSH": f"示市监许〔2026〕{number}号",
        "XK_XKLB": "普通",
        "XK_NR": "食品经营",
        "XK_JDRQ": "2026/11/17",
        "XK_YXQZ": "2026/11/17",
        "XK_YXQZI": "2031/11/16",
        "XK_XKJG": name,
        "XK_XKJGDM": code,
        "XK_ZT": "1",
        "XK_LYDW": name,
        "XK_LYDWDM": code,
    }


def person(world: World, number: int = 1, **changed: str | None) -> Row:
    """A clean penalty of a natural person."""
    row = penalty(world, number, CF_XDR_MC="丙某某", CF_XDR_LB="自然人", CF_XDR_SHXYM=None, CF_FRDB=None)
    return row | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": resident_number(number)} | changed


def world_unit(world: World, key: str) -> tuple[str, str]:
    """Name and code of a unit."""
    return f"示例区单位{key}", world.unit_codes[key]


def as_csv(rows: Sequence[Mapping[str, str | None]], item: str = PENALTY, more: Sequence[str] = ()) -> bytes:
    """Rows as a CSV headed by the fields' names; `more` are further columns, headed as they are named."""
    names = {each.code: each.name for each in package_edition("demo").item(item).fields}
    codes = [code for code in names if any(row.get(code) for row in rows) or _is_obligatory(item, code)]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([*(names[code] for code in codes), *more])
    writer.writerows([[row.get(code) or "" for code in (*codes, *more)] for row in rows])
    return target.getvalue().encode()


def as_workbook(rows: Sequence[Mapping[str, str | None]], item: str = PENALTY, more: Sequence[str] = ()) -> bytes:
    """The same as an XLSX; what begins with `=` or `#` becomes a formula or its error."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in csv.reader(io.StringIO(as_csv(rows, item, more).decode())):
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _is_obligatory(item: str, code: str) -> bool:
    return package_edition("demo").item(item).field(code).is_obligatory


def hand_in(
    world: World,
    content: bytes,
    *,
    unit: str = "market",
    item: str = PENALTY,
    name: str = "十一月.csv",
    reason: str = "",
    now: datetime | None = None,
) -> int:
    """Receive a file for a unit by its reporter; returns the batch."""
    draft = UploadDraft(item, world.units[unit], name, reason, job=False)
    received = receive(
        stream=BytesIO(content), draft=draft, actor=world.actor(f"reporter.{unit}"), now=now or world.now
    )
    return received.batch_id


def load(
    world: World, content: bytes, *, chunk: int = 5000, way: Mapping[str, Any] | None = None, **draft: Any
) -> Receipt:
    """Receive a file and load it."""
    now: datetime = draft.get("now") or world.now
    return load_batch(hand_in(world, content, **draft), Way(lambda: now, chunk=chunk, **(way or {})))


def assert_sound() -> None:
    """The ledger verifies without a problem."""
    sequence()
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()


def codes_of(receipt: Receipt) -> list[tuple[int, str, str]]:
    """Row, code and effect of every problem."""
    return [(error["row"], error["code"], error["effect"]) for error in receipt.errors]


def tables() -> list[str]:
    """Every table of the database."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def rows_of(table: str) -> list[tuple[Any, ...]]:
    """Every row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return list(cursor.fetchall())


def everything() -> dict[str, list[str]]:
    """Every row of every table, to hold against what is there later."""
    return {table: sorted(map(repr, rows_of(table))) for table in tables() if table != "sqlite_sequence"}


Maker = Callable[..., Row]
Rows = Iterable[Row]
