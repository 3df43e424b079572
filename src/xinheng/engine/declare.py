"""A sheet: the declaration of what one kind of row must be. Pure values; both interpreters read the same sheet.

A *field* has a type, and so a step that reads what was written (`steps`), and *outcomes*: which code and effect each kind of
fault has there. A *check* is a test over several fields with code, effect and message. Steps come first, then all checks: a row
gets all its problems at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from xinheng.engine.operators import All, Atom, Test, atoms, parse_test
from xinheng.engine.plain import DeclarationInvalid, Node

FACT = "__"
"""Columns that begin so are facts of the caller (what the store knows), not fields of the row."""


class Effect(StrEnum):
    """What a problem does to its row, from the gravest."""

    REJECT = "reject"
    HOLD = "hold"
    BLOCK = "block"
    WARN = "warn"


class FieldType(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "document_number"
    DATE = "date"
    AMOUNT = "amount"
    LIST = "list"
    USCC = "uscc"
    REGISTRATION = "registration"
    ORGANISATION = "organisation"
    PERSON = "person_id"


class Slot(StrEnum):
    """The kinds of fault a step can find; a field says for each which code and effect it has."""

    CONTROL = "control"
    LENGTH = "length"
    LISTED = "listed"
    INVALID = "invalid"
    HELD = "held"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The code and effect of a problem."""

    code: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list: other ways to write it, and (for kinds of documents) what a number of that kind looks like.

    `number` is `id` for a resident's number, a regular expression, or None where nothing is known.
    """

    value: str
    aliases: tuple[str, ...] = ()
    number: str | None = None

    @property
    def word(self) -> str:
        """The value as people read it: a bare number tells nobody anything, so the list's own word stands for it."""
        return self.aliases[0] if self.value.isdecimal() and self.aliases else self.value

    @property
    def label(self) -> str:
        """The value as it is chosen: what is written, and its word where that is another."""
        return self.value if self.word == self.value else f"{self.value}（{self.word}）"


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of an old value from a day on: the successor whose word the text names, if it names only one of the words."""

    old: str
    since: date
    successors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChoiceList:
    """A closed list of values; `other` opens it for `<other>-<note>` with a note."""

    key: str
    choices: tuple[Choice, ...]
    other: str | None = None
    other_aliases: tuple[str, ...] = ()
    not_alone: Mapping[str, str] = field(default_factory=dict)
    successions: tuple[Succession, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """What may be written, as messages list it."""
        listed = tuple(choice.label for choice in self.choices)
        return (*listed, f"{self.other}-具体说明") if self.other else listed

    def word(self, value: str) -> str:
        """A stored value as people read it; what the list does not have stays as it is."""
        return next((choice.word for choice in self.choices if choice.value == value), value)

    @cached_property
    def by_writing(self) -> Mapping[str, str]:
        """Every way to write a value, to the value."""
        ways = {alias: choice.value for choice in self.choices for alias in choice.aliases}
        return ways | {choice.value: choice.value for choice in self.choices}

    @cached_property
    def by_old(self) -> Mapping[str, Succession]:
        """Old values that have successors."""
        return {succession.old: succession for succession in self.successions}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a sheet. `companions` are fields its second step looks at: document type, or decision date and wording."""

    code: str
    name: str
    type: FieldType
    outcomes: Mapping[Slot, Outcome]
    max_length: int | None = None
    choices: ChoiceList | None = None
    multiple: bool = False
    companions: tuple[str, ...] = ()
    number_patterns: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False

    def require_choices(self) -> ChoiceList:
        """The list of a list field.  Raises: ValueError if it was declared without one."""
        if self.choices is None:
            raise ValueError(self.code)
        return self.choices


@dataclass(frozen=True, slots=True)
class Check:
    """A test, and what it means when it holds. `field` is the one the message points at; `flag` a word for later readers of the record."""

    name: str
    outcome: Outcome
    field: str
    test: Test
    message: str
    flag: str | None = None

    @property
    def facts(self) -> frozenset[str]:
        """The facts it cannot do without."""
        return frozenset(name for atom in atoms(self.test) for name in atom.fields if name.startswith(FACT))


