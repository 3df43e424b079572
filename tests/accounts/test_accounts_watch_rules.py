"""What is unusual in looking-up, as a table of cases; and the draw of the sample, which anybody can do again."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.accounts.rules.watching import (
    LIMITS,
    WATCH_LABELS,
    Look,
    Watch,
    drawn,
    findings,
    in_working_time,
    sample_seed,
    sample_size,
    usual_most,
    watch_faults,
)
from xinheng.kernel.dates import start_of_day

FRIDAY = date(2026, 11, 20)
SATURDAY = date(2026, 11, 21)
SMALL = Watch(hour_most=3, day_most=5, rows_most=100, usual_least=2, off_personal_most=0, off_others_most=2)


def working(day: date) -> bool:
    return day.weekday() < 5


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return start_of_day(day) + timedelta(hours=hour, minutes=minute)


def looks(*moments: datetime, personal: bool = False, count: int = 1) -> tuple[Look, ...]:
    return tuple(Look(n, moment, n, personal, count) for n, moment in enumerate(moments, 1))


@pytest.mark.parametrize(
    ("found", "marks"),
    [
        (looks(*[at(FRIDAY, 10, n) for n in range(3)]), []),
        (looks(*[at(FRIDAY, 10, n) for n in range(4)]), ["hour/2026-11-20/10"]),
        (looks(at(FRIDAY, 10, 59), at(FRIDAY, 10, 58), at(FRIDAY, 11), at(FRIDAY, 11, 1)), []),
        (looks(*[at(FRIDAY, hour) for hour in range(9, 15)]), ["day/2026-11-20"]),
        (looks(at(FRIDAY, 10), count=101), ["rows/2026-11-20"]),
        (looks(at(FRIDAY, 7, 59), personal=True), ["off_hours/2026-11-20/personal"]),
        (looks(at(FRIDAY, 8), at(FRIDAY, 18, 59), personal=True), []),
        (looks(at(FRIDAY, 19), personal=True), ["off_hours/2026-11-20/personal"]),
        (looks(*[at(FRIDAY, 20, n) for n in range(2)]), []),
        (looks(*[at(FRIDAY, 20, n) for n in range(3)]), ["off_hours/2026-11-20/others"]),
    ],
)
def test_more_than_a_figure_and_no_less_is_unusual(found: tuple[Look, ...], marks: list[str]) -> None:
    assert [one.mark for one in findings(found, FRIDAY, SMALL, earlier={}, working_day=working)] == marks


def test_a_day_off_is_outside_working_time_and_a_day_worked_in_its_stead_is_not() -> None:
    noon = at(SATURDAY, 12)
    assert not in_working_time(noon, Watch(), working)
    assert in_working_time(noon, Watch(), lambda day: day == SATURDAY)


def test_the_evidence_are_the_lines_that_show_it_and_no_others() -> None:
    found = (*looks(at(FRIDAY, 10), personal=True), Look(7, at(FRIDAY, 22), 7, True, 1))
    (only,) = findings(found, FRIDAY, SMALL, earlier={}, working_day=working)
    assert (only.looks, only.observed, only.threshold) == ((7,), 1, 0)


@pytest.mark.parametrize(
    ("earlier", "most"),
    [
        ([], None),
        ([4, 4, 4, 4], None),
        ([4, 4, 4, 4, 4], 12),
        ([4, 0, 4, 0, 4, 0, 4, 0, 4], 12),
        ([1, 1, 1, 1, 2], 6),
        ([1, 1, 1, 1, 1], 5),
    ],
)
def test_the_usual_is_the_own_mean_times_three_from_a_least_on(earlier: list[int], most: int | None) -> None:
    days = {FRIDAY - timedelta(days=n): count for n, count in enumerate(earlier, 1)}
    assert usual_most(days, Watch(usual_times=3, usual_least=5)) == most


def test_every_figure_has_limits_and_a_name_and_none_turns_the_watch_off() -> None:
    assert set(LIMITS) == set(WATCH_LABELS) == set(Watch.__dataclass_fields__)
    assert watch_faults(Watch()) == ()
    assert [name for name, _message in watch_faults(Watch(day_most=10**9))] == ["day_most"]
    assert [name for name, _message in watch_faults(Watch(work_from=1200, work_to=480))] == ["work_to"]
    assert [name for name, _message in watch_faults(Watch(sample_least=300, sample_most=200))] == ["sample_most"]


@pytest.mark.parametrize(("population", "size"), [(0, 0), (5, 5), (20, 20), (1_000, 20), (2_000, 40), (1_000_000, 200)])
def test_the_sample_is_a_share_no_fewer_and_no_more_than_set(population: int, size: int) -> None:
    assert sample_size(population, Watch()) == size


def test_the_draw_is_that_of_the_page_step_by_step() -> None:
    seed = hashlib.sha256(b"xinheng.sample/1 2026-10 " + b"ab" * 32).hexdigest()
    assert sample_seed(date(2026, 10, 1), "ab" * 32) == seed
    by_hand = sorted(range(1, 101), key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).hexdigest())[:7]
    assert drawn(range(1, 101), seed, 7) == tuple(by_hand)


@given(st.sets(st.integers(1, 10**9), max_size=60), st.integers(0, 60))
def test_the_order_in_which_the_register_is_read_decides_nothing(ids: set[int], size: int) -> None:
    assert drawn(sorted(ids), "s", size) == drawn(sorted(ids, reverse=True), "s", size)
    assert set(drawn(ids, "s", size)) <= set(drawn(ids, "s", size + 1))


def test_moments_are_judged_by_the_clock_of_the_place() -> None:
    assert in_working_time(datetime(2026, 11, 20, 0, 30, tzinfo=UTC), Watch(), working)
    assert not in_working_time(datetime(2026, 11, 20, 11, 0, tzinfo=UTC), Watch(), working)
