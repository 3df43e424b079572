"""What no entry of the ledger binds, changed by hand: the doctor finds it, or the page docs/ledger.md says that it cannot."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from hands import by_hand, sql
from world import World, furnish, penalty, publish
from xinheng.accounts.door import sign_in, unlock
from xinheng.accounts.values import SignInRefused
from xinheng.console import checks
from xinheng.kernel.actor import system
from xinheng.ledger.door import public_key, sequence, verify
from xinheng.publicity import models as publicity_models
from xinheng.records.door import enter
from xinheng.storage.keys import key_ring
from xinheng.subjects.batch import index_faults


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The small world with two penalties that were decided about."""
    made = furnish(now)
    for number in (1, 2):
        fact = penalty(made, number=f"示市监罚〔2026〕{number}号")
        enter(fact=fact, actor=made.actor("reporter.market"), now=now)
    publish(now)
    return made


def states(now: datetime) -> dict[str, str]:
    return {item.name: item.state for item in checks.unbound(now)}


def key_column() -> str:
    return "rowid" if connection.vendor == "sqlite" else "subject_id"


def test_a_sound_platform_has_nothing_to_find(world: World, now: datetime) -> None:
    assert states(now) == {"publicity": "ok", "search": "ok", "sign_in": "ok"}


def test_records_that_wait_for_the_next_pull_are_no_fault(world: World, now: datetime) -> None:
    enter(fact=penalty(world, number="示市监罚〔2026〕3号"), actor=world.actor("reporter.market"), now=now)
    assert states(now)["publicity"] == "ok"
    sequence()
    assert states(now)["publicity"] == "ok"


def test_a_cursor_moved_past_undecided_records_is_found(world: World, now: datetime) -> None:
    enter(fact=penalty(world, number="示市监罚〔2026〕3号"), actor=world.actor("reporter.market"), now=now)
    sequence()
    by_hand("UPDATE publicity_cursor SET number = (SELECT MAX(first) FROM ledger_run)")
    publish(now)
    found = checks.publicity()
    assert (found.state, "1 条信息已被越过" in found.text) == ("fail", True)


def test_a_cursor_moved_beyond_the_ledger_is_found(world: World, now: datetime) -> None:
    by_hand("UPDATE publicity_cursor SET number = 1000000")
    found = checks.publicity()
    assert (found.state, "超出账本末尾" in found.text) == ("fail", True)


def test_a_cursor_moved_past_a_calendar_is_found(world: World, now: datetime) -> None:
    """The deadlines that the notice should have recomputed stay provisional by the old one."""
    from xinheng.catalogue.door import import_calendar_year
    from xinheng.catalogue.values.views import DayRow

    late = datetime(2026, 12, 31, 3, 0, tzinfo=now.tzinfo)
    fact = penalty(world, number="示市监罚〔2026〕9号", on=date(2026, 12, 30))
    enter(fact=fact, actor=world.actor("reporter.market"), now=late)
    publish(late)
    days = [DayRow(date(2027, 1, 1), "holiday"), DayRow(date(2027, 1, 4), "holiday")]
    actor = system("test", "calendar.import")
    import_calendar_year(year=2027, rows=days, document="国办发明电〔2026〕测试号", actor=actor, now=late)
    sequence()
    assert checks.publicity().state == "ok"
    by_hand("UPDATE publicity_cursor SET number = (SELECT MAX(first) FROM ledger_run)")
    found = checks.publicity()
    assert (found.state, "放假安排" in found.text) == ("fail", True)
    by_hand("UPDATE publicity_cursor SET number = 0")
    publish(late)
    assert checks.publicity().state == "ok"


def test_decisions_hung_on_a_run_that_is_not_ready_are_found(world: World, now: datetime) -> None:
    by_hand(
        "INSERT INTO ledger_run (kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready) "
        "SELECT kind, operation, at, legal_date, actor_kind, actor_name, payload, 0, %s FROM ledger_run WHERE id = "
        "(SELECT MIN(id) FROM ledger_run)",
        False,
    )
    by_hand("UPDATE publicity_publication SET run_id = (SELECT MAX(id) FROM ledger_run WHERE NOT ready)")
    found = checks.publicity()
    assert (found.state, "2 条公示决定不属于" in found.text) == ("fail", True)


@pytest.mark.parametrize(
    "change", ["public_until = '2099-12-31'", "shown = NOT shown", "reason = '改'", "first_public_at = NULL"]
)
def test_a_publication_in_force_that_was_edited_is_found_by_verification(
    world: World, now: datetime, change: str
) -> None:
    assert publicity_models.Publication.objects.filter(shown=True, run__ready=True).count() == 2
    by_hand(f"UPDATE publicity_publication SET {change} WHERE id = (SELECT MIN(id) FROM publicity_publication)")
    problems = verify(key=public_key(key_ring().checkpoint)).problems
    assert [problem for problem in problems if problem.place.startswith("publicity_publication")]


