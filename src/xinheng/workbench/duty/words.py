"""Months, ratios and filters as these pages write them."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xinheng.accounts.values import Unit
from xinheng.catalogue.values.edition import Edition
from xinheng.intake.door import MOST_MONTHS, MonthState, Outcome, Span, first_of, following
from xinheng.kernel.actor import Actor
from xinheng.web.parts import Status, Tab, Tone
from xinheng.web.tables import Filter, Query
from xinheng.workbench.gates import address
from xinheng.workbench.overview.words import word

READERS: Final = ("intake.read_own", "intake.read_all")
USUAL_MONTHS: Final = 6

STATE_TONES: Final[Mapping[MonthState, Tone]] = {
    MonthState.BEFORE: "ended",
    MonthState.AFTER: "ended",
    MonthState.REPORTED: "kept",
    MonthState.NIL: "kept",
    MonthState.CONTRADICTED: "clock",
    MonthState.OPEN: "plain",
    MonthState.MISSING: "harm",
}
OUTCOME_TONES: Final[Mapping[Outcome, Tone]] = {
    Outcome.HELD: "clock",
    Outcome.HELD_CHANGE: "clock",
    Outcome.REJECTED: "harm",
    Outcome.REPEATED: "ended",
    Outcome.RETURNED: "harm",
}
WORDS: Final = (
    gettext_noop("责任未开始"),
    gettext_noop("责任已结束"),
    gettext_noop("已报送"),
    gettext_noop("零报告"),
    gettext_noop("零报告后又有信息"),
    gettext_noop("未到期"),
    gettext_noop("缺报"),
    gettext_noop("通过，新入库"),
    gettext_noop("更正已入库的信息"),
    gettext_noop("与已入库的相同"),
    gettext_noop("暂存"),
    gettext_noop("更正暂存"),
    gettext_noop("退回"),
    gettext_noop("同一文件内重复"),
    gettext_noop("暂存后放行，新入库"),
    gettext_noop("暂存后放行，更正"),
    gettext_noop("暂存后放行，内容相同"),
    gettext_noop("暂存后退回"),
    gettext_noop("分管领导"),
    gettext_noop("业务联系人"),
    gettext_noop("技术联系人"),
    gettext_noop("企业法人"),
    gettext_noop("个体工商户"),
    gettext_noop("自然人"),
    gettext_noop("非企业法人和非法人组织"),
    gettext_noop("名称"),
    gettext_noop("法定代表人"),
    gettext_noop("罚款金额（元）"),
    gettext_noop("没收金额（元）"),
    gettext_noop("决定日期"),
    gettext_noop("有效期自"),
    gettext_noop("有效期至"),
    gettext_noop("状态"),
    gettext_noop("待核对"),
    gettext_noop("已询问单位"),
    gettext_noop("已有结论"),
)
"""What the modules below say, for the catalogue of messages."""


def month_word(month: date) -> str:
    """`2026年11月`; in English `November 2026`."""
    if (get_language() or "").startswith("en"):
        return f"{month_name[month.month]} {month.year}"
    return f"{month.year}年{month.month}月"


def ratio_word(ratio: float | None) -> str:
    """`97.5%`; a word where nothing is counted."""
    return _("无可计算") if ratio is None else f"{ratio:.1%}"


def state_status(state: MonthState) -> Status:
    """Where a month of a duty stands."""
    return Status(word(state.label), STATE_TONES[state])


def outcome_status(outcome: Outcome) -> Status:
    """What became of a row."""
    return Status(word(outcome.label), OUTCOME_TONES.get(outcome, "kept"))


def figure_words() -> dict[str, str]:
    """What each figure's rows are called."""
    return {
        "rows": _("报送行"),
        "first": _("首次提交的行"),
        "passed": _("首次提交即通过的行"),
        "fresh": _("首次收到的信息"),
        "timely": _("按时收到的信息"),
        "late": _("迟报的信息"),
        "provisional": _("期限暂按的信息"),
        "bad": _("问题行（暂存、退回）"),
        "corrected": _("问题行中后来入库的"),
        "uncorrected": _("问题行中尚未改正的"),
        "changes": _("入库后的更正"),
        "unchanged": _("与已入库相同的行"),
        "held": _("暂存的行"),
        "rejected": _("退回的行"),
        "repeated": _("同一文件内重复的行"),
    }


@dataclass(frozen=True, slots=True)
class Directory:
    """What the filters of these pages offer: the reader's units, the items, the months up to today."""

    edition: Edition
    units: tuple[Unit, ...]
    on: date

    @property
    def months(self) -> tuple[date, ...]:
        """The months one may ask for, the latest first."""
        return tuple(following(first_of(self.on), -back) for back in range(MOST_MONTHS))

    @property
    def month_choices(self) -> tuple[tuple[str, str], ...]:
        """The months as choices."""
        return tuple((f"{month:%Y-%m}", month_word(month)) for month in self.months)

    @property
    def items(self) -> dict[str, str]:
        """The names of the items by code."""
        return {item.code: word(item.name) for item in self.edition.items}

    def filters(self) -> tuple[Filter, ...]:
        """From and to, unit and item."""
        return (
            Filter("from", _("起始月份"), "choice", self.month_choices),
            Filter("to", _("截止月份"), "choice", self.month_choices),
            Filter("unit", _("单位"), "choice", tuple((str(unit.id), unit.name) for unit in self.units)),
            Filter("item", _("信息项"), "choice", tuple(self.items.items())),
        )

    def span(self, query: Query) -> Span:
        """The span asked for: the last six months where nothing says otherwise."""
        chosen = query.filters.get
        last = _month(chosen("to")) or first_of(self.on)
        first = _month(chosen("from")) or following(last, 1 - USUAL_MONTHS)
        unit = chosen("unit")
        return Span(min(first, last), last, int(unit) if unit else None, chosen("item") or "")


def _month(text: str | None) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def rows_href(span: Span, figure: str) -> str:
    """The address of the rows behind a figure."""
    asked = {
        "figure": figure,
        "from": f"{span.first:%Y-%m}",
        "to": f"{span.last:%Y-%m}",
        "unit": span.unit_id,
        "item": span.item,
    }
    return f"{reverse('workbench:duty-rows')}?{urlencode({key: value for key, value in asked.items() if value})}"


def views(actor: Actor, current: str) -> tuple[Tab, ...]:
    """The pages about duties and quality this reader may open."""
    found = [("duty", _("报送责任")), ("duty-quality", _("报送质量"))]
    if actor.may("intake.read_all"):
        found += [("duty-coverage", _("覆盖与完整")), ("duty-contradictions", _("来源不一致"))]
    return tuple(Tab(label, href, name == current) for name, label in found if (href := address(name)))
