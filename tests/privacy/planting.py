"""Two hundred identity numbers of nobody, planted wherever a department could have written one: every kind of file, field and fate."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook

from intake.cast import Row, penalty, person, resident_number
from privacy.searching import old_form
from tables.builders import xls_bytes
from world import World
from xinheng.catalogue.door import package_edition

PLANTED = 200
PENALTY = "administrative-penalty"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
HIGHER: Row = {"CF_NR_FK": "0.6", "CF_NR": "处以罚款人民币6000元。"}


def numbers() -> list[str]:
    """Valid by check character; born on days that no other test uses."""
    return [resident_number(100 + n, f"1971{1 + n % 12:02d}{1 + n // 12:02d}") for n in range(PLANTED)]


@dataclass(frozen=True)
class Upload:
    """A file as a department hands it in."""

    name: str
    content: bytes
    reason: str = ""


@dataclass
class Planted:
    """The numbers, and everything they were planted in. Each number is used once, but for those of `again`."""

    world: World
    all: list[str] = field(default_factory=numbers)
    used: int = 0
    row: int = 0

    def __post_init__(self) -> None:
        self._left = iter(self.all)

    def next(self) -> str:
        """A number that was nowhere yet."""
        self.used += 1
        return next(self._left)

    def firm(self, **changed: str | None) -> Row:
        """A clean penalty of another firm, some fields otherwise."""
        self.row += 1
        return penalty(self.world, self.row) | changed

    def someone(self, **changed: str | None) -> Row:
        """A clean penalty of another person, of the next number."""
        self.row += 1
        return person(self.world, self.row, **({"CF_XDR_ZJHM": self.next()} | changed))

    def written(self, number: str) -> Iterator[str]:
        """A number as people write it."""
        yield number
        yield f"{number[:6]} {number[6:14]} {number[14:]}"
        yield f"{number[:6]}-{number[6:14]}-{number[14:]}"
        yield number.translate(FULL_WIDTH)

    def rows(self) -> list[Row]:
        """Rows of every fate: taken, blocked, held, rejected."""
        made = [self.someone() for _ in range(4)]
        made += [self.someone(CF_XDR_ZJHM=old_form(self.next())) for _ in range(2)]
        made += [self.firm(CF_FR_ZJLX="身份证", CF_FR_ZJHM=self.next()) for _ in range(3)]
        for code in ("CF_SY", "CF_WFXW", "BZ"):
            made += [self.firm(**{code: f"当事人（身份证号：{text}）"}) for text in self.written(self.next())]
        made += [self.firm(**{code: f"某{self.next()}"}) for code in ("CF_YJ", "CF_CFJG", "CF_SJLY", "CF_FRDB")]
        made += [self.firm(**{code: self.next()}) for code in ("CF_NR", "CF_NR_ZKDX", "CF_XDR_SWDJ", "CF_XDR_SHZZ")]
        made += [self.firm(CF_XDR_MC=f"示例区{self.next()}商贸有限公司"), self.someone(CF_XDR_MC=f"丁{self.next()}")]
        return made + self.held() + self.rejected()

    def held(self) -> list[Row]:
        """Rows that wait for a person, a number in a field of each."""
        code = str(penalty(self.world, 999_999)["CF_XDR_SHXYM"])
        wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
        return [
            self.someone(CF_NR_FK="20000"),
            self.firm(CF_NR_FK="20000", BZ=f"附{self.next()}"),
            self.firm(CF_XDR_SHXYM=wrong, CF_FRDB=f"戊{self.next()}"),
            self.firm(CF_NR_FK="20000", CF_FR_ZJLX="身份证", CF_FR_ZJHM=self.next()),
        ]

    def rejected(self) -> list[Row]:
        """Rows that are handed back, a number in the field that is wrong, and in others."""
        number = self.next()
        wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
        made = [self.someone(CF_WFXW="无"), self.someone(CF_XDR_ZJHM=wrong), self.firm(CF_XDR_ZJHM=self.next())]
        made += [
            self.firm(**{code: self.next()})
            for code in (
                "CF_XDR_SHXYM",
                "CF_XDR_LB",
                "CF_CFLB",
                "CF_NR_FK",
                "CF_JDRQ",
                "CF_YXQ",
                "CF_CFJGDM",
                "CF_SJLYDM",
            )
        ]
        return [*made, self.firm(CF_WSH=f"罚{self.next()}")]


def as_csv(rows: Sequence[Mapping[str, str | None]], more: Mapping[str, str], delimiter: str = ",") -> str:
    """Rows headed by the fields' names, with further columns of one value each."""
    names = field_names()
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow([*names.values(), *more])
    writer.writerows([[*((row.get(code) or "") for code in names), *more.values()] for row in rows])
    return target.getvalue()


def as_table(rows: Sequence[Row], more: Mapping[str, str], title: str) -> list[list[str | None]]:
    """The same as cells, under a title."""
    names = field_names()
    table: list[list[str | None]] = [[title], [*names.values(), *more]]
    return table + [[*(row.get(code) for code in names), *more.values()] for row in rows]


def as_xlsx(table: Sequence[Sequence[str | None]]) -> bytes:
    """A workbook with one sheet, texts and not numbers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def field_names() -> dict[str, str]:
    """Name by code."""
    return {each.code: each.name for each in package_edition("demo").item(PENALTY).fields}


def uploads(planted: Planted) -> list[Upload]:
    """Files of every format, with numbers in names, headings, titles, reasons and rows; the last are refused as a whole."""
    p = planted
    rows = p.rows()
    people = [p.someone() for _ in range(3)]
    table = as_table(p.rows(), {f"列{p.next()}": p.next()}, f"汇总表（制表人{p.next()}）")
    objects = [{**row, p.next(): p.next(), "经办人": {"证件": p.next()}} for row in (p.firm(), p.someone(), p.firm())]
    lines = [{**row, "备忘": p.next()} for row in (p.someone(), p.someone(CF_NR_FK="20000"), p.firm(CF_SY=p.next()))]
    unknown = {"内部备注": p.next(), f"{p.next()}": "x"}
    again = [person_again | HIGHER for person_again in people]
    return [
        Upload(f"名单{p.next()}.csv", as_csv(rows, unknown).encode(), f"见{p.next()}"),
        Upload("people.csv", as_csv(people, {}).encode("gb18030")),
        Upload(f"{p.next()}.xlsx", as_xlsx(table)),
        Upload(
            "old.xls",
            xls_bytes(
                [[cell or "" for cell in row] for row in as_table([p.someone(), p.firm(BZ=p.next())], {}, p.next())]
            ),
        ),
        Upload("objects.json", json.dumps(objects, ensure_ascii=False).encode()),
        Upload("lines.jsonl", "\n".join(json.dumps(line) for line in lines).encode()),
        Upload("again.txt", as_csv(again, {"更正原因": f"身份证{p.next()}有误"}, "\t").encode("utf-16")),
        Upload(
            "again.csv",
            as_csv([one | {"CF_NR": "处以罚款人民币6100元。", "CF_NR_FK": "0.61"} for one in people], {}).encode(),
            f"{p.next()}更正",
        ),
        Upload(f"{p.next()}.csv", f"{p.next()},{p.next()}\n{p.next()},x\n".encode()),
        Upload("broken.json", f'[{{"CF_WSH": "{p.next()}", {p.next()}'.encode()),
        Upload(f"{p.next()}.xlsx", f"not a workbook {p.next()}".encode()),
    ]
