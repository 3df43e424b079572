"""Decisions about subjects: of which kind, the same by name, may be merged, split, erased. Pure."""

from typing import Final

from xinheng.kernel.blank import trimmed
from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc
from xinheng.kernel.identifiers.inspect import persons_number
from xinheng.kernel.identifiers.writing import is_blank, is_filler, normalise
from xinheng.kernel.names import comparison_form
from xinheng.subjects.values import (
    Allowed,
    Decision,
    Denied,
    MissingAnswer,
    NameMatch,
    PersonalField,
    RegisterState,
    Scheme,
    SubjectDraft,
    SubjectFacts,
    SubjectInvalid,
    SubjectKind,
)

CATEGORY_ORGANISATION: Final = "法人及非法人组织"
CATEGORY_INDIVIDUAL: Final = "个体工商户"
CATEGORY_PERSON: Final = "自然人"
"""The three values of 行政相对人类别 (regulation.md §2.2)."""

_NO_LEGAL_PERSON_CLASSES: Final = frozenset({"19", "21", "31", "33", "34", "61", "62", "71", "G1", "Y1"})
"""Classes of codes whose bodies are, as a rule, no legal persons: law practices (民法典 art. 102), representative offices of
foreign bodies, places of worship that did not register as legal persons, and 其他. Only a default: the register entry decides."""

_NO_LEGAL_PERSON_ENDINGS: Final = (
    "（普通合伙）",
    "（特殊普通合伙）",
    "（有限合伙）",
    "合伙企业",
    "（个人独资）",
    "分公司",
    "分店",
    "分行",
    "支行",
    "分理处",
    "营业部",
    "办事处",
    "代表处",
)
"""How names of partnerships, sole proprietorships and branches end: class 91 covers them and companies alike.
Source: 民法典 art. 74 (branches), 102 (个人独资企业、合伙企业)."""

_INDIVIDUAL_CLASS: Final = "92"
_LONGEST_NAME: Final = 200
_LONGEST_CODE: Final = 50


def kind_of(category: str, code: str, name: str) -> SubjectKind:
    """The kind of a subject by the 行政相对人类别 of a row (may be empty) and its normalised code.

    The category decides between organisation, individual business and person; without one the class of a 统一社会信用代码
    does. Whether an organisation is a legal person follows from class and name, until a register says otherwise.
    A contradiction of category and code is the row check E105, not decided here. Source: regulation.md §1.1, §2.2.
    """
    if category == CATEGORY_PERSON:
        return SubjectKind.NATURAL_PERSON
    is_code = uscc.is_valid(code)
    if category == CATEGORY_INDIVIDUAL or (not category and is_code and code.startswith(_INDIVIDUAL_CLASS)):
        return SubjectKind.INDIVIDUAL_BUSINESS
    without = is_code and code[:2] in _NO_LEGAL_PERSON_CLASSES
    if without or comparison_form(name).endswith(_NO_LEGAL_PERSON_ENDINGS):
        return SubjectKind.OTHER_ORGANISATION
    return SubjectKind.LEGAL_PERSON


def same_subject(name: str, facts: SubjectFacts) -> NameMatch:
    """Compare the name a row gives with the names of the subject its code leads to, beyond writing (E107).

    Of natural persons no name is at hand (it is sealed), and no register holds them: nothing is compared.
    Source: regulation.md §2.6, E107.
    """
    if facts.kind is SubjectKind.NATURAL_PERSON:
        return NameMatch.NOT_COMPARED
    written = comparison_form(name)
    if written == comparison_form(facts.name):
        return NameMatch.PRESENT
    return NameMatch.FORMER if written in facts.written_forms else NameMatch.DIFFERENT


def missing_code(*, register_complete: bool) -> MissingAnswer:
    """What becomes of a row whose code is valid and leads to no subject.

    Where the profile says the register is complete a person settles it; elsewhere a provisional subject is made.
    """
    return MissingAnswer.HOLD if register_complete else MissingAnswer.PROVISIONAL


def may_merge(kept: SubjectFacts, absorbed: SubjectFacts) -> Decision:
    """Decide whether `absorbed` may become part of `kept`: two entries for one and the same subject."""
    if kept.id == absorbed.id:
        return Denied("merge_same", "不能把主体与它自己合并")
    for one in (kept, absorbed):
        if one.state is RegisterState.MERGED:
            return Denied("merge_merged", f"编号为 {one.id} 的主体已并入其他主体，请直接使用并入后的主体")
    persons = {kept.kind, absorbed.kind} & {SubjectKind.NATURAL_PERSON}
    if persons and kept.kind is not absorbed.kind:
        return Denied("merge_kinds", f"自然人不能与{_other(kept, absorbed).kind.label}合并")
    if absorbed.state is RegisterState.REGISTERED and kept.state is RegisterState.PROVISIONAL:
        return Denied("merge_direction", "已登记的主体不能并入待核实的主体，请把两者的次序对调")
    return Allowed()


