"""From a row that was judged to what is kept of it, why it waits, and what its receipt shows; tables without a database."""

from datetime import date
from typing import Any

import pytest

from intake.cast import firm_code, resident_number
from xinheng.catalogue.door import package_edition
from xinheng.engine.declare import Effect
from xinheng.engine.problems import Problem
from xinheng.intake.rules import facts
from xinheng.intake.rules.facts import Identity
from xinheng.intake.rules.items import problem_items
from xinheng.intake.rules.rows import (
    PLACE,
    agrees,
    blocks_of,
    content_of,
    core_of,
    hold_codes,
    hold_kind,
    in_order,
    key_of,
    personal_of,
    place_text,
    reason_of,
    taken,
)
from xinheng.intake.rules.sheets import Asked, asked_of
from xinheng.intake.values.batches import HeldKind
from xinheng.intake.values.receipts import Taken
from xinheng.records.values import Core
from xinheng.subjects.values import PersonalField, RegisterState, Scheme, SubjectFacts, SubjectKind

FIRM, BUSINESS, SOMEBODY = "法人及非法人组织", "个体工商户", "自然人"
CODE, NUMBER = firm_code(1), resident_number(1)
GS15 = "990101000000018"
TODAY = date(2026, 11, 21)


def asked_for(code: str) -> Asked:
    edition = package_edition("demo")
    return asked_of(edition.item(code), edition.code_lists)


@pytest.fixture(scope="module")
def asked() -> Asked:
    return asked_for("administrative-penalty")


# name, class, code, registration number, document; who it is
WHO: list[tuple[tuple[Any, ...], Identity]] = [
    (("甲公司", FIRM, CODE, GS15, (None, None)), Identity("甲公司", FIRM, Scheme.USCC, CODE)),
    ((None, None, CODE, None, (None, None)), Identity("", "", Scheme.USCC, CODE)),
    (("甲店", BUSINESS, None, GS15, (None, None)), Identity("甲店", BUSINESS, Scheme.GS15, GS15)),
    # As codes are written: the same number is the same business.
    (("甲店", BUSINESS, None, "990101-0000 00018", (None, None)), Identity("甲店", BUSINESS, Scheme.GS15, GS15)),
    # An old number of thirteen digits has no check, and is one all the same.
    (("甲店", BUSINESS, None, "9901011000001", (None, None)), Identity("甲店", BUSINESS, Scheme.GS15, "9901011000001")),
    (("甲店", BUSINESS, None, "990101000000019", (None, None)), Identity("甲店", BUSINESS, None, "990101000000019")),
    (("甲店", BUSINESS, None, "1111111111111", (None, None)), Identity("甲店", BUSINESS, None, "1111111111111")),
    (("甲店", BUSINESS, None, None, (None, None)), Identity("甲店", BUSINESS, None, "")),
    (("丙", SOMEBODY, None, None, ("身份证", NUMBER)), Identity("丙", SOMEBODY, Scheme.ID18, NUMBER)),
    # A code beside a person's document is not whom it is about.
    (("丙", SOMEBODY, CODE, GS15, ("身份证", NUMBER)), Identity("丙", SOMEBODY, Scheme.ID18, NUMBER)),
    (("丙", SOMEBODY, None, None, ("护照号", "E1234567")), Identity("丙", SOMEBODY, Scheme.PASSPORT, "E1234567")),
    (("丙", SOMEBODY, None, None, ("港澳居民来往内地通行证", "H1")), Identity("丙", SOMEBODY, Scheme.HK_MACAO, "H1")),
    (("丙", SOMEBODY, None, None, ("台湾居民来往大陆通行证", "1T")), Identity("丙", SOMEBODY, Scheme.TAIWAN, "1T")),
    (("丙", SOMEBODY, None, None, ("外国人永久居留身份证", "F1")), Identity("丙", SOMEBODY, Scheme.PERMANENT, "F1")),
    (("丙", SOMEBODY, None, None, (None, "1")), Identity("丙", SOMEBODY, Scheme.OTHER_DOCUMENT, "1")),
    (("丙", SOMEBODY, None, None, ("护照号", "9" * 50)), Identity("丙", SOMEBODY, None, "9" * 50)),
    (("丙", SOMEBODY, None, None, ("护照号", "E1" * 25)), Identity("丙", SOMEBODY, Scheme.PASSPORT, "E1" * 25)),
    (("丙", SOMEBODY, None, None, ("护照号", "E1" * 25 + "2")), Identity("丙", SOMEBODY, None, "E1" * 25 + "2")),
    (("丙", SOMEBODY, None, None, ("护照号", "无")), Identity("丙", SOMEBODY, None, "无")),
    (("丙", SOMEBODY, None, None, ("护照号", None)), Identity("丙", SOMEBODY, None, "")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "who"), WHO)
