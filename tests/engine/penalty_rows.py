"""Rows of penalties and licences for the tests of the engine: clean ones, and every kind of damage by name.

All people and firms are invented; the division 990101 does not exist.
"""

import random
from collections.abc import Callable
from datetime import date

from xinheng.catalogue.readers.source import package_data, parse
from xinheng.catalogue.values.items import Item, parse_code_lists, parse_item, sheet_of
from xinheng.engine.declare import ChoiceList, Sheet
from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc

ON = date(2026, 11, 21)
Row = dict[str, str | None]


def code_lists() -> dict[str, ChoiceList]:
    """The code lists as shipped."""
    where = "code_lists.yaml"
    return dict(parse_code_lists(parse((package_data() / where).read_text("utf-8"), where), where))


def item(code: str) -> Item:
    """An item as shipped."""
    where = f"items/{code}.yaml"
    return parse_item(parse((package_data() / "items" / f"{code}.yaml").read_text("utf-8"), where), where)


def sheet(code: str) -> Sheet:
    """The sheet of an item as shipped."""
    return sheet_of(item(code), code_lists())


PENALTY = sheet("administrative-penalty")
LICENCE = sheet("administrative-licence")


def firm_code(number: int, prefix: str = "91") -> str:
    """A valid code, another for each number."""
    body = f"MA{number:06d}"
    first17 = f"{prefix}990101{body}{orgcode.check_character(body)}"
    return first17 + uscc.check_digit(first17)


def broken_outer(code: str) -> str:
    """The same code with another last character: only the outer check digit fails."""
    return code[:-1] + next(each for each in uscc.ALPHABET if each != code[-1])


def broken_inner() -> str:
    """A code whose outer check digit is right while the organisation code inside is not."""
    wrong = next(each for each in "0123456789" if not orgcode.holds("MA000008" + each))
    first17 = "91990101MA000008" + wrong
    return first17 + uscc.check_digit(first17)


def resident_number(day: str = "19800229", sequence: str = "001") -> str:
    """A valid identity number of nobody."""
    first17 = f"990101{day}{sequence}"
    return first17 + resident.check_character(first17)


def persons_numbers_that_pass_as_codes() -> list[str]:
    """Identity numbers of nobody that a judge of codes alone would let through: check digits right, for some also authority and inner code.

    The last passes only as a code to be held.
    """
    found: dict[tuple[str, str | None], list[str]] = {}
    for prefix in ("990101", "119901", "529901"):
        for n in range(5 * 999):
            first17 = f"{prefix}196611{1 + n // 999:02d}{1 + n % 999:03d}"
            number = first17 + resident.check_character(first17)
            outcome, reason = uscc.judge(number)
            if outcome != "invalid":
                found.setdefault((outcome, reason), []).append(number)
    return [number for _, numbers in sorted(found.items(), key=str, reverse=True) for number in numbers[:4]]


def registration_number() -> str:
    """A valid registration number."""
    return "99010100000001" + gs15.check_digit("99010100000001")


UNIT = firm_code(900001, "11")


def penalty(number: int = 1, **changed: str | None) -> Row:
    """A clean penalty of a firm, with some fields otherwise."""
    row: Row = {
        "CF_XDR_MC": f"样区启明{number}号商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": firm_code(number),
        "CF_FRDB": "甲某某",
        "CF_WSH": f"样市监罚〔2026〕{number}号",
        "CF_WFXW": "销售不合格商品",
        "CF_SY": "经查，当事人销售的商品不符合标准，事实清楚。",
        "CF_YJ": "《产品质量法》第四十九条",
        "CF_CFLB": "罚款",
        "CF_NR": "处以罚款人民币5000元。",
        "CF_NR_FK": "0.5",
        "CF_JDRQ": "2026/11/02",
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": "样区市场监督管理局",
        "CF_CFJGDM": UNIT,
        "CF_SJLY": "样区市场监督管理局",
        "CF_SJLYDM": UNIT,
    }
    return row | changed


