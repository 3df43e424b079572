"""The generator of the demonstration: the same seed gives the same data, every code is valid, nothing is real."""

import csv
import gzip
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from xinheng.accounts.door import SERVICES, password_faults
from xinheng.accounts.values import Role
from xinheng.catalogue.door import load_profile, package_edition
from xinheng.console.demo import codes, names, register, timetable
from xinheng.console.demo.acts import LICENCE, PENALTY, practices
from xinheng.console.demo.handings import Clerk, Handing
from xinheng.console.demo.people import PASSWORD, accounts
from xinheng.console.demo.plan import DemoPlan
from xinheng.kernel.calendar import is_working_day, nth_working_day_after
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import resident, uscc
from xinheng.kernel.names import comparison_form
from xinheng.subjects.values import SubjectKind

SHARED = Path(__file__).resolve().parents[3] / "shared"
TODAY = date(2026, 11, 21)
PLAN = DemoPlan("demo", 7, 400, TODAY)


def clerk(plan: DemoPlan = PLAN) -> Clerk:
    edition, profile = package_edition("demo"), load_profile("demo")
    return Clerk(
        plan,
        national_calendar(),
        {unit.key: unit for unit in profile.units},
        {code: edition.item(code) for code in (PENALTY, LICENCE)},
        register.businesses(plan.seed, plan.subjects, plan.today),
        register.people(plan.seed, 5, plan.today),
    )


def units() -> tuple[str, ...]:
    return tuple(unit.key for unit in load_profile("demo").units if unit.key in practices())


def files(plan: DemoPlan = PLAN) -> list[Handing]:
    writing = clerk(plan)
    return [writing.handing(turn) for turn in timetable.turns(plan, writing.calendar, units())]