def test_a_row_is_about_whom_its_numbers_name(written: tuple[Any, ...], who: Identity) -> None:
    assert facts.identity_of(*written) == who
    assert facts.bearer(who) == ("no" if who.code and who.scheme is None else None)


def subject(state: RegisterState, kind: SubjectKind) -> SubjectFacts:
    return SubjectFacts(7, kind, CODE, "甲公司", frozenset({"丁公司", "乙公司", "甲公司"}), state, None)


REGISTERED, PROVISIONAL = RegisterState.REGISTERED, RegisterState.PROVISIONAL
COMPANY, NATURAL = SubjectKind.LEGAL_PERSON, SubjectKind.NATURAL_PERSON


@pytest.mark.parametrize(
    ("found", "names", "kind", "registered"),
    [
        (subject(REGISTERED, COMPANY), "甲公司;丁公司;乙公司", COMPANY, True),
        (subject(PROVISIONAL, COMPANY), None, None, False),
        (subject(REGISTERED, NATURAL), None, NATURAL, False),
        (subject(PROVISIONAL, NATURAL), None, NATURAL, False),
        (None, None, None, False),
    ],
)
def test_what_is_provisional_has_neither_names_nor_a_kind_that_others_may_know(
    found: SubjectFacts | None, names: str | None, kind: SubjectKind | None, registered: bool
) -> None:
    assert facts.register_name(found) == names
    assert facts.kind_in_register(found) is kind
    assert facts.is_registered(found) is registered


@pytest.mark.parametrize(
    ("who", "found", "complete", "told"),
    [
        (Identity("甲", FIRM, Scheme.USCC, CODE), subject(REGISTERED, COMPANY), True, "yes"),
        (Identity("甲", FIRM, Scheme.USCC, CODE), subject(PROVISIONAL, COMPANY), True, "no"),
        (Identity("甲", FIRM, Scheme.USCC, CODE), None, True, "no"),
        (Identity("甲", FIRM, Scheme.USCC, CODE), None, False, None),
        # Nobody is looked for who has no number, and no person.
        (Identity("甲", FIRM, None, "1"), None, True, None),
        (Identity("丙", SOMEBODY, Scheme.ID18, NUMBER), None, True, None),
    ],
)
def test_only_a_complete_register_can_miss_a_code(
    who: Identity, found: SubjectFacts | None, complete: bool, told: str | None
) -> None:
    assert facts.register_found(who, found, complete=complete) == told


@pytest.mark.parametrize(
    ("code", "submitters", "told"),
    [
        ("A", ("registrar",), "yes"),
        ("A", ("court", "registrar"), "yes"),
        ("B", ("registrar",), "no"),
        ("B", (), None),
        ("C", ("registrar",), None),
        (None, ("registrar",), None),
        ("", ("registrar",), None),
    ],
)
def test_only_certain_units_hand_in_what_is_theirs(
    code: str | None, submitters: tuple[str, ...], told: str | None
) -> None:
    words = {"A": ("registrar", "department"), "B": ("department",)}
    assert facts.entitled(code, words, submitters) == told


@pytest.mark.parametrize(
    ("stored", "first"), [(None, TODAY), (date(2026, 11, 20), date(2026, 11, 20)), (date(2026, 11, 22), TODAY)]
)
def test_it_came_in_on_the_first_day_anybody_knows_of(stored: date | None, first: date) -> None:
    assert facts.first_day(TODAY, stored) == first


def test_a_reason_is_given_where_somebody_can_see_it() -> None:
    assert [facts.given(reason) for reason in ("", " ", "\u200b", "笔误")] == ["no", "no", "no", "yes"]


def problem(reason: str, effect: Effect, code: str = "E1", field: str = "BZ", value: str | None = None) -> Problem:
    return Problem(field, code, effect, reason, value)


HOLD, REJECT, BLOCK, WARN = Effect.HOLD, Effect.REJECT, Effect.BLOCK, Effect.WARN


@pytest.mark.parametrize(
    ("problems", "kind", "codes"),
    [
        ([problem("register.missing", HOLD, "E107")], HeldKind.CHECK, ("E107",)),
        ([problem("correction.reason", HOLD, "E114")], HeldKind.REASON, ("E114",)),
        ([problem("correction.review", HOLD, "E114")], HeldKind.CORRECTION, ("E114",)),
        (
            [problem("correction.reason", HOLD, "E114"), problem("correction.review", HOLD, "E114")],
            HeldKind.CORRECTION,
            ("E114",),
        ),
        (
            [problem("correction.reason", HOLD, "E114"), problem("register.missing", HOLD, "E107")],
            HeldKind.CHECK,
            ("E107", "E114"),
        ),
        # What only warns is no reason to wait.
        ([problem("correction.reason", HOLD, "E114"), problem("late", WARN, "W201")], HeldKind.REASON, ("E114",)),
        ([problem("register.missing", HOLD, "E107"), problem("correction.review", WARN)], HeldKind.CHECK, ("E107",)),
    ],
)
def test_a_row_waits_for_what_it_is_held_for(problems: list[Problem], kind: HeldKind, codes: tuple[str, ...]) -> None:
    assert hold_kind(problems) is kind
    assert hold_codes(problems) == codes
    assert taken(problems) is Taken.HELD


