"""A reason in which nobody sees anything is none, wherever one is asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from intake.cast import as_csv, load, penalty, person
from world import World
from xinheng.intake.door import held, release, send_back
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Invalid
from xinheng.ledger.models import Run
from xinheng.records.door import by_document, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import erase_person, merge, rename, undo_merge

UNSEEN = ("", "  ", "\u3000", "\u200b", "\u2060\ufeff ", "\u2800")


def waiting(world: World) -> int:
    load(world, as_csv([penalty(world, 4, CF_NR_FK="20000")]))
    [row] = held(world.actor("reporter.market")).items
    return row.id


def acts(world: World) -> dict[str, Callable[[str], Any]]:
    """Everything that asks for a reason or a name, given one."""
    load(world, as_csv([penalty(world, 1), person(world, 3)]))
    [record] = by_document("示市监罚〔2026〕1号", actor=world.actor("reviewer"))
    [of_person] = by_document("示市监罚〔2026〕3号", actor=world.actor("reviewer"))
    one, two = world.subjects["云禾"], world.subjects["清岚"]
    operator, reviewer, now = world.actor("operator"), world.actor("reviewer"), world.now
    done = merge(kept=one, absorbed=two, reason="同一企业", actor=operator, now=now)
    row = waiting(world)
    on = legal_date(now)
    return {
        "merge": lambda text: merge(kept=one, absorbed=record.subject_id, reason=text, actor=operator, now=now),
        "undo": lambda text: undo_merge(merge_id=done.merge_id, reason=text, actor=operator, now=now),
        "rename": lambda text: rename(subject_id=one, name=text, valid_from=on, actor=operator, now=now),
        "erase": lambda text: erase_person(subject_id=of_person.subject_id, reason=text, actor=reviewer, now=now),
        "release": lambda text: release(held_id=row, reason=text, actor=reviewer, now=now),
        "send back": lambda text: send_back(held_id=row, reason=text, actor=operator, now=now),
        "mark": lambda text: mark(
            record_id=record.record_id, kind=MarkKind.CONTESTED, reason=text, actor=reviewer, now=now, on=on
        ),
    }


def test_a_reason_nobody_sees_is_refused_and_leaves_nothing(world: World) -> None:
    for name, act in acts(world).items():
        runs = Run.objects.count()
        for text in UNSEEN:
            with pytest.raises(Invalid):
                act(text)
        assert Run.objects.count() == runs, name


def test_a_correction_without_a_visible_reason_is_held(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    changed = penalty(world, 1, CF_NR="处以罚款人民币6000元。", CF_NR_FK="0.6")
    for text in UNSEEN:
        done = load(world, as_csv([changed]), reason=text)
        assert (done.counts.superseded, [error["code"] for error in done.errors]) == (0, ["E114"]), repr(text)
