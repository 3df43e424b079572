"""A unit's own headings: what a mapping may say, and what could be meant by a heading. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from xinheng.catalogue.values.items import Item
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.intake.values.receipts import ASIDE_HEADERS, REASON_COLUMN, REASON_HEADERS
from xinheng.kernel.masking import mask_identifiers
from xinheng.kernel.text import without_controls
from xinheng.tables.header import Names, header_key

LONGEST_HEADER: Final = 100
MOST_COLUMNS: Final = 200
ENOUGH: Final = 0.6
"""How alike a heading and a name must be for a proposal: two thirds of their characters, in order."""
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "subject_name": ("当事人名称", "当事人", "企业名称", "单位名称", "公司名称", "主体名称", "被处罚人", "申请人"),
    "subject_class": ("主体类型", "当事人类型", "主体类别"),
    "uscc": ("社会信用代码", "信用代码", "统一代码"),
    "registration_number": ("营业执照号", "注册号"),
    "representative_name": ("法人", "法人代表", "负责人", "经营者"),
    "person_document_number": ("身份证号", "身份证号码"),
    "document_number": ("文号", "案号", "文书编号", "文书号码", "决定书编号"),
    "act_date": ("决定日期", "作出日期", "决定时间", "日期"),
    "valid_from": ("开始日期", "生效日期", "起始日期"),
    "valid_to": ("结束日期", "截止日期", "失效日期", "终止日期"),
    "amount_cents": ("罚款数额", "金额", "罚款"),
    "authority_name": ("机关名称", "作出机关", "决定机关", "实施机关"),
    "authority_code": ("机关代码",),
    "source_name": ("报送单位", "来源单位"),
    "source_code": ("报送单位代码", "来源单位代码"),
    "remark": ("说明", "附注"),
}
"""How departments' own systems usually head a column of the typed core; only for proposals, never for reading."""
_WORDS_OF_NOTHING: Final = str.maketrans("", "", "()的之_-/、,")


def field_names(item: Item) -> dict[str, tuple[str, ...]]:
    """Every field a heading can stand for, with all its names; the reason for a correction is one too."""
    found = {each.code: (each.name, *each.aliases) for each in item.fields}
    return found | {REASON_COLUMN: REASON_HEADERS}


def checked_columns(item: Item, columns: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A mapping fit to be kept: pairs of heading and field, by field in the item's order.

    Raises: IntakeInvalid for a heading that is empty, too long, the item's own or there twice, a field that is not the item's, and two
    headings for one field.
    """
    names = field_names(item)
    own = Names(names.items())
    aside = {header_key(name) for name in (*ASIDE_HEADERS.values(), *ASIDE_HEADERS)}
    found: dict[str, str] = {}
    seen: dict[str, str] = {}
    for written, code in columns:
        header = _fit(written)
        key = header_key(header)
        if code not in names:
            raise _invalid("mapping_field", f"“{item.name}”没有字段“{code}”，可选的字段见模板", code)
        if not key:
            raise _invalid("mapping_header", f"“{names[code][0]}”对应的列名是空的，请填写您文件里的列名", code)
        if own.code(header) is not None or key in aside:
            raise _invalid("mapping_own_name", f"“{header}”本来就是模板的列名，不能改作别的列；不用对应即可识别", code)
        if code in found:
            raise _invalid(
                "mapping_doubled",
                f"“{names[code][0]}”对应了两列：“{found[code]}”和“{header}”。一个字段只能对应一列",
                code,
            )
        if key in seen:
            raise _invalid("mapping_twice", f"列“{header}”对应了两个字段。一列只能对应一个字段", code)
        found[code], seen[key] = header, code
    if len(found) > MOST_COLUMNS:
        raise _invalid("mapping_too_many", f"最多对应 {MOST_COLUMNS} 列", "")
    return tuple((found[code], code) for code in names if code in found)


def _fit(written: str) -> str:
    header = " ".join(without_controls(written).split())
    if len(header) > LONGEST_HEADER:
        raise _invalid("mapping_header", f"列名最长 {LONGEST_HEADER} 个字：“{header[:20]}……”", "")
    if mask_identifiers(header) != header:
        raise _invalid("mapping_header", "列名里有证件号码或手机号，不能保存为列名；请检查表头是否在这一行", "")
    return header


def _invalid(code: str, message: str, field: str) -> IntakeInvalid:
    return IntakeInvalid(f"intake.{code}", message, field=field or None)


def suggested(item: Item, headers: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
    """For each heading that means nothing yet the field it probably stands for; a field is proposed once, to what is most like it.

    `taken` are the fields that have a column already. Cost: headings times names, a few thousand comparisons.
    """
    used = set(taken)
    cores = {each.code: each.core for each in item.fields}
    names = {
        code: (*ways, *USUAL.get(cores.get(code) or "", ()))
        for code, ways in field_names(item).items()
        if code not in used
    }
    ranked = sorted(
        (
            (-score, place, header, code)
            for place, header in enumerate(headers)
            for code, ways in names.items()
            if (score := max(likeness(header, way) for way in (*ways, code))) >= ENOUGH
        ),
    )
    found: dict[str, str] = {}
    for _, _, header, code in ranked:
        if header not in found and code not in used:
            found[header] = code
            used.add(code)
    return found


def likeness(header: str, name: str) -> float:
    """How alike two names are, from 0 to 1: shared characters in order; one that holds the other whole counts more."""
    left, right = (header_key(text).translate(_WORDS_OF_NOTHING) for text in (header, name))
    if len(left) < 2 or len(right) < 2:
        return 0.0
    score = SequenceMatcher(None, left, right, autojunk=False).ratio()
    whole = min(len(left), len(right)) >= 3 and (left in right or right in left)
    return max(score, 0.75) if whole else score


def parted(item: Item, columns: Iterable[Sequence[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """The headings that work and those whose field the catalogue has no more (or whose heading has become the item's own)."""
    names = field_names(item)
    own = Names(names.items())
    works: dict[str, str] = {}
    stale: dict[str, str] = {}
    for header, code in columns:
        (works if code in names and own.code(header) is None else stale)[header] = code
    return works, stale


def words_of(columns: Mapping[str, str]) -> dict[str, str]:
    """The unit's word for each field."""
    return {code: header for header, code in columns.items()}
