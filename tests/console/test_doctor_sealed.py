"""`doctor --whole` opens every sealed value: what was changed, exchanged or taken away by hand is found, an erasure is not."""

from collections.abc import Callable
from datetime import datetime

import pytest

from hands import by_hand, sql
from intake.cast import as_csv, load, penalty, person
from world import World, furnish
from xinheng.console import checks
from xinheng.subjects.door import erase_person, who
from xinheng.subjects.values import Scheme


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The small world with a penalty of a firm, whose representative is sealed, and two of people."""
    made = furnish(now)
    load(made, as_csv([penalty(made, 1), person(made, 2), person(made, 3)]))
    return made


def personal_states(now: datetime) -> dict[str, str]:
    return {item.name: item.state for item in checks.unbound(now, whole=True)}


def some_person(world: World, number: int = 2) -> int:
    code = person(world, number)["CF_XDR_ZJHM"]
    assert code is not None
    found = who(Scheme.ID18, code, actor=world.actor("reporter.market"))
    assert found is not None
    return found.id


def a_firm() -> int:
    [(subject,)] = sql(
        "SELECT MIN(v.subject_id) FROM subjects_personal_value v JOIN subjects_subject s ON s.id = v.subject_id "
        "WHERE s.kind <> 'natural_person'"
    )
    return int(subject)


def test_sealed_values_that_all_open_are_no_fault_and_only_the_whole_look_opens_them(
    world: World, now: datetime
) -> None:
    assert personal_states(now)["personal"] == "ok"
    assert "personal" not in {item.name for item in checks.unbound(now)}


def test_an_erased_person_is_no_fault(world: World, now: datetime) -> None:
    erase_person(subject_id=some_person(world), reason="本人申请", actor=world.actor("reviewer"), now=now)
    assert personal_states(now)["personal"] == "ok"


def value_gone(world: World) -> None:
    by_hand(f"DELETE FROM subjects_personal_value WHERE subject_id = {some_person(world)}")


def representative_gone(world: World) -> None:
    by_hand(f"DELETE FROM subjects_personal_value WHERE subject_id = {a_firm()}")


def key_gone(world: World) -> None:
    by_hand(f"DELETE FROM subjects_key WHERE subject_id = {some_person(world)}")


def key_of_a_firm_gone(world: World) -> None:
    firm = a_firm()
    by_hand(f"DELETE FROM subjects_key WHERE subject_id = {firm}")
    by_hand(f"DELETE FROM subjects_personal_value WHERE subject_id = {firm}")


def values_exchanged(world: World) -> None:
    one, two = some_person(world), some_person(world, 3)
    by_hand(
        "UPDATE subjects_personal_value SET ciphertext = (SELECT ciphertext FROM subjects_personal_value "
        f"WHERE subject_id = {two} AND field = 'name') WHERE subject_id = {one} AND field = 'name'"
    )


def key_exchanged(world: World) -> None:
    one, two = some_person(world), some_person(world, 3)
    by_hand(
        f"UPDATE subjects_key SET wrapped = (SELECT wrapped FROM subjects_key WHERE subject_id = {two}) "
        f"WHERE subject_id = {one}"
    )


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (value_gone, "被引用而已不存在"),
        (representative_gone, "1 项被引用而已不存在"),
        (key_gone, "被引用而已不存在"),
        (key_of_a_firm_gone, "1 项被引用而已不存在"),
        (values_exchanged, "1 项无法解开"),
        (key_exchanged, "项无法解开"),
    ],
)
def test_values_and_keys_touched_by_hand_are_found(
    world: World, now: datetime, hand: Callable[[World], None], said: str
) -> None:
    hand(world)
    found = checks.personal()
    assert (found.state, said in found.text) == ("fail", True), found.text


def test_a_key_put_back_after_an_erasure_is_found(world: World, now: datetime) -> None:
    subject = some_person(world)
    [(kept,)] = sql(f"SELECT wrapped FROM subjects_key WHERE subject_id = {subject}")
    erase_person(subject_id=subject, reason="本人申请", actor=world.actor("reviewer"), now=now)
    by_hand("INSERT INTO subjects_key (subject_id, wrapped) VALUES (%s, %s)", subject, bytes(kept))
    found = checks.personal()
    assert (found.state, "1 个已删除的自然人又有了密钥" in found.text) == ("fail", True), found.text
