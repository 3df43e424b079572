"""One record: its fields, versions, marks and publicity; stopping its publication, ending a mark, the proof of a version."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import units
from xinheng.accounts.values import QueryDraft, QueryKind, Unit
from xinheng.catalogue.door import calendar
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Conflict
from xinheng.ledger import door as ledger
from xinheng.publicity import door as publicity
from xinheng.records import door
from xinheng.records.values import ArchivedRecord, MarkKind
from xinheng.repair.door import standings
from xinheng.subjects.door import standing_for
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.licences import Verifiable, verifiable
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link, Status
from xinheng.web.repair_words import RepairPart, repair_part
from xinheng.web.sentences import in_page_language
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.history import (
    RecordPart,
    Setting,
    content_facts,
    mark_facts,
    personal_texts,
    record_part,
)
from xinheng.workbench.overview.reading import Opened, PurposeNeeded, open_subject, register
from xinheng.workbench.overview.reviewing import Task, carry_out, too_long
from xinheng.workbench.overview.words import word

WITHDRAWERS = ("publicity.withdraw", "records.withdraw")


@dataclass(frozen=True, slots=True)
class MarkPart:
    """One mark of the record."""

    status: Annotated[Status, "what it says, and whether it holds"]
    term: Annotated[str, "from when to when"]
    reason: Annotated[str, "why"]
    end_href: Annotated[str, "where it is ended; empty when it ended, or for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class RecordPage(OverviewPage):
    """`workbench/overview/record.html`."""

    record: Annotated[RecordPart, "the record with publicity and versions"]
    status: Annotated[Status | None, "where its publication stands"]
    where: Annotated[str, "whose record it is"]
    subject: Annotated[Link, "page of the subject"]
    content: Annotated[tuple[Fact, ...], "every filled field of the present version"]
    verifiable: Annotated[
        Verifiable | None, "the code of a certificate, to be given to its holder; None for other records"
    ]
    marks: Annotated[tuple[MarkPart, ...], "marks, oldest first"]
    repair: Annotated[RepairPart | None, "how it stands to repair, and why; None for what does no harm"]
    contact: Annotated[tuple[Fact, ...], "the source unit: who answers for it and takes objections"]
    withdraw_href: Annotated[str, "where publication is stopped; empty for whoever may not"]
    proofs: Annotated[tuple[Link, ...], "proofs of the versions that a checkpoint covers"]
    proof_word: Annotated[str, "why there is no proof yet; empty when there is"]
    registered: Annotated[str, "the word that this look was registered"]


def opened_record(request: HttpRequest, record_id: int, at: datetime) -> tuple[Opened, ArchivedRecord]:
    """The record and its subject, as the actor may read them. Raises: RecordUnknown, PurposeNeeded."""
    actor = actor_of(request)
    record = door.record(record_id, actor=actor)
    subject_id = standing_for(record.current.subject_id, reach=publicity.reach_of(actor, legal_date(at)))
    opened = open_subject(request, subject_id, None, at)
    return opened, record


@official("subjects.read")
@no_store
@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Every look is registered. Cost: constant in the data. Raises: RecordUnknown."""
    at = now()
    try:
        opened, found = opened_record(request, record_id, at)
    except PurposeNeeded as needed:
        return to_purpose(request, needed)
    draft = QueryDraft(
        kind=QueryKind.VIEW,
        subject_id=opened.head.id,
        fields=tuple(sorted(found.current.content)[:60]),
        scope=_("单条信息 %(id)s") % {"id": record_id},
    )
    register(opened, draft, at)
    return show(request, "workbench/overview/record.html", _page(request, opened, found))


def to_purpose(request: HttpRequest, needed: PurposeNeeded) -> HttpResponse:
    """The way to the page that asks for a purpose, and back."""
    return HttpResponseRedirect(f"{reverse('workbench:subject-purpose', args=[needed.subject_id])}?next={request.path}")


