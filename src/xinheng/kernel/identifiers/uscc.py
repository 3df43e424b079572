"""统一社会信用代码, GB 32100-2015: authority, class, division, organisation code, check character.

Own validator: common libraries demand digits in the first two places and so refuse every army unit (A), overseas NGO (G),
rural collective (N) and other body (Y).
"""

import re
from dataclasses import dataclass
from typing import Final

from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import orgcode
from xinheng.kernel.identifiers.verdict import Outcome, Reason

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Thirty-one characters, index = value; no I, O, S, V, Z."""

WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""3^(i−1) mod 31 for the places 1–17."""

LENGTH: Final = 18
PATTERN: Final = r"^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$"


@dataclass(frozen=True, slots=True)
class Authority:
    """A registering department (place 1) and the classes of bodies it registers (place 2)."""

    name: str
    classes: dict[str, str]


AUTHORITIES: Final[dict[str, Authority]] = {
    "1": Authority("机构编制", {"1": "机关", "2": "事业单位", "3": "编办直接管理机构编制的群众团体", "9": "其他"}),
    "2": Authority("外交", {"1": "外国常驻新闻机构", "9": "其他"}),
    "3": Authority(
        "司法行政",
        {
            "1": "律师执业机构",
            "2": "公证处",
            "3": "基层法律服务所",
            "4": "司法鉴定机构",
            "5": "仲裁委员会",
            "9": "其他",
        },
    ),
    "4": Authority("文化", {"1": "外国在华文化中心", "9": "其他"}),
    "5": Authority("民政", {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"}),
    "6": Authority("旅游", {"1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻内地代表机构", "9": "其他"}),
    "7": Authority("宗教", {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"}),
    "8": Authority("工会", {"1": "基层工会", "9": "其他"}),
    "9": Authority("市场监管", {"1": "企业", "2": "个体工商户", "3": "农民专业合作社"}),
    "A": Authority("中央军委改革和编制办公室", {"1": "军队事业单位", "9": "其他"}),
    "G": Authority("公安", {"1": "境外非政府组织代表机构"}),
    "N": Authority(
        "农业农村",
        {"1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"},
    ),
    "Y": Authority("其他", {"1": "其他"}),
}
"""1, 5, 9, Y from the standard; the others from its amendments (likely, not re-read): hence unknown ones only warn."""

KNOWN_PREFIXES: Final = frozenset(a + c for a, authority in AUTHORITIES.items() for c in authority.classes)

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class Explained:
    """The parts of a code of the right shape. `authority` and `organisation_class` are None where unknown.

    `division` is where the code was issued, not where the business is.
    """

    code: str
    authority: str | None
    organisation_class: str | None
    division: str
    organisation_code: str
    check: str
    check_expected: str
    inner_check_holds: bool

    @property
    def check_holds(self) -> bool:
        """Say whether the last character is the one the standard computes."""
        return self.check == self.check_expected


def check_digit(first17: str) -> str:
    """The check character of the first seventeen characters.

    Raises: Invalid if they are not seventeen characters of the alphabet. Source: GB 32100-2015.
    """
    if len(first17) != LENGTH - 1 or any(c not in _VALUE for c in first17):
        raise Invalid(
            "identifiers.uscc_shape",
            f"统一社会信用代码前17位应为数字或大写字母（不含I、O、S、V、Z），现为“{first17}”。",
            field="first17",
        )
    total = sum(_VALUE[c] * w for c, w in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def explain(code: str) -> Explained:
    """Take a normalised code apart, whether or not its check character holds.

    Raises: Invalid if it has not the shape of a code (eighteen characters of the alphabet, digits in places 3–8).
    """
    if _SHAPE.fullmatch(code) is None:
        raise Invalid(
            "identifiers.uscc_shape",
            f"“{code}”不是统一社会信用代码的写法：应为18位，第3至8位为数字，不含字母I、O、S、V、Z。",
            field="code",
        )
    authority = AUTHORITIES.get(code[0])
    return Explained(
        code=code,
        authority=authority.name if authority else None,
        organisation_class=authority.classes.get(code[1]) if authority else None,
        division=code[2:8],
        organisation_code=code[8:17],
        check=code[17],
        check_expected=check_digit(code[:17]),
        inner_check_holds=orgcode.holds(code[8:17]),
    )


def is_valid(code: str) -> bool:
    """Say whether a normalised code has the shape and the right check character."""
    return _SHAPE.fullmatch(code) is not None and check_digit(code[:17]) == code[17]


def judge(code: str) -> tuple[Outcome, Reason | None]:
    """Judge a normalised code (fillers and ruined numbers are found before, by `inspect`).

    A code that fails only its outer check character, while authority, class and inner organisation code are right, is *held*:
    such codes were issued (Fujian, organisation codes beginning with M000), and a refusal would shut those companies out. An
    unknown authority or class, or a wrong inner check, is a warning beside *valid*; of two warnings the authority is named.
    Source: GB 32100-2015; the hold is the project's own.
    """
    if len(code) != LENGTH:
        return "invalid", "length"
    if _SHAPE.fullmatch(code) is None:
        return "invalid", "charset"
    known = code[:2] in KNOWN_PREFIXES
    inner = orgcode.holds(code[8:17])
    if check_digit(code[:17]) != code[17]:
        return ("held" if known and inner else "invalid"), "check"
    if not known:
        return "valid", "authority"
    return "valid", None if inner else "inner_check"