def test_a_rejection_is_graver_than_a_hold_and_a_block_keeps_nothing_out() -> None:
    assert taken([problem("a", HOLD), problem("b", REJECT)]) is Taken.REJECTED
    assert taken([problem("a", BLOCK), problem("b", WARN)]) is Taken.ACCEPTED
    assert blocks_of(asked_for("administrative-penalty"), [problem("a", WARN, "W1"), problem("b", HOLD, "E1")]) == ()


def test_the_key_takes_of_each_part_the_first_that_is_filled() -> None:
    licence = asked_for("administrative-licence")
    values = {"XK_XKJGDM": "U", "XK_WSH": "1号", "XK_JDRQ": date(2026, 11, 2), "XK_XKBH": "乙"}
    assert key_of(licence, values) == ("U", "1号", "2026-11-02", "乙")
    assert key_of(licence, values | {"XK_XKBH": None}) == ("U", "1号", "2026-11-02", "")
    assert key_of(licence, {}) == ("", "", "", "")


def test_a_part_of_a_key_with_several_fields_takes_the_next_one_where_the_first_is_empty() -> None:
    class Two:
        key_parts = (("A", "B", "C"), ("D",))

    two: Any = Two()
    assert key_of(two, {"A": "甲", "B": "乙", "D": "丁"}) == ("甲", "丁")
    assert key_of(two, {"A": None, "B": None, "C": "丙", "D": date(2026, 1, 2)}) == ("丙", "2026-01-02")
    assert key_of(two, {"A": None, "B": date(2026, 1, 2)}) == ("2026-01-02", "")


def test_the_content_has_what_is_filled_as_people_write_it(asked: Asked) -> None:
    values = {"CF_WSH": "1号", "CF_JDRQ": date(2026, 1, 2), "CF_NR_FK": 10_000_000_000, "BZ": None, "CF_NR_WFFF": 0}
    assert content_of(asked, values) == {
        "CF_WSH": "1号",
        "CF_JDRQ": "2026-01-02",
        "CF_NR_FK": "10000",
        "CF_NR_WFFF": "0",
    }


def test_the_core_has_the_typed_columns_and_no_number_of_a_person(asked: Asked) -> None:
    values = {
        "CF_CFJG": f"某局{NUMBER}",
        "CF_CFJGDM": "U",
        "CF_JDRQ": date(2026, 1, 2),
        "CF_NR_FK": 5,
        "CF_XDR_MC": "甲",
    }
    assert core_of(asked, values, {"CF_CFJG"}) == Core(
        authority_name=f"某局{NUMBER[:6]}********{NUMBER[-4:]}",
        authority_code="U",
        act_date=date(2026, 1, 2),
        amount_cents=5,
    )
    assert core_of(asked, {}, ()) == Core()


