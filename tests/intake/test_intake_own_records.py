"""A department learns nothing of another unit's unpublished records: the same request gives the same bytes with and without them."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.db import transaction

from intake.cast import PENALTY, Row, as_csv, load, penalty, person
from world import World
from xinheng.intake.door import batch, batches, check_row, counts, enter_row, held, held_row, problems, receipt
from xinheng.intake.values.errors import BatchUnknown, HeldUnknown
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import XinhengError


def foreign_records(world: World) -> None:
    """What the tax bureau has: the same firm under another name, the same number, the same person, a row that waits."""
    rows = [
        penalty(world, 1, unit="tax", CF_XDR_MC="示例区别名机械有限公司", CF_WSH="示市监罚〔2026〕1号"),
        penalty(world, 2, unit="tax", CF_WSH="示市监罚〔2026〕2号", CF_NR_FK="0.7", CF_NR="罚款7000元"),
        person(world, 3) | dict.fromkeys(("CF_CFJGDM", "CF_SJLYDM"), world.unit_codes["tax"]),
        penalty(world, 4, unit="tax", CF_NR_FK="20000"),
    ]
    assert load(world, as_csv(rows), unit="tax").counts.accepted == 3


def own_rows(world: World) -> list[Row]:
    return [penalty(world, 1), penalty(world, 2), person(world, 3), penalty(world, 4), penalty(world, 5, CF_SY="无")]


def compared(world: World, request: Callable[[World], Any]) -> None:
    """The answer to a request without and with the foreign records, as bytes."""
    answers = []
    for foreign in (False, True):
        with transaction.atomic():
            if foreign:
                foreign_records(world)
            answers.append(json.dumps(request(world), ensure_ascii=False, default=str).encode())
            transaction.set_rollback(True)
    assert answers[0] == answers[1]


def without_ids(answer: Any) -> Any:
    """Serial numbers grow with whatever anybody does."""
    return {
        name: value for name, value in answer.items() if name not in ("batch", "record_id", "version_id", "held_id")
    }


def test_a_receipt_tells_nothing_of_foreign_records(world: World) -> None:
    compared(world, lambda world: without_ids(load(world, as_csv(own_rows(world))).to_json()))


def test_a_typed_row_tells_nothing_of_foreign_records(world: World) -> None:
    actor = world.actor("reporter.market")

    def both(world: World) -> list[Any]:
        rows = own_rows(world)
        checked = [check_row(item=PENALTY, texts=row, actor=actor, now=world.now) for row in rows]
        entered = [enter_row(item=PENALTY, texts=row, actor=actor, now=world.now) for row in rows]
        return [without_ids(asdict(outcome)) for outcome in (*checked, *entered)]

    compared(world, both)


def test_lists_and_figures_tell_nothing_of_foreign_batches(world: World) -> None:
    actor = world.actor("reporter.market")
    compared(world, lambda _: [asdict(batches(actor)), asdict(held(actor)), asdict(counts(actor))])


def test_the_answer_about_a_foreign_batch_is_that_about_none(world: World) -> None:
    foreign_records(world)
    actor = world.actor("reporter.market")
    [theirs] = batches(world.actor("reporter.tax")).items
    [waiting] = held(world.actor("reporter.tax")).items
    asked: list[tuple[Callable[[int], Any], int, type[XinhengError]]] = [
        (lambda number: batch(number, actor), theirs.id, BatchUnknown),
        (lambda number: receipt(number, actor), theirs.id, BatchUnknown),
        (lambda number: problems(number, actor), theirs.id, BatchUnknown),
        (lambda number: held_row(number, actor, on=legal_date(world.now)), waiting.id, HeldUnknown),
    ]
    for ask, number, error in asked:
        said = []
        for each in (number, 987_654):
            with pytest.raises(error) as caught:
                ask(each)
            said.append(str(caught.value).replace(str(each), "N"))
        assert said[0] == said[1]


def test_a_foreign_row_can_not_be_handed_in(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1, unit="tax")]))
    assert [(error["code"], error["field"]) for error in done.errors] == [("E110", "CF_SJLYDM")]
