"""What a row counts as, the figures of a duty, where its months stand, and what a survey of subjects finds; tables without a database."""

from dataclasses import astuple, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from xinheng.engine.declare import Effect
from xinheng.engine.problems import Problem
from xinheng.intake.rules import quality
from xinheng.intake.rules.quality import Figures, MonthState, Outcome
from xinheng.intake.rules.survey import (
    Contradiction,
    Coverage,
    Datum,
    Dimension,
    Said,
    contradictions,
    dimension_of,
    present,
)
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.calendar_data import shipped_plans
from xinheng.records.values import Standing
from xinheng.subjects.values import SubjectKind

PLAN = Calendar.of(shipped_plans())


def problems(*named: tuple[str, Effect]) -> list[Problem]:
    return [Problem("BZ", "E1", effect, reason) for reason, effect in named]


HOLD, REJECT, WARN = Effect.HOLD, Effect.REJECT, Effect.WARN
NEW, CORRECTION, UNCHANGED = Standing.NEW, Standing.CORRECTION, Standing.UNCHANGED


@pytest.mark.parametrize(
    ("found", "standing", "outcome"),
    [
        ([], NEW, Outcome.ACCEPTED),
        ([], CORRECTION, Outcome.CHANGED),
        ([], UNCHANGED, Outcome.UNCHANGED),
        (problems(("late", WARN)), NEW, Outcome.ACCEPTED),
        (problems(("register.name", HOLD)), CORRECTION, Outcome.HELD),
        (problems(("correction.reason", HOLD)), CORRECTION, Outcome.HELD_CHANGE),
        (problems(("correction.review", HOLD), ("register.name", HOLD)), CORRECTION, Outcome.HELD_CHANGE),
        (problems(("length", REJECT)), NEW, Outcome.REJECTED),
        (problems(("repeated.same", REJECT)), NEW, Outcome.REPEATED),
        # Something else that rejects it is what the unit must put right.
        (problems(("repeated.same", REJECT), ("length", REJECT)), NEW, Outcome.REJECTED),
        (problems(("repeated.same", REJECT), ("late", WARN), ("register.name", HOLD)), NEW, Outcome.REPEATED),
    ],
)
def test_a_row_counts_as_what_became_of_it(found: list[Problem], standing: Standing, outcome: Outcome) -> None:
    assert quality.outcome_of(found, standing) is outcome


def test_a_row_is_new_where_nothing_else_is_known() -> None:
    assert quality.outcome_of([]) is Outcome.ACCEPTED


def test_a_row_released_counts_as_what_it_did_to_the_archive() -> None:
    assert [quality.released(each) for each in (NEW, CORRECTION, UNCHANGED)] == [
        Outcome.RELEASED,
        Outcome.RELEASED_CHANGE,
        Outcome.RELEASED_SAME,
    ]


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (("1号", "C", "甲"), (("code", "1号", "C"), ("name", "1号", "甲"))),
        (("1号", "", "甲"), (None, ("name", "1号", "甲"))),
        (("1号", "C", ""), (("code", "1号", "C"), None)),
        (("", "C", "甲"), (None, None)),
        (("1号", "", ""), (None, None)),
    ],
)
def test_a_bad_row_is_known_again_by_its_number_with_code_or_name(given: tuple[str, str, str], known: Any) -> None:
    assert quality.resent_as(*given) == known


# outcome, what ten rows of it count as beside the figures of deadlines, where they answer no earlier row and where they do
COUNTED: list[tuple[Outcome, set[str], set[str]]] = [
    (Outcome.ACCEPTED, {"rows", "first", "passed", "fresh"}, {"rows", "fresh"}),
    (Outcome.CHANGED, {"rows", "changes"}, {"rows", "changes"}),
    (Outcome.UNCHANGED, {"rows", "unchanged"}, {"rows", "unchanged"}),
    (Outcome.HELD, {"rows", "first", "bad", "held"}, {"rows", "bad", "held"}),
    (Outcome.HELD_CHANGE, {"rows", "bad", "held"}, {"rows", "bad", "held"}),
    (Outcome.REJECTED, {"rows", "first", "bad", "rejected"}, {"rows", "bad", "rejected"}),
    (Outcome.REPEATED, {"rows", "first", "repeated"}, {"rows", "repeated"}),
    (Outcome.RELEASED, {"fresh"}, {"fresh"}),
    (Outcome.RELEASED_CHANGE, {"changes"}, {"changes"}),
    (Outcome.RELEASED_SAME, {"unchanged"}, {"unchanged"}),
    (Outcome.RETURNED, set(), set()),
]


