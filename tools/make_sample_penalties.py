#!/usr/bin/env python3
"""Make the sample penalty file of the demonstration: a real layout with the kinds of dirt that real files have, all of it invented.

    python tools/make_sample_penalties.py [FILE.xlsx]

Every code lies in division 990101, which does not exist; every name is built of invented parts. What each row is meant to show
stands beside it. The result lies in the repository; a test checks that it shows all of it.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from xinheng.console.demo import codes, names
from xinheng.console.demo.register import CAST, cast_code
from xinheng.kernel.identifiers import uscc

TARGET = Path(__file__).resolve().parents[1] / "src" / "xinheng" / "console" / "data" / "sample_penalties.xlsx"
TITLE = "示例区行政处罚信息公示表（2026年第一季度）"
FILLED_IN_BY = "填报单位：示例区市场监督管理局（公章）      填报日期：2026年3月31日      单位：万元"
MARKET, MARKET_CODE = "示例区市场监督管理局", "11990101990101037C"
TAX, TAX_CODE = "国家税务总局示例区税务局", "119901019901010457"

# Order as departments have it: the number of the row first, the document before the party, and one column of their own.
HEADER = {
    "": "序号",
    "CF_WSH": "行政处罚决定书文号",
    "CF_XDR_MC": "行政相对人名称",
    "CF_XDR_LB": "行政相对人类别",
    "CF_XDR_SHXYM": "行政相对人代码_1（统一社会信用代码）",
    "CF_XDR_GSZC": "行政相对人代码_2（工商注册号）",
    "CF_FRDB": "法定代表人（负责人）",
    "CF_FR_ZJLX": "法定代表人证件类型",
    "CF_FR_ZJHM": "法定代表人证件号码",
    "CF_XDR_ZJLX": "证件类型",
    "CF_XDR_ZJHM": "证件号码",
    "CF_WFXW": "违法行为类型",
    "CF_SY": "违法事实",
    "CF_YJ": "处罚依据",
    "CF_CFLB": "处罚类别",
    "CF_NR": "处罚内容",
    "CF_NR_FK": "罚款金额（万元）",
    "CF_NR_WFFF": "没收违法所得、没收非法财物的金额（万元）",
    "CF_NR_ZKDX": "暂扣或吊销证照名称及编号",
    "CF_JDRQ": "处罚决定日期",
    "CF_YXQ": "处罚有效期",
    "CF_GSJZQ": "公示截止期",
    "CF_CFJG": "处罚机关",
    "CF_CFJGDM": "处罚机关统一社会信用代码",
    "CF_SJLY": "数据来源单位",
    "CF_SJLYDM": "数据来源单位统一社会信用代码",
    "BZ": "备注",
    "x": "承办人联系电话",
}

Row = dict[str, Any]


def stem(number: int) -> str:
    """Digits only, so that a spreadsheet can take the code for a number."""
    return f"980{number:05d}"


def code(number: int, prefix: str = codes.COMPANY) -> str:
    """The code of a business that is in no register."""
    return codes.business_code(prefix, stem(number))


def wrong_outer(right: str) -> str:
    """The code with another last character: the organisation code inside still holds."""
    return right[:17] + ("1" if right[17] != "1" else "2")


def wrong_both(right: str) -> str:
    """The code with one digit of the organisation code changed: neither check holds."""
    return right[:14] + str((int(right[14]) + 1) % 10) + right[15:]


def wrong_inner(number: int) -> str:
    """A code whose last character holds over an organisation code that does not."""
    body = code(number)[:16]
    first17 = body + ("0" if code(number)[16] != "0" else "1")
    return first17 + uscc.check_digit(first17)


def full_width(text: str) -> str:
    """Digits and letters as Chinese input methods write them."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def fine(number: int, yuan: int = 5000, **other: Any) -> Row:
    """A sound fine of market supervision, and what differs in it."""
    day = date(2025, 9 + number % 4, 1 + number % 27)
    return {
        "CF_WSH": f"示市监罚〔2025〕9{number:03d}号",
        "CF_XDR_MC": f"{names.PLACE}{names.brand(number * 37 + 5)}商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": code(number),
        "CF_FRDB": names.person_name(number * 11 + 2),
        "CF_WFXW": "未按规定公示年度报告",
        "CF_SY": "经查，当事人未按规定公示2024年度报告，事实清楚。",
        "CF_YJ": "《企业信息公示暂行条例》第十八条",
        "CF_CFLB": "罚款",
        "CF_NR": f"罚款{yuan}元",
        "CF_NR_FK": yuan / 10_000,
        "CF_JDRQ": day,
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": MARKET,
        "CF_CFJGDM": MARKET_CODE,
        "CF_SJLY": MARKET,
        "CF_SJLYDM": MARKET_CODE,
        **other,
    }