def write_words(words: str) -> None:
    cast = "" if connection.vendor == "sqlite" else "::tsvector"
    by_hand(
        f"UPDATE subjects_search SET grams = %s{cast} WHERE {key_column()} = (SELECT MIN({key_column()}) FROM subjects_search)",
        words,
    )


def drop_one() -> None:
    by_hand(f"DELETE FROM subjects_search WHERE {key_column()} = (SELECT MIN({key_column()}) FROM subjects_search)")


def add_one() -> None:
    words = "%s" if connection.vendor == "sqlite" else "%s::tsvector"
    by_hand(f"INSERT INTO subjects_search ({key_column()}, grams) VALUES (987654, {words})", "000 999")


@pytest.mark.parametrize(
    ("hand", "found"),
    [
        (drop_one, (1, 0, 0)),
        (add_one, (0, 1, 0)),
        (lambda: write_words("000 999"), (0, 0, 1)),
        (lambda: write_words(""), (0, 0, 1)),
    ],
)
def test_search_rows_missing_extra_or_edited_are_found(
    world: World, now: datetime, hand: Callable[[], None], found: tuple[int, int, int]
) -> None:
    hand()
    faults = index_faults()
    assert (faults.missing, faults.extra, faults.edited) == found
    assert states(now)["search"] == "fail"


def test_looking_at_the_search_table_changes_nothing(world: World, now: datetime) -> None:
    write_words("000 999")
    before = sql(f"SELECT {key_column()}, CAST(grams AS text) FROM subjects_search ORDER BY 1")
    index_faults(whole=True)
    assert sql(f"SELECT {key_column()}, CAST(grams AS text) FROM subjects_search ORDER BY 1") == before


def test_a_sample_leaves_rows_out_and_the_whole_does_not(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinheng.subjects.load import unbound

    monkeypatch.setattr(unbound, "SAMPLE", 1)
    [(count,)] = sql("SELECT COUNT(*) FROM subjects_search")
    assert index_faults().looked_at < count
    assert index_faults(whole=True).looked_at >= count


def lock_out(now: datetime, login: str = "reporter.market") -> None:
    for second in range(5):
        with pytest.raises(SignInRefused):
            sign_in(login=login, password="falsch", now=now + timedelta(seconds=second))
    sequence()


def test_a_lock_lifted_by_hand_is_found(world: World, now: datetime) -> None:
    lock_out(now)
    soon = now + timedelta(minutes=1)
    assert states(soon)["sign_in"] == "ok"
    by_hand("UPDATE accounts_sign_in_guard SET failures = 0, locked_until = NULL")
    assert "1 个账号的锁定未经解锁而消失" in checks.sign_in(soon).text
    assert states(now + timedelta(hours=1))["sign_in"] == "ok"


def test_a_lock_that_somebody_entitled_lifted_is_no_fault(world: World, now: datetime) -> None:
    lock_out(now)
    soon = now + timedelta(minutes=1)
    actor = system("test", "accounts.unlock")
    unlock(person_id=world.actor("reporter.market").id or 0, actor=actor, now=soon)
    sequence()
    assert states(soon + timedelta(minutes=1))["sign_in"] == "ok"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "DELETE FROM accounts_sign_in_guard WHERE person_id = (SELECT MIN(person_id) FROM accounts_sign_in_guard)",
            "1 个账号缺少计数",
        ),
        ("UPDATE accounts_sign_in_guard SET failures = -1000", "计数不可能出现"),
        ("UPDATE accounts_sign_in_guard SET failures = 5", "计数不可能出现"),
        ("UPDATE accounts_sign_in_guard SET locked_until = '2099-01-01 00:00:00'", "计数不可能出现"),
    ],
)
def test_counts_that_are_gone_or_impossible_are_found(world: World, now: datetime, statement: str, told: str) -> None:
    by_hand(statement)
    found = checks.sign_in(now)
    assert (found.state, told in found.text) == ("fail", True)


def test_a_count_put_lower_without_a_lock_is_not_found(world: World, now: datetime) -> None:
    """As docs/ledger.md says: a right password puts it to zero as well, and may be given where no entry follows."""
    with pytest.raises(SignInRefused):
        sign_in(login="reporter.market", password="falsch", now=now)
    sequence()
    by_hand("UPDATE accounts_sign_in_guard SET failures = 0")
    assert states(now)["sign_in"] == "ok"
