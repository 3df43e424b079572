"""Issuing a permit, and what the tables of permits refuse by themselves."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from world import NARROW
from xinheng.catalogue import models
from xinheng.catalogue.door import choose_permit, issue_permit, permits
from xinheng.catalogue.values.errors import CatalogueConflict, CatalogueInvalid, CatalogueUnknown, GateClosed
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.errors import XinhengError
from xinheng.ledger import models as ledger
from xinheng.ledger.values import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_a_permit_may_be_narrower_than_its_basis(keeper: Actor, now: datetime) -> None:
    issued = issue_permit(permit=NARROW, actor=keeper, now=now)
    view = next(view for view in permits("administrative-penalty") if view.id == issued.permit_id)
    assert (view.authority, view.valid_from, view.valid_to) == (NARROW.authority, NARROW.valid_from, NARROW.valid_to)
    assert choose_permit([view], "legal_person", NARROW.authority, date(2026, 6, 1)) == view
    assert choose_permit([view], "legal_person", "119901019901010457", date(2026, 6, 1)) is None
    assert choose_permit([view], "natural_person", NARROW.authority, date(2026, 6, 1)) is None
    assert ledger.Run.objects.latest("id").operation == "catalogue.permit_issued"


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"subject_kind": "robot"}, GateClosed, "catalogue.wrong_subject"),
        ({"basis": "order-35"}, GateClosed, "catalogue.foreign_basis"),
        ({"basis": "dual-publicity-standard"}, GateClosed, "catalogue.rank_too_low"),
        ({"valid_from": date(2021, 7, 14)}, GateClosed, "catalogue.no_basis"),
        ({"valid_to": date(2025, 12, 31)}, CatalogueInvalid, "catalogue.permit_days"),
        ({"item": "credit-score"}, CatalogueUnknown, "catalogue.item_unknown"),
        ({"matter": "measure"}, CatalogueUnknown, "catalogue.matter_unknown"),
    ],
)
def test_a_permit_the_gate_refuses_leaves_nothing(
    change: dict[str, Any], error: type[XinhengError], code: str, keeper: Actor, now: datetime
) -> None:
    before = (models.Permit.objects.count(), ledger.Run.objects.count())
    with pytest.raises(error) as refused:
        issue_permit(permit=replace(NARROW, **change), actor=keeper, now=now)
    assert refused.value.code == code
    assert (models.Permit.objects.count(), ledger.Run.objects.count()) == before


def test_the_same_permit_is_not_issued_twice(keeper: Actor, now: datetime) -> None:
    issue_permit(permit=NARROW, actor=keeper, now=now)
    with pytest.raises(CatalogueConflict):
        issue_permit(permit=NARROW, actor=keeper, now=now)


def test_nobody_issues_a_permit_without_the_permission(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        issue_permit(permit=NARROW, actor=PUBLIC, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_permit SET valid_to = '2099-01-01'",
        "DELETE FROM catalogue_permit",
        "UPDATE catalogue_edition SET content = '{}'",
        "DELETE FROM catalogue_edition",
        "UPDATE catalogue_basis SET rank = 70",
        "UPDATE catalogue_item SET polarity = 'neutral' WHERE code = 'administrative-penalty'",
        "UPDATE catalogue_item SET code = 'x' WHERE code = 'administrative-penalty'",
        "DELETE FROM catalogue_item",
    ],
)
def test_what_was_granted_or_stated_is_not_rewritten_by_hand(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        {"rank": 30},
        {"rank": 60},
        {"basis_version": 9},
        {"item_code": "administrative-licence"},
        {"valid_from": "2021-07-14"},
        {"valid_from": "2027-01-01", "valid_to": "2026-01-01"},
        {"subject_kind": "robot"},
        {"matter": ""},
    ],
)
def test_a_permit_by_raw_insert_says_no_more_than_its_basis(change: dict[str, Any]) -> None:
    model = models.Permit.objects.get(
        basis__key="administrative-penalty-law.publicity", subject_kind="legal_person", authority=""
    )
    row = {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields}
    row |= {"id": 10_000}
    _insert(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        _insert(row | {"id": 10_001} | change)


def test_a_harmless_item_gets_no_permit_by_raw_insert() -> None:
    model = models.Permit.objects.get(
        basis__key="administrative-penalty-law.publicity", subject_kind="legal_person", authority=""
    )
    row = {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields}
    licence = models.Item.objects.get(code="administrative-licence")
    with pytest.raises(IntegrityError), transaction.atomic():
        _insert(row | {"id": 10_000, "item_id": licence.id, "item_code": licence.code})


def _insert(row: dict[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO catalogue_permit ({names}) VALUES ({marks})", list(row.values()))
