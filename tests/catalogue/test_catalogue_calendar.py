"""A year's notice comes in as a new version; what it changes is told."""

from datetime import date, datetime

import pytest

from xinheng.catalogue import models
from xinheng.catalogue.door import calendar, import_calendar_year, seed_calendar
from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.views import DayRow
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.calendar import nth_working_day_after
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.errors import Invalid
from xinheng.ledger import models as ledger
from xinheng.ledger.values import NotAllowed

pytestmark = pytest.mark.django_db
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
NEW_YEAR = [DayRow(date(2027, 1, day), "holiday") for day in (1, 2, 3)]


def test_the_shipped_notices_are_seeded_once(keeper: Actor, now: datetime) -> None:
    done = seed_calendar(actor=keeper, now=now)
    assert done.years == tuple(range(2019, 2027))
    assert calendar().version == national_calendar().version == done.calendar_version
    assert seed_calendar(actor=keeper, now=now).years == ()
    assert ledger.Run.objects.filter(operation="catalogue.calendar_seeded").count() == 2


def test_a_new_notice_makes_a_provisional_year_official(keeper: Actor, now: datetime) -> None:
    seed_calendar(actor=keeper, now=now)
    assert nth_working_day_after(calendar(), date(2026, 12, 25), 7).provisional
    rows = [*NEW_YEAR, DayRow(date(2027, 1, 9), "workday")]
    done = import_calendar_year(year=2027, rows=rows, document=NOTICE, actor=keeper, now=now)
    assert (done.version, done.new, done.first_affected) == (1, True, date(2027, 1, 1))
    assert not nth_working_day_after(calendar(), date(2026, 12, 25), 7).provisional
    assert calendar().version == done.calendar_version


def test_a_corrected_notice_is_a_new_version_that_names_the_days_that_differ(keeper: Actor, now: datetime) -> None:
    first = [*NEW_YEAR, DayRow(date(2027, 1, 9), "workday")]
    import_calendar_year(year=2027, rows=first, document=NOTICE, actor=keeper, now=now)
    second = [*NEW_YEAR[:2], DayRow(date(2027, 1, 9), "holiday"), DayRow(date(2027, 1, 10), "workday")]
    done = import_calendar_year(year=2027, rows=second, document=NOTICE, actor=keeper, now=now)
    assert (done.version, done.added, done.removed, done.changed) == (
        2,
        (date(2027, 1, 10),),
        (date(2027, 1, 3),),
        (date(2027, 1, 9),),
    )
    assert calendar().years[2027].workdays == {date(2027, 1, 10)}
    assert models.CalendarDay.objects.filter(calendar_year__version=1).count() == len(first)


def test_the_same_notice_again_is_no_new_version(keeper: Actor, now: datetime) -> None:
    import_calendar_year(year=2027, rows=NEW_YEAR, document=NOTICE, actor=keeper, now=now)
    again = import_calendar_year(year=2027, rows=reversed(NEW_YEAR), document=NOTICE, actor=keeper, now=now)
    assert (again.version, again.new) == (1, False)
    assert models.CalendarYear.objects.count() == 1


@pytest.mark.parametrize(
    ("rows", "document", "status", "code"),
    [
        ([*NEW_YEAR, NEW_YEAR[0]], NOTICE, "official", "catalogue.calendar_day_twice"),
        ([DayRow(date(2027, 1, 1), "free")], NOTICE, "official", "catalogue.calendar_kind"),
        ([DayRow(date(2031, 1, 1), "holiday")], NOTICE, "official", "catalogue.calendar_other_year"),
        (
            [DayRow(date(2027, 1, 1), "holiday"), DayRow(date(2031, 1, 1), "holiday")],
            NOTICE,
            "official",
            "calendar.day_of_other_year",
        ),
        (NEW_YEAR, " ", "official", "catalogue.calendar_document"),
        (NEW_YEAR, NOTICE, "perhaps", "catalogue.calendar_status"),
        ([], NOTICE, "official", "catalogue.calendar_empty"),
    ],
)
def test_a_bad_notice_is_refused_and_leaves_nothing(
    rows: list[DayRow], document: str, status: str, code: str, keeper: Actor, now: datetime
) -> None:
    with pytest.raises((CatalogueInvalid, Invalid)) as refused:
        import_calendar_year(year=2027, rows=rows, document=document, status=status, actor=keeper, now=now)
    assert refused.value.code == code
    assert not models.CalendarYear.objects.exists()
    assert not ledger.Run.objects.exists()


def test_nobody_imports_a_notice_without_the_permission(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        import_calendar_year(year=2027, rows=NEW_YEAR, document=NOTICE, actor=PUBLIC, now=now)
    with pytest.raises(NotAllowed):
        seed_calendar(actor=PUBLIC, now=now)


def test_an_empty_store_counts_every_year_as_provisional() -> None:
    assert nth_working_day_after(calendar(), date(2026, 11, 20), 7).provisional