def figures(names: set[str], count: int = 10) -> Figures:
    return Figures(**dict.fromkeys(names, count))


@pytest.mark.parametrize(("outcome", "first", "again"), COUNTED)
def test_rows_count_in_the_figures_their_outcome_belongs_to(outcome: Outcome, first: set[str], again: set[str]) -> None:
    assert quality.figures_of([(outcome, True, "", False, 10)]) == figures(first)
    assert quality.figures_of([(outcome, False, "", False, 10)]) == figures(again)
    # Only what came in for the first time is on time or late, whatever the group says.
    timed = {"timely", "provisional"} if "fresh" in first else set()
    assert quality.figures_of([(outcome, True, "timely", True, 10)]) == figures(first | timed)
    timed = {"late"} if "fresh" in first else set()
    assert quality.figures_of([(outcome, True, "late", False, 10)]) == figures(first | timed)
    # Without a limit nothing rests on a calendar.
    assert quality.figures_of([(outcome, True, "", True, 10)]) == figures(first)


def test_groups_of_rows_add_up() -> None:
    groups = [
        (Outcome.ACCEPTED, True, "timely", False, 3),
        (Outcome.ACCEPTED, False, "late", True, 4),
        (Outcome.REJECTED, True, "", False, 5),
        (Outcome.RELEASED, False, "late", False, 6),
    ]
    counted = quality.figures_of(groups)
    assert counted == Figures(12, 8, 3, 13, 3, 10, 4, 5, 0, 0, 0, 0, 5, 0)
    assert astuple(counted + counted) == tuple(2 * each for each in astuple(counted))
    assert quality.figures_of([]) == Figures()


def test_a_ratio_has_its_own_whole_and_none_where_nothing_is_counted() -> None:
    some = Figures(rows=99, first=8, passed=6, fresh=10, timely=3, late=1, bad=5, corrected=2, changes=1)
    assert (some.timely_ratio, some.passed_ratio, some.corrected_ratio, some.changed_ratio) == (0.75, 0.75, 0.4, 0.1)
    none = Figures(rows=9)
    assert (none.timely_ratio, none.passed_ratio, none.corrected_ratio, none.changed_ratio) == (None,) * 4


@pytest.mark.parametrize(
    ("received", "due", "word"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), "timely"),
        (date(2026, 11, 21), date(2026, 11, 20), "late"),
        (date(2026, 11, 19), date(2026, 11, 20), "timely"),
        (date(2026, 11, 21), None, ""),
    ],
)
def test_the_last_day_is_on_time(received: date, due: date | None, word: str) -> None:
    assert quality.due_word(received, due) == word


OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("term", "known", "state"),
    [
        ((date(2026, 11, 1), None), {"handed_in"}, MonthState.BEFORE),
        ((date(2026, 10, 31), None), {"handed_in"}, MonthState.REPORTED),
        ((date(2026, 1, 1), date(2026, 9, 30)), {"handed_in"}, MonthState.AFTER),
        ((date(2026, 1, 1), date(2026, 10, 1)), {"handed_in"}, MonthState.REPORTED),
        ((date(2026, 1, 1), None), {"decided"}, MonthState.REPORTED),
        ((date(2026, 1, 1), None), {"nil"}, MonthState.NIL),
        ((date(2026, 1, 1), None), {"nil", "closed", "handed_in"}, MonthState.NIL),
        ((date(2026, 1, 1), None), {"nil", "decided"}, MonthState.CONTRADICTED),
        ((date(2026, 1, 1), None), {"closed"}, MonthState.MISSING),
        ((date(2026, 1, 1), None), {"closed", "handed_in"}, MonthState.REPORTED),
        ((date(2026, 1, 1), None), set(), MonthState.OPEN),
    ],
)
def test_a_month_of_a_duty_stands_where_its_rows_put_it(
    term: tuple[date, date | None], known: set[str], state: MonthState
) -> None:
    told = {name: name in known for name in ("handed_in", "decided", "nil", "closed")}
    assert quality.month_state(term, OCTOBER, **told) is state