def _page(request: HttpRequest, opened: Opened, found: ArchivedRecord) -> RecordPage:
    actor, on = opened.actor, opened.on
    directory = {unit.id: unit for unit in units(actor)}
    texts = personal_texts([found], opened.edition, actor)
    plan = publicity.of_records([found.record_id], on=on, actor=actor) if actor.may("publicity.read_plan") else {}
    names = {key: unit.name for key, unit in directory.items()}
    days = calendar()
    part = record_part(found, Setting(opened.edition, names, plan, texts, days, on))
    may = any(map(actor.may, WITHDRAWERS))
    proofs, word_ = _proofs(found)
    subject = Link(opened.head.name or _("自然人"), reverse("workbench:subject", args=[opened.head.id]))
    return RecordPage(
        title=part.title,
        record=part,
        status=part.stage,
        where=f"{part.kind} · {opened.head.name or _('自然人')}",
        subject=subject,
        content=content_facts(found.current, opened.edition, texts),
        verifiable=_verifiable(request, opened, found),
        marks=tuple(
            MarkPart(
                Status(word(mark.kind.label), "clock" if holds else "ended"),
                term,
                in_page_language(mark.reason),
                reverse("workbench:mark-end", args=[found.record_id, mark.id]) if holds and may else "",
            )
            for mark, holds, term in mark_facts(found.marks, on)
        ),
        repair=_repair(found, opened.edition, days, on) if part.harmful else None,
        contact=_contact(directory.get(found.current.unit_id), part),
        withdraw_href=reverse("workbench:record-withdraw", args=[found.record_id]) if may else "",
        proofs=proofs,
        proof_word=word_,
        registered=_("本次查看已记入查询登记簿。"),
        **shell(
            request,
            "subjects",
            (_("信用主体"), reverse("workbench:subjects")),
            (subject.label, subject.href),
        ),
    )


def _repair(found: ArchivedRecord, edition: Edition, days: Calendar, on: date) -> RepairPart:
    """How the record stands to repair, for whoever may read it. Cost: none."""
    return repair_part(standings([found], edition=edition, calendar=days, on=on)[found.record_id], edition)


def _verifiable(request: HttpRequest, opened: Opened, found: ArchivedRecord) -> Verifiable | None:
    if opened.edition.item(found.current.item).licence is None:
        return None
    return verifiable(request, door.licence_code(found.current.id))


def _contact(unit: Unit | None, part: RecordPart) -> tuple[Fact, ...]:
    if unit is None:
        return (Fact(_("来源单位"), part.source),)
    return (Fact(_("来源单位"), unit.name), Fact(_("地址"), unit.address), Fact(_("电话"), unit.telephone))


def _proofs(found: ArchivedRecord) -> tuple[tuple[Link, ...], str]:
    """Links to the proofs of versions the latest checkpoint covers. Cost: one query."""
    latest = next(iter(ledger.checkpoints(1)), None)
    here = reverse("workbench:record-proof", args=[found.record_id])
    covered = tuple(
        Link(
            _("第 %(seq)s 版的证明（账本第 %(number)s 号）") % {"seq": one.seq, "number": one.number},
            f"{here}?seq={one.seq}",
            "download",
        )
        for one in (found.current, *found.earlier)
        if latest is not None and one.number is not None and one.number <= latest.size
    )
    return covered, "" if covered else _("还没有检查点覆盖这条信息。审计人员签发检查点之后，可以在这里下载证明。")


