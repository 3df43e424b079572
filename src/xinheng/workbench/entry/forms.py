"""The form of an item, made from its declaration in the catalogue, and the row that comes out of it.

The form says what the catalogue says (what is obligatory, when, how long, which list); it decides nothing: the typed row goes to
`intake` letter for letter, and what is wrong with it is said by the same checks a file goes through.
"""

from collections.abc import Mapping
from typing import Final, Literal

from django.utils.translation import gettext as _

from xinheng.accounts.values import Unit
from xinheng.catalogue.values.items import Item, ItemField
from xinheng.engine.declare import ChoiceList, FieldType
from xinheng.intake.values.receipts import REASON_COLUMN
from xinheng.web.field_words import field_name
from xinheng.web.forms import Bound, Field, FieldError, FieldKind, FormSpec
from xinheng.web.joining import clauses
from xinheng.web.sentences import in_page_language

SUBJECT: Final = frozenset(
    {
        "subject_name",
        "subject_class",
        "uscc",
        "registration_number",
        "organisation_code",
        "tax_number",
        "institution_number",
        "society_number",
        "representative_name",
    }
)
DOCUMENTS_OF_PEOPLE: Final = frozenset(
    {
        "representative_document_type",
        "representative_document_number",
        "person_document_type",
        "person_document_number",
    }
)
DOCUMENT: Final = frozenset(
    {
        "document_title",
        "document_number",
        "act_date",
        "valid_from",
        "valid_to",
        "public_until",
        "permit_title",
        "permit_number",
        "state",
    }
)
AUTHORITY: Final = frozenset({"authority_name", "authority_code", "source_name", "source_code"})
LONG: Final = 300
"""From so many characters on a field is a text of several lines."""
NOTE: Final = "__other"
"""Behind a field's code: the words for a value the list does not have."""
UNIT: Final = "__unit"


def form_of(item: Item, lists: Mapping[str, ChoiceList], units: tuple[Unit, ...]) -> FormSpec:
    """The form of an item in parts. With several `units` the reader chooses for which one the record is handed in."""
    parts: dict[str, list[Field]] = {}
    for name in (_("相对人"), _("证件"), _("文书"), _("内容"), _("机关"), _("备注")):
        parts[name] = []
    if len(units) > 1:
        choices = tuple((str(unit.id), unit.name) for unit in units)
        parts[_("机关")].append(Field(UNIT, _("报送单位"), "choice", _("以哪个单位的名义报送。"), choices=choices))
    for each in item.fields:
        parts[part_of(each)].extend(_fields(each, lists))
    parts[_("备注")].append(
        Field(
            REASON_COLUMN,
            _("更正原因"),
            "text",
            _("只在更正本单位已报送过的同一决定时填写，说明原来错在哪里、依据什么改。"),
            required=False,
        )
    )
    return FormSpec(item.code, tuple((legend, tuple(fields)) for legend, fields in parts.items() if fields))


def prefilled(item: Item, unit: Unit) -> dict[str, str]:
    """What stands in the form before anybody typed: the own unit, as authority and as source."""
    core = {
        "authority_name": unit.name,
        "authority_code": unit.code,
        "source_name": unit.name,
        "source_code": unit.code,
    }
    found = {item.core[name]: value for name, value in core.items() if name in item.core}
    return found | {UNIT: str(unit.id)}


def texts_of(item: Item, lists: Mapping[str, ChoiceList], form: Bound) -> dict[str, str | None]:
    """The typed row: field code → text as typed; several ticks joined with `;`, a note written as the list wants it."""
    texts: dict[str, str | None] = {}
    for each in item.fields:
        chosen = [value for value in form.many(each.code) if value.strip()]
        other = _other(each, lists)
        if other and (note := form.text(each.code + NOTE)):
            chosen = [value for value in chosen if value != other] + [f"{other}-{note}"]
        texts[each.code] = ";".join(chosen) if chosen else None
    texts[REASON_COLUMN] = form.text(REASON_COLUMN) or None
    return texts