def person(number: int = 1, **changed: str | None) -> Row:
    """A clean penalty of a natural person."""
    row = penalty(number, CF_XDR_MC="甲某某", CF_XDR_LB="自然人", CF_XDR_SHXYM=None, CF_FRDB=None)
    return row | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": resident_number()} | changed


def business(number: int = 1, **changed: str | None) -> Row:
    """A clean penalty of an individual business known by its registration number."""
    row = penalty(number, CF_XDR_LB="个体工商户", CF_XDR_SHXYM=None, CF_XDR_GSZC=registration_number())
    return row | changed


def licence(number: int = 1, **changed: str | None) -> Row:
    """A clean licence of a firm."""
    row: Row = {
        "XK_XDR_MC": f"样区启明{number}号商贸有限公司",
        "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": firm_code(number),
        "XK_FRDB": "甲某某",
        "XK_XKWS": "准予行政许可决定书",
        "XK_WSH": f"样许准〔2026〕{number}号",
        "XK_XKLB": "普通",
        "XK_XKBH": f"XK{number}",
        "XK_NR": "食品经营",
        "XK_JDRQ": "2026/11/02",
        "XK_YXQZ": "2026/11/02",
        "XK_YXQZI": "2031/11/01",
        "XK_XKJG": "样区行政审批局",
        "XK_XKJGDM": UNIT,
        "XK_ZT": "1",
        "XK_LYDW": "样区行政审批局",
        "XK_LYDWDM": UNIT,
    }
    return row | changed