@official("subjects.read")
@no_store
@require_safe
def proof(request: HttpRequest, record_id: int) -> HttpResponse:
    """The proof of one version as JSON, for `tools/verify.py`; registered as an export. Raises: RecordUnknown, Conflict."""
    at = now()
    try:
        opened, found = opened_record(request, record_id, at)
    except PurposeNeeded as needed:
        return to_purpose(request, needed)
    wanted = request.GET.get("seq", str(found.current.seq))
    version = next((one for one in (found.current, *found.earlier) if str(one.seq) == wanted), None)
    if version is None:
        raise Http404
    latest = next(iter(ledger.checkpoints(1)), None)
    if latest is None or version.number is None or version.number > latest.size:
        raise Conflict("workbench.no_checkpoint", _("还没有检查点覆盖这个版本，请在审计人员签发检查点之后再下载。"))
    scope = _("账本第 %(number)s 号的证明") % {"number": version.number}
    register(opened, QueryDraft(kind=QueryKind.EXPORT, subject_id=opened.head.id, scope=scope), at)
    response = JsonResponse(
        ledger.prove(version.number, earlier_size=latest.size, newer=latest), json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="proof-{version.number}.json"'
    return response


def _withdraw_form() -> FormSpec:
    kinds = (
        ("withdrawn", _("撤回"), _("处罚决定被变更、撤销、确认违法或者无效，或者不应公示")),
        ("shielded", _("暂停公示"), _("核实期间先停止公示，核实后可以解除")),
    )
    return FormSpec(
        "withdraw",
        (
            (
                "",
                (
                    Field("kind", _("怎样处理"), "radio", choices=kinds),
                    Field("reason", _("理由"), "long", hint=_("写明事实和文书，500 字以内"), max_length=500),
                    Field("basis", _("依据"), required=False, hint=_("法律条款或文书号"), max_length=120),
                ),
            ),
        ),
    )


@keeps_typed
@official(*WITHDRAWERS)
@no_store
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, record_id: int) -> HttpResponse:
    """Stop publication with effect at once, by a mark with a reason."""
    at = now()
    found = door.record(record_id, actor=actor_of(request))
    back = reverse("workbench:record", args=[record_id])

    def act(form: Bound) -> str:
        done = door.mark(
            record_id=record_id,
            kind=MarkKind(form.text("kind")),
            reason=form.text("reason"),
            basis=form.text("basis"),
            actor=actor_of(request),
            now=at,
            on=legal_date(at),
        )
        say_done(
            request,
            _("已停止公示：%(kind)s") % {"kind": word(done.kind.label)},
            _("从现在起任何页面都不再显示这条信息；档案中保留，理由记入账本。"),
        )
        return back

    task = Task(
        title=_("停止公示"),
        section="subjects",
        form=_withdraw_form(),
        confirm=_("确认停止公示"),
        back=back,
        lead=_("确认后立即生效：门户和检索都不再显示。档案不删除。"),
        warning=_(
            "依据《行政处罚法》第四十八条，已公示的处罚被变更、撤销、确认违法或无效的，应在三日内撤回并公开说明理由。"
        ),
        harmful=True,
        facts=_about(found),
        crumbs=((_("信用主体"), reverse("workbench:subjects")), (_("单条信息"), back)),
        check=_withdraw_errors,
    )
    return carry_out(request, task, act)


def _withdraw_errors(form: Bound) -> tuple[FieldError, ...]:
    kind = form.text("kind")
    wrong = (
        () if kind in {"withdrawn", "shielded"} else (FieldError("kind", _("请选择撤回或者暂停公示。"), "form.kind"),)
    )
    return (*wrong, *too_long(form, "reason", 500), *too_long(form, "basis", 120))


def _about(found: ArchivedRecord) -> tuple[Fact, ...]:
    core = found.current.core
    return (
        Fact(_("文书"), " ".join(filter(None, (core.document_title, core.document_number)))),
        Fact(_("决定日期"), core.act_date),
        Fact(_("作出机关"), core.authority_name),
        Fact(_("信息编号"), str(found.record_id)),
    )


@keeps_typed
@official(*WITHDRAWERS)
@no_store
@require_http_methods(["GET", "POST"])
def end_mark(request: HttpRequest, record_id: int, mark_id: int) -> HttpResponse:
    """End a mark: from today it no longer holds, and what it hid is shown again as far as its term runs."""
    at = now()
    found = door.record(record_id, actor=actor_of(request))
    mark = next((one for one in found.marks if one.id == mark_id and one.until is None), None)
    if mark is None:
        raise Http404
    back = reverse("workbench:record", args=[record_id])

    def act(form: Bound) -> str:
        door.end_mark(mark_id=mark_id, actor=actor_of(request), now=at, on=legal_date(at))
        say_done(request, _("标记已解除"), _("仍在公示期内的信息恢复公示；公示期不因此延长。"))
        return back

    task = Task(
        title=_("解除标记"),
        section="subjects",
        form=FormSpec(
            "end-mark",
            (("", (Field("sure", _("我已核对，标记的原因已经消除"), "check"),)),),
        ),
        confirm=_("确认解除"),
        back=back,
        lead=_("解除后，仍在公示期内的信息恢复公示。"),
        facts=(
            Fact(_("标记"), Status(word(mark.kind.label), "clock")),
            Fact(_("起始日"), mark.since),
            Fact(_("理由"), in_page_language(mark.reason)),
            *_about(found),
        ),
        crumbs=((_("信用主体"), reverse("workbench:subjects")), (_("单条信息"), back)),
    )
    return carry_out(request, task, act)
