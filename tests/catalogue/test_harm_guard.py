"""The guard of harmful tables, on a small table made for it: raw SQL of every kind is refused by the database itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from world import NARROW
from xinheng.catalogue.door import HarmColumns, harm_guard, issue_permit, permits
from xinheng.catalogue.operations.permits import end
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import BLANK, is_blank
from xinheng.ledger.door import operation
from xinheng.storage.guards import not_blank

TABLE = "harm_trial"
ALPHABET = BLANK.replace("\0", "") + "a1号（甲-/%'\\"
pytestmark = pytest.mark.django_db


@operation(code="test.permit_end", needs=None)
def _end(*, permit_id: int, now: datetime, actor: Actor) -> None:
    end(permit_id, now.date() - timedelta(days=1), "试验")


@pytest.fixture(autouse=True)
def _table(loaded: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, item varchar(60), polarity varchar(10), permit_id bigint, "
            "permit_rank smallint, permit_from date, permit_to date, subject_kind varchar(24), "
            "authority_code varchar(18), act_date date, document_number varchar(128), remark varchar(20))"
        )
        # Twice, as after every migrate.
        for _ in range(2):
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "xh_{TABLE}_harm_insert"')
                cursor.execute(f'DROP TRIGGER IF EXISTS "xh_{TABLE}_harm_update"')
            for statement in harm_guard(TABLE).statements(connection.vendor):
                cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def _harm(**change: Any) -> dict[str, Any]:
    permit = next(
        permit
        for permit in permits("administrative-penalty")
        if permit.subject_kind == "legal_person" and permit.valid_from.year == 2021
    )
    row = {
        "id": 1,
        "item": "administrative-penalty",
        "polarity": "harm",
        "permit_id": permit.id,
        "permit_rank": int(permit.rank),
        "permit_from": permit.valid_from.isoformat(),
        "permit_to": permit.valid_to.isoformat(),
        "subject_kind": "legal_person",
        "authority_code": "11990101990101037C",
        "act_date": "2026-11-02",
        "document_number": "示市监罚〔2026〕1号",
        "remark": "",
    }
    return row | change


def _insert(row: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {TABLE} ({names}) VALUES ({marks})", list(row.values()))


def test_a_harmful_row_with_its_permit_is_taken() -> None:
    _insert(_harm())
    _insert(_harm(id=2, act_date="2021-07-15"))


def test_a_harmless_row_needs_no_permit() -> None:
    bare = dict.fromkeys(_harm(), None) | {"id": 1, "item": "administrative-licence", "polarity": "neutral"}
    _insert(bare)
    _insert(bare | {"id": 2, "act_date": "1990-01-01", "subject_kind": "natural_person"})


@pytest.mark.parametrize(
    "change",
    [
        {"permit_id": None},
        {"permit_rank": None},
        {"permit_from": None},
        {"permit_to": None},
        {"subject_kind": None},
        {"authority_code": None},
        {"authority_code": " "},
        {"act_date": None},
        {"document_number": None},
        {"document_number": ""},
        {"document_number": "   "},
        {"item": None},
        {"polarity": None},
        {"permit_id": 999_999},
        {"permit_rank": 60},
        {"permit_rank": 30},
        {"permit_from": "2000-01-01", "act_date": "2010-01-01"},
        {"permit_to": "2026-01-01"},
        {"act_date": "2021-07-14"},
        {"subject_kind": "natural_person"},
        {"item": "administrative-licence"},
        {"item": "credit-score"},
        {"polarity": "neutral"},
        {"polarity": "good"},
        {"polarity": "HARM"},
    ],
    ids=str,
)
def test_a_harmful_row_without_all_of_its_basis_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        _insert(_harm(**change))


NOTHING_TO_SEE = (
    "\u3000",
    "\t\t",
    " \n",
    "\u00a0",
    "\u200b\u200f",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u180e",
    "\u2800 \u3164",
    "\U000e0020",
)


@pytest.mark.parametrize("column", ["document_number", "authority_code"])
@pytest.mark.parametrize("value", NOTHING_TO_SEE, ids=ascii)
def test_a_text_in_which_nobody_sees_anything_is_no_document_and_no_authority(column: str, value: str) -> None:
    with pytest.raises(IntegrityError):
        _insert(_harm(**{column: value}))


@pytest.mark.parametrize("value", ["\u3000甲\u200b", "（", "⚖"])
def test_one_visible_character_is_enough_for_a_document_number(value: str) -> None:
    _insert(_harm(document_number=value))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "value",
    [
        "2026-99-99",
        "2026-02-30",
        "2026-11-31",
        "2026-11-02 ",
        "2026-11-02 10:00",
        "20261102",
        "now",
        "2461346.5",
        20261102,
    ],
)
def test_a_text_that_is_no_day_is_no_date_of_an_act(value: Any) -> None:
    """SQLite compares texts: each of these but the last three would lie within the permit's days."""
    with pytest.raises(IntegrityError):
        _insert(_harm(act_date=value))


