"""When a failure is tried again, and what is said about it."""

from datetime import timedelta

import pytest

from xinheng.jobs.rules import LONGEST_DELAY, describe, may_retry, retry_after
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 10), (2, 40), (3, 160), (4, 640), (5, 2560), (6, 3600), (50, 3600), (0, 10)]
)
def test_the_delay_grows_fourfold_up_to_an_hour(attempt: int, seconds: int) -> None:
    assert retry_after(attempt) == timedelta(seconds=seconds)
    assert retry_after(attempt) <= LONGEST_DELAY


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Refused("a.b", "不"), False),
        (Invalid("a.b", "不"), False),
        (Unknown("a.b", "不"), False),
        (Conflict("a.b", "忙"), True),
        (ValueError("x"), True),
        (OSError("x"), True),
    ],
)
def test_only_conflicts_and_accidents_are_tried_again(error: Exception, again: bool) -> None:
    assert may_retry(error) is again


def test_an_answer_of_no_is_told_in_its_own_words() -> None:
    assert describe(Refused("tests.no", "不予办理")) == ("tests.no", "不予办理")


def test_an_accident_is_told_without_the_words_of_the_exception() -> None:
    try:
        int("990101199001011234x")
    except ValueError as error:
        code, text = describe(error)
    assert code == "jobs.accident"
    assert "ValueError" in text
    assert "test_rules.py" in text
    assert "990101" not in text
