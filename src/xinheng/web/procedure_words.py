"""Words of declared procedures, and how a case is shown wherever it is shown: its clocks and its timeline.

The declarations lie in modules below; their words stand here, so that the catalogue of messages knows them (a test finds one without).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.catalogue.door import calendar
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.law import Basis as LegalBasis
from xinheng.kernel.calendar import Calendar, working_days_between
from xinheng.procedures.values import CaseView, ClockView, Side, StepView
from xinheng.web import show
from xinheng.web.joining import listed
from xinheng.web.parts import Basis, Deadline, Fact, Status
from xinheng.web.publicity_words import bases_in_force

WORDS = (
    gettext_noop("异议处理"),
    gettext_noop("信用修复"),
    gettext_noop("修复申请待受理"),
    gettext_noop("修复申请待补充"),
    gettext_noop("已受理，待决定"),
    gettext_noop("准予修复"),
    gettext_noop("不予修复"),
    gettext_noop("修复申请不予受理"),
    gettext_noop("修复申请已撤回"),
    gettext_noop("修复申请受理"),
    gettext_noop("修复决定"),
    gettext_noop("修复结果答复"),
    gettext_noop("申请修复"),
    gettext_noop("一次告知补充"),
    gettext_noop("补充说明"),
    gettext_noop("不待补充继续审查"),
    gettext_noop("受理修复申请"),
    gettext_noop("不予受理修复申请"),
    gettext_noop("延长修复办理期限"),
    gettext_noop("决定：准予修复"),
    gettext_noop("决定：不予修复"),
    gettext_noop("撤回修复申请"),
    gettext_noop("待受理"),
    gettext_noop("待补充材料"),
    gettext_noop("信源单位核实中"),
    gettext_noop("已更正，待答复"),
    gettext_noop("已撤回，待答复"),
    gettext_noop("核实无误，待答复"),
    gettext_noop("无法核实，待答复"),
    gettext_noop("异议成立，已更正"),
    gettext_noop("异议成立，已撤回"),
    gettext_noop("异议不成立"),
    gettext_noop("无法核实，停止公示"),
    gettext_noop("不予受理"),
    gettext_noop("申请人撤回"),
    gettext_noop("受理"),
    gettext_noop("核实"),
    gettext_noop("答复"),
    gettext_noop("提出异议"),
    gettext_noop("要求补充材料"),
    gettext_noop("补充材料"),
    gettext_noop("不待补充继续办理"),
    gettext_noop("受理并转信源单位核实"),
    gettext_noop("逾期未受理，视为受理"),
    gettext_noop("反馈：有误，已更正"),
    gettext_noop("反馈：有误，撤回"),
    gettext_noop("反馈：无误"),
    gettext_noop("反馈：无法核实"),
    gettext_noop("退回信源单位重新核实"),
    gettext_noop("延长办理期限"),
    gettext_noop("答复：异议成立，已更正"),
    gettext_noop("答复：异议成立，已撤回"),
    gettext_noop("答复：异议不成立"),
    gettext_noop("答复：无法核实，停止公示"),
    gettext_noop("撤回异议"),
    gettext_noop("申请人"),
    gettext_noop("信源单位一方"),
    gettext_noop("认定单位"),
    gettext_noop("信用中心一方"),
    gettext_noop("期限届满"),
    gettext_noop("内容有误"),
    gettext_noop("不是本主体的信息"),
    gettext_noop("公示期限有误"),
    gettext_noop("已撤销、已修复仍在公示"),
    gettext_noop("其他异议"),
    gettext_noop("有误，已更正"),
    gettext_noop("有误，撤回"),
    gettext_noop("无误"),
    gettext_noop("无法核实"),
    gettext_noop("异议不予受理"),
)
"""Words of the declarations and of what they are about."""

_WORKING_DAYS = re.compile(r"(\d+)个工作日")


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the timeline of a case."""

    on: Annotated[date, "the legal day"]
    what: Annotated[str, "the step that was taken"]
    who: Annotated[str, "the side or the unit that took it; never a person"]
    note: Annotated[str, "the reasons that were given; empty for none"]
    said: Annotated[str, "what the applicant wrote, for those who may read it"]
    late: Annotated[bool, "time took the step because nobody did"]


def procedure_word(text: str) -> str:
    """A word of a declaration in the language of the page."""
    return _(text) if text else ""


def length_words(words: str) -> str:
    """How long a limit is, as the catalogue writes it (`10个工作日＋10个工作日`), in the language of the page."""
    return _WORKING_DAYS.sub(
        lambda found: _("1 个工作日") if found[1] == "1" else _("%(days)s 个工作日") % {"days": found[1]}, words
    )


def plain_basis(basis: LegalBasis) -> Basis:
    """A basis without a way to its page."""
    return Basis(basis.title, basis.article, basis.number)


def clock_facts(
    view: CaseView, edition: Edition, on: date, basis: Callable[[LegalBasis], Basis] = plain_basis
) -> tuple[Fact, ...]:
    """The time limits of a case as they stand on a day; `edition`: the one it began under. Cost: one query, the calendar's."""
    plan = calendar()
    return tuple(_clock(clock, edition, plan, on, basis) for clock in view.clocks)


def deadline_part(day: date, on: date, *, provisional: bool = False, plan: Calendar | None = None) -> Deadline:
    """A deadline with the working days left, or how many it is late. Cost: one query without a calendar given."""
    plan = plan or calendar()
    left = working_days_between(plan, on, day) if day >= on else -max(1, working_days_between(plan, day, on))
    return Deadline(day, left, provisional=provisional)


def timeline(view: CaseView, said: Mapping[int, str]) -> tuple[Happened, ...]:
    """What happened in a case, the latest first; `said`: sealed texts the reader may read, by the number of their step."""
    return tuple(_happened(step, said.get(step.seq, "")) for step in reversed(view.steps))


def waits_for(view: CaseView) -> str:
    """Whose move it is, in words; empty where the case is over."""
    sides = sorted(view.state.waits, key=list(Side).index)
    return listed(procedure_word(side.label) for side in sides)


def next_day(view: CaseView) -> date | None:
    """The earliest deadline that runs in a case."""
    running = [clock.deadline for clock in view.clocks if clock.ended_on is None and clock.deadline is not None]
    return min(running, default=None)


def _clock(clock: ClockView, edition: Edition, plan: Calendar, on: date, basis: Callable[[LegalBasis], Basis]) -> Fact:
    rule = edition.limit(clock.limit, clock.started_on)
    words = {
        "side": procedure_word(clock.side.label),
        "length": length_words(clock.words),
        "day": show.day(clock.started_on),
    }
    bases = bases_in_force(edition, rule.bases, clock.started_on)
    return Fact(
        procedure_word(clock.name),
        clock_value(clock, plan, on),
        _("%(side)s的期限：%(length)s，自%(day)s起，当日不计") % words,
        basis(bases[0]) if bases else None,
    )


def clock_value(clock: ClockView, plan: Calendar, on: date) -> Deadline | Status:
    """How a clock stands: its last day with what is left of it, when it was met, or that it stands still."""
    if clock.deadline is None:
        return Status(_("逾期"), "harm") if clock.late else Status(_("暂停计时，等待补充"), "plain")
    if clock.ended_on is not None:
        return Deadline(clock.deadline, met=clock.ended_on)
    return deadline_part(clock.deadline, on, provisional=clock.provisional, plan=plan)


def _happened(step: StepView, said: str) -> Happened:
    return Happened(
        step.on,
        procedure_word(step.name),
        step.unit or procedure_word(step.side.label),
        step.note,
        said,
        step.side is Side.TIME,
    )
