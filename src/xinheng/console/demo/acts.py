"""What departments decide, as the data file says it; and one decision as the row a department would write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any, Final

import yaml

from xinheng.catalogue.values.region import UnitSeed
from xinheng.console.demo.register import Business, Person
from xinheng.kernel.canonical import plain_decimal

PENALTY: Final = "administrative-penalty"
LICENCE: Final = "administrative-licence"
OPEN_END: Final = date(2099, 12, 31)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Offence:
    """A kind of penalty: fines in yuan, lowest and highest."""

    kinds: tuple[str, ...]
    conduct: str
    basis: str
    fine: tuple[int, int]
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A kind of licence; `years` it is valid, 0 for an open end."""

    title: str
    kind: str
    certificate: str
    content: str
    years: int


@dataclass(frozen=True, slots=True)
class Practice:
    """What one department decides. `words` begin its document numbers."""

    words: str
    offences: tuple[Offence, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One document: number, day, and the department that issued and hands it in."""

    unit: UnitSeed
    number: str
    day: date


@lru_cache(maxsize=1)
def practices() -> Mapping[str, Practice]:
    """The departments of the data file by the key of their unit."""
    text = (files("xinheng.console") / "data" / "demo_acts.yaml").read_text(encoding="utf-8")
    return {key: _practice(raw) for key, raw in yaml.safe_load(text)["departments"].items()}


def _practice(raw: Mapping[str, Any]) -> Practice:
    offences = tuple(
        Offence(
            tuple(one["kinds"]), one["conduct"], one["basis"], (one["fine"][0], one["fine"][1]), one.get("licence", "")
        )
        for one in raw["penalties"]
    )
    grants = tuple(
        Grant(one["title"], one["kind"], one["certificate"], one["content"], one["years"]) for one in raw["licences"]
    )
    return Practice(raw["words"], offences, grants)


def penalty_row(draw: Random, offence: Offence, decision: Decision, about: Business | Person) -> Row:
    """A penalty as a department writes it."""
    fine = _fine(draw, offence)
    gains = draw.randrange(100, 20_000) if "没收违法所得" in offence.kinds else 0
    day = decision.day
    row = {
        **subject_texts("CF", about),
        "CF_WSH": decision.number,
        "CF_WFXW": offence.conduct,
        "CF_SY": f"经查，当事人存在{offence.conduct}的行为，事实清楚，证据充分。",
        "CF_YJ": offence.basis,
        "CF_CFLB": ";".join(offence.kinds),
        "CF_NR": _content(offence, fine, gains),
        "CF_NR_FK": wan(fine),
        "CF_NR_WFFF": wan(gains),
        "CF_NR_ZKDX": offence.licence and f"{offence.licence}（示{day.year}{draw.randrange(1000):03d}）",
        "CF_JDRQ": written(day),
        "CF_YXQ": written(OPEN_END),
        "CF_CFJG": decision.unit.name,
        "CF_CFJGDM": decision.unit.code,
        "CF_SJLY": decision.unit.name,
        "CF_SJLYDM": decision.unit.code,
    }
    # The simple procedure, for what is small: archived, and not shown.
    if offence.kinds == ("罚款",) and 0 < fine <= 2000 and draw.random() < 0.2:
        row["BZ"] = "适用简易程序"
    return row


def licence_row(grant: Grant, decision: Decision, about: Business, *, number: str, until: date | None = None) -> Row:
    """A licence as a department writes it; `number` is that of the licence."""
    day = decision.day
    return {
        **subject_texts("XK", about),
        "XK_XKWS": grant.title,
        "XK_WSH": decision.number,
        "XK_XKLB": grant.kind,
        "XK_XKZS": grant.certificate,
        "XK_XKBH": number,
        "XK_NR": grant.content,
        "XK_JDRQ": written(day),
        "XK_YXQZ": written(day),
        "XK_YXQZI": written(until or _end(day, grant.years)),
        "XK_XKJG": decision.unit.name,
        "XK_XKJGDM": decision.unit.code,
        "XK_ZT": "1",
        "XK_LYDW": decision.unit.name,
        "XK_LYDWDM": decision.unit.code,
    }


def written(day: date) -> str:
    """A date as the standard wants it."""
    return f"{day:%Y/%m/%d}"


def wan(yuan: int) -> str:
    """An amount in 万元; empty for nothing."""
    return plain_decimal(Decimal(yuan) / 10_000) if yuan else ""


def _fine(draw: Random, offence: Offence) -> int:
    low, high = offence.fine
    return int(draw.triangular(low, high, low)) // 100 * 100 if high else 0


def _content(offence: Offence, fine: int, gains: int) -> str:
    said = {
        "罚款": f"罚款{fine}元",
        "没收违法所得": f"没收违法所得{gains}元",
        "吊销许可证件": f"吊销{offence.licence}",
        "暂扣许可证件": f"暂扣{offence.licence}三十日",
    }
    return "，".join(said.get(kind, kind) for kind in offence.kinds)


def subject_texts(prefix: str, about: Business | Person) -> Row:
    """Whom a row is about, in the fields that begin with `prefix`."""
    if isinstance(about, Person):
        return {
            f"{prefix}_XDR_MC": about.name,
            f"{prefix}_XDR_LB": "自然人",
            f"{prefix}_XDR_ZJLX": "身份证",
            f"{prefix}_XDR_ZJHM": about.number,
        }
    return {
        f"{prefix}_XDR_MC": about.name,
        f"{prefix}_XDR_LB": about.category,
        f"{prefix}_XDR_SHXYM": about.code,
        f"{prefix}_FRDB": about.representative,
    }


def _end(day: date, years: int) -> date:
    """The last day of a licence of so many years."""
    if not years:
        return OPEN_END
    return date(day.year + years, day.month, min(day.day, 28))
