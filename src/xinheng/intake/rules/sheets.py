"""What is asked of a row, and when: the item's own sheet, and the few checks only intake can ask (who hands in, whom, on what basis).

One sheet in three parts, because facts of the store need values and some need the whole content:

    identity     the fields that say who, by whom and under which number; nothing is asked, only read
    main         every field and every check but the last ones; facts of the store beside it
    correction   how the whole content stands to what is stored under its key
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item, Polarity, sheet_of
from xinheng.engine.declare import Check, ChoiceList, Effect, FieldType, Outcome, Sheet
from xinheng.engine.operators import All, Atom
from xinheng.intake.rules import facts
from xinheng.intake.values.receipts import ASIDE_HEADERS, REASON_COLUMN, REASON_HEADERS, TemplateColumn
from xinheng.records.values import Core
from xinheng.tables.books import OWN_SHEETS
from xinheng.tables.values import Expected, ExpectedColumn

IDENTITY = (
    "subject_name",
    "subject_class",
    "uscc",
    "registration_number",
    "person_document_type",
    "person_document_number",
    "authority_code",
    "source_code",
    "document_number",
    "act_date",
)
"""Core columns that tell who a row is about, who acted, who hands it in, and when."""

SUBJECT_CORES = frozenset(IDENTITY[:6])
REASON_CHECK = "correction.reason"
DAMAGED = "__damaged_"
"""Begins the facts about cells and rows whose text is no value, or not certainly theirs: see `Damage`."""

_NUMBER = FieldType.PERSON
_TEXTS = frozenset({FieldType.TEXT, FieldType.NUMBER, FieldType.LIST, FieldType.CODE})

CORRECTION_FACTS = frozenset({facts.STORED, facts.REASON, facts.REVIEW})


class Damage(StrEnum):
    """What reading found wrong with a cell or row of a file so that nothing may be taken from it."""

    FORMULA = "formula"
    DOUBLED = "doubled"
    RAGGED = "ragged"


_SUBMITTER_WORDS: Mapping[str, str] = {
    "registrar": "登记机关",
    "government": "人民政府",
    "credit_centre": "信用中心",
    "department": "政府部门",
    "court": "人民法院",
    "township": "乡镇、街道",
    "authorised": "法律法规授权的组织",
}

_DAMAGE_WORDS: Mapping[Damage, str] = {
    Damage.FORMULA: "单元格里是公式错误或没有算出结果的公式，不是填写的内容，请改为直接填写",
    Damage.DOUBLED: "这一列在文件里出现不止一次，内容又不相同，无法判断取哪个，请只保留一列",
    Damage.RAGGED: "这一行的内容比表头的列多，各列可能已经错位，多半是内容里的分隔符没有加引号，请改正或另存为 .xlsx",
}


@dataclass(frozen=True)
class Asked:
    """Everything that is asked of rows of one item."""

    item: Item
    full: Sheet

    @cached_property
    def identity(self) -> Sheet:
        """The fields that identify, and the natural key; no checks."""
        wanted = {self.item.core[core] for core in IDENTITY if core in self.item.core}
        wanted |= {code for part in self.item.key for code in part}
        wanted |= {beside for each in self.full.fields if each.code in wanted for beside in each.companions}
        return Sheet(self.full.name, tuple(each for each in self.full.fields if each.code in wanted), ())

    @cached_property
    def main(self) -> Sheet:
        """All fields, and all checks that need no comparison with the stored content."""
        checks = tuple(check for check in self.full.checks if not check.facts & CORRECTION_FACTS)
        return Sheet(self.full.name, self.full.fields, checks, self.full.repetition)

    @cached_property
    def correction(self) -> Sheet:
        """The checks about a correction, over the one field they point at."""
        checks = tuple(check for check in self.full.checks if check.facts & CORRECTION_FACTS)
        named = {check.field for check in checks}
        fields = tuple(each for each in self.full.fields if each.code in named)
        return Sheet(self.full.name, fields, checks)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each check in the full sheet."""
        return {check.name: place for place, check in enumerate(self.full.checks)}

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The place of each field in the sheet."""
        return {each.code: place for place, each in enumerate(self.full.fields)}

    @cached_property
    def flags(self) -> Mapping[str, str]:
        """The publicity flag of each check that has one."""
        return {check.name: check.flag for check in self.full.checks if check.flag}

    @cached_property
    def key_parts(self) -> tuple[tuple[str, ...], ...]:
        """The natural key's fields without those that say whom it is about."""
        subject = {self.item.core[core] for core in SUBJECT_CORES if core in self.item.core}
        return tuple(part for part in self.item.key if not subject & set(part))

    @cached_property
    def typed_core(self) -> tuple[tuple[str, str], ...]:
        """The columns of the archive's core this item fills, each with its field."""
        return tuple((core, code) for core, code in self.item.core.items() if core in Core.__slots__)

    @cached_property
    def types(self) -> tuple[tuple[str, FieldType], ...]:
        """Code and type of every field, in order."""
        return tuple((each.code, each.type) for each in self.full.fields)

    @cached_property
    def personal_fields(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that hold a person's name (None beside) or number (beside the field with the kind of document)."""
        numbers = (
            (each.code, each.companions[0] if each.companions else "")
            for each in self.full.fields
            if each.type is _NUMBER
        )
        names = ((each.code, None) for each in self.full.fields if each.personal and each.type is not _NUMBER)
        return (*numbers, *names)

    @cached_property
    def scanned(self) -> tuple[str, ...]:
        """The fields whose text may hold a number of a person where none belongs; those of other types were judged as what they are."""
        return tuple(each.code for each in self.full.fields if each.type in _TEXTS and not each.personal)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Core column → field, made once: `Item.core` makes it anew each time."""
        return dict(self.item.core)

    def code(self, core: str) -> str:
        """The field that fills a core column, '' where the item has none."""
        return self.places.get(core, "")


def asked_of(item: Item, lists: Mapping[str, ChoiceList], *, damaged: Iterable[tuple[str, Damage]] = ()) -> Asked:
    """The sheet of an item with intake's own checks. `damaged` are fields in which this file has damage, and its kind."""
    bare = sheet_of(item, lists)
    reason = () if bare.check(REASON_CHECK) else (_reason_check(item),)
    own = (*reason, *_own_checks(item), *(_damaged_check(code, damage) for code, damage in damaged))
    return Asked(item, Sheet(bare.name, bare.fields, (*bare.checks, *own), bare.repetition))


def expected_of(edition: Edition, item: Item, mapped: Mapping[str, str] | None = None) -> Expected:
    """The columns a file of this item may have, the reason for corrections among them, and the headers of the other items.

    `mapped` are the unit's own headings, each with its field; what the platform writes beside rows is known and no content.
    """
    columns = [
        ExpectedColumn(each.code, (each.name, *each.aliases), obligatory=each.is_obligatory) for each in item.fields
    ]
    columns.append(ExpectedColumn(REASON_COLUMN, REASON_HEADERS))
    columns += [ExpectedColumn(code, (name,), aside=True) for code, name in ASIDE_HEADERS.items()]
    others = {other.name: tuple(other.headers) for other in edition.items if other.code != item.code}
    return Expected(item.name, tuple(columns), others, mapped or {}, OWN_SHEETS)


def template_of(asked: Asked) -> tuple[TemplateColumn, ...]:
    """The columns of the item's template in order, the reason for corrections last."""
    obligatory = {each.code for each in asked.item.fields if each.is_obligatory}
    columns = [
        TemplateColumn(
            each.code,
            each.name,
            each.type.value,
            each.code in obligatory,
            each.max_length,
            each.choices.values if each.choices else (),
            each.personal,
        )
        for each in asked.full.fields
    ]
    reason = TemplateColumn(REASON_COLUMN, REASON_HEADERS[0], FieldType.TEXT.value, False, None, (), False)
    return (*columns, reason)


def _own_checks(item: Item) -> tuple[Check, ...]:
    """What no catalogue can say of an item: register, directory, gate, reviewer."""
    return (*_checks_of_subject(item), *_checks_of_source(item), *_checks_of_harm(item))


def _reason_check(item: Item) -> Check:
    """Every item asks why it is corrected, whether its declaration says so in its own words or not."""
    return Check(
        REASON_CHECK,
        Outcome("E114", Effect.HOLD),
        item.key_field,
        All((Atom("equals", (facts.STORED,), "other"), Atom("equals", (facts.REASON,), "no"))),
        "本单位已报送过同一信息而内容不同，属于更正，须填写更正原因",
    )


def _checks_of_subject(item: Item) -> Iterable[Check]:
    """Whether it is known whom a row is about. What states the register itself need not be in it yet."""
    core = item.core
    registration, number = core["registration_number"], core.get("person_document_number")
    if not item.states_register:
        yield Check(
            "register.missing",
            Outcome("E107", Effect.HOLD),
            core["uscc"],
            Atom("equals", (facts.REGISTER_FOUND,), "no"),
            "该代码不在登记库中，而本地区登记库完整，待核实",
        )
    yield Check(
        "register.unidentified",
        Outcome("E104", Effect.HOLD),
        registration,
        All((Atom("equals", (facts.BEARER,), "no"), Atom("filled", (registration,)))),
        "没有统一社会信用代码，注册号又不能识别，无法确定主体，待核实；请补填统一社会信用代码",
    )
    if number is not None:
        yield Check(
            "register.person_unidentified",
            Outcome("E106", Effect.REJECT),
            number,
            All((Atom("equals", (facts.BEARER,), "no"), Atom("filled", (number,)))),
            "证件号码无法识别，不能确定是哪一个人",
        )


def _checks_of_source(item: Item) -> Iterable[Check]:
    """Who may hand it in."""
    source = item.core["source_code"]
    yield Check(
        "directory.foreign_source",
        Outcome("E110", Effect.REJECT),
        source,
        All((Atom("sound", (source,)), Atom("equals", (facts.SOURCE_OWN,), "no"))),
        "数据来源单位不是本单位或本单位的下级单位，不能代为报送",
    )
    if item.submitters:
        allowed = "、".join(_SUBMITTER_WORDS[each] for each in item.submitters)
        yield Check(
            "directory.not_entitled",
            Outcome("E110", Effect.REJECT),
            source,
            All((Atom("sound", (source,)), Atom("equals", (facts.ENTITLED,), "no"))),
            f"“{item.name}”只由{allowed}报送，数据来源单位不在其列",
        )


def _checks_of_harm(item: Item) -> Iterable[Check]:
    """The gate, and the reviewer of what is public."""
    if item.polarity is not Polarity.HARM:
        return
    yield Check(
        "gate.no_permit",
        Outcome("E108", Effect.REJECT),
        item.core["act_date"],
        Atom("equals", (facts.PERMIT,), "no"),
        "作出决定之日没有可以依据的现行规定，不得记入失信信息",
    )
    yield Check(
        "correction.review",
        Outcome("E114", Effect.HOLD),
        item.key_field,
        All((Atom("equals", (facts.STORED,), "other"), Atom("equals", (facts.REVIEW,), "yes"))),
        "更正的是已公示的失信信息，且改变了种类、金额或期间，须经信用中心复核",
    )


def damage_fact(code: str, damage: Damage) -> str:
    """The name of the fact that a record's field is damaged; a ragged row is told at the field of the item's number."""
    return f"{DAMAGED}{damage}_{code}"


def _damaged_check(code: str, damage: Damage) -> Check:
    return Check(
        f"damaged.{damage}.{code}",
        Outcome("E102", Effect.REJECT),
        code,
        Atom("equals", (damage_fact(code, damage),), "yes"),
        _DAMAGE_WORDS[damage],
    )
