"""Rows of any item of the catalogue, made from its declaration: a clean one, and every kind of damage an attribute can have.

An item that is added later is covered by whatever asks here. Everybody and every firm is invented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item, ItemField
from xinheng.engine.declare import FieldType
from xinheng.kernel.identifiers import orgcode, resident, uscc

Row = dict[str, str | None]
ACTED = date(2026, 11, 17)
FIRM, PERSON = "法人及非法人组织", "自然人"

OWN: Mapping[str, Row] = {
    "administrative-penalty": {
        "CF_CFLB": "罚款",
        "CF_NR": "处以罚款人民币5000元。",
        "CF_NR_FK": "0.5",
        "CF_YXQ": "2099/12/31",
    },
    "administrative-licence": {"XK_YXQZI": "2031/11/16"},
}
"""What of the standard's two items no attribute tells: a fine has an amount, and lasts."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Who acted, or hands in."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Damage:
    """What is written otherwise than in a clean row, and the field and code that must be told."""

    name: str
    changed: Row
    field: str
    code: str


def firm_code(number: int, prefix: str = "91") -> str:
    """A valid code of a business that does not exist."""
    body = f"{prefix}990101MC{number:06d}"
    body += orgcode.check_character(body[8:])
    return body + uscc.check_digit(body)


def firm_name(number: int) -> str:
    """The name of that business."""
    return f"示例区晓岚{number}号商贸有限公司"


def resident_number(number: int, born: str = "19820315") -> str:
    """A valid identity number of nobody."""
    first17 = f"990101{born}{number:03d}"
    return first17 + resident.check_character(first17)


def written(day: date) -> str:
    """A day as the standard writes it."""
    return f"{day:%Y/%m/%d}"


def clean(
    edition: Edition, code: str, number: int = 1, *, unit: Unit, person: bool = False, acted: date = ACTED
) -> Row:
    """A row of an item without fault, of one firm (or person) each; `unit` acted and hands it in."""
    item = edition.item(code)
    row: Row = {each.code: _value(edition, item, each, number, acted) for each in item.fields}
    core = item.core
    said: dict[str, str | None] = {
        "subject_name": f"丙某{'甲乙丙丁戊己庚辛'[number % 8]}" if person else firm_name(number),
        "subject_class": PERSON if person else FIRM,
        "uscc": None if person else firm_code(number),
        "representative_name": None if person else "甲某某",
        "person_document_type": "身份证" if person else None,
        "person_document_number": resident_number(number) if person else None,
        "authority_name": unit.name,
        "authority_code": unit.code,
        "source_name": unit.name,
        "source_code": unit.code,
    }
    row |= {core[name]: text for name, text in said.items() if name in core}
    return row | OWN.get(code, {})


def _value(edition: Edition, item: Item, each: ItemField, number: int, acted: date) -> str | None:
    if not each.is_obligatory:
        return None
    if each.type is FieldType.DATE:
        return written(acted)
    if each.type is FieldType.AMOUNT:
        return "1.5"
    if each.type is FieldType.LIST:
        return edition.code_list(each.code_list or "").choices[0].value
    if each.type is FieldType.NUMBER:
        return f"示〔2026〕{number}号"
    return f"{item.name}的{each.name}"[: each.max_length or None]


def damages(edition: Edition, code: str, row: Row) -> Iterator[Damage]:
    """Every damage that an attribute of a field forbids, one field at a time."""
    item = edition.item(code)
    for each in item.fields:
        yield from _of_field(edition, item, each, row)
    core = item.core
    listed = {choice.value for choice in edition.code_list(item.field(core["subject_class"]).code_list or "").choices}
    if "个体工商户" in listed:
        yield Damage("a firm as a business of one", {core["subject_class"]: "个体工商户"}, core["uscc"], "E105")
    else:
        yield Damage("a business of one", {core["subject_class"]: "个体工商户"}, core["subject_class"], "E103")
    if core.get("person_document_number") is None:
        yield Damage("a person", {core["subject_class"]: PERSON}, core["subject_class"], "E103")
    else:
        yield Damage("a person with a code", {core["subject_class"]: PERSON}, core["uscc"], "E105")


def _of_field(edition: Edition, item: Item, each: ItemField, row: Row) -> Iterator[Damage]:
    code = each.code
    if each.is_obligatory:
        yield Damage(f"{code} empty", {code: " "}, code, "E101")
        yield Damage(f"{code} a mark for nothing", {code: "／"}, code, "E101")
    if each.type is FieldType.TEXT and each.max_length:
        yield Damage(f"{code} too long", {code: "长" * (each.max_length + 1)}, code, "E102")
        yield Damage(f"{code} with a control character", {code: "甲\x00乙"}, code, "E102")
    if each.type is FieldType.LIST and each.core != "subject_class":
        yield Damage(f"{code} not on the list", {code: "没有这一种"}, code, "E103")
    if each.type is FieldType.USCC:
        wrong = "E110" if each.core in ("authority_code", "source_code") else "E104"
        yield Damage(f"{code} no code", {code: "91990101MC12345XYZ"}, code, wrong)
    if each.type is FieldType.DATE:
        yield Damage(f"{code} no day", {code: "2026-13-45"}, code, "E108")
        if each.not_future:
            yield Damage(f"{code} to come", {code: "2027/03/01"}, code, "E108")
        for other in each.not_before:
            # The other day must be written for the order to be wrong.
            before = written(ACTED - timedelta(days=1))
            yield Damage(f"{code} before {other}", {code: before, other: written(ACTED)}, code, "E108")
    if each.type is FieldType.AMOUNT:
        yield Damage(f"{code} no amount", {code: "若干"}, code, "E109")
        yield Damage(f"{code} in yuan", {code: "20000"}, code, "E109")
    if each.free_text and each.type is FieldType.TEXT:
        yield Damage(f"{code} with a telephone", {code: "联系电话13800138000"}, code, "E112")
    if each.core == "person_document_number":
        person: Row = {
            item.core["subject_class"]: PERSON,
            item.core["uscc"]: None,
            item.core["person_document_type"]: "身份证",
            code: "990101198203150011",
        }
        yield Damage(f"{code} that fails its check", person, code, "E106")
