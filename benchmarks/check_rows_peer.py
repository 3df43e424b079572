"""The peer of `bench_check_rows.py`: the rules of penalties as a pydantic model, row by row.

Written the way one would write them without declared rules: a validator a type, one for the row. It judges with the same kernel functions
(codes, dates, amounts, personal data), so what is compared is the way of going through the rows.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, model_validator

from xinheng.engine.primitives import differs_by_ten_thousand
from xinheng.kernel.identifiers import uscc
from xinheng.kernel.identifiers.writing import is_filler, normalise
from xinheng.kernel.masking import find_personal
from xinheng.kernel.money import Amount, parse_amount
from xinheng.kernel.text import control_characters, is_blank_marker, normalise_cell
from xinheng.kernel.written_dates import WrittenDate, parse_written_date

ON = date(2026, 11, 21)
CLASSES = {"法人及非法人组织", "自然人", "个体工商户"}
KINDS = {
    "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级", "吊销许可证件",
    "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留", "暂扣或者吊销许可证", "暂扣或者吊销执照",
}  # fmt: skip
NUMBER = re.compile(r"〔(?:19|20)[0-9]{2}〕.*[0-9].*号")
BRACKETS = re.compile(r"[\[（(【]((?:19|20)[0-9]{2})[\]）)】]")
WITHHELD = re.compile("简易程序|当场|国家秘密|涉密|未成年")


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    text, _ = normalise_cell(value)
    if is_blank_marker(text):
        return None
    if control_characters(text):
        raise ValueError("control characters")
    return text


def _uscc(value: str | None) -> str | None:
    if value is None:
        return None
    code = normalise(value)
    if is_filler(code) or uscc.judge(code)[0] != "valid":
        raise ValueError("code")
    return code


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    found = parse_written_date(value)
    if not isinstance(found, WrittenDate):
        raise ValueError(found.reason)
    return found.day


def _cents(value: str | None) -> int | None:
    if value is None:
        return None
    found = parse_amount(value)
    if not isinstance(found, Amount) or found.cents <= 0:
        raise ValueError("amount")
    return found.cents


def _kinds(value: str | None) -> list[str]:
    members = re.split(r"[;；&、]", value or "")
    if any(each not in KINDS and not each.startswith("其他-") for each in members):
        raise ValueError("kind")
    return members


def _class(value: str | None) -> str | None:
    if value not in CLASSES:
        raise ValueError("class")
    return value


def _number(value: str | None) -> str | None:
    return BRACKETS.sub(r"〔\1〕", value) if value else value


def _long(limit: int) -> Any:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > limit:
            raise ValueError("length")
        return value

    return AfterValidator(check)


def _needed(value: Any) -> Any:
    if value is None:
        raise ValueError("empty")
    return value


Cell = Annotated[str | None, BeforeValidator(_cell)]
Needed = AfterValidator(_needed)
Code = Annotated[str | None, BeforeValidator(lambda value: _uscc(_cell(value)))]
Day = Annotated[date | None, BeforeValidator(lambda value: _day(_cell(value)))]
Cents = Annotated[int | None, BeforeValidator(lambda value: _cents(_cell(value)))]


class Penalty(BaseModel):
    """One row; validation raises with every fault of its fields, and the first fault between fields."""

    CF_XDR_MC: Annotated[Cell, Needed, _long(200)]
    CF_XDR_LB: Annotated[Cell, AfterValidator(_class)]
    CF_XDR_SHXYM: Code = None
    CF_XDR_GSZC: Annotated[Cell, _long(50)] = None
    CF_FRDB: Annotated[Cell, _long(50)] = None
    CF_WSH: Annotated[Cell, Needed, AfterValidator(_number), _long(128)]
    CF_WFXW: Annotated[Cell, Needed, _long(2000)]
    CF_SY: Annotated[Cell, Needed, _long(5000)]
    CF_YJ: Annotated[Cell, Needed, _long(2048)]
    CF_CFLB: Annotated[list[str], BeforeValidator(lambda value: _kinds(_cell(value)))]
    CF_NR: Annotated[Cell, Needed, _long(4000)]
    CF_NR_FK: Cents = None
    CF_NR_WFFF: Cents = None
    CF_NR_ZKDX: Annotated[Cell, _long(200)] = None
    CF_JDRQ: Annotated[Day, Needed]
    CF_YXQ: Annotated[Day, Needed]
    CF_GSJZQ: Day = None
    CF_CFJG: Annotated[Cell, Needed, _long(200)]
    CF_CFJGDM: Annotated[Code, Needed]
    CF_SJLY: Annotated[Cell, Needed, _long(200)]
    CF_SJLYDM: Annotated[Code, Needed]
    BZ: Annotated[Cell, _long(512)] = None

    @model_validator(mode="after")
    def _together(self) -> "Penalty":
        is_business = self.CF_XDR_LB == "个体工商户"
        if self.CF_XDR_SHXYM is None and (self.CF_XDR_LB == "法人及非法人组织" or self.CF_XDR_GSZC is None):
            raise ValueError("E101")
        if self.CF_XDR_LB != "自然人" and self.CF_FRDB is None:
            raise ValueError("E101")
        if self.CF_XDR_SHXYM and self.CF_XDR_SHXYM.startswith("92") is not is_business:
            raise ValueError("E105")
        if self.CF_JDRQ and (self.CF_JDRQ > ON or (self.CF_YXQ or ON) < self.CF_JDRQ):
            raise ValueError("E108")
        self._amounts()
        for text in (self.CF_WFXW, self.CF_SY, self.CF_NR, self.BZ):
            if text and (find_personal(text) or WITHHELD.search(text)):
                raise ValueError("E112")
        if set(self.CF_CFLB) <= {"警告", "通报批评"} or not NUMBER.search(self.CF_WSH or ""):
            raise ValueError("E113")
        return self

    def _amounts(self) -> None:
        if "罚款" in self.CF_CFLB and not self.CF_NR_FK:
            raise ValueError("E109")
        if any(each.startswith("没收") for each in self.CF_CFLB) and self.CF_NR_WFFF is None:
            raise ValueError("E109")
        if any("吊销" in each for each in self.CF_CFLB) and self.CF_NR_ZKDX is None:
            raise ValueError("E109")
        if self.CF_NR_FK and (self.CF_NR_FK > 10**10 or differs_by_ten_thousand(self.CF_NR or "", self.CF_NR_FK)):
            raise ValueError("E109")
