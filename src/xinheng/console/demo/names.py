"""Names of invented parts: a district that does not exist, a brand of two characters, a trade, a form."""

from dataclasses import dataclass
from typing import Final

PLACE: Final = "示例区"
"""Every name begins with it, and no registered name does."""

FIRST: Final = "云清禾岚沐澄晗璟岑溪汀苔霁朔皓琢砚漪蔚珩栩梧槿樾沅涵洵浔淇渝湛溯灏炜煦燊玥珂珞琅琥瑄瑶瓴璞畅皎睿秉穗"
SECOND: Final = "禾川舟帆野原屿岭林桥石泉湾港城庭园阁轩楼台亭榭廊坊巷陌桐榆柏杉槐桂菊兰荷莲蓝青橙黛墨素锦绣纹章简册卷"

STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
"""Stand for surnames, so that everybody sees these are no people."""


@dataclass(frozen=True, slots=True)
class Trade:
    """What a business does, as its name says it, with the division of GB/T 4754 it belongs to."""

    word: str
    industry: str


COMPANY_TRADES: Final = (
    Trade("商贸", "F52"),
    Trade("食品", "C14"),
    Trade("建筑工程", "E47"),
    Trade("装饰工程", "E50"),
    Trade("环保科技", "N77"),
    Trade("物流", "G54"),
    Trade("餐饮管理", "H62"),
    Trade("酒店管理", "H61"),
    Trade("信息技术", "I65"),
    Trade("机械制造", "C34"),
    Trade("化工材料", "C26"),
    Trade("医疗器械", "F51"),
    Trade("文化传媒", "R86"),
    Trade("旅游服务", "L72"),
    Trade("农业发展", "A01"),
    Trade("种业", "A05"),
    Trade("物业管理", "K70"),
    Trade("人力资源", "L72"),
    Trade("汽车服务", "O81"),
    Trade("消防技术", "M74"),
)
COMPANY_FORMS: Final = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
INDIVIDUAL_TRADES: Final = (
    Trade("小吃店", "H62"),
    Trade("面馆", "H62"),
    Trade("便利店", "F52"),
    Trade("水果店", "F52"),
    Trade("五金店", "F52"),
    Trade("理发店", "O80"),
    Trade("汽车修理部", "O81"),
    Trade("旅馆", "H61"),
    Trade("网吧", "R90"),
    Trade("药店", "F52"),
)
COOPERATIVE_TRADES: Final = (Trade("种植专业合作社", "A01"), Trade("养殖专业合作社", "A03"))
PRACTICE_TRADES: Final = (Trade("律师事务所", "L72"),)
NON_ENTERPRISE_TRADES: Final = (Trade("养老服务中心", "Q85"), Trade("职业培训学校", "P83"), Trade("幼儿园", "P83"))
INSTITUTION_TRADES: Final = (Trade("人民医院", "Q84"), Trade("实验学校", "P83"))


def brand(number: int) -> str:
    """The n-th brand; after as many as there are pairs of characters they come again."""
    first, second = divmod(number % (len(FIRST) * len(SECOND)), len(SECOND))
    return FIRST[first] + SECOND[second]


def person_name(number: int) -> str:
    """The n-th invented person."""
    given, stem = divmod(number, len(STEMS))
    return STEMS[stem] + brand(given * 7)
