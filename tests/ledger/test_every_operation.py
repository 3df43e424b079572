"""Every operation of the program, performed with effect and refused without a trace; a new one fails here until it has a scenario.

What a scenario claims is held against every row of the database: performed, exactly its tables are other, each changed row the ledger
speaks of has its leaf in an entry of now, and each leaf a changed row; refused, nothing is other at all.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

import xinheng
from intake import cast
from ledger.acting import expected_actor
from ledger.scenarios import SCENARIOS
from workbench.overview_cast import administer
from world import World, furnish
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import XinhengError
from xinheng.ledger import models
from xinheng.ledger.door import OPERATIONS, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.storage.models import LedgeredModel

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
Rows = dict[str, dict[Any, tuple[Any, ...]]]

NOTHING_TO_REFUSE = {"accounts.sign_in_refused", "members.claim_refused", "members.sign_in_refused"}
"""Open to anybody, and themselves the record of a refusal."""

ANYBODY = {
    "accounts.query_registered",
    "accounts.sign_in_refused",
    "accounts.signed_in",
    "accounts.signed_out",
    "intake.held_returned",
    "members.claim_refused",
    "members.claimed",
    "members.sign_in_refused",
    "members.signed_in",
    "objections.dropped",
    "objections.submitted",
    "objections.supplied",
    "records.mark_ended",
    "records.marked",
}
"""Operations without one permission; each refuses by itself who may not."""


def every_operation() -> dict[str, Any]:
    """All operations of the program: importing a module registers its own."""
    for module in pkgutil.walk_packages(xinheng.__path__, "xinheng."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {code: found for code, found in OPERATIONS.items() if not code.startswith("test.")}


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all scenarios, committed and gone at the end: making it anew for each would take longer than all they do."""
    with django_db_blocker.unblock():
        world = furnish(NOW)
        administer(world)
        sequence()
        yield world
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def world(furnished: World, db: None) -> World:
    """The world as it was furnished; what a test does to it is undone."""
    return furnished


def test_every_operation_has_a_scenario() -> None:
    assert sorted(every_operation().keys() ^ SCENARIOS.keys()) == []


def test_operations_without_a_permission_are_known_and_refuse_by_themselves() -> None:
    assert {code for code, found in every_operation().items() if found.needs is None} == ANYBODY
    assert {code for code in ANYBODY if SCENARIOS[code].refuse is None} == NOTHING_TO_REFUSE


def test_whoever_lacks_the_permission_is_refused_by_every_operation_and_nothing_is_left(world: World) -> None:
    before = everything()
    for code, found in sorted(every_operation().items()):
        if found.needs is not None:
            module, _, name = found.function.rpartition(".")
            with pytest.raises(NotAllowed):
                getattr(importlib.import_module(module), name)(actor=PUBLIC, now=world.now)
            assert everything() == before, code


@pytest.mark.parametrize("code", sorted(SCENARIOS))
def test_an_operation_has_its_effect_and_leaves_its_entry(world: World, code: str) -> None:
    scenario = SCENARIOS[code]
    made = scenario.prepare(world)
    sequence()
    before, known = everything(), list(models.Run.objects.values_list("id", flat=True))
    scenario.perform(world, made)
    changed = changes(before, everything())
    assert sorted(table for table in changed if not table.startswith("ledger_")) == sorted(scenario.changes)

    sequence()
    fresh = models.Run.objects.exclude(id__in=known)
    leaves = models.Leaf.objects.filter(run_id__in=fresh.values("id"))
    spoken_of = {(tables_by_ledger_name()[leaf.table_name], leaf.row_id) for leaf in leaves if leaf.table_name}
    ledgered = set(tables_by_ledger_name().values())
    assert spoken_of == {(table, row_id) for table in ledgered & changed.keys() for row_id in changed[table]}

    run = fresh.get(operation=code)
    actor = expected_actor(world, scenario.by)
    assert (run.kind, run.actor_kind, run.actor_id, run.actor_name) == (
        "operation",
        actor.kind,
        actor.id,
        actor.name or actor.login,
    )
    assert (run.legal_date, run.ready, run.first is None) == (legal_date(run.at), True, False)
    assert models.Leaf.objects.filter(run_id=run.id).count() == run.count
    cast.assert_sound()


@pytest.mark.parametrize("code", sorted(code for code, scenario in SCENARIOS.items() if scenario.refuse))
def test_what_an_operation_refuses_leaves_nothing(world: World, code: str) -> None:
    scenario = SCENARIOS[code]
    assert scenario.refuse is not None
    made = scenario.prepare(world)
    before = everything()
    with pytest.raises(XinhengError):
        scenario.refuse(world, made)
    assert everything() == before


def everything() -> Rows:
    """Every row of every table by its first column, but Django's own list of migrations and SQLite's of counters."""
    skipped = ("django_migrations", "sqlite_sequence")
    found: Rows = {}
    for table in connection.introspection.table_names():
        if table not in skipped and "search" not in table:
            found[table] = {row[0]: row for row in cast.rows_of(table)}
    return found


def changes(before: Rows, after: Rows) -> dict[str, set[Any]]:
    """The rows that are new, other or gone, by table; tables of which nothing is other are left out."""
    return {
        table: other
        for table in before
        if (
            other := {
                key
                for key in before[table].keys() | after[table].keys()
                if before[table].get(key) != after[table].get(key)
            }
        )
    }


def tables_by_ledger_name() -> dict[str, str]:
    """Name in the ledger → table of the database."""
    return {model.ledger_table: model._meta.db_table for model in apps.get_models() if issubclass(model, LedgeredModel)}
