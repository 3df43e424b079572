"""Problems and notes as the plain items of a receipt: a Chinese sentence each, personal values masked. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from xinheng.engine.declare import Effect, Field, FieldType, Sheet
from xinheng.engine.problems import Normalised, Problem
from xinheng.engine.repeats import OTHER, SAME
from xinheng.kernel.identifiers.inspect import persons_number, persons_numbers_in
from xinheng.kernel.identifiers.verdict import REASON_WORDS
from xinheng.kernel.identifiers.writing import normalise
from xinheng.kernel.masking import mask_identifiers, mask_name, mask_resident
from xinheng.kernel.money import AMOUNT_REASON_WORDS
from xinheng.kernel.written_dates import DATE_REASON_WORDS

SHOWN_CHARACTERS = 120
"""Of a long value only so much is repeated; the rest stands in the uploader's own file."""

_PERSON = "是公民身份号码，不能填在这里；单位填写证照上的代码，自然人的证件号码填在证件号码栏"

_WORDS: dict[str, str] = {
    "control": "含有不可见的控制字符（{detail}），请删去",
    "lost": "含有“\ufffd”（{detail}），是导出或转换编码时丢失的字，请按原件补正",
    "length": "有 {detail} 个字，最多 {limit} 个字",
    "list.unknown": "“{detail}”不在代码表中，可填：{allowed}",
    "list.no_note": "填“{detail}”须写明具体内容，写作“其他-具体说明”",
    "list.not_alone": "{detail}；可填：{allowed}",
    "amount.negative": "金额不能是负数",
    "gs15.is_date": "是一个日期，不是工商注册号，请检查是否错列",
    "document.pattern": "不符合“{detail}”的号码格式",
    "code.excel_number": REASON_WORDS["excel_number"],
    "gs15.personal": "其中有公民身份号码、手机号或银行卡号，不是工商注册号，请删去",
    "gs15.person": _PERSON,
    "uscc.person": _PERSON,
    "orgcode.person": _PERSON,
    "uscc.length": "不是 18 位，统一社会信用代码应为 18 位",
    "orgcode.length": "不是 9 位，组织机构代码应为 9 位",
    "id.length": "公民身份号码应为 18 位或 15 位",
    "id.charset": "公民身份号码应为数字，18 位的末位可以是 X",
    "orgcode.charset": "组织机构代码只含数字和大写字母",
}
_CODES = frozenset({FieldType.USCC, FieldType.REGISTRATION, FieldType.ORGANISATION, FieldType.CODE})
_HELD = "校验码不符，其余部分正确，请核对证照原件；待核实后处理"
_REQUIRED = "必填，不能为空（“无”“/”“-”“null”等视为空）"


def error_items(
    sheet: Sheet,
    told: Iterable[tuple[int, int, Problem]],
    *,
    headers: Mapping[str, str] | None = None,
    row_of: Callable[[int], int] = lambda index: index + 2,
) -> list[dict[str, Any]]:
    """Problems of (row, record) as items: row, record, field, header, code, message, value, effect; in the order given.

    `headers` are the column headings as found. `row_of` turns the index of a record (from 0) into its row, for messages that name
    another row.
    """
    found = headers or {}
    return [
        {
            "row": row,
            "record": record,
            "field": problem.field,
            "header": found.get(problem.field),
            "code": problem.code,
            "message": message(sheet, problem, row_of=row_of),
            "value": masked(sheet.field(problem.field), problem.value),
            "effect": problem.effect.value,
        }
        for row, record, problem in told
    ]


def normalised_items(sheet: Sheet, told: Iterable[tuple[int, Normalised]]) -> list[dict[str, Any]]:
    """Changed values of rows as items: row, field, from, to, rule; in the order given."""
    return [
        {
            "row": row,
            "field": note.field,
            "from": masked(sheet.field(note.field), note.before),
            "to": masked(sheet.field(note.field), note.to),
            "rule": note.rule,
        }
        for row, note in told
    ]


def message(sheet: Sheet, problem: Problem, *, row_of: Callable[[int], int] = lambda index: index + 2) -> str:
    """The sentence of one problem: the field, the value as found (masked), what is wrong with it, what is allowed."""
    field = sheet.field(problem.field)
    said = mask_identifiers(_said(sheet, field, problem, row_of))
    value = masked(field, problem.value)
    return f"“{field.name}”填写为“{value}”：{said}" if value else f"“{field.name}”：{said}"


def masked(field: Field, value: str | None) -> str | None:
    """A value fit to be shown: numbers and names of persons masked, identity numbers and telephones in any text too, long texts cut."""
    if not value:
        return value
    if field.type is FieldType.PERSON:
        return mask_resident(value)
    if field.personal:
        return mask_name(value)
    safe = mask_identifiers(_coded(value) if field.type in _CODES else value)
    return safe if len(safe) <= SHOWN_CHARACTERS else safe[:SHOWN_CHARACTERS] + "…"


def _coded(value: str) -> str:
    """A column of codes tells more than a text: there also the numbers are masked that a text lets pass as something else."""
    code = normalise(value)
    if persons_number(code):
        return mask_resident(code)
    inside = persons_numbers_in(code)
    for number in inside:
        code = code.replace(number, mask_resident(number))
    return code if inside else value


def _said(sheet: Sheet, field: Field, problem: Problem, row_of: Callable[[int], int]) -> str:
    repetition = sheet.repetition
    if problem.reason in (SAME, OTHER) and repetition is not None:
        words = repetition.same_message if problem.reason == SAME else repetition.other_message
        return words.format(detail=row_of(int(problem.detail)))
    check = sheet.check(problem.reason)
    if check is not None:
        return check.message or _REQUIRED
    allowed = "、".join(field.choices.values) if field.choices else ""
    return _fault_words(problem).format(detail=problem.detail, limit=field.max_length, allowed=allowed)


def _fault_words(problem: Problem) -> str:
    if problem.effect is Effect.HOLD:
        return _HELD
    known = _WORDS.get(problem.reason)
    if known is not None:
        return known
    kind, _, reason = problem.reason.partition(".")
    words: Mapping[str, str] = {"date": DATE_REASON_WORDS, "amount": AMOUNT_REASON_WORDS}.get(kind, REASON_WORDS)  # type: ignore[assignment]
    return words.get(reason, "填写有误，请核对")