def doubtful(item: Item, lists: Mapping[str, ChoiceList], form: Bound) -> list[FieldError]:
    """Where the form itself cannot be read: one value of a list chosen and another one written beside it."""
    return [
        FieldError(
            each.code + NOTE,
            _("“%(label)s”既选了“%(chosen)s”，又填写了其他“%(note)s”。只能保留一项。")
            % {"label": field_name(each.name), "chosen": chosen, "note": form.text(each.code + NOTE)},
            "form.two_values",
        )
        for each in item.fields
        if not each.multiple
        and (other := _other(each, lists))
        and form.text(each.code + NOTE)
        and (chosen := form.text(each.code)) not in ("", other)
    ]


def unit_of(form: Bound) -> int | None:
    """The unit chosen, None for the own one."""
    text = form.text(UNIT)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _other(each: ItemField, lists: Mapping[str, ChoiceList]) -> str:
    """The list's own word for a value it does not have; empty where the list is closed."""
    listed = lists.get(each.code_list or "")
    return (listed.other or "") if listed else ""


def part_of(each: ItemField) -> str:
    """The part of the form a field stands in."""
    if each.core in SUBJECT:
        return _("相对人")
    if each.core in DOCUMENTS_OF_PEOPLE:
        return _("证件")
    if each.core in DOCUMENT:
        return _("文书")
    if each.core in AUTHORITY:
        return _("机关")
    return _("备注") if each.core == "remark" else _("内容")


def _fields(each: ItemField, lists: Mapping[str, ChoiceList]) -> list[Field]:
    listed = lists.get(each.code_list or "")
    if listed is None:
        return [
            Field(
                each.code,
                field_name(each.name),
                _kind(each),
                _hint(each),
                each.is_obligatory,
                unit=_("万元") if each.type is FieldType.AMOUNT else "",
                width=_width(each),
            )
        ]
    choices = tuple((choice.value, choice.label) for choice in listed.choices)
    if listed.other and not each.multiple:
        choices = (*choices, (listed.other, _("其他（在下一栏写明）")))
    kind: FieldKind = "choices" if each.multiple else "choice"
    found = [Field(each.code, field_name(each.name), kind, _hint(each), each.is_obligatory, choices=choices)]
    if listed.other:
        label = _("%(label)s：其他") % {"label": field_name(each.name)}
        found.append(
            Field(each.code + NOTE, label, "text", _("上面没有的，在这里写明具体内容。"), required=False, width="m")
        )
    return found


def _kind(each: ItemField) -> FieldKind:
    if each.type is FieldType.DATE:
        return "date"
    if each.type is FieldType.AMOUNT:
        return "number"
    return "long" if (each.max_length or 0) >= LONG else "text"


def _width(each: ItemField) -> Literal["s", "m", "l"]:
    if each.type in (FieldType.DATE, FieldType.AMOUNT):
        return "s"
    short = each.type is not FieldType.TEXT and (each.max_length or LONG) <= 64
    return "m" if short or (each.max_length or LONG) <= 50 else "l"


def _hint(each: ItemField) -> str:
    """What the declaration says of the field: when it is needed, how it is written, how long it may be."""
    said = [in_page_language(one.message) for one in each.required if one.when is not None and one.message]
    said += _written(each)
    if each.max_length and each.type in (FieldType.TEXT, FieldType.NUMBER):
        said.append(_("最多 %(count)s 字") % {"count": each.max_length})
    return clauses(said) + (_("。") if said else "")


def _written(each: ItemField) -> list[str]:
    match each.type:
        case FieldType.DATE:
            examples = _("写作 2026-11-20、2026/11/20 或 2026年11月20日均可")
            return [examples, _("不得晚于今天")] if each.not_future else [examples]
        case FieldType.AMOUNT:
            return [_("单位是万元：5 万元填 5，5000 元填 0.5")]
        case FieldType.USCC:
            return [_("18 位，由数字和大写字母组成")]
        case FieldType.REGISTRATION:
            return [_("15 位数字，旧执照上的号码")]
        case FieldType.ORGANISATION:
            return [_("9 位，不带连字符也可以")]
        case FieldType.PERSON:
            return [_("不对外公开，加密保存")]
        case FieldType.NUMBER:
            return [_("照文书原样填写，如 某市监罚〔2026〕1号")]
        case FieldType.LIST if each.multiple:
            return [_("可选几项")]
        case _:
            return []