@pytest.mark.sqlite
@pytest.mark.parametrize("value", [b"\x00", "\x00", "\x00甲", b"\xff\xfe"])
def test_what_is_no_text_is_no_document_number(value: Any) -> None:
    with pytest.raises(IntegrityError):
        _insert(_harm(document_number=value))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from(ALPHABET), max_size=6), min_size=50, max_size=50))
def test_python_and_the_database_call_the_same_texts_blank(texts: list[str]) -> None:
    sees = not_blank("value", connection.vendor)
    rows = ", ".join(["(%s, CAST(%s AS text))"] * len(texts))
    arguments = [each for number, text in enumerate(texts) for each in (number, text)]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH t(number, value) AS (VALUES {rows}) SELECT number FROM t WHERE {sees}", arguments)
        found = {row[0] for row in cursor.fetchall()}
    assert found == {number for number, text in enumerate(texts) if not is_blank(text)}


def test_every_blank_character_alone_is_blank_to_the_database() -> None:
    characters = BLANK.replace("\0", "")
    rows = ", ".join(["(CAST(%s AS text))"] * len(characters))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH t(value) AS (VALUES {rows}) SELECT value FROM t WHERE {not_blank('value', connection.vendor)}",
            list(characters),
        )
        assert cursor.fetchall() == []


def test_a_permit_for_one_authority_carries_no_other(keeper: Actor, now: datetime) -> None:
    issued = issue_permit(permit=NARROW, actor=keeper, now=now)
    row = _harm(permit_id=issued.permit_id, permit_from="2026-01-01", permit_to="2026-12-31")
    _insert(row)
    with pytest.raises(IntegrityError):
        _insert(row | {"id": 2, "authority_code": "119901019901010457"})


def test_an_ended_permit_carries_only_acts_until_its_end(keeper: Actor, now: datetime) -> None:
    row = _harm(act_date="2026-11-20")
    _end(permit_id=row["permit_id"], actor=keeper, now=now)
    _insert(row)
    with pytest.raises(IntegrityError):
        _insert(row | {"id": 2, "act_date": "2026-11-21"})


def test_a_permit_for_another_matter_does_not_carry() -> None:
    other = harm_guard(TABLE, matter="measure")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP TRIGGER "xh_{TABLE}_harm_insert"')
            cursor.execute(f'DROP TRIGGER "xh_{TABLE}_harm_update"')
        for statement in other.statements(connection.vendor):
            cursor.execute(statement)
    with pytest.raises(IntegrityError):
        _insert(_harm())


@pytest.mark.parametrize(
    "assignment",
    ["act_date = '2026-11-03'", "document_number = '另一号'", "polarity = 'neutral'", "permit_id = NULL"],
)
def test_guarded_columns_never_change(assignment: str) -> None:
    _insert(_harm())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {assignment}")


def test_other_columns_may_change() -> None:
    _insert(_harm())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET remark = '已核', act_date = act_date")
        assert cursor.rowcount == 1


def test_the_columns_may_have_other_names() -> None:
    guard = harm_guard("other", columns=HarmColumns(item="item_code", act_date="decided_on"))
    for vendor in ("sqlite", "postgresql"):
        text = " ".join(guard.statements(vendor))
        assert "item_code" in text
        assert "decided_on" in text
        assert "act_date" not in text
