"""An information item of the catalogue: its fields, keys and checks, and the sheet of rules the engine reads from it.

What follows from an attribute of a field (obligatory, length, list, kind of code, date, amount) is made here from the declaration and never
written a second time; what is written under `checks` is only what no attribute says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.governing import FLAGS
from xinheng.engine.declare import (
    Check,
    Choice,
    ChoiceList,
    Effect,
    Field,
    FieldType,
    Outcome,
    Repetition,
    Sheet,
    Slot,
    Succession,
    parse_check,
    required,
)
from xinheng.engine.operators import All, Atom, Not, Test, parse_test
from xinheng.engine.plain import DeclarationInvalid, Node

SUBJECT_KINDS: Final = ("legal_person", "individual_business", "other_organisation", "natural_person")
CORE_COLUMNS: Final = (
    "document_title",
    "document_number",
    "act_date",
    "valid_from",
    "valid_to",
    "public_until",
    "kinds",
    "amount_cents",
    "confiscation_cents",
    "permit_number",
    "permit_title",
    "authority_name",
    "authority_code",
    "source_name",
    "source_code",
    "state",
    "basis_text",
    "content_text",
    "conduct_text",
    "facts_text",
    "subject_name",
    "subject_class",
    "uscc",
    "registration_number",
    "organisation_code",
    "tax_number",
    "institution_number",
    "society_number",
    "representative_name",
    "representative_document_type",
    "representative_document_number",
    "person_document_type",
    "person_document_number",
    "remark",
    "founded",
    "industry",
    "division",
    "address",
)
"""Columns of the typed core that a field can fill; `kinds` holds the members joined with `;`."""

MASKINGS: Final = (
    "full",
    "never",
    "identity_number",
    "person_name",
    "legal_representative",
    "scan",
    "masked_number",
)
"""How the public sees a field; `masked_number`: a number of a person as courts publish it, where the item is public for natural persons."""
SUBMITTERS: Final = (
    "registrar",
    "government",
    "credit_centre",
    "department",
    "court",
    "township",
    "authorised",
)
"""Who may hand an item in where not everybody may: a kind of unit, or the region's registrars."""
MAX_AMOUNT_WAN: Final = 10_000
"""Above this a 万元 column was probably filled in yuan: hold (domain digest 2.6, E109)."""


class Updates(StrEnum):
    """What another row under a stored record's key is: a correction, which needs a reason, or the next state of what it tells of."""

    CORRECTED = "corrected"
    CONTINUED = "continued"


class Polarity(StrEnum):
    """What a record of the item means for its subject."""

    HARM = "harm"
    NEUTRAL = "neutral"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Required:
    """When a field must be filled (`when` None: always), and what it is if it is not."""

    name: str
    when: Test | None
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class ItemField:
    """One field of an item as the catalogue declares it."""

    code: str
    name: str
    type: FieldType
    aliases: tuple[str, ...] = ()
    max_length: int | None = None
    required: tuple[Required, ...] = ()
    code_list: str | None = None
    multiple: bool = False
    companions: tuple[str, ...] = ()
    personal: bool = False
    masking: str = "full"
    free_text: bool = False
    not_future: bool = False
    not_before: tuple[str, ...] = ()
    amount_text: str | None = None
    outcomes: Mapping[Slot, Outcome] = field(default_factory=dict)
    core: str | None = None

    @property
    def is_obligatory(self) -> bool:
        """Whether it must be filled in every row: then a file without the column is refused."""
        return any(each.when is None for each in self.required)


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """What makes the records of an item certificates: the fields that hold title and number (the first that is filled counts), and
    the values of its state under which one is in effect. Holder, authority and term are the item's core."""

    title: tuple[str, ...]
    number: tuple[str, ...]
    in_effect: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """An information item. The opaque sections are validated by the readers of the catalogue."""

    code: str
    name: str
    category: str
    polarity: Polarity
    subject_kinds: tuple[str, ...]
    legal_bases: tuple[str, ...]
    fields: tuple[ItemField, ...]
    checks: tuple[Check, ...]
    key: tuple[tuple[str, ...], ...]
    key_field: str
    certainty: str
    note: str
    open_level: Mapping[str, Any]
    cycle: Mapping[str, Any]
    retention: Mapping[str, Any]
    publicity: Mapping[str, Any]
    licence: LicenceTerms | None = None
    names_licence: str = ""
    """The field in which the record names a certificate it takes away; empty where none does."""
    updates: Updates = Updates.CORRECTED
    submitters: tuple[str, ...] = ()
    states_register: bool = False

    @property
    def continued(self) -> bool:
        """Whether a later row continues a record instead of correcting it."""
        return self.updates is Updates.CONTINUED

    @property
    def core(self) -> Mapping[str, str]:
        """Core column → code of the field that fills it."""
        return {each.core: each.code for each in self.fields if each.core}

    @property
    def headers(self) -> Mapping[str, str]:
        """Every way a column may be headed (code, name, alias) → field code."""
        return {way: each.code for each in self.fields for way in (each.code, each.name, *each.aliases)}

    @property
    def personal(self) -> frozenset[str]:
        """Codes of the fields that hold data of natural persons."""
        return frozenset(each.code for each in self.fields if each.personal)

    def field(self, code: str) -> ItemField:
        """The field of that code.  Raises: KeyError."""
        return next(each for each in self.fields if each.code == code) if code in self._codes else _missing(code)

    @property
    def _codes(self) -> frozenset[str]:
        return frozenset(each.code for each in self.fields)