def rows(handing: Handing) -> list[dict[str, str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.DictReader(io.StringIO(handing.content.decode(encoding))))
        except UnicodeDecodeError:
            continue
    raise AssertionError(handing.name)


def value(row: dict[str, str], code: str, name: str) -> str:
    return row.get(code) or row.get(name) or ""


def test_the_same_plan_gives_the_same_files_and_another_seed_others() -> None:
    assert files() == files()
    assert files() != files(DemoPlan("demo", 8, 400, TODAY))


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_every_business_has_a_valid_code_of_its_own_in_a_division_that_does_not_exist(seed: int) -> None:
    found = register.businesses(seed, 3000, TODAY)
    assert len(found) == 3000
    assert {uscc.judge(one.code) for one in found} == {("valid", None)}
    assert {one.code[2:8] for one in found} == {codes.DIVISION}
    assert len({one.code for one in found}) == 3000
    assert len({one.code[8:17] for one in found}) == 3000, "organisation codes too are given once"


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_names_are_given_once_but_for_the_double_that_is_merged(seed: int) -> None:
    counted = Counter(one.name for one in register.businesses(seed, 20_000, TODAY))
    assert {name for name, count in counted.items() if count > 1} == {register.CAST["hanqiao"][2]}


def test_the_largest_register_still_has_names_and_codes_for_everybody() -> None:
    found = register.businesses(3, register.MOST_SUBJECTS, TODAY)
    assert len({one.code for one in found}) == len(found) == register.MOST_SUBJECTS
    assert len({one.name for one in found}) == register.MOST_SUBJECTS - 1


def test_all_kinds_of_bodies_occur() -> None:
    kinds = Counter(one.kind for one in register.businesses(1, 2000, TODAY))
    assert kinds[SubjectKind.LEGAL_PERSON] > 900
    assert kinds[SubjectKind.INDIVIDUAL_BUSINESS] > 900
    assert kinds[SubjectKind.OTHER_ORGANISATION] >= 5


def test_the_cast_does_not_depend_on_the_seed() -> None:
    first, second = (register.businesses(seed, 200, TODAY)[: len(register.CAST)] for seed in (1, 2))
    assert first == second
    assert [one.code for one in first] == [register.cast_code(key) for key in register.CAST]


def test_people_have_valid_identity_numbers_in_the_same_division() -> None:
    found = register.people(1, 500, TODAY)
    assert {resident.judge(one.number, on=TODAY) for one in found} == {("valid", None)}
    assert {one.number[:6] for one in found} == {codes.DIVISION}
    assert len({one.number for one in found}) == 500
    assert {one.name[0] for one in found} <= set(names.STEMS), "no surname anybody bears"


@pytest.mark.shared
def test_no_name_is_that_of_a_real_company() -> None:
    with gzip.open(SHARED / "data" / "names" / "legal_names.tsv.gz", "rt", encoding="utf-8") as stream:
        real = {comparison_form(line.partition("\t")[0]) for line in stream}
    assert len(real) > 10_000
    made = {comparison_form(one.name) for seed in (1, 2) for one in register.businesses(seed, 20_000, TODAY)}
    assert not made & real


@pytest.mark.shared
def test_the_division_is_in_no_list() -> None:
    with (SHARED / "data" / "regions" / "divisions.csv").open(encoding="utf-8") as stream:
        assert codes.DIVISION not in {row["code"] for row in csv.DictReader(stream)}


def test_a_stem_comes_only_once_among_many() -> None:
    assert len({codes.stem_of(number) for number in range(100_000)}) == 100_000


def test_a_day_has_room_for_a_thousand_people() -> None:
    with pytest.raises(ValueError, match="1000"):
        codes.identity_number(TODAY, 1000)


def test_departments_hand_in_about_four_records_a_subject_on_working_days_of_three_years() -> None:
    calendar = national_calendar()
    found = timetable.turns(PLAN, calendar, units())
    assert abs(sum(turn.rows for turn in found) - PLAN.records) < 2 * len(found)
    assert len({turn.unit for turn in found}) >= 12
    assert all(is_working_day(calendar, turn.day) and turn.day < TODAY for turn in found)
    assert [turn.day for turn in found] == sorted(turn.day for turn in found)


def test_most_acts_are_handed_in_within_seven_working_days_and_some_late() -> None:
    calendar, late, timely = national_calendar(), 0, 0
    for handing in files(DemoPlan("demo", 1, 1000, TODAY)):
        for row in rows(handing):
            act = date.fromisoformat(
                (value(row, "CF_JDRQ", "处罚决定日期") or value(row, "XK_JDRQ", "许可决定日期")).replace("/", "-")
            )
            assert act < handing.day
            is_late = nth_working_day_after(calendar, act, 7).day < handing.day
            late, timely = late + is_late, timely + (not is_late)
    assert 0 < late < timely * 0.05


@pytest.mark.parametrize("day", [date(2026, 10, 9), date(2026, 11, 20), date(2025, 2, 8)])
def test_timely_days_end_where_the_deadline_passes(day: date) -> None:
    calendar = national_calendar()
    found = timetable.timely_days(calendar, day)
    assert all(nth_working_day_after(calendar, act, 7).day >= day for act in found)
    assert nth_working_day_after(calendar, found[0] - timedelta(days=12), 7).day < day


def test_document_numbers_are_given_once() -> None:
    counted = Counter(
        value(row, "CF_WSH", "行政处罚决定书文号")
        or value(row, "XK_WSH", "行政许可决定文书号")
        or row.get("行政许可决定文书号", "")
        for handing in files()
        for row in rows(handing)
    )
    assert max(counted.values()) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"subjects": 99}, "console.demo_subjects"),
        ({"subjects": 50_001}, "console.demo_subjects"),
        ({"seed": -1}, "console.demo_seed"),
        ({"today": date(2024, 8, 31)}, "console.demo_today"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(fields: dict[str, object], code: str) -> None:
    given = {"region": "demo", "seed": 1, "subjects": 200, "today": TODAY} | fields
    with pytest.raises(Invalid) as refused:
        DemoPlan(**given)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_there_is_an_account_for_every_role_of_a_person_with_a_password_the_rules_allow() -> None:
    found = accounts(load_profile("demo"))
    assert {one.role for one in found} == set(Role) - SERVICES
    assert len({one.login for one in found}) == len(found)
    assert not any(password_faults(PASSWORD, login=one.login) for one in found)