def test_a_month_is_open_for_so_many_working_days_after_its_end() -> None:
    # 30 September 2026 is a Wednesday; the holiday lasts from 1 to 7 October.
    assert quality.closes_on(date(2026, 9, 1), 1, PLAN) == (date(2026, 10, 8), False)
    # 31 October 2026 is a Saturday.
    assert quality.closes_on(OCTOBER, 7, PLAN) == (date(2026, 11, 10), False)
    assert quality.closes_on(OCTOBER, None, PLAN) == (date(2026, 10, 31), False)
    assert quality.closes_on(OCTOBER, 0, PLAN) == (date(2026, 10, 31), False)
    # No notice says yet which days of that year are worked.
    assert quality.closes_on(date(2040, 1, 1), 1, PLAN)[1]


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert quality.first_of(date(2026, 12, 31)) == date(2026, 12, 1)
    assert quality.last_of(date(2028, 2, 1)) == date(2028, 2, 29)
    assert quality.last_of(date(2026, 12, 1)) == date(2026, 12, 31)
    assert quality.following(date(2026, 12, 1)) == date(2027, 1, 1)
    assert quality.following(date(2026, 11, 1)) == date(2026, 12, 1)
    assert quality.following(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert quality.following(date(2026, 5, 1), 20) == date(2028, 1, 1)
    months = quality.months_between(date(2025, 11, 1), date(2026, 2, 1))
    assert months == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert quality.months_between(OCTOBER, OCTOBER) == (OCTOBER,)
    many = quality.months_between(date(2020, 1, 1), OCTOBER)
    assert (len(many), many[0], many[-1]) == (24, date(2024, 11, 1), OCTOBER)


def test_an_item_is_due_every_month_unless_it_is_due_after_every_act() -> None:
    assert [quality.is_monthly(cycle) for cycle in ({"from": "act_date"}, {"from": "month_end"}, {})] == [
        False,
        True,
        True,
    ]


def test_every_word_of_outcomes_states_and_data_is_its_own() -> None:
    for words in (Outcome, MonthState, Dimension, Datum):
        labels = [each.label for each in words]
        assert len(set(labels)) == len(labels)
        assert all(labels)


LEGAL, ORGANISATION = SubjectKind.LEGAL_PERSON, SubjectKind.OTHER_ORGANISATION
BUSINESS, PERSON = SubjectKind.INDIVIDUAL_BUSINESS, SubjectKind.NATURAL_PERSON


@pytest.mark.parametrize(
    ("kind", "code_class", "dimension"),
    [
        (LEGAL, "91", Dimension.ENTERPRISE),
        (LEGAL, "93", Dimension.ENTERPRISE),
        (LEGAL, "", Dimension.ENTERPRISE),
        (LEGAL, "N2", Dimension.ENTERPRISE),
        (LEGAL, "52", Dimension.OTHER),
        (LEGAL, "92", Dimension.OTHER),
        (ORGANISATION, "91", Dimension.OTHER),
        (ORGANISATION, "", Dimension.OTHER),
        (BUSINESS, "92", Dimension.INDIVIDUAL_BUSINESS),
        (BUSINESS, "91", Dimension.INDIVIDUAL_BUSINESS),
        (PERSON, "91", Dimension.NATURAL_PERSON),
        (PERSON, "", Dimension.NATURAL_PERSON),
    ],
)
def test_a_subject_has_one_of_four_dimensions(kind: SubjectKind, code_class: str, dimension: Dimension) -> None:
    assert dimension_of(kind, code_class) is dimension


def test_a_complete_archive_begins_with_the_register() -> None:
    assert present(("a", "b"), ["b", "c"], registered=True) == {"register": True, "a": False, "b": True}
    assert present((), ["b"], registered=False) == {"register": False}


def test_coverage_counts_subjects_and_of_people_their_number_alone() -> None:
    coverage = Coverage({"legal_person": ("a", "b")})
    coverage.take(LEGAL, "91", iter(["a", "c"]), registered=True)
    coverage.take(LEGAL, "91", ["b", "a"], registered=False)
    coverage.take(LEGAL, "91", [], registered=False)
    coverage.take(BUSINESS, "92", ["c"], registered=True)
    coverage.take(PERSON, "", ["a"], registered=True)
    told = {each.value: count.to_json() for each, count in coverage.dimensions.items()}
    assert told == {
        "enterprise": {
            "subjects": 3,
            "registered": 1,
            "covered": 2,
            "items": {"a": 2, "b": 1, "c": 1},
            "complete": {"0": 1, "2": 2},
        },
        "individual_business": {
            "subjects": 1,
            "registered": 1,
            "covered": 1,
            "items": {"c": 1},
            "complete": {"1": 1},
        },
        "natural_person": {"subjects": 1, "registered": 0, "covered": 0, "items": {}, "complete": {}},
        "other": {"subjects": 0, "registered": 0, "covered": 0, "items": {}, "complete": {}},
    }
    assert list(told["enterprise"]["items"]) == ["a", "b", "c"]
    assert list(told["enterprise"]["complete"]) == ["0", "2"]


DAY = date(2026, 6, 30)
FIELDS = {"penalty": ("NAME", "HEAD"), "licence": ("TITLE", "BOSS")}


def said(unit: int, item: str = "penalty", **changed: Any) -> Any:
    """One current statement of a unit."""
    empty: dict[str, Any] = {
        "unit_id": unit,
        "record_id": 100 + unit,
        "item": item,
        "act_date": DAY,
        "content": {},
        "batch_id": 7,
        "row_number": 3,
        "document_number": "",
        "amount_cents": None,
        "confiscation_cents": None,
        "valid_from": None,
        "valid_to": None,
        "state": "",
    }
    return SimpleNamespace(**(empty | changed))


def found(*statements: Any, person: bool = False) -> list[tuple[str, str, list[tuple[int, str]]]]:
    told = list(contradictions(9, statements, FIELDS, person=person))
    assert {each.subject_id for each in told} <= {9}
    return [(each.datum.value, each.document, [(side.unit_id, side.value) for side in each.sides]) for each in told]


def test_two_units_that_name_a_subject_otherwise_contradict_each_other() -> None:
    one, other = said(1, content={"NAME": "甲公司"}), said(2, "licence", content={"TITLE": "乙公司"})
    assert found(one, other) == [("name", "", [(1, "甲公司"), (2, "乙公司")])]
    assert found(one, other, person=True) == []
    # Written otherwise is not named otherwise, and one unit contradicts nobody.
    assert found(one, said(2, content={"NAME": "甲公司 "})) == []
    assert found(one, said(1, "licence", content={"TITLE": "乙公司"})) == []
    # A field of another item says nothing here.
    assert found(one, said(2, "licence", content={"NAME": "乙公司"})) == []
    assert found(one, said(2, "honour", content={"NAME": "乙公司"})) == []
    assert found(one, said(2, content={"NAME": None})) == []


def test_a_representative_is_compared_by_the_token_of_the_name() -> None:
    one, other = said(1, content={"HEAD": "t1"}), said(2, "licence", content={"BOSS": "t2"})
    assert found(one, other) == [("representative", "", [(1, "t1"), (2, "t2")])]
    assert found(one, said(2, content={"HEAD": "t1"})) == []
    # Tokens are no names: they differ in every letter.
    assert found(one, said(2, content={"HEAD": "T1"})) == [("representative", "", [(1, "t1"), (2, "T1")])]


def test_what_was_said_longer_apart_than_a_year_contradicts_nothing() -> None:
    one = said(1, content={"NAME": "甲公司"}, act_date=DAY)
    for apart, contradicts in ((0, True), (365, True), (366, False)):
        other = said(2, content={"NAME": "乙公司"}, act_date=DAY + timedelta(days=apart))
        assert bool(found(one, other)) is contradicts
    assert found(one, said(2, content={"NAME": "乙公司"}, act_date=None)) == []


def test_of_each_unit_the_latest_word_counts() -> None:
    first, later = said(1, content={"NAME": "甲公司"}), said(1, content={"NAME": "乙公司"}, act_date=date(2026, 7, 1))
    assert found(first, later, said(2, content={"NAME": "乙公司"}, act_date=date(2026, 7, 2))) == []
    assert found(first, later, said(2, content={"NAME": "甲公司"}, act_date=date(2026, 7, 2))) == [
        ("name", "", [(1, "乙公司"), (2, "甲公司")])
    ]


@pytest.mark.parametrize(
    ("column", "one", "other", "told"),
    [
        ("amount_cents", 500_000, 500_001, ("amount", "5000.00", "5000.01")),
        ("amount_cents", 0, 5, ("amount", "0.00", "0.05")),
        ("confiscation_cents", 100, 250, ("confiscation", "1.00", "2.50")),
        ("act_date", DAY, date(2026, 7, 1), ("act_date", "2026-06-30", "2026-07-01")),
        ("valid_from", DAY, date(2026, 7, 1), ("valid_from", "2026-06-30", "2026-07-01")),
        ("valid_to", DAY, date(2026, 7, 1), ("valid_to", "2026-06-30", "2026-07-01")),
        ("state", "1", "2", ("state", "1", "2")),
    ],
)
def test_units_that_say_one_document_otherwise_contradict_each_other(
    column: str, one: Any, other: Any, told: tuple[str, str, str]
) -> None:
    statements = [said(1, document_number="1号", **{column: one}), said(2, document_number="1号", **{column: other})]
    datum, first, second = told
    assert found(*statements) == [(datum, "1号", [(1, first), (2, second)])]
    # Of people, too: a document is no name.
    assert found(*statements, person=True) == [(datum, "1号", [(1, first), (2, second)])]
    same = [said(1, document_number="1号", **{column: one}), said(2, document_number="1号", **{column: one})]
    assert found(*same) == []
    apart = [said(1, document_number="1号", **{column: one}), said(2, document_number="2号", **{column: other})]
    assert found(*apart) == []
    mixed = [
        said(1, document_number="1号", **{column: one}),
        said(2, "licence", document_number="1号", **{column: other}),
    ]
    assert found(*mixed) == []
    own = [said(1, document_number="1号", **{column: one}), said(1, document_number="1号", **{column: other})]
    assert found(*own) == []
    none = [said(1, document_number="", **{column: one}), said(2, document_number="", **{column: other})]
    assert found(*none) == []


def test_what_one_unit_leaves_empty_contradicts_nothing_and_documents_are_told_in_order() -> None:
    full, empty = said(1, document_number="1号", state="1"), said(2, document_number="1号")
    assert found(full, empty) == []
    # One unit says two things of one document, another nothing of it.
    assert found(full, replace_said(full, state="2"), empty) == []
    statements = [said(unit, document_number=number, state=str(unit)) for number in ("2号", "1号") for unit in (1, 2)]
    assert [document for _, document, _ in found(*statements)] == ["1号", "2号"]


def replace_said(one: Any, **changed: Any) -> Any:
    return SimpleNamespace(**(vars(one) | changed))


def test_a_side_says_which_record_of_which_day_and_row_it_is() -> None:
    [told] = contradictions(9, [said(1, content={"NAME": "甲"}), said(2, content={"NAME": "乙"})], FIELDS, person=False)
    assert told.subject_id == 9
    assert told.sides[0] == Said(1, 101, "penalty", DAY, "甲", 7, 3)


def test_a_contradiction_is_the_same_as_long_as_the_same_units_say_the_same() -> None:
    one, two = Said(1, 101, "penalty", DAY, "甲", 7, 3), Said(2, 102, "penalty", DAY, "乙", 7, 3)
    first = Contradiction(9, Datum.NAME, "", (one, two))
    assert Contradiction(9, Datum.NAME, "", (two, replace(one, record_id=5, row=6))).fingerprint == first.fingerprint
    others = [
        Contradiction(8, Datum.NAME, "", (one, two)),
        Contradiction(9, Datum.REPRESENTATIVE, "", (one, two)),
        Contradiction(9, Datum.NAME, "1号", (one, two)),
        Contradiction(9, Datum.NAME, "", (one, replace(two, value="丙"))),
        Contradiction(9, Datum.NAME, "", (one, replace(two, unit_id=3))),
    ]
    assert len({first.fingerprint, *(each.fingerprint for each in others)}) == 6
    assert len(first.fingerprint) == 32
