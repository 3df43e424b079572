"""The monthly sample of look-ups: how it was drawn, and the review of each by somebody who looked nothing up."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts import door
from xinheng.accounts.door import LookVerdict
from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import Actor
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import listed
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out, too_long
from xinheng.workbench.overview.views.ledger import in_lines
from xinheng.workbench.overview.views.watching import subject_word
from xinheng.workbench.overview.words import word

READ, REVIEW = "accounts.read_queries", "accounts.review_sample"
REASON = 300


@dataclass(frozen=True, kw_only=True)
class SamplesPage(OverviewPage):
    """`workbench/overview/samples.html`."""

    table: Annotated[Table, "months drawn, newest first"]


@dataclass(frozen=True, kw_only=True)
class SamplePage(OverviewPage):
    """`workbench/overview/sample.html`."""

    facts: Annotated[tuple[Fact, ...], "month, checkpoint, seed, population, size"]
    table: Annotated[Table, "the look-ups drawn, in the order drawn"]
    barred: Annotated[bool, "the reader looked something up in that month and may review none of it"]
    ids_href: Annotated[str, "the numbers drawn, as a plain list to compare with"]


@official(READ)
@no_store
@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """Cost: five queries."""
    spec = TableSpec(
        "samples",
        _("每月抽查"),
        (
            Column("month", _("月份")),
            Column("population", _("当月查询次数"), "number"),
            Column("size", _("抽取条数"), "number"),
            Column("state", _("审查情况"), "status"),
            Column("at", _("抽取时间"), "date"),
        ),
        sizes=(100,),
        unit=gettext_noop("个月"),
    )
    rows = tuple(
        Row(
            {
                "month": f"{one.month:%Y-%m}",
                "population": one.population,
                "size": one.size,
                "state": _done(one),
                "at": one.drawn_at,
            },
            href=reverse("workbench:audit-sample", args=[one.id]),
        )
        for one in door.samples(actor_of(request))
    )
    page = SamplesPage(
        title=_("每月抽查"),
        table=Table(
            spec,
            read(spec, request.GET),
            rows,
            len(rows),
            empty_title=_("还没有抽查"),
            empty_text=_("一个月结束、其后的检查点签发以后，系统自动抽取当月的查询。"),
        ),
        **shell(request, "samples"),
    )
    return show(request, "workbench/overview/samples.html", page)


def _done(one: door.SampleView) -> Status:
    words = _("已审查 %(done)s / %(all)s") % {"done": one.reviewed, "all": one.size}
    return Status(words, "kept" if one.reviewed == one.size else "action")


def _sample(sample_id: int, actor: Actor) -> door.SampleView:
    found = next((one for one in door.samples(actor) if one.id == sample_id), None)
    if found is None:
        raise door.SampleUnknown
    return found


@official(READ)
@no_store
@require_safe
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """One month: seed and how to compute it again, and every look-up with its review. Cost: seven queries."""
    actor = actor_of(request)
    found = _sample(sample_id, actor)
    looks = door.sampled_looks(sample_id, actor)
    page = SamplePage(
        title=_("%(month)s 的抽查") % {"month": f"{found.month:%Y-%m}"},
        facts=(
            Fact(_("当月查询次数"), found.population),
            Fact(_("抽取条数"), found.size),
            Fact(_("审查情况"), _done(found)),
            Fact(_("检查点覆盖到"), _("第 %(number)s 号账目") % {"number": f"{found.tree_size:,}"}),
            Fact(_("检查点的根"), in_lines(found.tree_root)),
            Fact(_("种子"), in_lines(found.seed)),
        ),
        table=_table(looks),
        barred=door.looked_up_in(actor.id or 0, found.month),
        ids_href=reverse("workbench:audit-sample-ids", args=[sample_id]),
        **shell(request, "samples", (_("每月抽查"), reverse("workbench:audit-samples"))),
    )
    return show(request, "workbench/overview/sample.html", page)


@official(READ)
@no_store
@require_safe
def ids(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The numbers drawn, one a line, in the order drawn: what somebody who draws again compares with."""
    looks = door.sampled_looks(sample_id, actor_of(request))
    return HttpResponse("".join(f"{look.query.id}\n" for look in looks), content_type="text/plain; charset=utf-8")