def business(number: int, word: str) -> Row:
    """A fine against an individual business."""
    name = f"{names.PLACE}{names.brand(number * 37 + 5)}{word}"
    return fine(number, 800, CF_XDR_MC=name, CF_XDR_LB="个体工商户", CF_XDR_SHXYM=code(number, codes.INDIVIDUAL))


def person(number: int, identity: str) -> Row:
    """A fine against a natural person."""
    row = fine(number, 200, CF_XDR_MC=names.person_name(number), CF_XDR_LB="自然人", CF_XDR_ZJLX="身份证")
    return {**row, "CF_XDR_SHXYM": "", "CF_FRDB": "", "CF_XDR_ZJHM": identity}


def cast(key: str, number: int, **other: Any) -> Row:
    """A fine against one of those that are in the register."""
    return fine(number, **{"CF_XDR_MC": CAST[key][2], "CF_XDR_SHXYM": cast_code(key), **other})


def sound() -> Iterable[Row]:
    """Rows that are taken as they are, or after their writing was put right."""
    yield cast("chengyuan", 1)
    yield cast("linghai", 2, CF_NR="罚款12000元", CF_NR_FK=1.2)
    yield business(3, "水果店")
    yield fine(4, CF_JDRQ="2025年9月1日", CF_YXQ="2099年12月31日")  # dates in words
    yield fine(5, CF_JDRQ="2025.9.1")
    yield fine(6, CF_JDRQ="20250901")
    yield fine(7, CF_JDRQ="2025-09-01 00:00:00")
    yield fine(8, CF_JDRQ=full_width("2025/09/01"), CF_XDR_SHXYM=full_width(code(8)))  # full-width digits
    yield fine(9, CF_XDR_SHXYM=f"\t{code(9)} ")  # a tab before, a blank behind
    yield fine(10, CF_XDR_MC=f"{names.PLACE}瓴湾商贸有限公司\u00a0")  # a hard blank at the end
    yield fine(11, CF_XDR_MC="瓴泉(示例区)信息技术有限公司")  # half-width brackets
    yield fine(12, CF_WSH="示市监罚[2025]9012号")  # brackets of all sorts
    yield fine(13, CF_WSH="示市监罚（2025）9013号")
    yield fine(14, CF_WSH="示市监罚【2025】9014号")
    yield fine(15, CF_WSH="示市监罚﹝2025﹞9015号")
    yield fine(
        16, CF_SY="经查，当事人未公示年度报告。_x000D_\n事实清楚。", CF_XDR_GSZC="— —"
    )  # what exports leave behind
    yield fine(17, CF_XDR_GSZC="无", CF_NR_WFFF="-", BZ="&nbsp;")  # marks for nothing, where nothing may be
    yield fine(18, CF_XDR_SHXYM=code(18).lower())
    yield fine(19, CF_SY="当事人销售的“A&amp;B”牌食品标签不符合规定。", CF_NR_FK="0.50")
    yield fine(20, CF_CFLB="罚款；没收违法所得", CF_NR="罚款5000元，没收违法所得300元", CF_NR_WFFF=0.03)
    yield fine(
        21,
        CF_CFLB="暂扣或者吊销许可证",
        CF_NR="吊销食品经营许可证",
        CF_NR_FK="",
        CF_NR_ZKDX="食品经营许可证（示2019012）",
    )
    yield fine(22, CF_XDR_LB="法人和非法人组织", CF_GSJZQ="2026年9月22日")


def warned() -> Iterable[Row]:
    """Rows that are taken, and counted or not shown."""
    yield fine(23, CF_WSH="第23号")  # W202
    yield fine(24, CF_XDR_SHXYM=wrong_inner(24))  # W203
    identity = codes.identity_number(date(1986, 4, 12), 7)
    yield fine(25, CF_SY=f"当事人的采购员（身份证号{identity}）承认上述事实。")  # E112: an identity number in free text
    yield fine(26, CF_NR="罚款5000元，限期缴至指定账户，联系电话13800000000")  # E112: a telephone number
    yield fine(27, CF_CFLB="警告", CF_NR="警告", CF_NR_FK="")  # E113: only a warning
    yield fine(28, CF_CFLB="警告、通报批评", CF_NR="警告，通报批评", CF_NR_FK="")
    yield fine(29, CF_NR="当场作出罚款200元", CF_NR_FK=0.02, BZ="简易程序")  # E113
    yield person(30, codes.identity_number(date(1979, 11, 3), 21))  # E113: a natural person