def _missing(code: str) -> ItemField:
    raise KeyError(code)


_REJECT = Effect.REJECT
_OUTCOMES: Final[Mapping[FieldType, Mapping[Slot, Outcome]]] = {
    FieldType.USCC: {
        Slot.INVALID: Outcome("E104", _REJECT),
        Slot.HELD: Outcome("E104", Effect.HOLD),
        Slot.DOUBTFUL: Outcome("W203", Effect.WARN),
    },
    FieldType.REGISTRATION: {
        Slot.INVALID: Outcome("E104", _REJECT),
        Slot.HELD: Outcome("E104", Effect.HOLD),
        Slot.DOUBTFUL: Outcome("W203", Effect.WARN),
    },
    FieldType.ORGANISATION: {Slot.INVALID: Outcome("E104", _REJECT), Slot.HELD: Outcome("E104", Effect.HOLD)},
    FieldType.CODE: {Slot.INVALID: Outcome("E104", _REJECT)},
    FieldType.PERSON: {Slot.INVALID: Outcome("E106", _REJECT)},
    FieldType.LIST: {Slot.LISTED: Outcome("E103", _REJECT)},
    FieldType.DATE: {Slot.INVALID: Outcome("E108", _REJECT)},
    FieldType.AMOUNT: {Slot.INVALID: Outcome("E109", _REJECT)},
}
_ALWAYS: Final = {Slot.CONTROL: Outcome("E102", _REJECT), Slot.LENGTH: Outcome("E102", _REJECT)}
_EMPTY: Final = Outcome("E101", _REJECT)
_DATE: Final = Outcome("E108", _REJECT)
_UNIT: Final = Outcome("E109", Effect.HOLD)
_PERSONAL_DATA: Final = Outcome("E112", Effect.BLOCK)


def parse_code_lists(raw: Any, where: str) -> Mapping[str, ChoiceList]:
    """All code lists of a file `{lists: {key: …}}`.  Raises: CatalogueInvalid naming file, key and what is expected."""
    try:
        node = Node(raw, where)
        lists = node.keyed("lists", _code_list)
        node.close()
    except DeclarationInvalid as problem:
        raise CatalogueInvalid("catalogue.code_lists", problem.message, field=problem.field) from problem
    return lists


def parse_item(raw: Any, where: str) -> Item:
    """One item of the catalogue from its plain mapping.

    Raises: CatalogueInvalid naming file, key and what is expected; unknown keys, doubled field codes, headers and core columns are refused.
    """
    try:
        return _item(Node(raw, where))
    except DeclarationInvalid as problem:
        raise CatalogueInvalid("catalogue.item", problem.message, field=problem.field) from problem


