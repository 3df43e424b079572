"""What stands in the database after all: the archive with its personal values opened by hand, and whatever no visible run accounts for."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import connection

from hands import sql
from soak.expected import Content, Expected, Key
from xinheng.ledger.door import ledgered_models
from xinheng.storage.sealing import unseal
from xinheng.subjects.load.sealing import keys_for


class Opened:
    """All personal values of the database by subject and token."""

    def __init__(self) -> None:
        rows = sql("SELECT subject_id, token, field, ciphertext FROM subjects_personal_value")
        keys = keys_for({row[0] for row in rows})
        self.values = {
            (subject, token): unseal(
                keys[subject], bytes(sealed), f"subjects.personal:{subject}:{field}:{token}".encode()
            ).decode()
            for subject, token, field, sealed in rows
        }
        self.used: set[tuple[int, str]] = set()

    def open(self, subject: int, text: str) -> str:
        """The value behind a token, or the text itself when it is none."""
        if (subject, text) not in self.values:
            return text
        self.used.add((subject, text))
        return self.values[subject, text]


def stored(opened: Opened) -> tuple[dict[Key, list[Content]], dict[Key, list[tuple[int, int]]]]:
    """The archive by key: the contents of each record's versions, and batch and row of each. Every record once, versions without gaps."""
    codes = _codes(opened)
    contents: dict[Key, list[Content]] = {}
    places: dict[Key, list[tuple[int, int]]] = {}
    records: dict[Key, int] = {}
    rows = sql(
        "SELECT v.record_id, v.seq, v.subject_id, v.document_number, v.act_date, v.amount_cents, v.content, v.batch_id, v.row_number "
        "FROM records_version v JOIN ledger_run r ON r.id = v.run_id AND r.ready ORDER BY v.record_id, v.seq"
    )
    for record, seq, subject, number, day, cents, text, batch, row in rows:
        content = {code: opened.open(subject, value) for code, value in json.loads(text).items()}
        key = (codes[subject], number, str(day))
        assert records.setdefault(key, record) == record, f"two records of {number}"
        contents.setdefault(key, []).append(content)
        places.setdefault(key, []).append((batch, row))
        assert (seq, cents) == (len(contents[key]), int(Decimal(content["CF_NR_FK"]) * 1_000_000)), number
    return contents, places


def _codes(opened: Opened) -> dict[int, str]:
    rows = sql(
        "SELECT i.subject_id, i.value, i.value_token FROM subjects_identifier i "
        "JOIN ledger_run r ON r.id = i.run_id AND r.ready WHERE i.state = 'current'"
    )
    found = {subject: value or opened.open(subject, token) for subject, value, token in rows}
    assert len(set(found.values())) == len(found) == len(rows), "one subject has two codes, or one code two subjects"
    return found


def differences(expected: Expected, batches: dict[int, int], opened: Opened) -> list[str]:
    """Where the archive is not what the files say; empty when every record is there once, from the right rows. `batches`: batch by file."""
    contents, places = stored(opened)
    found = [f"missing: {key}" for key in expected.records.keys() - contents.keys()]
    found += [f"not in any file: {key}" for key in contents.keys() - expected.records.keys()]
    for key in expected.records.keys() & contents.keys():
        kept = expected.records[key]
        if contents[key] != kept.versions:
            found.append(f"other content: {key}: {contents[key]} instead of {kept.versions}")
        elif places[key] != [(batches[file], row) for file, row in kept.places]:
            found.append(f"from elsewhere: {key}: {places[key]} instead of {kept.places}")
    return found


def uploads() -> int:
    """How many uploaded files stand in the home folder, which all tests of one process share."""
    return sum(path.is_file() for path in (Path(settings.XINHENG_HOME) / "uploads").rglob("*"))


def leftovers(opened: Opened, uploads_before: int) -> dict[str, int]:
    """What dead loads left, by kind; only what is more than nought. `uploads_before`: files that stood there already."""
    dead = "NOT EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = t.run_id AND r.ready)"
    found: Counter[str] = Counter()
    for table in [*sorted({model._meta.db_table for model in ledgered_models().values()}), "ledger_leaf"]:
        found[table] = _count(f"SELECT count(*) FROM {table} t WHERE {dead}")
    found["ledger_run"] = _count("SELECT count(*) FROM ledger_run WHERE NOT ready")
    found["leaves beyond their run"] = _count(
        "SELECT count(*) FROM ledger_leaf l JOIN ledger_run r ON r.id = l.run_id WHERE l.idx >= r.count"
    )
    found["records without a version"] = _count(
        "SELECT count(*) FROM records_record t WHERE NOT EXISTS (SELECT 1 FROM records_version v WHERE v.record_id = t.id)"
    )
    found["values of a dead load"] = _count(
        "SELECT count(*) FROM subjects_personal_value t WHERE t.batch_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = t.batch_id AND r.ready)"
    )
    _open_names(opened)
    found["values nothing points at"] = len(opened.values.keys() - opened.used)
    found["keys of nobody"] = _count(
        "SELECT count(*) FROM subjects_key t WHERE NOT EXISTS (SELECT 1 FROM subjects_subject s WHERE s.id = t.subject_id)"
    )
    key = "rowid" if _on_sqlite() else "subject_id"
    found["search rows of nobody"] = _count(
        f"SELECT count(*) FROM subjects_search t WHERE NOT EXISTS (SELECT 1 FROM subjects_subject s WHERE s.id = t.{key})"
    )
    found["problems of no ended batch"] = _count(
        "SELECT count(*) FROM intake_problem t JOIN intake_batch b ON b.id = t.batch_id WHERE b.state <> 'loaded'"
    )
    found["uploads of no batch"] = (
        uploads() - uploads_before - _count("SELECT count(*) FROM intake_batch WHERE upload <> ''")
    )
    return {name: count for name, count in found.items() if count}


def _open_names(opened: Opened) -> None:
    for subject, token in sql("SELECT id, name_token FROM subjects_subject WHERE name_token <> ''"):
        opened.open(subject, token)


def _count(statement: str) -> int:
    return int(sql(statement)[0][0])


def _on_sqlite() -> bool:
    return connection.vendor == "sqlite"