def held() -> Iterable[Row]:
    """Rows that somebody has to settle."""
    yield fine(31, CF_XDR_SHXYM=wrong_outer(code(31)))  # E104: only the outer check digit is wrong
    yield fine(32, CF_NR="罚款5000元", CF_NR_FK=5000)  # E109: yuan in a column of 万元
    yield fine(33, CF_NR="罚款3000元", CF_NR_FK=0.3)  # E111: the same decision twice, with other content
    yield fine(33, CF_NR="罚款8000元", CF_NR_FK=0.8)
    yield cast("shuolin", 34, CF_XDR_MC=f"{names.PLACE}溪泊仓储服务有限公司")  # E107 beside the register


def rejected() -> Iterable[Row]:
    """Rows that are not taken."""
    yield cast("yunhe", 35, CF_XDR_SHXYM=float(cast_code("yunhe")))  # E104: the code became a number
    yield fine(36, CF_XDR_SHXYM="9.19901E+17")
    yield fine(37, CF_XDR_SHXYM=code(37)[:15] + "000")  # fifteen digits and noughts
    yield fine(38, CF_XDR_SHXYM=wrong_both(code(38)))
    yield fine(39, CF_XDR_SHXYM=code(39)[:17])
    yield fine(40, CF_XDR_SHXYM="000000000000000000")  # a filler with a valid check digit
    yield fine(41, CF_XDR_SHXYM=f"{code(41)}、{code(42)}")  # two codes in one cell
    yield fine(43, CF_XDR_SHXYM="— —")  # E101
    yield fine(44, CF_SY="无")
    yield fine(45, CF_NR_FK="")  # E109: a fine without its amount
    yield fine(46, CF_NR="罚款人民币零元(0元)", CF_NR_FK=0)
    yield fine(47, CF_NR_FK="伍仟元")
    yield fine(48, CF_CFLB="没收违法所得", CF_NR="没收违法所得2000元", CF_NR_FK="")
    yield fine(49, CF_CFLB="不予行政处罚", CF_NR="不予行政处罚", CF_NR_FK="")  # E103: no penalty at all
    yield fine(50, CF_CFLB="责令改正", CF_NR="责令改正", CF_NR_FK="")
    yield fine(51, CF_CFLB="警告&警告&罚没", CF_NR="警告")
    yield fine(52, CF_XDR_SHXYM=code(52, codes.INDIVIDUAL))  # E105: an individual business's code
    yield person(53, codes.identity_number(date(1990, 1, 1), 3)[:17] + "A")  # E106
    yield fine(54, CF_JDRQ="2025年2月30日")  # E108: no such day
    yield fine(55, CF_JDRQ="2099/01/01")
    yield fine(56, CF_YXQ="2020/01/01")
    yield fine(57, CF_JDRQ="25/9/1")
    yield fine(58, CF_CFJGDM=wrong_outer(MARKET_CODE))  # E110
    yield fine(59, CF_SJLY=TAX, CF_SJLYDM=TAX_CODE)  # E110 beside the directory: another unit's
    yield cast("chengyuan", 1)  # E111: the first row again


def rows() -> list[Row]:
    """All rows in the order of the file: sound and unsound mixed, as they come."""
    groups: tuple[Callable[[], Iterable[Row]], ...] = (sound, warned, held, rejected)
    lots = [list(group()) for group in groups]
    first, last = lots[0][0], lots[3][-1]
    mixed = [row for lot in lots for row in lot if row is not first and row is not last]
    # A fixed walk through the list, so that neighbours differ.
    walked = [mixed[place * 23 % len(mixed)] for place in range(len(mixed))]
    return [first, *walked, last]


def write(target: Path) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(str(target)) as workbook:
        workbook.set_properties({"title": TITLE, "created": datetime(2026, 3, 31, tzinfo=UTC).replace(tzinfo=None)})
        sheet = workbook.add_worksheet("行政处罚")
        bold = workbook.add_format({"bold": True, "align": "center"})
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, len(HEADER) - 1, TITLE, bold)
        sheet.merge_range(1, 0, 1, len(HEADER) - 1, FILLED_IN_BY)
        sheet.write_row(2, 0, list(HEADER.values()), bold)
        sheet.set_column(1, len(HEADER) - 1, 22)
        for number, row in enumerate(rows(), 1):
            values = {**row, "": number, "x": f"0999-55502{number:02d}"}
            for place, field in enumerate(HEADER):
                write_cell(sheet, (number + 2, place), values.get(field, ""), day)


def write_cell(sheet: Any, place: tuple[int, int], value: Any, day: Any) -> None:
    """A number as a number, a date as Excel keeps it, everything else as text."""
    if isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None), day)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif value:
        sheet.write_string(*place, value)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