def sheet_of(item: Item, lists: Mapping[str, ChoiceList]) -> Sheet:
    """The sheet of rules of an item: its fields, the checks its attributes stand for, and the checks it writes.

    Raises: CatalogueInvalid for a code list, field or companion that does not exist.
    """
    try:
        return Sheet(
            name=item.code,
            fields=tuple(_sheet_field(item, each, lists) for each in item.fields),
            checks=(*(check for each in item.fields for check in _generated(item, each)), *item.checks),
            repetition=_repetition(item),
        )
    except DeclarationInvalid as problem:
        raise CatalogueInvalid("catalogue.item", problem.message, field=problem.field) from problem


def _code_list(node: Node) -> ChoiceList:
    choices = []
    for each in node.children("values"):
        choices.append(Choice(each.text("value"), each.texts("aliases"), each.text("number", "") or None))
        each.close()
    successions = []
    for each in node.children("successions"):
        since = each.day("since")
        if since is None:
            raise each.wrong("since", "日期，如 2021-07-15")
        to = each.opaque("to")
        successions.append(Succession(each.text("old"), since, tuple((str(k), str(v)) for k, v in to.items())))
        each.close()
    found = ChoiceList(
        key=node.path.rpartition(".")[2],
        choices=tuple(choices),
        other=node.text("other", "") or None,
        other_aliases=node.texts("other_aliases"),
        not_alone={str(k): str(v) for k, v in node.opaque("not_alone").items()},
        successions=tuple(successions),
    )
    node.text("name")
    for key in ("source", "certainty", "note"):
        node.text(key, "-")
    node.close()
    written = [way for choice in choices for way in (choice.value, *choice.aliases)]
    if not choices or len(set(written)) != len(written):
        raise node.wrong("values", "非空列表，取值和别名不重复")
    known = {choice.value for choice in choices}
    if any({each.old, *(now for _, now in each.successors)} - known for each in successions):
        raise node.wrong("successions", "old 和 to 都是本表中的取值")
    return found


def _item(node: Node) -> Item:
    fields = tuple(_item_field(each) for each in node.children("fields"))
    checks = tuple(parse_check(each) for each in node.children("checks"))
    for check in checks:
        if check.flag is not None and check.flag not in FLAGS:
            raise node.wrong("checks", f"检查 {check.name} 的 flag 为下列之一：{'、'.join(FLAGS)}")
    key = node.child("key")
    item = Item(
        code=node.text("code"),
        name=node.text("name"),
        category=node.text("category"),
        polarity=Polarity(node.choice("polarity", [each.value for each in Polarity])),
        subject_kinds=node.texts("subject_kinds"),
        legal_bases=node.texts("legal_bases"),
        fields=fields,
        checks=checks,
        key=_key_parts(key),
        key_field=key.text("field"),
        certainty=node.choice("certainty", ["sure", "likely", "unsure", "project"]),
        note=node.text("note", ""),
        open_level=node.opaque("open_level"),
        cycle=node.opaque("cycle"),
        retention=node.opaque("retention"),
        publicity=node.opaque("publicity"),
        updates=Updates(node.choice("updates", [each.value for each in Updates], Updates.CORRECTED.value)),
        submitters=node.texts("submitters"),
        states_register=node.flag("states_register"),
        licence=_licence(node.child("licence")) if node.has("licence") else None,
        names_licence=node.text("names_licence", ""),
    )
    key.close()
    node.close()
    _require_consistent(item, node)
    return item


def _key_parts(node: Node) -> tuple[tuple[str, ...], ...]:
    raw = node.raw("parts")
    parts = tuple(tuple(each) if isinstance(each, list) else (each,) for each in raw) if isinstance(raw, list) else ()
    if not parts or not all(part and all(isinstance(code, str) for code in part) for part in parts):
        raise node.wrong("parts", "字段代码或字段代码列表的非空列表")
    return parts


def _licence(node: Node) -> LicenceTerms:
    terms = LicenceTerms(node.texts("title"), node.texts("number"), node.texts("in_effect"))
    for key in ("title", "number", "in_effect"):
        if not getattr(terms, key):
            raise node.wrong(key, "非空的文本列表")
    node.close()
    return terms


