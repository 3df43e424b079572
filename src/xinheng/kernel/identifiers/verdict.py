"""What is said about an identifier: its kind, whether it holds, and why not."""

from dataclasses import dataclass
from typing import Final, Literal

IdentifierKind = Literal["uscc", "gs15", "orgcode", "id18", "id15", "unknown"]
Outcome = Literal["valid", "held", "invalid"]
Reason = Literal[
    "empty",
    "placeholder",
    "excel_number",
    "length",
    "charset",
    "check",
    "date",
    "authority",
    "inner_check",
    "old_13_digits",
]

BESIDE_VALID: Final[frozenset[Reason]] = frozenset({"authority", "inner_check", "old_13_digits"})
"""Reasons that are a warning: the code is valid all the same."""

PERSONAL: Final[frozenset[IdentifierKind]] = frozenset({"id18", "id15"})
"""Kinds that are numbers of people and are shown masked."""

KIND_WORDS: Final[dict[IdentifierKind, str]] = {
    "uscc": "统一社会信用代码",
    "gs15": "工商注册号",
    "orgcode": "组织机构代码",
    "id18": "公民身份号码（18位）",
    "id15": "公民身份号码（15位）",
    "unknown": "种类不明",
}

OUTCOME_WORDS: Final[dict[Outcome, str]] = {"valid": "有效", "held": "待核", "invalid": "无效"}

REASON_WORDS: Final[dict[Reason, str]] = {
    "empty": "没有填写",
    "placeholder": "是占位填充，不是真实代码，应填写证照上的代码",
    "excel_number": "被表格软件当作数字保存，末尾数位已丢失，应将该列设为文本后重新填写",
    "length": "位数不对：统一社会信用代码18位，工商注册号15位，组织机构代码9位，公民身份号码18位或15位",
    "charset": "含有不允许的字符：统一社会信用代码不用字母I、O、S、V、Z，第3至8位须为数字",
    "check": "校验码不符，应核对证照原件",
    "date": "出生日期不存在或晚于今天",
    "authority": "登记管理部门或机构类别代码不在已知范围内，可以使用，请留意",
    "inner_check": "第9至17位所含组织机构代码的校验码不符，可以使用，请留意",
    "old_13_digits": "是没有校验码的13位旧注册号，可以使用，请留意",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer about one value. `reason` may stand beside *valid* (see `BESIDE_VALID`); it is None where nothing is to be said.

    `input` and `normalised` hold numbers of people in full when `kind` is in `PERSONAL`: mask before showing.
    """

    input: str
    normalised: str
    kind: IdentifierKind
    verdict: Outcome
    reason: Reason | None = None

    @property
    def sentence(self) -> str:
        """The answer in Chinese, without the value."""
        said = f"{KIND_WORDS[self.kind]}，{OUTCOME_WORDS[self.verdict]}"
        return f"{said}：{REASON_WORDS[self.reason]}" if self.reason else said