def _table(looks: tuple[door.SampledLook, ...]) -> Table:
    purposes = {entry.code: word(entry.name) for entry in current_edition(today()).purposes}
    spec = TableSpec(
        "sample",
        _("抽中的查询"),
        (
            Column("subject", _("被查看的主体")),
            Column("at", _("时间"), "date"),
            Column("who", _("查看人")),
            Column("unit", _("单位")),
            Column("purpose", _("查询目的")),
            Column("reference", _("案号或授权文号")),
            Column("verdict", _("结论"), "status"),
            Column("place", _("次序"), "number"),
        ),
        sizes=(5000,),
        unit=gettext_noop("条"),
    )
    rows = tuple(
        Row(
            {
                "subject": subject_word(look.query),
                "at": look.query.at,
                "who": look.query.person_name or _("系统"),
                "unit": look.query.unit_name,
                "purpose": purposes.get(look.query.purpose, look.query.purpose),
                "reference": look.query.reference,
                "verdict": _verdict(look),
                "place": look.place,
            },
            href=reverse("workbench:audit-sampled", args=[look.sample_id, look.id]),
        )
        for look in looks
    )
    return Table(spec, read(spec, {}), rows, len(rows), empty_title=_("当月没有查询"))


def _verdict(look: door.SampledLook) -> Status:
    tones = {LookVerdict.FITS: "kept", LookVerdict.MISUSED: "harm", LookVerdict.QUESTION: "clock"}
    if look.verdict is None:
        return Status(_("待审查"), "action")
    return Status(word(look.verdict.label), tones[look.verdict])  # type: ignore[arg-type]


@keeps_typed
@official(READ)
@no_store
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, sample_id: int, sampled_id: int) -> HttpResponse:
    """One look-up of the sample: what the register says of it, and the reviewer's finding, once."""
    actor = actor_of(request)
    found = _sample(sample_id, actor)
    look = next((one for one in door.sampled_looks(sample_id, actor) if one.id == sampled_id), None)
    if look is None:
        raise door.SampleUnknown
    back = reverse("workbench:audit-sample", args=[sample_id])
    choices = tuple((verdict.value, word(verdict.label)) for verdict in LookVerdict)
    fields = (
        Field("verdict", _("结论"), "radio", choices=choices),
        Field("reason", _("理由"), "long", hint=_("例如：与案号所指的办件相符"), max_length=REASON),
    )

    def check(form: Bound) -> tuple[FieldError, ...]:
        known = form.text("verdict") in dict(choices)
        wrong = () if known else (FieldError("verdict", _("请从列出的选项中选择。"), "form.choice"),)
        return (*wrong, *too_long(form, "reason", REASON))

    def act(form: Bound) -> str:
        verdict = LookVerdict(form.text("verdict"))
        door.review_look(sampled_id=sampled_id, verdict=verdict, reason=form.text("reason"), actor=actor, now=now())
        say_done(request, _("已审查：%(verdict)s") % {"verdict": word(verdict.label)})
        return back

    month = f"{found.month:%Y-%m}"
    task = Task(
        title=_("审查第 %(place)s 条") % {"place": look.place},
        section="samples",
        form=FormSpec("sampled", (("", fields),)),
        confirm=_("确认"),
        back=back,
        lead=_("对照查询目的和案号，看这次查询有没有正当的用途。结论不能更改。"),
        facts=_facts(look),
        crumbs=((_("每月抽查"), reverse("workbench:audit-samples")), (month, back)),
        check=check,
    )
    return carry_out(request, task, act)


def _facts(look: door.SampledLook) -> tuple[Fact, ...]:
    one = look.query
    purposes = {entry.code: word(entry.name) for entry in current_edition(today()).purposes}
    facts = (
        Fact(_("被查看的主体"), subject_word(one)),
        Fact(_("时间"), one.at),
        Fact(_("查看人"), one.person_name or _("系统")),
        Fact(_("单位"), one.unit_name),
        Fact(_("方式"), word(one.kind.label)),
        Fact(_("查询目的"), purposes.get(one.purpose, one.purpose)),
        Fact(_("案号或授权文号"), one.reference),
        Fact(_("查询范围"), in_page_language(one.scope)),
        Fact(_("条数"), one.count),
        Fact(_("看到的字段"), listed(one.fields)),
    )
    if look.verdict is None:
        return facts
    return (
        *facts,
        Fact(_("结论"), word(look.verdict.label)),
        Fact(_("理由"), look.reason),
        Fact(_("审查人"), look.reviewed_by_name),
        Fact(_("审查时间"), look.reviewed_at),
    )