def _require_licence(item: Item, node: Node) -> None:
    """Raises: DeclarationInvalid where a certificate's fields are not the item's, or it harms, or nobody could say whether it holds."""
    codes = {each.code for each in item.fields}
    if item.names_licence and item.names_licence not in codes:
        raise DeclarationInvalid(node.where, "names_licence", item.names_licence, "本信息项的字段代码")
    if item.licence is None:
        return
    for name in (*item.licence.title, *item.licence.number):
        if name not in codes:
            raise DeclarationInvalid(node.where, "licence", name, "本信息项的字段代码")
    missing = {"subject_name", "valid_from", "valid_to", "state", "authority_code"} - set(item.core)
    if item.polarity is not Polarity.NEUTRAL or missing:
        expected = "中性信息项（polarity: neutral），并有主体名称、有效期起止、当前状态和机关代码"
        raise DeclarationInvalid(node.where, "licence", item.code, expected)


def _require_consistent(item: Item, node: Node) -> None:
    _require_licence(item, node)
    if not item.fields:
        raise node.wrong("fields", "非空列表")
    if set(item.subject_kinds) - set(SUBJECT_KINDS) or not item.subject_kinds:
        raise node.wrong("subject_kinds", "下列之一或几个：" + "、".join(SUBJECT_KINDS))
    if set(item.submitters) - set(SUBMITTERS):
        raise node.wrong("submitters", "下列之一或几个：" + "、".join(SUBMITTERS))
    if item.states_register and ("natural_person" in item.subject_kinds or "registrar" not in item.submitters):
        raise node.wrong("states_register", "只用于不含自然人、并且只由登记机关（registrar）报送的信息项")
    ways = [way for each in item.fields for way in (each.code, each.name, *each.aliases)]
    doubled = next((way for index, way in enumerate(ways) if way in ways[:index]), None)
    if doubled is not None:
        raise DeclarationInvalid(node.where, "fields", doubled, "不重复的字段代码、名称和别名")
    core = [each.core for each in item.fields if each.core]
    if len(set(core)) != len(core):
        raise DeclarationInvalid(node.where, "fields", core, "每个 core 只由一个字段填写")
    codes = {each.code for each in item.fields}
    for name in (item.key_field, *(code for part in item.key for code in part)):
        if name not in codes:
            raise DeclarationInvalid(node.where, "key", name, "本信息项的字段代码")


def _item_field(node: Node) -> ItemField:
    core = node.choice("core", CORE_COLUMNS) if node.has("core") else None
    outcomes = {Slot(slot): _outcome(each) for slot, each in _outcome_nodes(node)}
    parsed = ItemField(
        code=node.text("code"),
        name=node.text("name"),
        type=FieldType(node.choice("type", [each.value for each in FieldType])),
        aliases=node.texts("aliases"),
        max_length=node.number("max_length"),
        required=_required(node),
        code_list=node.text("code_list", "") or None,
        multiple=node.flag("multiple"),
        companions=node.texts("companions"),
        personal=node.flag("personal"),
        masking=node.choice("masking", MASKINGS, "full"),
        free_text=node.flag("free_text"),
        not_future=node.flag("not_future"),
        not_before=node.texts("not_before"),
        amount_text=node.text("amount_text", "") or None,
        outcomes=outcomes,
        core=core,
    )
    node.close()
    return parsed


def _outcome_nodes(node: Node) -> list[tuple[str, Node]]:
    if not node.has("outcomes"):
        node.raw("outcomes")
        return []
    named = node.keyed("outcomes", lambda each: each)
    if set(named) - {slot.value for slot in Slot}:
        raise node.wrong("outcomes", "键为下列之一：" + "、".join(slot.value for slot in Slot))
    return list(named.items())


def _outcome(node: Node) -> Outcome:
    outcome = Outcome(node.text("code"), Effect(node.choice("effect", [each.value for each in Effect])))
    node.close()
    return outcome