def may_undo_merge(*, undone: bool, absorbed_into: int | None, kept: int, same_code: bool) -> Decision:
    """Decide whether a merge may be taken back. `same_code`: the absorbed one has no code of its own to be found by."""
    if undone or absorbed_into != kept:
        return Denied("merge_already_undone", "这次合并已经撤销过")
    if same_code:
        return Denied("merge_same_code", "两个主体的代码相同，是同一主体的重复登记，不能再分立")
    return Allowed()


def may_erase(kind: SubjectKind, *, erased: bool, merged_into: int | None) -> Decision:
    """Decide whether the personal values of a subject may be destroyed. Source: 个人信息保护法 art. 47."""
    if kind is not SubjectKind.NATURAL_PERSON:
        return Denied("erase_kind", f"只能删除自然人的个人信息，该主体是{kind.label}")
    if erased:
        return Denied("erase_done", "该自然人的个人信息已经删除")
    if merged_into is not None:
        return Denied("erase_merged", f"该自然人已并入编号为 {merged_into} 的主体，请对后者办理，两者一并删除")
    return Allowed()


def checked(draft: SubjectDraft) -> SubjectDraft:
    """The draft with codes and name in their normal form.

    Raises: SubjectInvalid when kind, name or a code cannot be.
    """
    name = trimmed(draft.name)
    if draft.kind is SubjectKind.NATURAL_PERSON:
        raise SubjectInvalid("subjects.kind", "自然人须按证件号码登记，不能作为单位登记", field="kind")
    if not name or len(name) > _LONGEST_NAME:
        raise SubjectInvalid("subjects.name", f"主体名称应为 1 至 {_LONGEST_NAME} 个字", field="name")
    if not trimmed(draft.source):
        raise SubjectInvalid("subjects.source", "须写明来源：哪个登记簿，或者哪个单位哪个批次", field="source")
    code = public_code(draft.scheme, draft.code)
    more = tuple((scheme, public_code(scheme, value)) for scheme, value in draft.more_codes)
    if draft.kind is SubjectKind.INDIVIDUAL_BUSINESS and draft.scheme is Scheme.USCC and code[:2] == "91":
        raise SubjectInvalid("subjects.kind", f"代码“{code}”属于企业，与个体工商户不符", field="kind")
    if draft.kind is not SubjectKind.INDIVIDUAL_BUSINESS and draft.scheme is Scheme.USCC and code[:2] == "92":
        raise SubjectInvalid("subjects.kind", f"代码“{code}”属于个体工商户，与{draft.kind.label}不符", field="kind")
    return SubjectDraft(
        draft.kind,
        draft.scheme,
        code,
        name,
        trimmed(draft.source),
        draft.division,
        draft.industry,
        draft.founded,
        trimmed(draft.address),
        more,
    )


def public_code(scheme: Scheme, code: str) -> str:
    """A public code in its normal form.

    A 统一社会信用代码 that fails only its outer check character is let in: the row check holds it for a person, who may find it
    right. Raises: SubjectInvalid when it cannot be a code of that scheme.
    """
    text = normalise(code)
    judges = {Scheme.USCC: uscc.judge, Scheme.GS15: gs15.judge, Scheme.ORGCODE: orgcode.judge}
    if scheme.personal:
        raise SubjectInvalid("subjects.code", f"{scheme.label}是个人证件号码，不能作为公开代码", field="code")
    if persons_number(text):
        # Also where it passes the check of a code; and never repeated.
        raise SubjectInvalid("subjects.code", f"填写的是公民身份号码，不是{scheme.label}，请核对证照", field="code")
    wrong = scheme in judges and judges[scheme](text)[0] == "invalid"
    if wrong or is_blank(text) or is_filler(text) or len(text) > _LONGEST_CODE:
        raise SubjectInvalid("subjects.code", f"“{code}”不是有效的{scheme.label}，请核对证照", field="code")
    return text


def personal_number(scheme: Scheme, number: str) -> str:
    """A person's document number in the form that is hashed: normalised, an identity number always in eighteen characters.

    Raises: SubjectInvalid when nothing is left or an identity number does not hold; the message never repeats it.
    """
    text = normalise(number)
    if not scheme.personal:
        raise SubjectInvalid("subjects.document", f"{scheme.label}不是个人证件", field="scheme")
    if scheme is not Scheme.ID18:
        if is_blank(text) or is_filler(text) or len(text) > _LONGEST_CODE:
            raise SubjectInvalid("subjects.document", f"{scheme.label}没有填写或无法识别", field="number")
        return text
    if resident.judge(text, on=None)[0] != "valid":
        raise SubjectInvalid("subjects.document", "公民身份号码无效，请核对证件", field="number")
    return resident.to_18(text) if len(text) == 15 else text


def document_field(scheme: Scheme) -> PersonalField:
    """Which kind of personal datum the number of a document is."""
    return PersonalField.ID_NUMBER if scheme in (Scheme.ID18, Scheme.PERMANENT) else PersonalField.DOCUMENT


def _other(one: SubjectFacts, two: SubjectFacts) -> SubjectFacts:
    return two if one.kind is SubjectKind.NATURAL_PERSON else one
