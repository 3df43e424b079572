"""Made files of penalties for long runs: clean rows, people, every kind of end a row can have, and rows that were sent before.

All firms and people are invented; the division 990101 does not exist. The same seed gives the same bytes.
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from intake.cast import Row, firm_code, resident_number
from world import World

CODES = (
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_XDR_SHXYM",
    "CF_XDR_ZJLX",
    "CF_XDR_ZJHM",
    "CF_FRDB",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_JDRQ",
    "CF_YXQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "CF_SJLY",
    "CF_SJLYDM",
    "BZ",
)
REASON_HEADER = "更正原因"
REASON = "录入有误"
SECRET = "商业秘密"
SHARED_FIRMS = 200
"""So many firms come back in every file; the others belong to one file alone."""


@dataclass
class Made:
    """One file, and what of it the next file may send again."""

    number: int
    rows: list[Row]
    clean: list[Row] = field(default_factory=list)
    secret: list[Row] = field(default_factory=list)
    own: list[Row] = field(default_factory=list)
    """The clean rows of firms that no other file names."""

    @property
    def content(self) -> bytes:
        """As CSV, headed by the fields' codes."""
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow([*CODES, REASON_HEADER])
        writer.writerows([[row.get(code) or "" for code in (*CODES, REASON_HEADER)] for row in self.rows])
        return target.getvalue().encode()


class Maker:
    """Makes file after file for the market supervision bureau."""

    def __init__(self, world: World, seed: int) -> None:
        self.code = world.unit_codes["market"]
        self.rng = random.Random(seed)
        self.files = 0
        self.shared = {firm_code(firm) for firm in range(SHARED_FIRMS)}

    def make(self, rows: int, before: Made | None = None) -> Made:
        """A file of so many rows; some of them were in the file before."""
        self.files += 1
        made = Made(self.files, [])
        kinds: tuple[tuple[float, Callable[[Made, int], None]], ...] = (
            (0.80, self._clean),
            (0.08, self._person),
            (0.03, self._secret),
            (0.02, self._telephone),
            (0.02, self._held),
            (0.02, self._rejected),
            (0.02, self._twice),
            (0.01, self._two_ways),
        )
        weights = [weight for weight, _ in kinds]
        for index in range(rows):
            if before and before.clean and self.rng.random() < 0.06:
                self._again(made, before)
            else:
                self.rng.choices([make for _, make in kinds], weights)[0](made, index)
        self.rng.shuffle(made.rows)
        return made

    def _firm(self, made: Made, index: int) -> Row:
        rng = self.rng
        firm = rng.randrange(SHARED_FIRMS) if rng.random() < 0.2 else made.number * 30_000 + index // 3
        yuan = rng.randrange(1, 400) * 500
        day = date(2026, 11, 20) - timedelta(days=rng.randrange(8) if rng.random() < 0.9 else rng.randrange(900))
        return {
            "CF_XDR_MC": f"示例区晓岚{firm}号商贸有限公司",
            "CF_XDR_LB": "法人及非法人组织",
            "CF_XDR_SHXYM": firm_code(firm),
            "CF_FRDB": f"甲{firm % 977}某",
            "CF_WSH": f"示市监罚〔2026〕{made.number}-{index}号",
            "CF_WFXW": f"销售第{index % 300}类不合格商品",
            "CF_SY": f"经查，当事人销售的商品共{index % 977}件不符合标准。",
            "CF_YJ": "《产品质量法》第四十九条",
            "CF_CFLB": "罚款",
            "CF_NR": f"处以罚款人民币{yuan}元。",
            "CF_NR_FK": f"{yuan / 10_000:.2f}",
            "CF_JDRQ": self.rng.choice([f"{day:%Y/%m/%d}", f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日"]),
            "CF_YXQ": "2099/12/31",
            "CF_CFJG": "示例区市场监督管理局",
            "CF_CFJGDM": self.code,
            "CF_SJLY": "示例区市场监督管理局",
            "CF_SJLYDM": self.code,
        }

    def _clean(self, made: Made, index: int) -> None:
        row = self._firm(made, index)
        made.rows.append(row)
        made.clean.append(row)
        if row["CF_XDR_SHXYM"] not in self.shared:
            made.own.append(row)

    def _person(self, made: Made, index: int) -> None:
        who = self.rng.randrange(300) if self.rng.random() < 0.3 else made.number * 30_000 + index
        born = date(1950, 1, 1) + timedelta(days=who % 18_000)
        number = resident_number(who // 18_000, f"{born:%Y%m%d}")
        made.rows.append(
            self._firm(made, index)
            | {"CF_XDR_MC": f"丙{who}某", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": None, "CF_FRDB": None}
            | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": number}
        )

    def _secret(self, made: Made, index: int) -> None:
        row = self._firm(made, index) | {"BZ": SECRET}
        made.rows.append(row)
        made.secret.append(row)

    def _telephone(self, made: Made, index: int) -> None:
        made.rows.append(
            self._firm(made, index) | {"CF_SY": f"经查，当事人（电话138001{index % 90_000 + 10_000}）违法。"}
        )

    def _held(self, made: Made, index: int) -> None:
        row = self._firm(made, index)
        code = str(row["CF_XDR_SHXYM"])
        wrong: Row = {"CF_XDR_SHXYM": code[:-1] + ("A" if code[-1] != "A" else "B")}
        made.rows.append(row | self.rng.choice([wrong, {"CF_NR_FK": "20000"}]))

    def _rejected(self, made: Made, index: int) -> None:
        made.rows.append(self._firm(made, index) | self.rng.choice([{"CF_WFXW": "无"}, {"CF_JDRQ": "2026/02/30"}]))

    def _twice(self, made: Made, index: int) -> None:
        row = self._firm(made, index)
        made.rows += [row, dict(row)]

    def _two_ways(self, made: Made, index: int) -> None:
        row = self._firm(made, index)
        made.rows += [row, row | {"CF_NR": "处以罚款人民币7777元。", "CF_NR_FK": "0.7777"}]

    def _again(self, made: Made, before: Made) -> None:
        """A row of the file before, once: unchanged, other without a reason, or corrected where nobody has seen it."""
        choice = self.rng.random()
        other: Row = {"CF_NR": "处以罚款人民币8888元。", "CF_NR_FK": "0.8888"}
        if choice < 0.4 and before.secret:
            made.rows.append(_drawn(self.rng, before.secret) | other | {REASON_HEADER: REASON})
        elif choice < 0.6:
            made.rows.append(_drawn(self.rng, before.clean) | other)
        else:
            made.rows.append(dict(_drawn(self.rng, before.clean)))


def _drawn(rng: random.Random, rows: list[Row]) -> Row:
    return rows.pop(rng.randrange(len(rows)))
