"""The businesses of the district: from a seed, every code and every name once; and the few that the demonstration speaks of by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from xinheng.console.demo import codes, names
from xinheng.console.demo.chance import chance
from xinheng.console.demo.names import Trade
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

REGISTER: Final = "示例区企业登记库（演示数据）"
LEAST_SUBJECTS: Final = 100
MOST_SUBJECTS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Business:
    """One body of the register. `representative` is its legal representative, or who runs it."""

    kind: SubjectKind
    code: str
    name: str
    representative: str
    industry: str
    founded: date
    address: str

    @property
    def category(self) -> str:
        """行政相对人类别, as a file writes it."""
        return "个体工商户" if self.kind is SubjectKind.INDIVIDUAL_BUSINESS else "法人及非法人组织"


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person about whom departments report; in no register."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of business: its share of a thousand, how its code begins, and how its names are built."""

    share: int
    prefix: str
    kind: SubjectKind
    trades: tuple[Trade, ...]
    forms: tuple[str, ...] = ("",)


_SORTS: Final = (
    _Sort(475, codes.COMPANY, SubjectKind.LEGAL_PERSON, names.COMPANY_TRADES, names.COMPANY_FORMS),
    _Sort(475, codes.INDIVIDUAL, SubjectKind.INDIVIDUAL_BUSINESS, names.INDIVIDUAL_TRADES),
    _Sort(25, codes.COOPERATIVE, SubjectKind.LEGAL_PERSON, names.COOPERATIVE_TRADES),
    _Sort(15, codes.PRIVATE_NON_ENTERPRISE, SubjectKind.LEGAL_PERSON, names.NON_ENTERPRISE_TRADES),
    _Sort(5, codes.LAW_PRACTICE, SubjectKind.OTHER_ORGANISATION, names.PRACTICE_TRADES),
    _Sort(5, codes.INSTITUTION, SubjectKind.LEGAL_PERSON, names.INSTITUTION_TRADES),
)

CAST: Final = {
    "yunhe": ("99000001", codes.COMPANY, "示例区云禾商贸有限公司"),
    "qinglan": ("99000002", codes.COMPANY, "示例区清岚食品有限公司"),
    "chengyuan": ("99000003", codes.COMPANY, "示例区澄原建筑工程有限公司"),
    "linghai": ("99000004", codes.COMPANY, "示例区泠海物流有限公司"),
    "shuolin": ("99000005", codes.COMPANY, "示例区朔林化工材料有限公司"),
    "hanqiao": ("99000006", codes.COMPANY, "示例区涵桥餐饮管理有限公司"),
    "hanqiao-double": ("99000007", codes.COMPANY, "示例区涵桥餐饮管理有限公司"),
    "ruiting": ("99000008", codes.COMPANY, "示例区睿庭信息技术有限公司"),
    "weixing": ("99000009", codes.INDIVIDUAL, "示例区蔚杏便利店"),
    "xuanlou": ("99000010", codes.INDIVIDUAL, "示例区煊楼面馆"),
    "jinghe": ("99000011", codes.COOPERATIVE, "示例区璟荷种植专业合作社"),
    "anlan": ("99000012", codes.LAW_PRACTICE, "示例区安岚律师事务所"),
}
"""Those that are there whatever the seed: the sample file speaks of them, and what is shown step by step happens to them.
Their organisation codes are all digits, so that Excel can ruin them."""

_CAST_NAMES: Final = frozenset(name for _, _, name in CAST.values())
_STREETS: Final = ("中心大道", "安平路", "长宁街", "清河路", "通达路", "新筑路", "康宁路", "文苑路", "丰收路", "同心路")


def cast_code(key: str) -> str:
    """The code of one of the cast."""
    stem, prefix, _ = CAST[key]
    return codes.business_code(prefix, stem)


def businesses(seed: int, count: int, today: date) -> tuple[Business, ...]:
    """The whole register: the cast first, then the sorts by their shares; `count` in all.

    The same seed, count and day give the same businesses. Cost: about 10 µs each.
    """
    found = [_from_cast(number, key, today) for number, key in enumerate(CAST)]
    left = count - len(found)
    for place, sort in enumerate(_SORTS):
        share = left if place == 0 else left * sort.share // 1000
        wanted = share - sum(left * other.share // 1000 for other in _SORTS[1:]) if place == 0 else share
        found += _of_sort(seed, sort, wanted, first=len(found), today=today)
    return tuple(found)


def people(seed: int, count: int, today: date) -> tuple[Person, ...]:
    """Natural persons with valid, invented identity numbers, each once."""
    draw = chance(seed, "people")
    found = []
    for number in range(count):
        born = today - timedelta(days=draw.randrange(20 * 365, 65 * 365))
        found.append(Person(names.person_name(number * 3 + 1), codes.identity_number(born, number % 1000)))
    return tuple(found)


def drafts(some: Sequence[Business]) -> Iterator[SubjectDraft]:
    """What the register hands to the bulk load."""
    for one in some:
        yield SubjectDraft(
            one.kind,
            Scheme.USCC,
            one.code,
            one.name,
            REGISTER,
            division=codes.DIVISION,
            industry=one.industry,
            founded=one.founded,
            address=one.address,
        )


def _from_cast(number: int, key: str, today: date) -> Business:
    stem, prefix, name = CAST[key]
    kind = next(sort.kind for sort in _SORTS if sort.prefix == prefix)
    representative, founded = names.person_name(number), today - timedelta(days=365 * 5 + 37 * number)
    code = codes.business_code(prefix, stem)
    return Business(kind, code, name, representative, "F52", founded, f"示例区示范路 {number + 1} 号")


def _of_sort(seed: int, sort: _Sort, count: int, *, first: int, today: date) -> Iterator[Business]:
    draw = chance(seed, "register", sort.prefix)
    # Brands and trades are walked in steps that visit every pair once; the seed only says where to begin.
    pairs = len(names.FIRST) * len(names.SECOND) * len(sort.trades)
    begin, step = draw.randrange(pairs), 9973
    made = place_in_walk = 0
    while made < count:
        brand, trade = divmod((begin + place_in_walk * step) % pairs, len(sort.trades))
        place_in_walk += 1
        chosen = sort.trades[trade]
        core = f"{names.PLACE}{names.brand(brand)}{chosen.word}"
        if any(name.startswith(core) for name in _CAST_NAMES):
            continue
        made += 1
        yield Business(
            sort.kind,
            codes.business_code(sort.prefix, codes.stem_of(first + made)),
            core + draw.choice(sort.forms),
            names.person_name(draw.randrange(20_000)),
            chosen.industry,
            today - timedelta(days=draw.randrange(200, 25 * 365)),
            f"{names.PLACE}{draw.choice(_STREETS)} {draw.randrange(1, 300)} 号",
        )
