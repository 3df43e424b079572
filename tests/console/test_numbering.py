"""What a command entered has its number when the command ends, whether or not a worker runs."""

from pathlib import Path
from typing import Any

import pytest

from hands import sql
from intake.cast import PENALTY, as_csv, hand_in, penalty
from world import World, furnish
from xinheng.console import main
from xinheng.ledger.door import sequence


@pytest.fixture
def world(db: None, now: Any) -> World:
    made = furnish(now)
    sequence()
    return made


def waiting() -> int:
    return int(sql("SELECT COUNT(*) FROM ledger_run WHERE first IS NULL")[0][0])


def runs() -> int:
    return int(sql("SELECT COUNT(*) FROM ledger_run")[0][0])


def test_a_look_at_a_subject_is_numbered_at_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = runs()
    [(code,)] = sql("SELECT code FROM subjects_subject WHERE id = %s", world.subjects["云禾"])
    main.run(["subject", "show", code, "--as", "operator", "--purpose", "supervision"])
    assert runs() > before, capsys.readouterr().err
    assert waiting() == 0


def test_what_init_enters_is_numbered_at_once(db: None, tmp_path: Path, settings: Any) -> None:
    settings.XINHENG_HOME = tmp_path
    assert main.run(["init", "--region", "demo"]) == 0
    assert runs() > 0
    assert waiting() == 0


def test_a_load_that_is_refused_is_numbered_at_once(world: World, tmp_path: Path) -> None:
    file = tmp_path / "leer.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    code = world.unit_codes["market"]
    main.run(["intake", "load", str(file), "--item", PENALTY, "--organisation", code, "--as", "reporter.market"])
    assert waiting() == 0


def test_a_check_without_the_store_asks_no_database(tmp_path: Path, world: World) -> None:
    """Something waits, and goes on waiting: the command never came near the database."""
    hand_in(world, as_csv([penalty(world, 1)]))
    before = waiting()
    file = tmp_path / "leer.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    main.run(["intake", "check", str(file), "--item", PENALTY])
    assert before > 0
    assert waiting() == before
