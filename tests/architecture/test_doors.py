"""Others import only a module's door and its words; a batch also frames and load; only the console a batch."""

import inspect
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from django.db import models

from architecture.tree import FRONT_ENDS, OPEN, imports, layers
from xinheng.jobs.models import Job

EXEMPT = {
    "ledger.door.ledgered_models": "names the tables that verification walks; the ledger itself lies below all of them",
}


def trespass(importer: str, imported: str) -> bool:
    """Whether this import passes by the door of the module imported."""
    theirs = imported.split(".")[1:]
    ours = importer.split(".")[1:]
    if not theirs or not ours or theirs[0] == ours[0] or theirs[0] in OPEN or ours[0] in ("project", "__main__"):
        return False
    face = theirs[1] if len(theirs) > 1 else ""
    if face in ("door", "values"):
        return False
    if face in ("frames", "load"):
        return ours[1] not in ("batch", "load") if ours[0] not in FRONT_ENDS else True
    if face == "batch":
        return ours[0] != "console"
    return True


@pytest.mark.parametrize(
    ("importer", "imported", "wrong"),
    [
        ("xinheng.lists.operations", "xinheng.records.door", False),
        ("xinheng.lists.rules", "xinheng.records.values.errors", False),
        ("xinheng.lists.operations", "xinheng.records.models", True),
        ("xinheng.lists.operations", "xinheng.records", True),
        ("xinheng.portal.pages", "xinheng.records.models", True),
        ("xinheng.portal.pages", "xinheng.records.batch", True),
        ("xinheng.console.commands.intake", "xinheng.intake.batch", False),
        ("xinheng.intake.batch", "xinheng.records.load", False),
        ("xinheng.intake.operations", "xinheng.records.load", True),
        ("xinheng.console.main", "xinheng.records.frames", True),
        ("xinheng.records.operations", "xinheng.records.models", False),
        ("xinheng.records.operations", "xinheng.kernel.dates", False),
    ],
)
def test_the_rule_itself_knows_right_from_wrong(importer: str, imported: str, wrong: bool) -> None:
    assert trespass(importer, imported) is wrong


def test_nobody_passes_by_a_door() -> None:
    assert [f"{importer} -> {imported}" for importer, imported in imports() if trespass(importer, imported)] == []


def doors() -> list[str]:
    """The modules that have a door by now."""
    names = {imported for pair in imports() for imported in pair}
    return sorted(name for name in layers() if f"xinheng.{name}.door" in names)


@pytest.mark.parametrize("name", doors())
def test_a_door_hands_out_no_table(name: str) -> None:
    door = import_module(f"xinheng.{name}.door")
    assert door.__all__, "a door says what it offers"
    for offered in door.__all__:
        found = getattr(door, offered)
        if not inspect.isclass(found):
            continue
        # Values may be classes; a model or a query set would let its holder write past the operations.
        assert not issubclass(found, models.Model | models.QuerySet | models.Manager), f"{name}.door.{offered}"


def handed_out(annotation: Any) -> list[type]:
    """Tables and query sets inside a type, however deep (`list[Row] | None`)."""
    inner = [found for part in get_args(annotation) for found in handed_out(part)]
    found = get_origin(annotation) or annotation
    tables = (models.Model, models.QuerySet, models.Manager)
    return [found, *inner] if inspect.isclass(found) and issubclass(found, tables) else inner


@pytest.mark.parametrize("name", doors())
def test_no_function_of_a_door_returns_a_table_row_or_a_query_set(name: str) -> None:
    door = import_module(f"xinheng.{name}.door")
    for offered in door.__all__:
        function = inspect.unwrap(getattr(door, offered))
        if inspect.isfunction(function) and f"{name}.door.{offered}" not in EXEMPT:
            returned = get_type_hints(function).get("return")
            assert handed_out(returned) == [], f"{name}.door.{offered} -> {returned}"


def test_the_search_for_tables_sees_through_containers() -> None:
    assert handed_out(list[Job] | None) == [Job]
    assert handed_out(dict[int, tuple[Job, models.QuerySet[Job]]]) == [Job, models.QuerySet]
    assert handed_out(dict[str, int]) == []
