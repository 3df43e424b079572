"""A database of a million subjects and four million records to ask pages of, in minutes instead of an hour, and kept between runs.

One district of 5,000 subjects and 20,000 records is handed in, loaded, decided and registered through the doors. Then it is copied, row by
row, as often as asked: other ids, codes, names, document numbers, keys and sealed values, the same shape. Of each 5,000 subjects 85 in a
hundred stand in the register; one has several hundred records. The copies have no leaves: nothing here proves anything with the ledger.
Building goes on where it stopped.
"""

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from xinheng.console.demo.names import COMPANY_TRADES, FIRST, SECOND
from xinheng.kernel.identifiers import orgcode, uscc
from xinheng.kernel.names import comparison_form
from xinheng.storage.bulk import insert_rows
from xinheng.subjects.load.index import index_names
from xinheng.subjects.load.sealing import seal_many
from xinheng.subjects.values import PersonalField

SUBJECTS, RECORDS = 5_000, 20_000
LICENCES = 4_000
REGISTERED_IN_HUNDRED = 85
BUSY_EVERY = 66
"""Every so manyth record is about the first subject."""
SPAN = 1_000
MORE_TRADES = ("科技", "科技", "科技", "网络科技", "电子商务", "新材料科技")

Rows = list[tuple[Any, ...]]


def code_of(number: int) -> str:
    """A valid code of the n-th business that does not exist; a million of them."""
    body = f"91990101MC{number:06d}"
    body += orgcode.check_character(body[8:])
    return body + uscc.check_digit(body)


def name_of(number: int) -> str:
    """The name of the n-th: some words rare, some (科技) in every fifth name."""
    dice = random.Random(number)
    brand = dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(FIRST)
    trade = dice.choice([*(each.word for each in COMPANY_TRADES), *MORE_TRADES])
    return f"示例区{brand}{trade}{dice.choice(['有限公司', '有限公司', '股份有限公司'])}"


def representative_of(number: int) -> str:
    """The legal representative, an invented person."""
    return f"甲{number % 5000}"


@dataclass(frozen=True)
class Table:
    """A table that is copied: columns that shift with their table, in the order of insertion."""

    name: str
    shifted: tuple[tuple[str, str], ...]


COPIED = (
    Table("ledger_run", (("id", "ledger_run"),)),
    Table("subjects_subject", (("id", "subjects_subject"), ("run_id", "ledger_run"))),
    Table(
        "subjects_identifier",
        (("id", "subjects_identifier"), ("subject_id", "subjects_subject"), ("run_id", "ledger_run")),
    ),
    Table("subjects_name", (("id", "subjects_name"), ("subject_id", "subjects_subject"), ("run_id", "ledger_run"))),
    Table("records_record", (("id", "records_record"),)),
    Table(
        "records_version",
        (
            ("id", "records_version"),
            ("record_id", "records_record"),
            ("subject_id", "subjects_subject"),
            ("run_id", "ledger_run"),
        ),
    ),
    Table(
        "publicity_publication",
        (
            ("id", "publicity_publication"),
            ("version_id", "records_version"),
            ("record_id", "records_record"),
            ("subject_id", "subjects_subject"),
            ("run_id", "ledger_run"),
        ),
    ),
)


def build_first(now: datetime) -> None:
    """The district that is copied, through the doors."""
    from cast import PENALTY, hand_in

    from bench_check_rows import made
    from world import INIT, furnish, publish
    from xinheng.intake.batch.load import Way, load_batch
    from xinheng.subjects.door import register_subject
    from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

    world = furnish(now)
    for number in range(SUBJECTS):
        if number % 100 < REGISTERED_IN_HUNDRED:
            draft = SubjectDraft(
                SubjectKind.LEGAL_PERSON, Scheme.USCC, code_of(number), name_of(number), "示例区登记机关"
            )
            register_subject(draft=draft, actor=INIT, now=now)
    frame = _with_own_subjects(made(RECORDS, 7, fresh_share=0.5), world)
    licences, penalties = frame[:LICENCES], frame[LICENCES:]
    for item, part in (("administrative-licence", _licences(licences)), (PENALTY, penalties)):
        batch = hand_in(world, part.write_csv().encode(), item=item)
        receipt = load_batch(batch, Way(lambda: now))
        print(f"  {item}: {receipt.counts}", flush=True)
    publish(now)


