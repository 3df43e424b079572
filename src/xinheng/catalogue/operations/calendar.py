"""A year's holiday notice comes in: always as a new version, never over an old one."""

from collections.abc import Iterable
from datetime import date, datetime

from xinheng.catalogue import models, queries
from xinheng.catalogue.readers.source import content_hash
from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.views import CalendarSeeded, DayRow, YearImported
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.calendar import YearPlan
from xinheng.kernel.calendar_data import shipped_plans
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock

_LOCK = "catalogue.calendar"


@operation(code="catalogue.calendar_imported", needs="calendar.import")
def import_calendar_year(
    *, year: int, rows: Iterable[DayRow], document: str, status: str = "official", actor: Actor, now: datetime
) -> YearImported:
    """Import a year's notice as a new version; what was counted before stays as it was recorded.

    The result says on which days it differs from the version before (against the inferred year: from no version at all); whoever keeps
    open deadlines counts them anew. The same content again is no new version.
    Cost: 4 queries and one a day named.
    Raises: CatalogueInvalid for a doubled day or an unknown word, Invalid for a day far outside the year.  Source: 国务院办公厅 notices.
    """
    days = _days(year, rows, document, status)
    lock(_LOCK)
    calendar = queries.calendar()
    plan = _plan(year, status, document, days)
    before = calendar.years.get(year)
    if before == plan:
        version = models.CalendarYear.objects.filter(year=year).latest("version").version
        return YearImported(year, version, status, document, calendar.version, new=False)
    version = _store(plan, days, now)
    known = {} if before is None else _named(before)
    return YearImported(
        year,
        version,
        status,
        document,
        calendar.with_plan(plan).version,
        new=True,
        added=tuple(sorted(set(days) - set(known))),
        removed=tuple(sorted(set(known) - set(days))),
        changed=tuple(sorted(day for day in set(days) & set(known) if days[day] != known[day])),
    )


@operation(code="catalogue.calendar_seeded", needs="calendar.import")
def seed_calendar(*, actor: Actor, now: datetime) -> CalendarSeeded:
    """Store the notices shipped with the package for years the store knows nothing of.  Cost: 2 queries and one a day."""
    lock(_LOCK)
    known = set(models.CalendarYear.objects.values_list("year", flat=True))
    plans = [plan for plan in shipped_plans() if plan.year not in known]
    for plan in plans:
        _store(plan, _named(plan), now)
    return CalendarSeeded(tuple(plan.year for plan in plans), queries.calendar().version)


def _days(year: int, rows: Iterable[DayRow], document: str, status: str) -> dict[date, str]:
    where = f"{year} 年放假安排"
    if is_blank(document):
        raise CatalogueInvalid("catalogue.calendar_document", f"{where}缺少通知名称或文号", field="document")
    if status not in ("official", "provisional"):
        raise CatalogueInvalid(
            "catalogue.calendar_status", f"{where}的状态“{status}”不对，应为 official 或 provisional", field="status"
        )
    days: dict[date, str] = {}
    for row in rows:
        if row.kind not in ("holiday", "workday"):
            raise CatalogueInvalid(
                "catalogue.calendar_kind",
                f"{where}：{row.day} 的类型“{row.kind}”不对，应为 holiday（放假）或 workday（调休上班）",
                field="kind",
            )
        if row.day in days:
            raise CatalogueInvalid(
                "catalogue.calendar_day_twice", f"{where}：{row.day} 出现两次，每一天只能一次", field="day"
            )
        days[row.day] = row.kind
    if status == "official" and not days:
        raise CatalogueInvalid("catalogue.calendar_empty", f"{where}没有任何日期，应至少有一天", field="rows")
    if days and all(day.year != year for day in days):
        # Another year's notice under this year's number would make working days of all the holidays of this year.
        raise CatalogueInvalid(
            "catalogue.calendar_other_year",
            f"{where}里没有一天在{year}年（第一天是 {min(days)}），请核对年份",
            field="year",
        )
    return days


def _plan(year: int, status: str, document: str, days: dict[date, str]) -> YearPlan:
    return YearPlan(
        year,
        "official" if status == "official" else "provisional",
        document,
        frozenset(day for day, kind in days.items() if kind == "holiday"),
        frozenset(day for day, kind in days.items() if kind == "workday"),
    )


def _named(plan: YearPlan) -> dict[date, str]:
    return dict.fromkeys(plan.holidays, "holiday") | dict.fromkeys(plan.workdays, "workday")


def _store(plan: YearPlan, days: dict[date, str], now: datetime) -> int:
    version = models.CalendarYear.objects.filter(year=plan.year).count() + 1
    digest = content_hash([plan.year, plan.status, plan.source, sorted(plan.holidays), sorted(plan.workdays)])
    row = models.CalendarYear(
        year=plan.year,
        version=version,
        status=plan.status,
        document=plan.source,
        digest=digest,
        imported_at=now,
    )
    row.save()
    for day in sorted(days):
        models.CalendarDay(calendar_year=row, day=day, kind=days[day]).save()
    return version
