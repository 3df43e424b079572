"""What ended, was withdrawn, corrected or blocked is gone from every page at once; people are on none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.pages import main, words
from subjects.subject_cast import person
from world import World, licence, penalty, permit, publish
from xinheng.kernel.actor import system
from xinheng.portal import figures
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind, Polarity
from xinheng.subjects.door import ensure_person

NUMBER = "示市监罚〔2026〕1号"
TODAY = date(2026, 11, 21)


def shown(visitor: Client, world: World, record_id: int) -> dict[str, bool]:
    """On which pages the record can be seen."""
    figures.forget()
    subject = world.subjects["云禾"]
    return {
        "home": NUMBER in main(visitor.get("/")),
        "count": visitor.get("/").context["figures"][1].value == 1,
        "document": f"/records/{record_id}" in visitor.get("/search", {"q": NUMBER}).content.decode(),
        "list": NUMBER in main(visitor.get("/penalties")),
        "subject": NUMBER in main(visitor.get(f"/subjects/{subject}")),
        "subject's count": "行政处罚 1" in main(visitor.get(f"/subjects/{subject}")),
        "record": visitor.get(f"/records/{record_id}").status_code == 200,
        "proof": visitor.get(f"/records/{record_id}/proof.json?of=decision").status_code != 404,
    }


def test_a_public_record_is_on_every_page(visitor: Client, world: World, fine: int) -> None:
    assert all(shown(visitor, world, fine).values())


@pytest.mark.parametrize("kind", [MarkKind.WITHDRAWN, MarkKind.REPAIRED, MarkKind.SHIELDED])
def test_a_mark_takes_it_from_every_page_at_once(
    visitor: Client, world: World, fine: int, now: Any, kind: MarkKind
) -> None:
    mark(record_id=fine, kind=kind, reason="x", actor=world.actor("reviewer"), now=now, on=TODAY)
    assert not any(shown(visitor, world, fine).values())


def test_it_is_gone_on_the_day_after_its_last(
    visitor: Client, world: World, fine: int, later: Callable[[int], None]
) -> None:
    last = (date(2027, 11, 10) - TODAY).days
    later(last)
    assert all(shown(visitor, world, fine).values())
    later(last + 1)
    assert not any(shown(visitor, world, fine).values())


def test_a_correction_takes_the_old_content_away_at_once(visitor: Client, world: World, fine: int, now: Any) -> None:
    enter(fact=penalty(world, amount=100), reason="更正", actor=world.actor("reporter.market"), now=now)
    assert not any(shown(visitor, world, fine).values())
    publish(now)
    said = main(visitor.get(f"/records/{fine}"))
    assert "罚款1元" in said
    assert "罚款5000元" not in said


def test_a_blocked_record_is_never_on_any_page(visitor: Client, world: World, now: Any) -> None:
    fact = replace(penalty(world), blocks=("E112:personal_data_in_text",))
    done = enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    publish(now)
    assert not any(shown(visitor, world, done.record_id).values())


def test_what_was_entered_but_not_decided_is_on_no_page(visitor: Client, world: World, now: Any) -> None:
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    assert not any(shown(visitor, world, done.record_id).values())


def test_a_page_of_what_is_gone_says_nothing_about_it(visitor: Client, world: World, fine: int, now: Any) -> None:
    mark(record_id=fine, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=now, on=TODAY)
    gone, never = visitor.get(f"/records/{fine}"), visitor.get("/records/987654")
    assert (gone.status_code, gone["Cache-Control"]) == (404, "no-store")
    assert words(gone) == words(never)


def test_natural_persons_are_on_no_page(visitor: Client, world: World, now: Any) -> None:
    clerk = replace(world.actor("reporter.market"), permissions=frozenset({"records.enter"}))
    someone = ensure_person(draft=person(5, "欧阳测试"), actor=system("test", "records.enter"), now=now).subject_id
    harm = replace(
        penalty(world),
        subject_id=someone,
        subject_kind="natural_person",
        permit=permit("administrative-penalty", "natural_person", world.unit_codes["market"], date(2026, 11, 10)),
    )
    good = replace(licence(world), subject_id=someone, subject_kind="natural_person", polarity=Polarity.NEUTRAL)
    ids = [enter(fact=fact, actor=clerk, now=now).record_id for fact in (harm, good)]
    publish(now)
    figures.forget()
    assert visitor.get(f"/subjects/{someone}").status_code == 404
    assert [visitor.get(f"/records/{record_id}").status_code for record_id in ids] == [404, 404]
    for address in ("/", "/licences", "/penalties", "/search?q=欧阳测试", f"/search?q={NUMBER}", "/search?q=欧阳"):
        answer = visitor.get(address)
        assert "欧阳测试" not in main(answer).replace("“欧阳测试”", "")
        assert f"/subjects/{someone}" not in answer.content.decode()
        assert not any(f"/records/{record_id}" in answer.content.decode() for record_id in ids)
    assert [figure.value for figure in visitor.get("/").context["figures"]] == [0, 0]


def test_the_total_is_kept_a_minute_and_never_over_midnight(world: World, fine: int, now: Any) -> None:
    from datetime import timedelta

    figures.forget()
    first = figures.totals(now)
    assert figures.totals(now + timedelta(seconds=59)) is first
    assert figures.totals(now + timedelta(seconds=60)) is not first
    late = now.replace(hour=15, minute=59, second=50)
    figures.forget()
    before = figures.totals(late)
    assert figures.totals(late + timedelta(seconds=20)) is not before