def _with_own_subjects(frame: Any, world: Any) -> Any:
    """The penalties of the generator without its dirt, about subjects named as here."""
    import polars as pl

    name, code = "示例区市场监督管理局", world.unit_codes["market"]
    numbered = frame.with_columns(n=pl.col("CF_XDR_MC").str.extract(r"第(\d+)号").cast(pl.Int64)).drop_nulls("n")
    busy = pl.int_range(pl.len()) % BUSY_EVERY == 0
    numbered = numbered.with_columns(n=pl.when(busy).then(0).otherwise(pl.col("n")))
    texts = {
        "CF_XDR_MC": [name_of(number) for number in range(SUBJECTS)],
        "CF_XDR_SHXYM": [code_of(number) for number in range(SUBJECTS)],
        "CF_FRDB": [representative_of(number) for number in range(SUBJECTS)],
    }
    return numbered.with_columns(
        *(pl.lit(pl.Series(values)).gather(pl.col("n")).alias(column) for column, values in texts.items()),
        *(pl.lit(name).alias(column) for column in ("CF_CFJG", "CF_SJLY")),
        *(pl.lit(code).alias(column) for column in ("CF_CFJGDM", "CF_SJLYDM")),
        pl.lit("法人及非法人组织").alias("CF_XDR_LB"),
    ).drop("n")


def _licences(frame: Any) -> Any:
    """The same rows as licences."""
    import polars as pl

    return frame.select(
        XK_XDR_MC="CF_XDR_MC",
        XK_XDR_LB="CF_XDR_LB",
        XK_XDR_SHXYM="CF_XDR_SHXYM",
        XK_FRDB="CF_FRDB",
        XK_XKWS=pl.lit("准予行政许可决定书"),
        XK_WSH=pl.format("样市监许〔2026〕{}号", pl.int_range(pl.len())),
        XK_XKLB=pl.lit("普通"),
        XK_NR=pl.lit("食品经营"),
        XK_JDRQ=pl.lit("2026/11/17"),
        XK_YXQZ=pl.lit("2026/11/17"),
        XK_YXQZI=pl.lit("2031/11/16"),
        XK_XKJG="CF_CFJG",
        XK_XKJGDM="CF_CFJGDM",
        XK_ZT=pl.lit("1"),
        XK_LYDW="CF_SJLY",
        XK_LYDWDM="CF_SJLYDM",
    )