DAMAGES: dict[str, Callable[[int], Row]] = {
    "blank marker": lambda n: penalty(n, CF_WFXW="— —"),
    "nbsp and tab": lambda n: penalty(n, CF_XDR_MC=f"样区启明{n}号有限公司\u00a0", CF_XDR_SHXYM="\t" + firm_code(n)),
    "entity and artefact": lambda n: penalty(n, CF_NR="罚款5000元_x000D_", CF_SY="甲&amp;乙"),
    "control character": lambda n: penalty(n, CF_SY="事实\x00清楚"),
    "lost character": lambda n: penalty(n, CF_SY="事实\ufffd清楚", CF_NR="\ufffd\x00"),
    "too long": lambda n: penalty(n, CF_XDR_MC="长" * 201),
    "bidi mark": lambda n: penalty(n, CF_YJ="《产品质量法》\u200f第一条"),
    "full-width code": lambda n: penalty(n, CF_XDR_SHXYM="９１" + firm_code(n)[2:].lower()),
    "outer check": lambda n: penalty(n, CF_XDR_SHXYM=broken_outer(firm_code(n))),
    "inner check": lambda n: penalty(n, CF_XDR_SHXYM=broken_inner()),
    "scientific": lambda n: penalty(n, CF_XDR_SHXYM="9.13E+17"),
    "digits lost": lambda n: penalty(n, CF_XDR_SHXYM="911101080012345000"),
    "filler": lambda n: penalty(n, CF_XDR_SHXYM="000000000000000000"),
    "filler with right check": lambda n: penalty(n, CF_XDR_SHXYM="123456789012345678"),
    "no code": lambda n: penalty(n, CF_XDR_SHXYM="无"),
    "class": lambda n: penalty(n, CF_XDR_LB="企业"),
    "class alias": lambda n: penalty(n, CF_XDR_LB="法人和非法人组织"),
    "business as organisation": lambda n: penalty(n, CF_XDR_SHXYM=firm_code(n, "92")),
    "organisation as business": lambda n: business(n, CF_XDR_SHXYM=firm_code(n)),
    "business": lambda n: business(n),
    "business without code": lambda n: business(n, CF_XDR_GSZC=None),
    "old registration number": lambda n: business(n, CF_XDR_GSZC="9901011000001"),
    "wrong registration number": lambda n: business(n, CF_XDR_GSZC=registration_number()[:-1] + "9"),
    "registration date": lambda n: business(n, CF_XDR_GSZC="2015-03-02"),
    "registration with letters": lambda n: business(n, CF_XDR_GSZC="企独样总字第01号"),
    "organisation code": lambda n: penalty(n, CF_XDR_ZZJG="D2143569-X"),
    "wrong organisation code": lambda n: penalty(n, CF_XDR_ZZJG="D21435691"),
    "tax number": lambda n: penalty(n, CF_XDR_SWDJ="990101D2143569X"),
    "ruined tax number": lambda n: penalty(n, CF_XDR_SWDJ="9.9E+14"),
    "society number": lambda n: business(n, CF_XDR_SHZZ="社证字第1号", CF_XDR_SYDW="199010100001"),
    "person": lambda n: person(n),
    "person with code": lambda n: person(n, CF_XDR_SHXYM=firm_code(n), CF_XDR_ZZJG="D2143569X"),
    "person without number": lambda n: person(n, CF_XDR_ZJHM=None),
    "person without type": lambda n: person(n, CF_XDR_ZJLX=None),
    "wrong identity number": lambda n: person(n, CF_XDR_ZJHM=resident_number()[:-1] + "a"),
    "mistyped identity number": lambda n: person(
        n, CF_XDR_ZJHM=resident_number(sequence="002")[:-1] + resident_number()[-1]
    ),
    "wrong identity number before a wrong day": lambda n: person(
        n, CF_XDR_ZJHM=resident_number()[:-1] + "a", CF_JDRQ="2026/02/30"
    ),
    "unborn": lambda n: person(n, CF_XDR_ZJHM=resident_number("20300101")),
    "old identity number": lambda n: person(n, CF_XDR_ZJHM="990101800229001"),
    "lower-case identity number": lambda n: person(n, CF_XDR_ZJHM=_number_with_x().lower()),
    "passport": lambda n: person(n, CF_XDR_ZJLX="护照", CF_XDR_ZJHM="E12345678"),
    "short passport": lambda n: person(n, CF_XDR_ZJLX="护照号", CF_XDR_ZJHM="E1"),
    "other document": lambda n: person(n, CF_XDR_ZJLX="其他－士官证", CF_XDR_ZJHM="军字1号"),
    "other without note": lambda n: person(n, CF_XDR_ZJLX="其他", CF_XDR_ZJHM="1"),
    "representative's number": lambda n: penalty(n, CF_FR_ZJLX="身份证", CF_FR_ZJHM=resident_number()),
    "representative's type missing": lambda n: penalty(n, CF_FR_ZJHM=resident_number()),
    "document of no person": lambda n: penalty(n, CF_XDR_ZJLX="身份证", CF_XDR_ZJHM=resident_number()),
    "brackets": lambda n: penalty(n, CF_WSH=f"样市监罚【2026】 {n} 号"),
    "full-width number": lambda n: penalty(n, CF_WSH=f"样市监罚〔２０２６〕{n}号"),
    "odd number": lambda n: penalty(n, CF_WSH=f"2026-{n}"),
    "serial date": lambda n: penalty(n, CF_JDRQ="46000"),
    "impossible date": lambda n: penalty(n, CF_JDRQ="2026/02/30"),
    "ambiguous date": lambda n: penalty(n, CF_JDRQ="01/02/2026"),
    "han date": lambda n: penalty(n, CF_JDRQ="2026年9月1日", CF_YXQ="20270901"),
    "future": lambda n: penalty(n, CF_JDRQ="2026/11/22"),
    "ends before it begins": lambda n: penalty(n, CF_YXQ="2026/11/01", CF_GSJZQ="2026.10.1"),
    "fine without amount": lambda n: penalty(n, CF_NR_FK=None),
    "fine of nothing": lambda n: penalty(n, CF_NR_FK="0", CF_NR="罚款人民币零元(0元)"),
    "nothing in the text": lambda n: penalty(n, CF_NR="处以罚款人民币零元整。"),
    "nothing and something in the text": lambda n: penalty(n, CF_NR="罚款5000元，加处罚款0.00元。"),
    "negative fine": lambda n: penalty(n, CF_NR_FK="-1"),
    "fine with unit": lambda n: penalty(n, CF_NR_FK="0.5万元"),
    "thousands": lambda n: penalty(n, CF_NR_FK="1,234.5", CF_NR="罚款12,345,000元"),
    "yuan for wan": lambda n: penalty(n, CF_NR_FK="5000"),
    "wan for yuan": lambda n: penalty(n, CF_NR_FK="0.5", CF_NR="罚款5000万元"),
    "huge": lambda n: penalty(n, CF_NR_FK="10000.01", CF_NR="罚款"),
    "odd decimals": lambda n: penalty(n, CF_NR_FK="0.1234567"),
    "gains without amount": lambda n: penalty(n, CF_CFLB="没收违法所得；罚款"),
    "gains of nothing": lambda n: penalty(n, CF_CFLB="没收违法所得", CF_NR_WFFF="0"),
    "goods of nothing": lambda n: penalty(n, CF_CFLB="没收非法财物", CF_NR_FK="0", CF_NR_WFFF="0"),
    "licence not named": lambda n: penalty(n, CF_CFLB="吊销许可证件"),
    "kinds joined": lambda n: penalty(n, CF_CFLB="警告&警告&警告"),
    "old kind": lambda n: penalty(n, CF_CFLB="暂扣或者吊销许可证", CF_NR="暂扣许可证30天", CF_NR_ZKDX="证1"),
    "old kind among others": lambda n: penalty(
        n, CF_CFLB="警告;暂扣或者吊销许可证", CF_NR="暂扣许可证30天", CF_NR_ZKDX="证1"
    ),
    "old kind unsettled": lambda n: penalty(n, CF_CFLB="暂扣或者吊销执照", CF_NR="照章处理", CF_NR_ZKDX="证1"),
    "old kind of its time": lambda n: penalty(
        n, CF_CFLB="暂扣或者吊销许可证", CF_NR="暂扣", CF_JDRQ="2021/07/14", CF_NR_ZKDX="证1"
    ),
    "other kind": lambda n: penalty(n, CF_CFLB="其它—限期拆除"),
    "order only": lambda n: penalty(n, CF_CFLB="其他-责令改正"),
    "no penalty": lambda n: penalty(n, CF_CFLB="警告", CF_NR="不予行政处罚。"),
    "unknown long kind": lambda n: penalty(n, CF_CFLB=f"罚款;{'训诫' * 150}"),
    "unknown kind": lambda n: penalty(n, CF_CFLB="罚款;训诫"),
    "warning only": lambda n: penalty(n, CF_CFLB="警告、通报批评", CF_NR="警告"),
    "warning before": lambda n: penalty(n, CF_CFLB="警告", CF_NR="警告", CF_JDRQ="2023/04/30"),
    "simple procedure": lambda n: penalty(n, CF_NR="适用简易程序，罚款5000元"),
    "slight": lambda n: penalty(n, BZ="信用信息分类：轻微"),
    "secret": lambda n: penalty(n, CF_SY="案情涉及国家秘密"),
    "minor": lambda n: penalty(n, CF_SY="当事人系未成年人"),
    "telephone in text": lambda n: penalty(n, CF_SY="联系电话１３８-0013-8000"),
    "identity number in text": lambda n: penalty(n, CF_NR=f"罚款5000元，身份证{resident_number()}"),
    "authority code": lambda n: penalty(n, CF_CFJGDM=broken_outer(UNIT)),
    "nothing": lambda n: {},
}


def _number_with_x() -> str:
    return next(one for one in (resident_number(sequence=f"{n:03d}") for n in range(200)) if one.endswith("X"))


def corpus(size: int = 500, seed: int = 11) -> list[Row]:
    """Dirty rows in a mixed order: every damage several times, clean neighbours, repeated rows with the same and with other content."""
    rng = random.Random(seed)
    names = list(DAMAGES)
    rows: list[Row] = []
    for number in range(1, size - 20):
        # Counted without the clean ones, so that none of the damages falls on their places.
        damage = names[(number - number // 6) % len(names)]
        rows.append(DAMAGES[damage](number) if number % 6 else penalty(number))
    rows += [dict(rng.choice(rows)) for _ in range(12)]
    rows += [rng.choice(rows) | {"CF_SY": "另一事实"} for _ in range(size - len(rows))]
    rng.shuffle(rows)
    return rows
