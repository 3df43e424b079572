"""The workbooks a unit fills in: the template of an item with its notes, lists and example, and the columns the platform adds. Pure.

Everything is made from the item's declaration: an item that joins the catalogue has its template at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from xinheng.catalogue.values.items import ItemField
from xinheng.engine.declare import ChoiceList, Effect, Field, FieldType
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row
from xinheng.intake.rules.facts import PERSON_CLASS
from xinheng.intake.rules.sheets import Asked
from xinheng.intake.values.receipts import LONGEST_REASON, REASON_HEADERS
from xinheng.kernel.identifiers import orgcode, resident, uscc
from xinheng.tables.books import NOTES_SHEET, Heading, Notes, Sheet

DATA_SHEET: Final = "报送数据"
_ROUNDS: Final = 8
_LAST_DAY: Final = "2099/12/31"
_ENDS: Final = frozenset({"valid_to", "public_until"})
_SAMPLE_TEXTS: Final[Mapping[str, str]] = {
    "subject_name": "示例区晴川商贸有限公司",
    "representative_name": "李某某",
    "authority_name": "示例区某某局",
    "source_name": "示例区某某局",
    "basis_text": "《某某条例》第一条",
}
_OWN_NAMES: Final = frozenset({"authority_name", "source_name"})
_OWN_CODES: Final = frozenset({"authority_code", "source_code"})
_PERSON_NAME: Final = "张某某"
_PREFIXES: Final[Mapping[str, str]] = {"个体工商户": "92"}
_COLUMNS: Final = ("列名", "字段代码", "是否必填", "怎样填", "可填的值", "示例（不会被当作数据）")
_WIDTHS: Final = (34, 16, 14, 52, 46, 34)


@dataclass(frozen=True, slots=True)
class Filler:
    """The unit a template is written for: its examples name it as authority and as source, as its own rows would."""

    name: str
    code: str


def template_sheet(asked: Asked, words: Mapping[str, str] | None = None, filler: Filler | None = None) -> Sheet:
    """The table of an item's template: header row with notes and lists. `words` are the unit's own headings by code."""
    own = words or {}
    headings = [heading_of(asked, each, own.get(each.code, ""), filler) for each in asked.full.fields]
    return Sheet(DATA_SHEET, (*headings, reason_heading()))


def heading_of(asked: Asked, field: Field, word: str = "", filler: Filler | None = None) -> Heading:
    """The heading of one column: its note, its list, its width."""
    declared = asked.item.field(field.code)
    listed = choices_of(field.choices)
    said = [f"{declared.name}（{field.code}）", must_of(declared), *how_of(declared, field)]
    if listed:
        said.append(f"可填：{'、'.join(listed[:20])}{'……' if len(listed) > 20 else ''}")
    if example := _usual(field, declared, filler):
        said.append(f"例：{example}")
    return Heading(
        word or declared.name,
        "\n".join(filter(None, said)),
        listed,
        is_open=declared.multiple or bool(field.choices and field.choices.other),
        width=max(12, min(2 * len(word or declared.name) + 2, 40)),
        is_obligatory=declared.is_obligatory,
    )


def reason_heading() -> Heading:
    """The heading of the column of reasons."""
    note = f"选填\n只在更正本单位已报送过的同一决定时填写：原来错在哪里、依据什么改。最多 {LONGEST_REASON} 个字"
    return Heading(REASON_HEADERS[0], note, width=24)


def template_notes(
    asked: Asked, on: date, words: Mapping[str, str] | None = None, filler: Filler | None = None
) -> Notes:
    """The sheet of instructions: how the table is filled in and sent, each column, and an example beside it."""
    item, own = asked.item, words or {}
    example, _ = example_of(asked, on, filler)
    invented = "" if filler else "示例中的机关和数据来源单位是虚构的，请换成本单位的名称和代码。"
    lines = [
        (
            own.get(each.code) or each.name,
            each.code,
            must_of(each),
            "；".join(how_of(each, field)),
            "、".join(choices_of(field.choices)),
            example.get(each.code, ""),
        )
        for each, field in zip(item.fields, asked.full.fields, strict=True)
    ]
    reason = (REASON_HEADERS[0], "", "选填", "只在更正本单位已报送过的同一决定时填写", "", "")
    sentences = (
        f"{item.name}报送模板",
        f"一、在“{DATA_SHEET}”工作表里填写，一行一条。表头不要改动；列的顺序可以调整，没有内容的选填列可以删去。",
        "二、深色表头的列必填。鼠标停在表头上可以看到怎样填；有下拉箭头的列从列表中选择。",
        "三、各列都是文本格式：代码、文号、日期照原样填写，不会被改成数字。日期写作 2026-11-20、2026/11/20 或 2026年11月20日均可。",
        f"四、示例在本表的最后一列，不会被当作数据。{invented}“{NOTES_SHEET}”和隐藏的代码表随文件一起上传即可，不用删除。",
        "五、没有内容的格子留空，不要填“无”“/”“-”。",
    )
    return Notes(sentences, (_COLUMNS, *lines, reason), _WIDTHS)


def must_of(each: ItemField) -> str:
    """Whether a field must be filled, in words."""
    if each.is_obligatory:
        return "必填"
    return "符合条件时必填" if each.required else "选填"


def how_of(each: ItemField, field: Field) -> list[str]:
    """How a field is written: when it is needed, in which form, how long."""
    said = [one.message for one in each.required if one.when is not None and one.message]
    said += _FORMS.get(each.type, [])
    if each.type is FieldType.DATE and each.not_future:
        said.append("不得晚于报送当天")
    if each.multiple:
        said.append("可填几项，用分号“;”隔开")
    if field.choices and field.choices.other:
        said.append(f"列表之外的写作“{field.choices.other}-具体说明”")
    if each.max_length and each.type in (FieldType.TEXT, FieldType.NUMBER):
        said.append(f"最多 {each.max_length} 个字")
    if each.personal and each.type is not FieldType.PERSON:
        said.append("个人信息，加密保存")
    return said


_FORMS: Final[Mapping[FieldType, list[str]]] = {
    FieldType.DATE: ["写作 2026-11-20、2026/11/20 或 2026年11月20日均可"],
    FieldType.AMOUNT: ["单位是万元：5 万元填 5，5000 元填 0.5"],
    FieldType.USCC: ["18 位，由数字和大写字母组成"],
    FieldType.REGISTRATION: ["15 位数字，旧执照上的号码"],
    FieldType.ORGANISATION: ["9 位，不带连字符也可以"],
    FieldType.PERSON: ["不对外公开，加密保存"],
    FieldType.NUMBER: ["照文书原样填写，如 某市监罚〔2026〕1号"],
}


def choices_of(listed: ChoiceList | None) -> tuple[str, ...]:
    """What may be chosen, each in a writing that is read: a bare number gives way to its word."""
    return tuple(dict.fromkeys(choice.word for choice in listed.choices)) if listed else ()


def example_of(asked: Asked, on: date, filler: Filler | None = None) -> tuple[dict[str, str], bool]:
    """A row as it could be handed in on a day, field code → text; and whether the item's own checks take it.

    Nobody's data: names and codes are of nobody, but for the unit that fills it in. Without one the directory knows neither
    authority nor source, and beside the store such a row is refused (E110). What a check asks for beside the obligatory fields
    is added until it is content.
    """
    best: tuple[dict[str, str], bool] = ({}, False)
    for category in _categories(asked):
        row, clean = _example(asked, on, category, filler)
        if clean:
            return row, True
        best = best if best[0] else (row, False)
    return best


def _example(asked: Asked, on: date, category: str, filler: Filler | None) -> tuple[dict[str, str], bool]:
    wanted = {each.code for each in asked.item.fields if each.is_obligatory}
    row: dict[str, str] = {}
    for _ in range(_ROUNDS):
        row = {
            each.code: sample
            for each, field in zip(asked.item.fields, asked.full.fields, strict=True)
            if each.code in wanted and (sample := _sample(each, field, on, category, filler))
        }
        wrong = [
            each
            for each in check_row(asked.full, row, Context(on)).problems
            if each.effect in (Effect.REJECT, Effect.HOLD)
        ]
        missing = {each.field for each in wrong if each.field not in row}
        if not missing - wanted:
            return row, not wrong
        wanted |= missing
    return row, False


def _categories(asked: Asked) -> Sequence[str]:
    field = next((each for each in asked.full.fields if each.code == asked.code("subject_class")), None)
    return choices_of(field.choices) if field and field.choices else ("",)


def _usual(field: Field, each: ItemField, filler: Filler | None) -> str:
    """The example at a heading; none where a list says everything."""
    return "" if field.choices else _sample(each, field, date(2026, 11, 20), "", filler)


def _sample(each: ItemField, field: Field, on: date, category: str, filler: Filler | None) -> str:
    """An invented value of a field; what says who acts and who hands in is the unit's own."""
    if filler is not None and each.core in _OWN_NAMES | _OWN_CODES:
        return filler.name if each.core in _OWN_NAMES else filler.code
    if field.choices:
        return category if each.core == "subject_class" else choices_of(field.choices)[0]
    found = {
        FieldType.DATE: _LAST_DAY if each.core in _ENDS else on.isoformat(),
        FieldType.AMOUNT: "0.5",
        FieldType.USCC: _code(_PREFIXES.get(category, "91") if each.core == "uscc" else "11"),
        FieldType.ORGANISATION: _code("91")[8:17],
        FieldType.PERSON: _number(),
        FieldType.NUMBER: f"示例〔{on.year}〕1号",
        FieldType.CODE: "990101000000017",
        FieldType.REGISTRATION: "990101000000018",
    }.get(each.type)
    if found is None:
        person = each.core == "subject_name" and category == PERSON_CLASS
        found = _PERSON_NAME if person else _SAMPLE_TEXTS.get(each.core or "", f"{each.name}示例")
    return found[: each.max_length] if each.max_length else found


def _code(prefix: str) -> str:
    """A code with good check digits, in a division that does not exist."""
    body = f"{prefix}990101MB000027"
    body += orgcode.check_character(body[8:])
    return body + uscc.check_digit(body)


def _number() -> str:
    """A number with a good check digit, in a division that does not exist."""
    first = "99010119900101027"
    return first + resident.check_character(first)
