"""The first page: what waits for this person, by what the roles permit."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.accounts.values import Role
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import batches, counts
from xinheng.intake.values.batches import BatchFilter, IntakeCounts
from xinheng.kernel.actor import Actor
from xinheng.procedures.door import InboxCounts, inbox_counts
from xinheng.publicity.values import Stage
from xinheng.web.clock import now, today
from xinheng.web.gate import actor_of
from xinheng.web.joining import listed
from xinheng.web.navigation import sections
from xinheng.web.pages import WorkbenchPage, show
from xinheng.web.parts import Figure, Link
from xinheng.web.tables import Table, read
from xinheng.workbench.batches.tables import batch_row, batches_spec
from xinheng.workbench.figures import stage_counts
from xinheng.workbench.gates import address, official, surroundings
from xinheng.workbench.overview.words import word

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class HomePage(WorkbenchPage):
    """`workbench/home.html`."""

    lead: Annotated[str, "what waits, in one sentence"]
    roles: Annotated[str, "what this person is here"]
    figures: Annotated[tuple[Figure, ...], "what waits, each with the list behind it"]
    cases: Annotated[tuple[Figure, ...], "cases that wait for the reader's unit, and those that are late"]
    publicity: Annotated[tuple[Figure, ...], "how publication stands"]
    recent: Annotated[Table | None, "the latest batches; None where batches are not this person's business"]
    batches_href: Annotated[str, "all batches"]
    actions: Annotated[tuple[Link, ...], "what this person does most"]


@official()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits.

    Cost: five queries of intake, two of procedures, three of publicity, one of the catalogue, where they are this person's business.
    """
    actor = actor_of(request)
    reads = actor.may("intake.read_own") or actor.may("intake.read_all")
    intake = counts(actor) if reads else None
    waiting = _waiting(actor, intake) if intake else ()
    cases = inbox_counts(actor=actor, on=today(), own=True) if actor.may("procedures.read") else None
    page = HomePage(
        title=_("今日待办"),
        section="home",
        lead=_lead(actor, intake, cases),
        roles=listed(_(role.label) for role in Role if role in actor.roles),
        figures=waiting,
        cases=_cases(cases) if cases else (),
        publicity=_publicity(actor) if actor.may("publicity.read_plan") else (),
        recent=_recent(request) if reads else None,
        batches_href=reverse("workbench:batches"),
        actions=_actions(actor),
        **surroundings(request),
    )
    return show(request, "workbench/home.html", page)


def _lead(actor: Actor, intake: IntakeCounts | None, cases: InboxCounts | None) -> str:
    if not actor.roles:
        return _("您的账号还没有角色，暂时不能办理业务。请联系安全管理员授予角色。")
    if cases and cases.late:
        return _("有 %(count)s 件办件已经逾期，请先办理。") % {"count": cases.late}
    if intake is None:
        return _("没有等您处理的事项。您可以打开：")
    settles = actor.may("records.release_held") or actor.may("intake.settle_held")
    if intake.held and settles:
        return _("有 %(count)s 行暂存等您核对。") % {"count": intake.held}
    if intake.refused_batches and actor.may("intake.load"):
        return _("有 %(count)s 个批次整批退回，请改好后重新上传。") % {"count": intake.refused_batches}
    if cases and cases.waiting:
        return _("有 %(count)s 件办件轮到您所在单位办理。") % {"count": cases.waiting}
    if intake.held:
        return _("有 %(count)s 行暂存，等待信用中心核对。") % {"count": intake.held}
    return _("没有等您处理的事项。")


def _waiting(actor: Actor, intake: IntakeCounts) -> tuple[Figure, ...]:
    held, listed = reverse("workbench:held"), reverse("workbench:batches")
    found = [
        Figure(_("暂存待核对"), intake.held, "行", held, "clock" if intake.held else "plain"),
        Figure(
            _("其中：更正已公示失信信息"),
            intake.held_corrections,
            "行",
            f"{held}?kind=correction",
            "clock" if intake.held_corrections else "plain",
        ),
        Figure(_("正在处理的批次"), intake.open_batches, _("个"), listed),
        Figure(_("整批退回的批次"), intake.refused_batches, _("个"), f"{listed}?state=refused"),
    ]
    return tuple(found)


def _cases(counts: InboxCounts) -> tuple[Figure, ...]:
    listed = reverse("workbench:cases")
    return (
        Figure(_("待办件"), counts.waiting, _("件"), listed, "clock" if counts.waiting else "plain"),
        Figure(_("其中：已逾期"), counts.late, _("件"), f"{listed}?time=late", "harm" if counts.late else "plain"),
    )


def _publicity(actor: Actor) -> tuple[Figure, ...]:
    stages = stage_counts(actor, now())
    plan = address("publicity")
    tones = {Stage.LATE: "harm", Stage.ENDING: "clock"}
    labels = {
        Stage.DUE: _("等待公示"),
        Stage.ENDING: _("即将到期停止"),
        Stage.LATE: _("公示迟于期限"),
        Stage.WITHHELD: _("不予公示"),
    }
    return tuple(
        Figure(
            label,
            stages.get(stage, 0),
            "条",
            f"{plan}?stage={stage.value}" if plan else "",
            tones.get(stage, "plain") if stages.get(stage, 0) else "plain",  # type: ignore[arg-type]
        )
        for stage, label in labels.items()
    )


def _recent(request: HttpRequest) -> Table:
    actor = actor_of(request)
    edition = current_edition(today())
    names = {each.code: word(each.name) for each in edition.items}
    spec = batches_spec(edition, ())
    rows = tuple(batch_row(each, names) for each in batches(actor, BatchFilter(limit=SHOWN)).items)
    return Table(
        spec,
        # Of the table's parameters only the choice of columns means something here.
        read(spec, {"columns": ",".join(request.GET.getlist("columns"))}),
        rows,
        len(rows),
        empty_title=_("还没有报送批次"),
        empty_text=_("上传文件后，每个文件是一个批次，检查结果和回执在这里。"),
    )


def _actions(actor: Actor) -> tuple[Link, ...]:
    found = []
    if actor.may("intake.load"):
        found.append(Link(_("上传文件"), reverse("workbench:upload"), "file-up"))
    if actor.may("records.enter"):
        found.append(Link(_("录入一条"), reverse("workbench:entry"), "square-pen"))
    if actor.may("records.release_held"):
        found.append(Link(_("核对暂存行"), reverse("workbench:held"), "hourglass"))
    return tuple(found) or _elsewhere(actor)


def _elsewhere(actor: Actor) -> tuple[Link, ...]:
    """The pages of whoever has no records to hand in or settle: administrators."""
    return tuple(
        Link(str(found["section"].label), found["href"], found["section"].icon)
        for found in sections("workbench", actor)
        if found["section"].key != "home"
    )
