"""What the store says as facts, and what a row becomes; tables without a database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.cast import firm_code, resident_number
from xinheng.catalogue.door import package_edition
from xinheng.engine.declare import Effect
from xinheng.engine.problems import Problem
from xinheng.intake.rules import facts
from xinheng.intake.rules.receipt import file_name, pack, unpack
from xinheng.intake.rules.rows import blocks_of, content_of, core_of, key_of, personal_of, reason_of, taken
from xinheng.intake.rules.sheets import Asked, asked_of
from xinheng.intake.values.receipts import Counts, Receipt, Taken
from xinheng.subjects.values import PersonalField, RegisterState, Scheme, SubjectFacts, SubjectKind

FIRM = facts.Identity("甲公司", "法人及非法人组织", Scheme.USCC, firm_code(1))
PERSON = facts.Identity("丙某某", "自然人", Scheme.ID18, resident_number(1))


def subject(state: RegisterState, kind: SubjectKind = SubjectKind.LEGAL_PERSON) -> SubjectFacts:
    return SubjectFacts(7, kind, firm_code(1), "甲公司", frozenset({"甲公司", "乙公司"}), state, None)


@pytest.fixture(scope="module")
def asked() -> Asked:
    edition = package_edition("demo")
    return asked_of(edition.item("administrative-penalty"), edition.code_lists)


@pytest.mark.parametrize(
    ("found", "name", "known"),
    [
        (subject(RegisterState.REGISTERED), "甲公司;乙公司", "yes"),
        # What another unit reported must not be compared with: the answer would tell that it did.
        (subject(RegisterState.PROVISIONAL), None, "no"),
        (None, None, "no"),
    ],
)
def test_only_the_register_knows_names(found: SubjectFacts | None, name: str | None, known: str) -> None:
    told = facts.register_name(found)
    assert (None if told is None else ";".join(dict.fromkeys(told.split(";")))) == name
    assert facts.register_found(FIRM, found, complete=True) == known
    assert facts.register_found(FIRM, found, complete=False) is None


def test_people_stand_in_no_register() -> None:
    person = subject(RegisterState.REGISTERED, SubjectKind.NATURAL_PERSON)
    assert (facts.register_name(person), facts.register_found(PERSON, person, complete=True)) == (None, None)


@pytest.mark.parametrize(
    ("values", "scheme", "bearer"),
    [
        (("甲", "法人及非法人组织", firm_code(1), None, (None, None)), Scheme.USCC, None),
        (("甲", "个体工商户", None, "990101000000019", (None, None)), None, "no"),
        (("甲", "个体工商户", None, "企独样总字第01号", (None, None)), None, "no"),
        (("甲", "个体工商户", None, None, (None, None)), None, None),
        (("丙", "自然人", None, None, ("身份证", resident_number(1))), Scheme.ID18, None),
        (("丙", "自然人", None, None, ("护照号", "E12345678")), Scheme.PASSPORT, None),
        (("丙", "自然人", None, None, ("其他-士官证", "军字1号")), Scheme.OTHER_DOCUMENT, None),
        (("丙", "自然人", None, None, ("其他-士官证", "号" * 51)), None, "no"),
    ],
)
def test_what_identifies_a_row(values: tuple[object, ...], scheme: Scheme | None, bearer: str | None) -> None:
    identity = facts.identity_of(*values)  # type: ignore[arg-type]
    assert (identity.scheme, facts.bearer(identity)) == (scheme, bearer)


@pytest.mark.parametrize(
    ("code", "known", "own"),
    [("A", "yes", "yes"), ("B", "yes", "no"), ("C", "no", None), (None, None, None)],
)
def test_units_of_the_directory_and_the_own_ones(code: str | None, known: str | None, own: str | None) -> None:
    assert (facts.in_directory(code, {"A", "B"}), facts.foreign(code, {"A", "B"}, {"A"})) == (known, own)


@pytest.mark.parametrize(
    ("holders", "mine", "told"),
    [
        (set(), {7}, "no"),
        ({7}, {7}, "no"),
        ({7, 8}, {7}, "yes"),
        # Entries that were merged are one subject.
        ({7, 8}, {7, 8}, "no"),
        ({7, 9}, {7, 8}, "yes"),
        ({8}, None, "yes"),
        (set(), None, "no"),
    ],
)
def test_a_number_is_reused_when_another_subject_has_it(holders: set[int], mine: set[int] | None, told: str) -> None:
    found = None if mine is None else replace(subject(RegisterState.REGISTERED), family=frozenset(mine))
    assert facts.reused(holders, found) == told


def test_the_gravest_problem_decides() -> None:
    def problem(effect: Effect) -> Problem:
        return Problem("BZ", "E1", effect, "x")

    ways = {
        (): Taken.ACCEPTED,
        (Effect.WARN, Effect.BLOCK): Taken.ACCEPTED,
        (Effect.WARN, Effect.HOLD): Taken.HELD,
        (Effect.HOLD, Effect.REJECT): Taken.REJECTED,
    }
    for effects, expected in ways.items():
        assert taken([problem(effect) for effect in effects]) is expected


def test_a_block_carries_its_flag(asked: Asked) -> None:
    some = [
        Problem("CF_SY", "E112", Effect.BLOCK, "personal.CF_SY"),
        Problem("CF_NR", "E112", Effect.BLOCK, "personal.CF_NR"),
        Problem("CF_XDR_LB", "E113", Effect.BLOCK, "withheld.natural_person"),
        Problem("CF_WSH", "W202", Effect.WARN, "number.pattern"),
    ]
    assert blocks_of(asked, some) == ("E112:personal_data_in_text", "E113")


def test_what_is_sealed_and_what_stands_in_the_core(asked: Asked) -> None:
    number = resident_number(9)
    values = {
        "CF_XDR_MC": "甲公司",
        "CF_FRDB": "乙某",
        "CF_FR_ZJLX": "护照号",
        "CF_FR_ZJHM": "E12345678",
        "CF_YJ": f"见{number}",
        "CF_CFJG": f"某局{number}",
        "CF_NR_FK": 123_450,
        "CF_JDRQ": date(2026, 11, 2),
        "CF_CFJGDM": firm_code(1, "11"),
    }
    content = content_of(asked, values)
    assert (content["CF_NR_FK"], content["CF_JDRQ"]) == ("0.12345", "2026-11-02")
    sealed = personal_of(asked, content, FIRM)
    assert sealed == {
        "CF_FRDB": PersonalField.NAME,
        "CF_FR_ZJHM": PersonalField.DOCUMENT,
        "CF_YJ": PersonalField.OTHER,
        "CF_CFJG": PersonalField.OTHER,
    }
    core = core_of(asked, values, sealed)
    assert (number in core.authority_name, core.authority_code, core.amount_cents) == (
        False,
        firm_code(1, "11"),
        123_450,
    )
    assert personal_of(asked, content, PERSON)["CF_XDR_MC"] is PersonalField.NAME


def test_the_key_leaves_out_whom_it_is_about(asked: Asked) -> None:
    values = {"CF_XDR_SHXYM": firm_code(1), "CF_CFJGDM": "U", "CF_WSH": "1号", "CF_JDRQ": date(2026, 11, 2)}
    assert key_of(asked, values) == ("U", "1号", "2026-11-02")


@pytest.mark.parametrize(
    ("own", "batch", "said"), [("甲", "乙", "甲"), (" ", "乙", "乙"), (None, "", ""), ("长" * 600, "", "长" * 500)]
)
def test_the_row_gives_its_own_reason_first(own: str | None, batch: str, said: str) -> None:
    assert reason_of(own, batch) == said


@given(st.text(max_size=300))
def test_a_stored_file_name_has_no_folder_and_is_never_empty(name: str) -> None:
    kept = file_name(name)
    assert kept
    assert len(kept) <= 200
    assert "/" not in kept


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5)), max_size=4))
def test_a_receipt_comes_back_as_it_was_packed(errors: list[dict[str, str]]) -> None:
    receipt = Receipt("f.csv", "x", Counts(2, 1, 1), errors=errors)
    content, digest = pack(receipt)
    assert (unpack(content), pack(receipt)) == (receipt.to_json(), (content, digest))
