"""Every table the ledger speaks of: an edit, a deletion, a row without an entry, a reverted row, back-dating — each is found.

The world holds at least one row of each table; a table that a later module adds fails here until the world has one.
"""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db import models as fields

from hands import by_hand
from rich_world import furnish_richly
from xinheng.ledger.door import ledgered_models, public_key, sequence, verify
from xinheng.storage.keys import key_ring
from xinheng.storage.models import LedgeredModel


def tables() -> list[type[LedgeredModel]]:
    return sorted(set(ledgered_models().values()), key=lambda model: model.ledger_table)


def found() -> set[str]:
    return {problem.code for problem in verify(key=public_key(key_ring().checkpoint)).problems}


@pytest.fixture
def world(db: None, now: datetime) -> None:
    furnish_richly(now)
    with connection.cursor() as cursor:
        # Nobody has counted rows that were never committed: without it PostgreSQL plans for empty tables.
        cursor.execute("ANALYZE")


def test_the_world_is_whole_and_has_a_row_of_every_table(world: None) -> None:
    outcome = verify(key=public_key(key_ring().checkpoint))
    assert outcome.problems == ()
    assert [table for table, count in outcome.rows.items() if not count] == []


def test_every_manipulation_of_every_table_is_found(world: None) -> None:
    """One world, many hands: each manipulation is taken back. What the database refuses even to hands needs no finding.

    Hands are laid on several tables at once, and the finding must name each of them; what it does not name must be found alone.
    """
    missed, refused, tried = [], 0, 0
    for together in apart(tables()):
        by_table = [[(model, *each) for each in manipulations(model)] for model in together]
        for hands in zip_longest(*by_table):
            at_once = [each for each in hands if each is not None]
            named, done, no = laid_on(at_once)
            tried, refused = tried + len(at_once), refused + no
            for each in done:
                if each[0]._meta.db_table not in named and not laid_on([each])[0]:
                    missed.append(f"{each[0].ledger_table}: {each[1]}")
    assert missed == []
    assert tried == sum(len(manipulations(model)) for model in tables()) > 400
    assert refused < 90
    assert found() == set()


Hand = tuple[type[LedgeredModel], str, str]
AT_ONCE = 12
"""Fewer than the problems of a kind that a verification lists."""


def laid_on(hands: list[Hand]) -> tuple[set[str], list[Hand], int]:
    """The tables (or other places) that a verification names after these manipulations, those that were done, and how many were refused."""
    done, refused, point = [], 0, transaction.savepoint()
    for each in hands:
        try:
            with transaction.atomic():
                by_hand(each[2])
        except (IntegrityError, DataError):
            refused += 1
        else:
            done.append(each)
    named = (
        {problem.place.split()[0] for problem in verify(key=public_key(key_ring().checkpoint)).problems}
        if done
        else set()
    )
    transaction.savepoint_rollback(point)
    return named, done, refused


def apart(models: list[type[LedgeredModel]]) -> list[list[type[LedgeredModel]]]:
    """The tables in groups, in which none is verified together with another: what is found of the one is not found of the other."""
    groups: list[list[type[LedgeredModel]]] = []
    for model in models:
        near = {*above(model), *(other for other in models if model in above(other))}
        group = next((some for some in groups if len(some) < AT_ONCE and not near & set(some)), None)
        if group is None:
            groups.append([model])
        else:
            group.append(model)
    return groups


def above(model: type[LedgeredModel]) -> set[Any]:
    """The tables whose rows are read together with those of this one."""
    return {model._meta.get_field(name).related_model for name in model.ledger_related}


def manipulations(model: type[LedgeredModel]) -> list[tuple[str, str]]:
    """What hands can do to one row of a table, as SQL."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    listed = ", ".join(f'"{column}"' for column in columns)
    unique = {field.column for field in model._meta.concrete_fields if getattr(field, "unique", False)}
    copied = ", ".join(_copy(model, column, column in unique) for column in columns)
    row = f'(SELECT MIN(id) FROM "{table}")'
    return [
        *((f"edited {column}", f'UPDATE "{table}" SET {change} WHERE id = {row}') for column, change in _edits(model)),
        ("deleted", f'DELETE FROM "{table}" WHERE id = {row}'),
        ("row without an entry", f'INSERT INTO "{table}" ({listed}) SELECT {copied} FROM "{table}" WHERE id = {row}'),
        ("points at another leaf", f'UPDATE "{table}" SET run_index = run_index + 1000 WHERE id = {row}'),
    ]


def _edits(model: type[LedgeredModel]) -> list[tuple[str, str]]:
    """One edit a bound column: text grows, numbers and days move, booleans flip."""
    edits = []
    for name in model.ledger_fields:
        if "__" in name:
            continue
        field = model._meta.get_field(name)
        assert isinstance(field, fields.Field)
        change = _edit(field)
        if change:
            edits.append((field.column, f'"{field.column}" = {change}'))
    return edits


def _edit(field: fields.Field) -> str:  # type: ignore[type-arg]
    column = f'"{field.column}"'
    if isinstance(field, fields.BooleanField):
        return f"NOT {column}"
    if isinstance(field, fields.DateTimeField | fields.DateField):
        moment = "'2001-02-03 04:05:06'" if isinstance(field, fields.DateTimeField) else "'2001-02-03'"
        return (
            f"CAST({moment} AS {'timestamptz' if isinstance(field, fields.DateTimeField) else 'date'})"
            if _postgresql()
            else moment
        )
    if isinstance(field, fields.ForeignKey | fields.IntegerField | fields.DecimalField):
        return f"COALESCE({column}, 0) + 1"
    if isinstance(field, fields.BinaryField):
        return "'\\x00'::bytea" if _postgresql() else "x'00'"
    if isinstance(field, fields.JSONField):
        return "'[1]'"
    return (
        # What begins with that sign already would stay as it was.
        f"CASE WHEN SUBSTR(COALESCE({column}, ''), 1, 1) = 'x' THEN 'y' ELSE 'x' END || SUBSTR(COALESCE({column}, ''), 2)"
        if getattr(field, "max_length", None)
        else f"COALESCE({column}, '') || 'x'"
    )


def _copy(model: type[LedgeredModel], column: str, unique: bool) -> str:
    """A column of a copied row; unique ones get another value."""
    if not unique:
        return f'"{column}"'
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    if isinstance(field, fields.ForeignKey | fields.IntegerField):
        return f'"{column}" + 100000'
    if isinstance(field, fields.DateField):
        return "CAST('2001-02-03' AS date)" if _postgresql() else "'2001-02-03'"
    return f"'x' || SUBSTR(\"{column}\", 2)"


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def test_back_dating_a_row_with_its_older_leaf_is_found(world: None, now: datetime) -> None:
    """A unit was renamed; somebody puts the old name and the old pointer back, both true once."""
    from xinheng.accounts.door import change_unit, unit_by_code
    from xinheng.accounts.models import Unit
    from xinheng.accounts.values import UnitChange
    from xinheng.kernel.actor import system

    row = Unit.objects.exclude(parent=None).order_by("id").last()
    assert row is not None
    before = (row.name, row.run_id, row.run_index)
    change = UnitChange(name="改过的名字", parent_id=row.parent_id, address=row.address, telephone=row.telephone)
    change_unit(unit_id=row.pk, change=change, actor=system("t", "accounts.manage_units"), now=now + timedelta(days=1))
    sequence()
    assert unit_by_code(row.code).name == "改过的名字"
    assert found() == set()
    by_hand("UPDATE accounts_unit SET name = %s, run_id = %s, run_index = %s WHERE id = %s", *before, row.pk)
    assert found() == {"row"}
