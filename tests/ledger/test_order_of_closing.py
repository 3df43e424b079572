"""Of two operations that changed the same row, the later state gets the greater number, whoever began first."""

import threading
from datetime import datetime

import pytest
from django.db import connection, transaction

from ledger.conftest import INIT, House, code, furnish
from xinheng.accounts.door import change_unit, open_unit, unit_by_code
from xinheng.accounts.models import Unit
from xinheng.accounts.values import UnitChange, UnitDraft, UnitKind
from xinheng.ledger.door import history_of, operation, public_key, sequence, verify
from xinheng.ledger.load import close_run, open_run
from xinheng.ledger.operations.frame import OPERATIONS, begin, finish
from xinheng.storage.journal import Journal, opened
from xinheng.storage.keys import key_ring


def problems() -> tuple[object, ...]:
    return verify(key=public_key(key_ring().checkpoint)).problems


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_began_first_and_waited_is_numbered_last(now: datetime) -> None:
    """The slow one draws its id, the fast one changes the row and commits, the slow one changes it after that."""
    unit_id = unit_by_code(furnish(now).market).id
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                run = begin(kind="operation", code="accounts.unit_changed", actor=INIT, now=now, on=now.date())
                began.set()
                go_on.wait(30)
                row = Unit.objects.select_for_update().get(pk=unit_id)
                row.telephone = "0002"
                with opened(Journal(run.id)) as journal:
                    row.save()
                finish(run, journal, None)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(30)
    change = UnitChange(name="先完成的", parent_id=unit_by_code(code(1)).id, address="", telephone="0001")
    change_unit(unit_id=unit_id, change=change, actor=INIT, now=now)
    go_on.set()
    thread.join(30)
    sequence()
    assert Unit.objects.get(pk=unit_id).telephone == "0002"
    assert problems() == ()
    last = history_of("accounts.unit/1", unit_id, actor=INIT)[-1]
    assert last.run_id == Unit.objects.get(pk=unit_id).run_id


def test_an_operation_inside_another_may_not_save_a_row_the_outer_one_saved_before(house: House, now: datetime) -> None:
    """It closes first, so the outer, older state would have the greater number."""

    @operation(code="test.outer", needs=None)
    def outer(*, actor: object, now: datetime) -> None:
        row = Unit.objects.get(code=house.market)
        row.telephone = "1"
        row.save()
        change = UnitChange(name=row.name, parent_id=row.parent_id, address="", telephone="2")
        change_unit(unit_id=row.pk, change=change, actor=house.actor, now=now)

    try:
        with pytest.raises(RuntimeError, match="saves rows"):
            outer(actor=house.actor, now=now)
    finally:
        del OPERATIONS["test.outer"]
    assert Unit.objects.get(code=house.market).telephone == ""
    assert problems() == ()


def test_an_operation_around_another_may_save_the_row_after_it(house: House, now: datetime) -> None:
    @operation(code="test.outer", needs=None)
    def outer(*, actor: object, now: datetime) -> None:
        draft = UnitDraft(code=code(30), name="示例局", kind=UnitKind.DEPARTMENT, parent_id=None)
        open_unit(unit=draft, actor=house.actor, now=now)
        row = Unit.objects.get(code=code(30))
        row.telephone = "3"
        row.save()

    try:
        outer(actor=house.actor, now=now)
    finally:
        del OPERATIONS["test.outer"]
    sequence()
    assert problems() == ()


def test_a_batch_without_a_leaf_cannot_be_closed(db: None, now: datetime) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        close_run(open_run(code="test.batch", actor=INIT, now=now, on=now.date()), count=0, payload={})
