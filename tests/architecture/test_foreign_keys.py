"""Keys are strings, so no import contract sees them: they point only down the way of a record, and never back."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from architecture.tree import layers


def own_models() -> list[type[models.Model]]:
    """Every table of the house."""
    return [model for model in apps.get_models() if model.__module__.startswith("xinheng.")]


def relations() -> list[models.ForeignKey[Any, Any]]:
    """Every key from one of our tables."""
    found = [field for model in own_models() for field in model._meta.get_fields(include_hidden=False)]
    return [field for field in found if isinstance(field, models.ForeignKey)]


def test_a_key_points_to_an_earlier_module_or_the_own_one() -> None:
    order = layers()
    wrong = [
        str(key)
        for key in relations()
        if (there := key.related_model._meta.app_label) != (here := key.model._meta.app_label)
        and order.get(there, len(order)) >= order[here]
    ]
    assert wrong == []


def test_no_key_can_be_travelled_backwards_by_name() -> None:
    assert [str(key) for key in relations() if key.remote_field.related_name != "+"] == []


def test_no_key_takes_rows_with_it() -> None:
    # DO_NOTHING leaves the answer to the database, where the ledger's triggers refuse.
    allowed = (models.PROTECT, models.DO_NOTHING)
    assert [str(key) for key in relations() if key.remote_field.on_delete not in allowed] == []


def test_there_are_no_many_to_many_tables() -> None:
    # Their rows would be written past the operations.
    assert [str(field) for model in own_models() for field in model._meta.many_to_many] == []


def test_every_table_is_named_after_its_module() -> None:
    assert [m.__name__ for m in own_models() if not m._meta.db_table.startswith(f"{m._meta.app_label}_")] == []


@pytest.mark.parametrize("label", ["auth", "admin", "contenttypes"])
def test_djangos_own_people_and_admin_are_not_installed(label: str) -> None:
    assert label not in apps.app_configs
