"""What may be given to whom, and when it holds: rules as tables."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xinheng.members.rules import (
    check_draft,
    check_given,
    claim_state,
    holds,
    ordered,
    whole,
    written_code,
    written_number,
)
from xinheng.members.values import Channel, ClaimDraft, ClaimState, MemberInvalid, Scope

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def draft(**changed: Any) -> ClaimDraft:
    said: dict[str, Any] = {
        "subject_id": 1,
        "channel": Channel.WINDOW,
        "scopes": frozenset({Scope.APPLY}),
        "post": "财务负责人",
        "evidence": "营业执照、身份证原件",
        **changed,
    }
    return ClaimDraft(**said)


def test_a_draft_that_says_everything_passes() -> None:
    check_draft(draft(), on=ON, evidence=True)
    check_draft(draft(until=ON), on=ON, evidence=True)
    check_draft(draft(evidence=""), on=ON, evidence=False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"post": " \u3000"}, "post"),
        ({"post": "职" * 41}, "post"),
        ({"post": "会计 13800000000"}, "post"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "证" * 201}, "evidence"),
        ({"evidence": "身份证 990101199003070011"}, "evidence"),
        ({"until": ON - DAY}, "until"),
    ],
)
def test_a_draft_is_refused_at_the_field_that_is_wrong(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(MemberInvalid) as refused:
        check_draft(draft(**changed), on=ON, evidence=True)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("scopes", "until", "own", "own_until", "field"),
    [
        ({Scope.APPLY}, None, {Scope.VIEW, Scope.APPLY}, None, None),
        (set(), ON, {Scope.VIEW}, ON, None),
        ({Scope.MANAGE}, None, {Scope.VIEW, Scope.APPLY}, None, "scopes"),
        ({Scope.APPLY, Scope.MANAGE}, None, {Scope.VIEW, Scope.APPLY}, None, "scopes"),
        ({Scope.APPLY}, None, {Scope.VIEW, Scope.APPLY}, ON, "until"),
        ({Scope.APPLY}, ON + DAY, {Scope.VIEW, Scope.APPLY}, ON, "until"),
    ],
)
def test_nobody_gives_more_or_longer_than_they_have(
    scopes: set[Scope], until: date | None, own: set[Scope], own_until: date | None, field: str | None
) -> None:
    given_ = draft(scopes=frozenset(scopes), until=until)
    if field is None:
        check_given(given_, own=frozenset(own), own_until=own_until)
        return
    with pytest.raises(MemberInvalid) as refused:
        check_given(given_, own=frozenset(own), own_until=own_until)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("outcome", "later", "state"),
    [
        ("", timedelta(days=7) - timedelta(seconds=1), ClaimState.OPEN),
        ("", timedelta(days=7), ClaimState.EXPIRED),
        ("used", timedelta(days=8), ClaimState.USED),
        ("withdrawn", DAY, ClaimState.WITHDRAWN),
        ("spoiled", DAY, ClaimState.SPOILED),
    ],
)
def test_a_claim_stands_where_it_was_put_or_expires_on_the_second(
    outcome: str, later: timedelta, state: ClaimState
) -> None:
    assert claim_state(outcome, NOW + timedelta(days=7), NOW + later) is state


@pytest.mark.parametrize(
    ("until", "ended_at", "on", "expected"),
    [
        (None, None, ON, True),
        (ON, None, ON, True),
        (ON, None, ON + DAY, False),
        (None, NOW, ON, False),
        (None, NOW + DAY, ON, True),
    ],
)
def test_an_authorisation_holds_through_its_last_day_and_ends_at_once(
    until: date | None, ended_at: datetime | None, on: date, *, expected: bool
) -> None:
    assert holds(NOW - DAY, until, ended_at, now=NOW, on=on) is expected
    assert not holds(NOW + DAY, until, ended_at, now=NOW, on=on)


@given(some.sets(some.sampled_from(list(Scope))))
def test_whoever_may_anything_may_view_and_nothing_is_added_twice(scopes: set[Scope]) -> None:
    assert whole(whole(scopes)) == whole(scopes) >= {Scope.VIEW}
    assert ordered(whole(scopes)) == tuple(scope for scope in Scope if scope in whole(scopes))


@given(some.from_regex(r"[0-9]{8}", fullmatch=True), some.integers(min_value=0, max_value=8))
def test_a_code_is_the_same_however_it_is_spaced(code: str, place: int) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for written in (code, f"{code[:place]} {code[place:]}", f"{code[:place]}-{code[place:]}", wide):
        assert written_code(written) == code
    assert written_number(" rl-7kq2 -m4xp ") == "RL-7KQ2-M4XP"