@dataclass(frozen=True, slots=True)
class Repetition:
    """Rows of one file with the same key: the later with the same content get `same`; all with different content get `other`.

    Each part of the key is a tuple of fields of which the first filled one counts.
    """

    key: tuple[tuple[str, ...], ...]
    field: str
    same: Outcome
    other: Outcome
    same_message: str
    other_message: str


@dataclass(frozen=True)
class Sheet:
    """All fields in their order, all checks, and the rule about repetitions."""

    name: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    repetition: Repetition | None = None

    def __post_init__(self) -> None:
        _require_unique([field.code for field in self.fields], self.name, "fields")
        _require_unique([check.name for check in self.checks], self.name, "checks")
        known = {field.code for field in self.fields}
        for check in self.checks:
            for code in (check.field, *(name for atom in atoms(check.test) for name in atom.fields)):
                self._require_known(code, known, f"checks.{check.name}")
        for each in self.fields:
            self._require_complete(each)
            for code in each.companions:
                self._require_known(code, known, f"fields.{each.code}")
        for part in self.repetition.key if self.repetition else ():
            for code in part:
                self._require_known(code, known, "key")

    def _require_complete(self, each: Field) -> None:
        """A list needs its choices; a field with a second step needs the companions that step looks at."""
        wanted = {FieldType.PERSON: (0, 1), FieldType.LIST: (0, 2)}.get(each.type, (0,))
        if len(each.companions) not in wanted or (each.type is FieldType.LIST) != (each.choices is not None):
            expected = "代码表字段须有 choices；companions：证件号码为证件类型，代码表为日期和内容，其他类型不写"
            raise DeclarationInvalid(self.name, f"fields.{each.code}", each.companions, expected)

    def _require_known(self, code: str, known: set[str], path: str) -> None:
        if code not in known and not code.startswith(FACT):
            raise DeclarationInvalid(self.name, path, code, "本表已声明的字段代码")

    def field(self, code: str) -> Field:
        """The field of that code.  Raises: KeyError."""
        return self._by_code[code]

    def check(self, name: str) -> Check | None:
        """The check of that name, or None."""
        return self._checks_by_name.get(name)

    @cached_property
    def _by_code(self) -> Mapping[str, Field]:
        return {each.code: each for each in self.fields}

    @cached_property
    def _checks_by_name(self) -> Mapping[str, Check]:
        return {check.name: check for check in self.checks}

    @cached_property
    def scanned(self) -> frozenset[str]:
        """Fields that a check searches for personal data."""
        asked = (atom for check in self.checks for atom in atoms(check.test) if atom.operator == "personal_data")
        return frozenset(atom.fields[0] for atom in asked)

    def not_checked(self, facts: frozenset[str]) -> list[str]:
        """Codes of checks that were left out, wholly or in part, because the caller does not know these facts; sorted."""
        return sorted({check.outcome.code for check in self.checks if not check.facts <= facts})

    def askable(self, facts: frozenset[str]) -> tuple[Check, ...]:
        """The checks that can be asked with these facts."""
        return tuple(check for check in self.checks if check.facts <= facts)


def parse_outcome(node: Node) -> Outcome:
    """`code` and `effect` of a mapping."""
    return Outcome(node.text("code"), Effect(node.choice("effect", [effect.value for effect in Effect])))


def parse_check(node: Node) -> Check:
    """One check; `needs: store` must stand exactly where the test asks for a fact.

    Raises: DeclarationInvalid.
    """
    outcome = parse_outcome(node)
    check = Check(
        name=node.text("name"),
        outcome=outcome,
        field=node.text("field"),
        test=parse_test(node.raw("test"), node.where, node.at("test")),
        message=node.text("message"),
        flag=node.text("flag", "") or None,
    )
    if bool(check.facts) != (node.raw("needs") == "store"):
        raise node.wrong("needs", "“store”（检查用到以 __ 开头的事实时），否则不写")
    node.close()
    return check


def required(code: str, name: str, outcome: Outcome, when: Test | None, message: str) -> Check:
    """The check that a field is filled, always or when a test holds."""
    empty = Atom("empty", (code,))
    return Check(name, outcome, code, empty if when is None else All((empty, when)), message)


def _require_unique(names: list[str], where: str, path: str) -> None:
    doubled = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if doubled is not None:
        raise DeclarationInvalid(where, path, doubled, "不重复的名称")
