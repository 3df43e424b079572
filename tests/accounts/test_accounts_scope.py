"""Whose data one sees."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinheng.accounts.rules.roles import PERMISSIONS_OF, permissions_of
from xinheng.accounts.rules.scope import (
    in_subtree,
    may_move,
    may_see_unit,
    may_see_unpublished,
    query_purpose,
    visible_prefix,
)
from xinheng.accounts.values import Allowed, Denied, Role
from xinheng.kernel.actor import PUBLIC, Actor, system

steps = st.lists(st.integers(min_value=1, max_value=120), min_size=1, max_size=5)
OF_THE_WHOLE = {role for role in Role if "accounts.see_all_units" in PERMISSIONS_OF[role]}
OF_A_DEPARTMENT = [Role.REPORTER, Role.SUPERVISOR, Role.INSPECTOR]


def path(numbers: list[int]) -> str:
    return "/" + "".join(f"{number}/" for number in numbers)


def of(unit_path: str, *roles: Role) -> Actor:
    return Actor(kind="person", id=1, unit_path=unit_path, permissions=permissions_of(roles))


@given(steps, steps, st.sampled_from(OF_A_DEPARTMENT))
def test_one_sees_a_unit_exactly_when_the_own_one_is_above_it(own: list[int], other: list[int], role: Role) -> None:
    assert may_see_unpublished(of(path(own), role), path(other)) == (other[: len(own)] == own)


@given(steps, st.integers(1, 120), st.integers(1, 120), steps, st.sampled_from(OF_A_DEPARTMENT))
def test_a_unit_never_sees_a_sibling_nor_what_is_below_it(
    parent: list[int], one: int, other: int, below: list[int], role: Role
) -> None:
    assume(one != other)
    actor = of(path([*parent, one]), role)
    assert not may_see_unit(actor, path([*parent, other]))
    assert not may_see_unit(actor, path([*parent, other, *below]))
    assert not may_see_unit(actor, path(parent))


@pytest.mark.parametrize(("own", "other"), [("/1/4/", "/1/40/"), ("/1/4/", "/1/"), ("/1/4/", "/14/"), ("/4/", "/1/4/")])
def test_a_number_that_begins_alike_is_another_unit(own: str, other: str) -> None:
    assert not in_subtree(other, own)


@pytest.mark.parametrize("role", list(Role))
def test_only_offices_of_the_whole_see_beyond_their_subtree(role: Role) -> None:
    actor = of("/1/4/", role)
    assert may_see_unpublished(actor, "/1/5/") == (role in OF_THE_WHOLE)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_an_administrator_sees_no_unpublished_record_even_of_the_own_unit(role: Role) -> None:
    assert not may_see_unpublished(of("/1/", role), "/1/")


@pytest.mark.parametrize("nobody", [PUBLIC, system("worker"), system("worker", "records.read_unpublished"), of("")])
def test_an_empty_path_is_no_root(nobody: Actor) -> None:
    assert not may_see_unit(nobody, "/1/")
    assert not may_see_unpublished(nobody, "/1/")


@given(steps, steps, st.sampled_from(list(Role)))
def test_filtering_by_the_visible_prefix_finds_exactly_what_one_may_see(
    own: list[int], other: list[int], role: Role
) -> None:
    actor = of(path(own), role)
    prefix = visible_prefix(actor)
    assert (prefix is not None and path(other).startswith(prefix)) == may_see_unit(actor, path(other))


@given(steps, st.lists(st.integers(1, 120), max_size=3))
def test_no_unit_moves_below_itself(own: list[int], below: list[int]) -> None:
    assert isinstance(may_move(path(own), new_parent_path=path([*own, *below])), Denied)


@pytest.mark.parametrize("parent", [None, "/1/", "/1/5/", "/1/40/"])
def test_a_unit_moves_anywhere_else(parent: str | None) -> None:
    assert isinstance(may_move("/1/4/", new_parent_path=parent), Allowed)


PURPOSES = frozenset({"administrative_licence", "case_handling"})


@pytest.mark.parametrize(
    ("personal", "purpose", "reason"),
    [
        (True, "case_handling", None),
        (True, "", "purpose_missing"),
        (True, "curiosity", "purpose_unknown"),
        (False, "", None),
        (False, "case_handling", None),
        (False, "curiosity", "purpose_unknown"),
    ],
)
def test_a_natural_persons_data_needs_a_purpose_of_the_list(personal: bool, purpose: str, reason: str | None) -> None:
    decision = query_purpose(personal=personal, purpose=purpose, purposes=PURPOSES)
    if reason is None:
        assert isinstance(decision, Allowed)
    else:
        assert isinstance(decision, Denied)
        assert decision.reason == reason
        assert "case_handling" in decision.message
