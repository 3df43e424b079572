"""Dropping one person's key makes that person unreadable, and nobody else; all proofs hold, of before and of after."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from hands import sql
from intake.cast import as_csv, assert_sound, load, penalty, person
from processes import ROOT
from world import World, furnish, publish
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import checkpoint, prove, public_key, verify
from xinheng.ledger.values import Checkpoint
from xinheng.records.door import by_document
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import CannotUnseal, unseal
from xinheng.subjects.door import by_code, erase_person, personal, seal_personal
from xinheng.subjects.load.sealing import number_hash, open_values
from xinheng.subjects.values import PersonalField, Scheme, SubjectUnknown

ERASED, KEPT = "示市监罚〔2026〕1号", "示市监罚〔2026〕2号"
REASON = "本人依法要求删除"
FIELDS = ("CF_XDR_MC", "CF_XDR_ZJHM")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None, now: datetime) -> World:
    """Two people with a penalty each, loaded from a file."""
    world = furnish(now)
    load(world, as_csv([person(world, 1), person(world, 2, CF_XDR_MC="丁某某"), penalty(world, 3)]))
    publish(now)
    return world


def read(world: World, number: str) -> tuple[int, dict[str, tuple[str, bool]]]:
    """The subject of a penalty, and what of its personal fields who may see them and says why does see."""
    reader = world.actor("reporter.market").for_purpose("objection")
    [version] = by_document(number, actor=reader)
    views = personal(version.subject_id, [version.content[code] for code in FIELDS], reader)
    return version.subject_id, {code: _seen(views[version.content[code]]) for code in FIELDS}


def _seen(view: Any) -> tuple[str, bool]:
    return view.text, view.erased


def erase(world: World, number: str) -> int:
    subject, _ = read(world, number)
    erase_person(subject_id=subject, reason=REASON, actor=world.actor("reviewer"), now=world.now)
    return subject


def test_an_erased_person_is_unreadable_and_nobody_else_is(people: World) -> None:
    row = person(people, 2)
    assert read(people, ERASED)[1]["CF_XDR_ZJHM"] == (person(people, 1)["CF_XDR_ZJHM"], False)
    erase(people, ERASED)
    assert read(people, ERASED)[1] == dict.fromkeys(FIELDS, ("已删除", True))
    assert read(people, KEPT)[1] == {"CF_XDR_MC": ("丁某某", False), "CF_XDR_ZJHM": (row["CF_XDR_ZJHM"], False)}
    assert_sound()


def test_nothing_that_was_sealed_of_an_erased_person_opens_again(people: World) -> None:
    subject, _ = read(people, ERASED)
    kept = sql("SELECT token, field, ciphertext FROM subjects_personal_value WHERE subject_id = %s", subject)
    assert len(kept) >= 2
    erase(people, ERASED)
    assert open_values(subject, [token for token, _, _ in kept]) == {}
    assert sql("SELECT count(*) FROM subjects_key WHERE subject_id = %s", subject) == [(0,)]
    assert sql("SELECT count(*) FROM subjects_personal_value WHERE subject_id = %s", subject) == [(0,)]
    keys = [key_ring().master, key_ring().files, key_ring().search]
    others = sql("SELECT subject_id, wrapped FROM subjects_key")
    keys += [unseal(key_ring().master, bytes(wrapped), f"subjects.key:{other}".encode()) for other, wrapped in others]
    # Whoever copied the sealed values before, and holds every key there is now, opens none of them.
    for token, field, sealed in kept:
        for key in keys:
            with pytest.raises(CannotUnseal):
                unseal(key, bytes(sealed), f"subjects.personal:{subject}:{field}:{token}".encode())


def test_the_number_of_an_erased_person_finds_nobody_and_that_of_another_still_does(people: World) -> None:
    operator = people.actor("operator").for_purpose("objection")
    numbers = [str(person(people, n)["CF_XDR_ZJHM"]) for n in (1, 2)]
    subjects = [read(people, document)[0] for document in (ERASED, KEPT)]
    assert [_found(number, operator) for number in numbers] == subjects
    erase(people, ERASED)
    assert [_found(number, operator) for number in numbers] == [None, subjects[1]]
    hashes = {number_hash(Scheme.ID18, number).hex() for number in numbers}
    assert {lookup for (lookup,) in sql("SELECT lookup FROM subjects_identifier")} & hashes == {
        number_hash(Scheme.ID18, numbers[1]).hex()
    }


def _found(number: str, actor: Actor) -> int | None:
    found = by_code(number, actor=actor)
    return found.id if found else None


def test_the_destroyed_key_is_not_left_in_the_files_of_the_database(people: World) -> None:
    subject, _ = read(people, ERASED)
    [(wrapped,)] = sql("SELECT wrapped FROM subjects_key WHERE subject_id = %s", subject)
    other, _ = read(people, KEPT)
    [(remaining,)] = sql("SELECT wrapped FROM subjects_key WHERE subject_id = %s", other)
    erase(people, ERASED)
    data = _on_disk()
    assert bytes(remaining) in data
    assert bytes(wrapped) not in data


def _on_disk() -> bytes:
    """What the database keeps on disk, after what it does by itself to tidy up."""
    if connection.vendor == "sqlite":
        sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in Path(settings.XINHENG_HOME).glob("db.sqlite3*"))
    sql("VACUUM subjects_key")
    sql("CHECKPOINT")
    return bytes(sql("SELECT pg_read_binary_file(pg_relation_filepath('subjects_key'))")[0][0])


def test_proofs_made_before_and_after_an_erasure_hold(people: World, tmp_path: Path) -> None:
    earlier = checkpoint(now=people.now, folder=tmp_path)
    subject, _ = read(people, ERASED)
    numbers = _numbers_about(subject)
    assert len(numbers) >= 3
    before = [prove(number, earlier_size=earlier.size, newer=earlier) for number in numbers]
    erase(people, ERASED)
    newer = checkpoint(now=people.now, folder=tmp_path)
    assert newer.size > earlier.size
    after = [prove(number, earlier_size=earlier.size, newer=newer) for number in numbers + _numbers_about(subject)]
    for proof in before + after:
        assert _checked(tmp_path, proof, earlier) == 0
    name, number = "丙某某", str(person(people, 1)["CF_XDR_ZJHM"])
    assert not [proof for proof in before + after if {name, number} & set(_texts(proof))]
    done = verify(key=public_key(key_ring().checkpoint), outside=[earlier.text, newer.text])
    assert done.problems == ()


def _numbers_about(subject: int) -> list[int]:
    """The ledger numbers of every row that speaks of a subject."""
    tables = {"subjects_subject": "id", "subjects_identifier": "subject_id", "records_version": "subject_id"}
    return [
        number
        for table, column in tables.items()
        for (number,) in sql(
            f"SELECT r.first + t.run_index FROM {table} t JOIN ledger_run r ON r.id = t.run_id WHERE t.{column} = %s",
            subject,
        )
    ]


def _checked(folder: Path, proof: dict[str, Any], earlier: Checkpoint) -> int:
    """What the program that shares no code with the platform says."""
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    (folder / "earlier.txt").write_text(earlier.text, encoding="utf-8")
    command = [
        sys.executable,
        "-I",
        str(ROOT / "tools" / "verify.py"),
        "proof.json",
        "earlier.txt",
        "--key",
        "checkpoint.pub",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]


def test_a_person_reported_again_after_an_erasure_is_somebody_new(people: World) -> None:
    before = erase(people, ERASED)
    load(people, as_csv([person(people, 1, CF_WSH="示市监罚〔2026〕77号")]))
    publish(people.now)
    after, seen = read(people, "示市监罚〔2026〕77号")
    assert (after != before, seen["CF_XDR_MC"]) == (True, ("丙某某", False))
    assert read(people, ERASED)[1] == dict.fromkeys(FIELDS, ("已删除", True))
    with pytest.raises(SubjectUnknown), transaction.atomic():
        seal_personal(before, {PersonalField.NAME: "丙某某"})
    assert_sound()
