"""A check beside the store answers to each row exactly what a load would, and keeps nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hands import sql
from intake.cast import PENALTY, Row, as_csv, everything, load, penalty, person, resident_number
from world import World
from xinheng.catalogue.door import current_edition
from xinheng.intake.batch import beside
from xinheng.intake.batch.beside import check_beside
from xinheng.intake.values.receipts import Receipt
from xinheng.kernel.dates import legal_date

Case = Callable[[World], list[Row]]


def stored(world: World) -> list[Row]:
    """What lies in the store already: firms, people, one that is not shown."""
    rows = [penalty(world, n) for n in range(1, 5)]
    return [*rows, person(world, 5), person(world, 6), penalty(world, 7, BZ="商业秘密")]


CASES: dict[str, Case] = {
    "the same file": stored,
    "new firms and people": lambda w: [penalty(w, 20), person(w, 21), penalty(w, 22), person(w, 23)],
    "other content": lambda w: [penalty(w, 1, CF_NR_FK="0.6"), penalty(w, 2), penalty(w, 3, CF_SY="经查，另有其事。")],
    "other content of a person": lambda w: [person(w, 5, CF_NR_FK="0.6"), person(w, 6)],
    "another name of a person": lambda w: [person(w, 5, CF_XDR_MC="丁某某")],
    "other content of what is not shown": lambda w: [penalty(w, 7, BZ="商业秘密", CF_NR_FK="0.6")],
    "rejected, held and repeated beside it": lambda w: [
        penalty(w, 1, CF_SY="无"),
        penalty(w, 2, CF_NR_FK="20000"),
        penalty(w, 3, CF_NR_FK="0.7"),
        penalty(w, 30),
        penalty(w, 30),
        penalty(w, 31),
        penalty(w, 31, CF_NR_FK="0.8"),
    ],
    "one person under two writings of the number": lambda w: [
        person(w, 40),
        person(w, 40, CF_XDR_ZJHM=resident_number(40).lower(), CF_NR_FK="0.9"),
    ],
}


def beside_the_store(world: World, path: Path, reason: str = "") -> Receipt:
    on = legal_date(world.now)
    [(prefix,)] = sql("SELECT path FROM accounts_unit WHERE id = %s", world.units["market"])
    return check_beside(path, PENALTY, on, edition=current_edition(on), prefix=prefix, reason=reason, rows=True)


def verdicts(receipt: Receipt) -> dict[str, Any]:
    told = receipt.to_json()
    kept = (
        "rows",
        "accepted",
        "held",
        "rejected",
        "unchanged",
        "superseded",
        "not_checked",
        "errors",
        "normalised",
        "columns",
    )
    return {name: told[name] for name in kept}


@pytest.mark.parametrize("chunk", [2, 5000])
@pytest.mark.parametrize("reason", ["", "金额录入有误"])
@pytest.mark.parametrize("name", CASES)
def test_the_check_says_of_every_row_what_the_load_then_says(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str, chunk: int
) -> None:
    load(world, as_csv(stored(world)))
    content = as_csv(CASES[name](world))
    path = tmp_path / "十一月.csv"
    path.write_bytes(content)
    monkeypatch.setattr(beside, "CHUNK", chunk)
    checked = beside_the_store(world, path, reason)
    loaded = load(world, content, reason=reason, chunk=chunk)
    assert verdicts(checked) == verdicts(loaded)
    assert len(checked.to_json()["records"]) == checked.counts.accepted


def test_a_reason_in_the_row_counts_as_in_a_load(world: World, tmp_path: Path) -> None:
    load(world, as_csv(stored(world)))
    rows = [{**penalty(world, n, CF_NR_FK="0.6"), "更正原因": text} for n, text in ((1, "录入有误"), (2, ""))]
    content = as_csv(
        [*rows, {**penalty(world, 7, BZ="商业秘密", CF_NR_FK="0.6"), "更正原因": "录入有误"}], more=["更正原因"]
    )
    path = tmp_path / "十一月.csv"
    path.write_bytes(content)
    checked = beside_the_store(world, path)
    assert verdicts(checked) == verdicts(load(world, content))
    assert [(error["row"], error["code"]) for error in checked.errors if error["code"] == "E114"] == [
        (2, "E114"),
        (3, "E114"),
    ]
    assert checked.counts.superseded == 1
    assert "E114" not in checked.not_checked


def test_nothing_is_kept(world: World, tmp_path: Path) -> None:
    load(world, as_csv(stored(world)))
    path = tmp_path / "十一月.csv"
    path.write_bytes(as_csv([row for case in CASES.values() for row in case(world)]))
    before = everything()
    beside_the_store(world, path, "录入有误")
    assert everything() == before