def _required(node: Node) -> tuple[Required, ...]:
    """`always`, `never`, or a list of `{when, code, message}`; the code is E101 unless another says more exactly what is missing."""
    raw = node.raw("required")
    code = node.text("code")
    if raw == "always":
        return (Required(f"required.{code}", None, _EMPTY, ""),)
    if raw == "never":
        return ()
    if not isinstance(raw, list) or not raw:
        raise node.wrong("required", "always、never 或 {when, code, message} 的列表")
    found = []
    for index, each in enumerate(node.children("required")):
        when = parse_test(each.raw("when"), each.where, each.at("when"))
        outcome = Outcome(each.text("code", _EMPTY.code), Effect.REJECT)
        found.append(Required(f"required.{code}.{index}", when, outcome, each.text("message", "")))
        each.close()
    return tuple(found)


def _sheet_field(item: Item, each: ItemField, lists: Mapping[str, ChoiceList]) -> Field:
    if each.code_list is not None and each.code_list not in lists:
        raise DeclarationInvalid(
            item.code, f"fields.{each.code}.code_list", each.code_list, "代码表：" + "、".join(lists)
        )
    return Field(
        code=each.code,
        name=each.name,
        type=each.type,
        outcomes={**_ALWAYS, **_OUTCOMES.get(each.type, {}), **each.outcomes},
        max_length=each.max_length,
        choices=lists[each.code_list] if each.code_list else None,
        multiple=each.multiple,
        companions=each.companions,
        number_patterns=_number_patterns(item, each, lists),
        personal=each.personal,
    )


def _number_patterns(item: Item, each: ItemField, lists: Mapping[str, ChoiceList]) -> Mapping[str, str]:
    if each.type is not FieldType.PERSON:
        return {}
    kinds = next((beside for beside in item.fields if beside.code in each.companions), None)
    if kinds is None or kinds.code_list is None or kinds.code_list not in lists:
        raise DeclarationInvalid(item.code, f"fields.{each.code}.companions", each.companions, "带代码表的证件类型字段")
    return {choice.value: choice.number for choice in lists[kinds.code_list].choices if choice.number}


def _generated(item: Item, each: ItemField) -> list[Check]:
    """The checks that follow from the attributes of one field."""
    code = each.code
    checks = [required(code, need.name, need.outcome, need.when, need.message) for need in each.required]
    if each.not_future:
        checks.append(Check(f"future.{code}", _DATE, code, Atom("after", (code,), None), "晚于检查当日"))
    for earlier in each.not_before:
        test = Atom("before", (code, earlier))
        checks.append(Check(f"order.{code}.{earlier}", _DATE, code, test, f"早于“{item.field(earlier).name}”"))
    if each.free_text:
        message = "含有身份证号、电话或银行卡号，先入档、不公示；请删去后更正"
        checks.append(
            Check(
                f"personal.{code}",
                _PERSONAL_DATA,
                code,
                Atom("personal_data", (code,)),
                message,
                "personal_data_in_text",
            )
        )
    if each.type is FieldType.AMOUNT:
        checks += _amount_checks(each)
    return checks


def _amount_checks(each: ItemField) -> list[Check]:
    large = Atom("above_wan", (each.code,), MAX_AMOUNT_WAN * 1_000_000)
    message = f"超过 {MAX_AMOUNT_WAN} 万元，可能误填为元；本列单位是万元"
    checks = [Check(f"large.{each.code}", _UNIT, each.code, large, message)]
    if each.amount_text:
        differs = All((Atom("unit_differs", (each.amount_text, each.code)), Not(large)))
        message = "与正文金额相差一万倍，单位可能填错；本列单位是万元"
        checks.append(Check(f"unit.{each.code}", _UNIT, each.code, differs, message))
    return checks


def _repetition(item: Item) -> Repetition:
    return Repetition(
        key=item.key,
        field=item.key_field,
        same=Outcome("E111", Effect.REJECT),
        other=Outcome("E111", Effect.HOLD),
        same_message="与第 {detail} 行完全重复，只取前一行",
        other_message="与第 {detail} 行的主体、机关、文书号、日期相同而内容不同，两行都待核实",
    )