class Copies:
    """Copies of the first district; the n-th is made of its rows."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, Rows] = {}
        firsts = "WHERE id <= (SELECT size FROM pages_first WHERE name = '{0}')"
        for table in COPIED:
            self.columns[table.name], self.rows[table.name] = _read(
                f'SELECT * FROM "{table.name}" {firsts.format(table.name)} ORDER BY id'
            )
        wanted = {
            row[self.columns[name].index("run_id")]
            for name in self.rows
            if name != "ledger_run"
            for row in self._of(name)
        }
        self.rows["ledger_run"] = [row for row in self.rows["ledger_run"] if row[0] in wanted]
        _, sizes = _read("SELECT name, size FROM pages_first")
        self.step = {name: (size // SPAN + 1) * SPAN for name, size in sizes}
        columns = self.columns["subjects_subject"]
        at = [columns.index(name) for name in ("id", "code", "name")]
        self.subjects = {row[at[0]]: (row[at[1]], row[at[2]]) for row in self.rows["subjects_subject"]}
        numbers = {code_of(number): number for number in range(SUBJECTS)}
        self.number = {subject: numbers[code] for subject, (code, _) in self.subjects.items() if code in numbers}
        _, tokens = _read("SELECT subject_id, token FROM subjects_personal_value")
        self.token = {subject: token for subject, token in tokens if subject in self.number}

    def _of(self, name: str) -> Rows:
        return self.rows[name] if "run_id" in self.columns[name] else []

    def make(self, copy: int) -> None:
        """Insert one copy, in a transaction of its own."""
        with transaction.atomic():
            sealed = None
            for table in COPIED:
                if table.name == "records_record":
                    sealed = self._sealed(copy)
                insert_rows(table.name, self.columns[table.name], self._copied(table, copy, sealed))
            shift = copy * self.step["subjects_subject"]
            index_names([(subject + shift, name_of(self._number(subject, copy))) for subject in self.number])

    def _number(self, subject: int, copy: int) -> int:
        return self.number[subject] + copy * SUBJECTS

    def _sealed(self, copy: int) -> dict[int, str]:
        """The tokens of this copy's representatives, by the subject of the first."""
        mine = sorted(self.token)
        shift = copy * self.step["subjects_subject"]
        values = [representative_of(self.number[subject]) for subject in mine]
        return dict(
            zip(mine, seal_many([subject + shift for subject in mine], PersonalField.NAME, values), strict=True)
        )

    def _copied(self, table: Table, copy: int, sealed: dict[int, str] | None) -> Iterator[Sequence[Any]]:
        columns = self.columns[table.name]
        shifts = [(columns.index(column), copy * self.step[of]) for column, of in table.shifted]
        place = {name: columns.index(name) for name in columns}
        for row in self.rows[table.name]:
            new = list(row)
            for at, shift in shifts:
                new[at] += shift
            self._change(table.name, row, new, place, copy, sealed or {})
            yield new

    def _change(
        self, table: str, row: tuple[Any, ...], new: list[Any], place: dict[str, int], copy: int, sealed: dict[int, str]
    ) -> None:
        if table == "ledger_run" and row[place["first"]] is not None:
            new[place["first"]] += copy * 10_000_000
        if table == "records_record":
            new[place["key_hash"]] = hashlib.sha256(bytes(row[place["key_hash"]]) + copy.to_bytes(4, "big")).digest()
        subject = row[place["id" if table == "subjects_subject" else "subject_id"]] if table not in _NOBODY else None
        if subject not in self.number:
            if table in ("subjects_identifier", "subjects_subject"):
                _spoil(table, new, place, copy)
            return
        code, name = code_of(self._number(subject, copy)), name_of(self._number(subject, copy))
        values = {"code": code, "value": code, "lookup": code, "name": name, "written": comparison_form(name)}
        for column in _OWN.get(table, ()):
            new[place[column]] = values[column]
        if table == "records_version":
            number = row[place["document_number"]]
            other = number.replace("〕", f"〕{copy}-")
            new[place["document_number"]] = other
            old_code, old_name = self.subjects[subject]
            content = row[place["content"]].replace(old_name, name).replace(old_code, code).replace(number, other)
            new[place["content"]] = content.replace(self.token.get(subject, code), sealed.get(subject, code))


_NOBODY = ("ledger_run", "records_record")
_OWN = {
    "subjects_subject": ("code", "name", "written"),
    "subjects_identifier": ("value", "lookup"),
    "subjects_name": ("name", "written"),
}


def _spoil(table: str, new: list[Any], place: dict[str, int], copy: int) -> None:
    """The few subjects of the world itself: a code nobody asks for."""
    for column in ("code",) if table == "subjects_subject" else ("value", "lookup"):
        new[place[column]] = f"{new[place[column]]}-{copy}"


def build(subjects: int, now: datetime) -> None:
    """Grow the database of this process to so many subjects; what is there already stays."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS pages_first (name varchar(60) PRIMARY KEY, size bigint NOT NULL)")
    if not _read("SELECT name FROM pages_first")[1]:
        build_first(now)
        with transaction.atomic():
            sizes = [(table.name, _read(f'SELECT MAX(id) FROM "{table.name}"')[1][0][0]) for table in COPIED]
            insert_rows("pages_first", ("name", "size"), sizes)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")
    copies = Copies()
    there = _read("SELECT MAX(id) FROM subjects_subject")[1][0][0] // copies.step["subjects_subject"] + 1
    wanted = subjects // SUBJECTS
    began = time.perf_counter()
    for copy in range(there, wanted):
        copies.make(copy)
        if copy % 10 == 0:
            print(f"  copy {copy} of {wanted}, {time.perf_counter() - began:.0f} s", flush=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _read(query: str) -> tuple[list[str], Rows]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [column[0] for column in cursor.description], [tuple(map(_plain, row)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