def test_what_is_personal_is_sealed_with_its_kind(asked: Asked) -> None:
    firm = Identity("甲公司", FIRM, Scheme.USCC, CODE)
    somebody = Identity("丙", SOMEBODY, Scheme.ID18, NUMBER)
    content = {"CF_XDR_MC": "丙", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": NUMBER, "CF_SY": f"见{NUMBER}", "BZ": "无事"}
    number = {"CF_XDR_ZJHM": PersonalField.ID_NUMBER}
    text = {"CF_SY": PersonalField.OTHER}
    assert personal_of(asked, content, firm) == number | text
    assert personal_of(asked, content, somebody) == number | text | {"CF_XDR_MC": PersonalField.NAME}
    assert personal_of(asked, content, somebody, possible=False) == number | {"CF_XDR_MC": PersonalField.NAME}
    kinds = {"外国人永久居留身份证": PersonalField.ID_NUMBER, "护照号": PersonalField.DOCUMENT}
    for kind, sealed in kinds.items():
        assert personal_of(asked, {"CF_FR_ZJLX": kind, "CF_FR_ZJHM": "1"}, firm) == {"CF_FR_ZJHM": sealed}
    assert personal_of(asked, {"CF_FR_ZJHM": "1"}, firm) == {"CF_FR_ZJHM": PersonalField.DOCUMENT}
    # The name of a person that holds a number is sealed as the name it is.
    named = {"CF_XDR_MC": f"丙{NUMBER}"}
    assert personal_of(asked, named, somebody) == {"CF_XDR_MC": PersonalField.NAME}
    assert personal_of(asked, named, firm) == {"CF_XDR_MC": PersonalField.OTHER}


@pytest.mark.parametrize(
    ("own", "batch", "said"),
    [
        ("笔误", "整批重报", "笔误"),
        ("无", "整批重报", "整批重报"),
        (" / ", "\u200b整批重报\u00a0", "整批重报"),
        (None, "无", ""),
        ("更\x00正", "", "更正"),
        (f"见{NUMBER}", "", f"见{NUMBER[:6]}********{NUMBER[-4:]}"),
        # Cut after the masking: no number is halved into one that nobody recognises.
        ("长" * 490 + NUMBER, "", "长" * 490 + NUMBER[:6] + "****"),
    ],
)
def test_why_it_is_corrected_is_said_without_numbers_of_people(own: str | None, batch: str, said: str) -> None:
    assert reason_of(own, batch) == said


def test_problems_are_told_in_the_order_of_the_sheet(asked: Asked) -> None:
    fields = [problem("length", REJECT, field="BZ"), problem("length", REJECT, field="CF_XDR_MC")]
    checks = [problem("gate.no_permit", REJECT), problem("register.name", HOLD)]
    again = [problem("repeated.same", REJECT, field="CF_WSH")]
    told = in_order(asked, [*again, *checks, *fields])
    assert told == [fields[1], fields[0], checks[1], checks[0], again[0]]


def test_where_a_row_stood_is_read_back() -> None:
    found = PLACE.fullmatch(place_text(12, 345))
    assert found is not None
    assert found.groups() == ("12", "345")
    assert place_text(12, 345) == "批次12第345行"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ({"CF_WSH": "1号"}, {"CF_WSH": "1号"}, True),
        ({"CF_WSH": " 1号"}, {"CF_WSH": "1号\u00a0"}, True),
        ({"CF_WSH": "1号"}, {"CF_WSH": "2号"}, False),
        ({"CF_XDR_SHXYM": CODE, "CF_WSH": "1号"}, {"CF_XDR_SHXYM": CODE, "CF_WSH": "2号"}, True),
        ({"CF_XDR_MC": "甲"}, {"CF_XDR_MC": "甲"}, True),
        # Who acted and when is shared by many rows.
        ({"CF_CFJGDM": "U", "CF_JDRQ": "2026/11/02"}, {"CF_CFJGDM": "U", "CF_JDRQ": "2026/11/02"}, False),
        # Nothing is not the same as nothing.
        ({}, {}, False),
        ({"CF_WSH": None}, {"CF_WSH": None}, False),
        ({"CF_WSH": "无"}, {"CF_WSH": "无"}, False),
        ({"CF_WSH": "1号"}, {}, False),
        ({}, {"CF_WSH": "1号"}, False),
        ({"CF_SY": "甲"}, {"CF_SY": "甲"}, False),
    ],
)
def test_two_rows_can_be_about_the_same_thing_where_one_part_of_the_key_is_the_same(
    asked: Asked, before: dict[str, str | None], after: dict[str, str | None], same: bool
) -> None:
    assert agrees(asked, before, after) is same


def test_a_receipt_shows_no_name_of_a_person_and_no_sign_that_cannot_be_stored(asked: Asked) -> None:
    name = problem("length", REJECT, "E102", "CF_XDR_MC", "丙某某")
    text = problem("control", REJECT, "E102", "CF_SY", "甲\x00乙")
    nothing = problem("required.CF_XDR_MC", REJECT, "E101", "CF_XDR_MC", None)
    told = [(2, 1, name), (2, 1, text), (2, 1, nothing)]
    shown = problem_items(asked, told, person=True, headers={"CF_XDR_MC": "名称"})
    assert [each["value"] for each in shown] == ["丙*", "甲\u2400乙", None]
    assert [each["header"] for each in shown] == ["名称", None, "名称"]
    assert [(each["row"], each["record"], each["field"], each["code"]) for each in shown] == [
        (2, 1, "CF_XDR_MC", "E102"),
        (2, 1, "CF_SY", "E102"),
        (2, 1, "CF_XDR_MC", "E101"),
    ]
    assert "丙某某" not in shown[0]["message"]
    assert "\x00" not in shown[1]["message"]
    firm = problem_items(asked, told, person=False)
    assert [each["value"] for each in firm] == ["丙某某", "甲\u2400乙", None]
    assert [each["header"] for each in firm] == [None] * 3


def test_a_repeated_row_is_named_by_its_row_as_the_caller_counts(asked: Asked) -> None:
    again = Problem("CF_WSH", "E111", REJECT, "repeated.same", "1号", "5")
    [shown] = problem_items(asked, [(9, 8, again)], person=False)
    assert "第 7 行" in shown["message"]
    [shown] = problem_items(asked, [(9, 8, again)], person=False, row_of=lambda index: index + 100)
    assert "第 105 行" in shown["message"]
