"""Procedures as the workbench handles them: which operation takes which step, what follows from it, who reads what was sealed.

Whoever adds a procedure adds its `Handling`; a test finds an official's step without an operation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.kernel.actor import Actor
from xinheng.objections import door as objections
from xinheng.objections.values import Finding, Outcome
from xinheng.procedures.values import CaseView, Side
from xinheng.repair import door as repair
from xinheng.web.parts import Fact, Link
from xinheng.web.procedure_words import procedure_word
from xinheng.workbench.gates import address

STATEMENT, NAME, CONTACT = "statement", "name", "contact"


@dataclass(frozen=True, slots=True)
class Act:
    """One step: its operation (called with `case_id`, `note`, `seen`, `actor`, `now`), and what follows from it, in words."""

    take: Callable[..., object]
    follows: str
    harmful: bool = False


@dataclass(frozen=True, slots=True)
class Handling:
    """A procedure on the workbench. `reads`: which sealed texts whoever handles a side may read; `about`: what a case is about."""

    acts: Mapping[str, Act]
    reads: Mapping[Side, frozenset[str]]
    about: Callable[[CaseView, Actor], tuple[Fact, ...]]


def _objection(view: CaseView, actor: Actor) -> tuple[Fact, ...]:
    """Cost: four queries."""
    found = objections.objection(view.id, actor=actor)
    opens = actor.may("subjects.read") and actor.may("records.read_unpublished")
    href = address("record", record_id=found.record_id) if opens else ""
    label = _("信息 %(id)s") % {"id": found.record_id}
    finding = (Fact(_("信源单位反馈"), procedure_word(found.finding.label)),) if found.finding is not None else ()
    stopped = (Fact(_("停止公示"), found.stopped_since),) if found.stopped_since is not None else ()
    return (
        Fact(_("对哪条信息"), Link(label, href) if href else label, view.title),
        Fact(_("异议事项"), procedure_word(found.about.label)),
        Fact(_("标注“异议处理中”"), found.contested_since or _("没有标注")),
        *stopped,
        *finding,
    )


OBJECTION = Handling(
    {
        "ask_supplement": Act(
            objections.ask_supplement,
            gettext_noop("一次说清还缺什么。申请人补充以前，期限暂停；只能要求一次。"),
        ),
        "go_on": Act(objections.go_on, gettext_noop("不再等待补充，期限继续计算；没有补充不作为不利的理由。")),
        "accept": Act(
            objections.accept,
            gettext_noop("这条信息随即在所有页面标注“异议处理中”，并转信源单位核实。"),
        ),
        "refuse": Act(objections.refuse, gettext_noop("办件结束。须写明为什么不受理、还可以怎么办。"), harmful=True),
        "found_corrected": Act(
            partial(objections.find, finding=Finding.CORRECTED),
            gettext_noop("请先更正这条信息，再反馈；没有更正的版本不能这样反馈。"),
        ),
        "found_withdrawn": Act(
            partial(objections.find, finding=Finding.WITHDRAWN),
            gettext_noop("这条信息随即撤下，不再公示。"),
        ),
        "found_right": Act(
            partial(objections.find, finding=Finding.RIGHT),
            gettext_noop("写明核对了什么材料。信用中心据此答复，也可以退回一次重新核实。"),
        ),
        "found_unclear": Act(
            partial(objections.find, finding=Finding.UNCLEAR),
            gettext_noop("写明为什么无法核实。无法核实的信息，答复后停止公示。"),
        ),
        "send_back": Act(objections.send_back, gettext_noop("信源单位重新核实，核实期限重新计算；只能退回一次。")),
        "extend": Act(objections.extend, gettext_noop("答复期限按目录的规定延长一次，理由会告诉申请人。")),
        "answer_corrected": Act(
            partial(objections.answer, outcome=Outcome.CORRECTED), gettext_noop("解除异议标注，答复告诉申请人。")
        ),
        "answer_withdrawn": Act(
            partial(objections.answer, outcome=Outcome.WITHDRAWN), gettext_noop("解除异议标注，答复告诉申请人。")
        ),
        "answer_upheld": Act(
            partial(objections.answer, outcome=Outcome.UPHELD),
            gettext_noop("解除异议标注，信息照常公示。须写明理由和救济途径。"),
            harmful=True,
        ),
        "answer_unverifiable": Act(
            partial(objections.answer, outcome=Outcome.UNVERIFIABLE),
            gettext_noop("解除异议标注，这条信息随即停止公示。"),
        ),
    },
    # Name and contact serve the answer alone, which is the centre's.
    {Side.CENTRE: frozenset({STATEMENT, NAME, CONTACT}), Side.SOURCE: frozenset({STATEMENT})},
    _objection,
)


def _repair(view: CaseView, actor: Actor) -> tuple[Fact, ...]:
    """Cost: six queries."""
    found = repair.application(view.id, actor=actor)
    opens = actor.may("subjects.read") and actor.may("records.read_unpublished")
    href = address("record", record_id=found.record_id) if opens else ""
    label = _("信息 %(id)s") % {"id": found.record_id}
    return (Fact(_("对哪条信息"), Link(label, href) if href else label, view.title),)


REPAIR = Handling(
    {
        "ask_supplement": Act(
            repair.ask_supplement,
            gettext_noop(
                "一次说清还缺什么；行政机关自己能查到的，不得要求提供。申请人补充以前，期限暂停；只能要求一次。"
            ),
        ),
        "go_on": Act(repair.go_on, gettext_noop("不再等待补充，期限继续计算；没有补充不作为不利的理由。")),
        "accept": Act(repair.accept, gettext_noop("修复决定的期限随即开始计算。")),
        "refuse": Act(
            repair.refuse,
            gettext_noop("办件结束。须写明为什么不受理、还可以怎么办；以后还可以再申请。"),
            harmful=True,
        ),
        "extend": Act(repair.extend, gettext_noop("决定和答复的期限按目录的规定延长一次，理由会告诉申请人。")),
        "grant": Act(
            repair.grant,
            gettext_noop("这条信息随即停止公示，所有对外页面同时不再显示；档案中保留。写明核对了什么。"),
        ),
        "reject": Act(
            repair.reject,
            gettext_noop("办件结束，信息照常公示。须写明理由、依据和救济途径。"),
            harmful=True,
        ),
    },
    {Side.DETERMINING: frozenset({STATEMENT, CONTACT})},
    _repair,
)

HANDLING: Mapping[str, Handling] = {"objection": OBJECTION, "repair": REPAIR}
"""Procedure code → how it is handled here."""


def handling_of(view: CaseView) -> Handling:
    """How the procedure of a case is handled.  Raises: KeyError."""
    return HANDLING[view.procedure.partition("/")[0]]
