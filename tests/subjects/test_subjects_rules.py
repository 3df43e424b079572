"""Rules of subjects, without a database."""

from typing import Any

import pytest
from subject_cast import code, firm, registration, resident_number

from xinheng.subjects import rules
from xinheng.subjects.values import (
    Allowed,
    Denied,
    MissingAnswer,
    NameMatch,
    RegisterState,
    Scheme,
    SubjectFacts,
    SubjectInvalid,
    SubjectKind,
)

KIND = SubjectKind
STATE = RegisterState


def facts(subject_id: int, **more: object) -> SubjectFacts:
    given = {
        "kind": KIND.LEGAL_PERSON,
        "code": code(subject_id),
        "name": "星河（北京）仪器有限公司",
        "written_forms": frozenset({"星河（北京）仪器有限公司", "旧名仪器有限公司"}),
        "state": STATE.REGISTERED,
        "merged_into": None,
    }
    return SubjectFacts(subject_id, **{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "given", "name", "kind"),
    [
        ("自然人", "", "赵某某", KIND.NATURAL_PERSON),
        ("个体工商户", registration(60000001), "甲小吃店", KIND.INDIVIDUAL_BUSINESS),
        ("", code(1, "92"), "甲小吃店", KIND.INDIVIDUAL_BUSINESS),
        ("法人及非法人组织", code(1, "91"), "甲仪器有限公司", KIND.LEGAL_PERSON),
        ("法人及非法人组织", code(1, "91"), "甲投资中心(有限合伙)", KIND.OTHER_ORGANISATION),
        ("法人及非法人组织", code(1, "91"), "甲仪器有限公司丙分公司", KIND.OTHER_ORGANISATION),
        ("法人及非法人组织", code(1, "31"), "甲律师事务所", KIND.OTHER_ORGANISATION),
        ("法人及非法人组织", code(1, "12"), "甲区图书馆", KIND.LEGAL_PERSON),
        ("法人及非法人组织", code(1, "G1"), "甲基金会代表机构", KIND.OTHER_ORGANISATION),
        ("", code(1, "93"), "甲蔬菜专业合作社", KIND.LEGAL_PERSON),
    ],
)
def test_category_and_class_give_the_kind(category: str, given: str, name: str, kind: SubjectKind) -> None:
    assert rules.kind_of(category, given, name) is kind


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("星河（北京）仪器有限公司", NameMatch.PRESENT),
        ("星河 (北京) 仪器有限公司", NameMatch.PRESENT),
        ("旧名仪器有限公司", NameMatch.FORMER),
        ("星河（北京）仪器有限责任公司", NameMatch.DIFFERENT),
        ("星湖（北京）仪器有限公司", NameMatch.DIFFERENT),
    ],
)
def test_a_name_is_compared_beyond_writing(name: str, match: NameMatch) -> None:
    assert rules.same_subject(name, facts(1)) is match


def test_the_name_of_a_person_is_not_compared() -> None:
    someone = facts(1, kind=KIND.NATURAL_PERSON, name="", written_forms=frozenset())
    assert rules.same_subject("赵某某", someone) is NameMatch.NOT_COMPARED


def test_an_unknown_code_is_held_only_where_the_register_is_complete() -> None:
    assert rules.missing_code(register_complete=True) is MissingAnswer.HOLD
    assert rules.missing_code(register_complete=False) is MissingAnswer.PROVISIONAL


@pytest.mark.parametrize(
    ("kept", "absorbed", "reason"),
    [
        (facts(1), facts(1), "merge_same"),
        (facts(1), facts(2, state=STATE.MERGED, merged_into=3), "merge_merged"),
        (facts(1, state=STATE.MERGED, merged_into=3), facts(2), "merge_merged"),
        (facts(1), facts(2, kind=KIND.NATURAL_PERSON), "merge_kinds"),
        (facts(1, state=STATE.PROVISIONAL), facts(2), "merge_direction"),
    ],
)
def test_a_merge_is_denied(kept: SubjectFacts, absorbed: SubjectFacts, reason: str) -> None:
    decision = rules.may_merge(kept, absorbed)
    assert isinstance(decision, Denied)
    assert decision.reason == reason


def test_a_provisional_subject_may_go_into_a_registered_one() -> None:
    assert rules.may_merge(facts(1), facts(2, state=STATE.PROVISIONAL)) == Allowed()


@pytest.mark.parametrize(
    ("undone", "into", "same_code", "allowed"),
    [(False, 1, False, True), (True, None, False, False), (False, 2, False, False), (False, 1, True, False)],
)
def test_a_merge_is_undone_once_and_only_with_a_code_left(
    undone: bool, into: int | None, same_code: bool, allowed: bool
) -> None:
    decision = rules.may_undo_merge(undone=undone, absorbed_into=into, kept=1, same_code=same_code)
    assert isinstance(decision, Allowed) is allowed


@pytest.mark.parametrize("kind", [kind for kind in KIND if kind is not KIND.NATURAL_PERSON])
def test_only_persons_are_erased(kind: SubjectKind) -> None:
    assert isinstance(rules.may_erase(kind, erased=False, merged_into=None), Denied)
    assert rules.may_erase(KIND.NATURAL_PERSON, erased=False, merged_into=None) == Allowed()
    assert isinstance(rules.may_erase(KIND.NATURAL_PERSON, erased=True, merged_into=None), Denied)
    assert isinstance(rules.may_erase(KIND.NATURAL_PERSON, erased=False, merged_into=5), Denied)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "  "},
        {"name": "长" * 201},
        {"source": ""},
        {"code": "000000000000000000"},
        {"code": code(1)[:17] + "?"},
        {"kind": KIND.NATURAL_PERSON},
        {"kind": KIND.INDIVIDUAL_BUSINESS},
        {"code": code(1, "92")},
        {"scheme": Scheme.ID18, "code": resident_number(1)},
    ],
)
def test_a_draft_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SubjectInvalid):
        rules.checked(firm(1, **change))


def test_codes_of_a_draft_are_normalised() -> None:
    draft = rules.checked(firm(1, code=f" {code(1).lower()} ", more_codes=((Scheme.GS15, f"{registration(1)}　"),)))
    assert draft.code == code(1)
    assert draft.more_codes == ((Scheme.GS15, registration(1)),)


def test_an_old_identity_number_counts_as_its_new_form() -> None:
    new = resident_number(7)
    assert rules.personal_number(Scheme.ID18, new[:6] + new[8:17]) == new


def test_a_wrong_identity_number_is_refused_without_repeating_it() -> None:
    number = resident_number(7)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    with pytest.raises(SubjectInvalid) as refusal:
        rules.personal_number(Scheme.ID18, wrong)
    assert wrong not in str(refusal.value)
