"""The typed row and the file say the same: five hundred dirty rows through the page's operation and through the columns."""

from itertools import cycle, islice

import pytest

from engine.penalty_rows import DAMAGES, UNIT
from intake.cast import PENALTY, Row, as_csv, firm_code, load, penalty, person
from world import World, business_code
from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.batch.check import judge_file
from xinheng.intake.door import check_row, enter_row
from xinheng.intake.rules.receipt import shown_values
from xinheng.intake.values.errors import NotPossible
from xinheng.intake.values.receipts import Outcome, Taken
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import head, sequence
from xinheng.records.door import by_document

ROWS = 500


def dirty_rows(world: World) -> list[Row]:
    """Rows of every kind of dirt, those that only the store can see first."""
    rows = [*store_dirt(world)]
    market = world.unit_codes["market"]
    # A row of nothing is no row of a file.
    kinds = islice(cycle(make for make in DAMAGES.values() if any(make(1).values())), ROWS - len(rows))
    for number, make in enumerate(kinds, 1000):
        row = make(number)
        rows.append({code: market if text == UNIT else text for code, text in row.items()})
    return rows


def store_dirt(world: World) -> list[Row]:
    """What needs the store, each with a neighbour that passes."""
    known = {"CF_XDR_SHXYM": business_code(1)}
    return [
        penalty(world, 1),
        penalty(world, 2, CF_NR_FK="0.6", CF_NR="处以罚款人民币6000元。"),
        penalty(world, 3, CF_WSH="示市监罚〔2026〕1号"),
        penalty(world, 4, CF_XDR_MC="示例区云禾商贸有限公司", **known),
        penalty(world, 5, CF_XDR_MC="示例区别家机械有限公司", **known),
        penalty(world, 6, CF_CFJGDM=firm_code(9, "11")),
        penalty(world, 7, CF_SJLYDM=firm_code(9, "11")),
        penalty(world, 8, CF_SJLYDM=world.unit_codes["tax"]),
        penalty(world, 9, CF_JDRQ="2026-09-01"),
        penalty(world, 10, CF_JDRQ="1990-09-01"),
        person(world, 11),
        person(world, 12, CF_NR_FK="0.6", CF_NR="处以罚款人民币6000元。"),
        penalty(world, 13, CF_XDR_LB="个体工商户", CF_XDR_SHXYM=None, CF_XDR_GSZC="企独样总字第01号"),
    ]


def told(items: object) -> list[tuple[object, ...]]:
    names = ("field", "code", "effect", "value", "message")
    return [tuple(item[name] for name in names) for item in items]  # type: ignore[attr-defined]


def notes(items: object) -> list[tuple[object, ...]]:
    return [(i["field"], i["from"], i["to"], i["rule"]) for i in items]  # type: ignore[attr-defined]


def test_five_hundred_dirty_rows_get_the_same_answer_both_ways(world: World) -> None:
    load(world, as_csv([penalty(world, 1), penalty(world, 2), person(world, 11), person(world, 12)]))
    rows = dirty_rows(world)
    assert len(rows) == ROWS
    actor = world.actor("reporter.market")
    typed: list[Outcome] = [check_row(item=PENALTY, texts=row, actor=actor, now=world.now) for row in rows]
    content = as_csv(rows)
    judged = judge_file(
        content,
        "x.csv",
        item=PENALTY,
        edition=current_edition(legal_date(world.now)),
        on=legal_date(world.now),
        prefix=actor.unit_path,
    )
    values = [shown_values(judged.asked, row) for row in judged.result.values.iter_rows(named=True)]
    done = load(world, content)
    for index, outcome in enumerate(typed):
        row = judged.rows[index]
        errors = [error for error in done.errors if error["row"] == row]
        changed = [note for note in done.normalised if note["row"] == row]
        assert told(outcome.problems) == told(errors), rows[index]
        assert sorted(notes(outcome.normalised), key=repr) == sorted(notes(changed), key=repr), rows[index]
        assert dict(outcome.values) == values[index], rows[index]
    counted = [
        sum(outcome.taken is taken for outcome in typed) for taken in (Taken.ACCEPTED, Taken.HELD, Taken.REJECTED)
    ]
    assert counted == [done.counts.accepted, done.counts.held, done.counts.rejected]
    found = {error["code"] for error in done.errors}
    assert found >= {
        "E101",
        "E102",
        "E103",
        "E104",
        "E105",
        "E106",
        "E107",
        "E108",
        "E109",
        "E110",
        "E112",
        "E113",
        "E114",
    }
    assert found >= {"W201", "W202", "W203"}


def test_checking_a_row_writes_nothing(world: World) -> None:
    sequence()
    before = head().numbered
    outcome = check_row(item=PENALTY, texts=person(world, 1), actor=world.actor("reporter.market"), now=world.now)
    sequence()
    assert (outcome.taken, outcome.record_id, head().numbered) == (Taken.ACCEPTED, None, before)


def test_an_entered_row_is_in_the_archive_at_once(world: World) -> None:
    actor = world.actor("reporter.market")
    done = enter_row(item=PENALTY, texts=person(world, 1), actor=actor, now=world.now)
    [version] = by_document("示市监罚〔2026〕1号", actor=actor)
    assert (done.taken, done.standing, done.record_id) == (Taken.ACCEPTED, "new", version.record_id)
    again = enter_row(item=PENALTY, texts=person(world, 1), actor=actor, now=world.now)
    assert (again.standing, again.version_id) == ("unchanged", version.id)


def test_what_was_typed_is_recognised_in_a_file(world: World) -> None:
    actor = world.actor("reporter.market")
    rows = [penalty(world, 1), person(world, 2), penalty(world, 3, BZ="联系电话13800138000")]
    for row in rows:
        enter_row(item=PENALTY, texts=row, actor=actor, now=world.now)
    assert load(world, as_csv(rows)).counts.unchanged == 3


def test_a_rejected_row_leaves_nothing_and_a_held_one_waits(world: World) -> None:
    actor = world.actor("reporter.market")
    rejected = enter_row(item=PENALTY, texts=penalty(world, 1, CF_SY="无"), actor=actor, now=world.now)
    assert (rejected.taken, [problem["code"] for problem in rejected.problems]) == (Taken.REJECTED, ["E101"])
    waiting = enter_row(item=PENALTY, texts=penalty(world, 1, CF_NR_FK="20000"), actor=actor, now=world.now)
    assert waiting.taken is Taken.HELD
    assert list(models.Held.objects.values_list("pk", "batch_id", "codes")) == [(waiting.held_id, None, "E109")]
    assert by_document("示市监罚〔2026〕1号", actor=actor) == ()


def test_nobody_types_for_a_foreign_unit(world: World) -> None:
    actor, tax = world.actor("reporter.market"), world.units["tax"]
    with pytest.raises(NotPossible):
        enter_row(item=PENALTY, texts=penalty(world, 1), unit_id=tax, actor=actor, now=world.now)
