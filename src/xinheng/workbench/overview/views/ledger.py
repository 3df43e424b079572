"""The ledger: its head, checkpoints, verification as a job, proofs; and how anybody checks them outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.jobs import door as jobs
from xinheng.jobs.values import Job, JobState
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Conflict, Invalid
from xinheng.ledger import door
from xinheng.ledger.values import Checkpoint
from xinheng.storage.keys import key_ring
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Figure, Link, Progress
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reading import register_list
from xinheng.workbench.overview.verifying import JOB
from xinheng.workbench.overview.words import table_word

CHECKPOINTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class LedgerPage(OverviewPage):
    """`workbench/overview/ledger.html`."""

    figures: Annotated[tuple[Figure, ...], "entries, leaves in the tree, checkpoints"]
    facts: Annotated[tuple[Fact, ...], "root and public key"]
    table: Annotated[Table, "checkpoints, newest first"]
    form: Annotated[Bound, "an optional checkpoint kept elsewhere, for the verification"]
    verifications: Annotated[tuple[Link, ...], "verifications of late, newest first"]
    proof_form: Annotated[Bound, "number of the entry to prove"]
    may_sign: Annotated[bool, "whether the reader may sign a checkpoint"]


@dataclass(frozen=True, kw_only=True)
class VerificationPage(OverviewPage):
    """`workbench/overview/verification.html`."""

    job: Annotated[Progress, "how far the verification is"]
    ended: Annotated[bool, "whether there is a result"]
    sound: Annotated[bool, "whether nothing was found"]
    facts: Annotated[tuple[Fact, ...], "what was recomputed"]
    table: Annotated[Table, "problems found"]
    error: Annotated[str, "why it could not be finished; empty otherwise"]


def _form() -> FormSpec:
    hint = _("把以前下载并另行保存的检查点全文粘贴在这里。只有库外的检查点才能发现账本尾部被整段删去。")
    outside = Field("outside", _("库外保存的检查点"), "long", hint=hint, required=False, max_length=4000)
    return FormSpec("verify", (("", (outside,)),))


def _proof_form() -> FormSpec:
    number = Field("number", _("账本编号"), "number", width="s", max_length=15)
    hint = _("证明将从这个检查点说起；不填则用最新的检查点。")
    earlier = Field(
        "earlier", _("您手中的检查点覆盖到第几号"), "number", hint, required=False, width="s", max_length=15
    )
    return FormSpec("proof", (("", (number, earlier)),))


@official("ledger.verify")
@no_store
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Cost: eight queries and a few tiles."""
    return _show(request, _form().empty())


def _show(request: HttpRequest, form: Bound) -> HttpResponse:
    head, signed = door.head(), door.checkpoints(CHECKPOINTS_SHOWN)
    covered = signed[0].size if signed else 0
    page = LedgerPage(
        title=_("账本验证"),
        figures=(
            Figure(_("已编号账目"), head.numbered, "条"),
            Figure(_("已进入账本树"), head.size, "条"),
            Figure(_("检查点之后新增"), head.numbered - covered, "条"),
        ),
        facts=(Fact(_("账本树的根"), in_lines(head.root.hex())), Fact(_("验证公钥"), in_lines(public_key().hex()))),
        table=_checkpoints(signed),
        form=form,
        verifications=tuple(map(_verification_link, jobs.jobs(actor_of(request), name=JOB, limit=5))),
        proof_form=_proof_form().empty(),
        may_sign=actor_of(request).may("ledger.checkpoint"),
        **shell(request, "ledger"),
    )
    return show(request, "workbench/overview/ledger.html", page, status=form.status)


def public_key() -> bytes:
    """The key that checks this ledger's signatures; public."""
    return door.public_key(key_ring().checkpoint)


def in_lines(digest: str) -> list[str]:
    """A long digest in lines of sixteen signs, so that it fits a narrow screen and can be compared by eye."""
    return [digest[start : start + 16] for start in range(0, len(digest), 16)]


def _checkpoints(signed: tuple[Checkpoint, ...]) -> Table:
    spec = TableSpec(
        "checkpoints",
        _("检查点"),
        (Column("size", _("覆盖到第几号")), Column("at", _("签发时间"), "date"), Column("root", _("根"))),
        sizes=(CHECKPOINTS_SHOWN,),
    )
    rows = tuple(
        Row(
            {"size": one.size, "at": one.at, "root": f"{one.root.hex()[:16]}…"},
            actions=(
                Link(_("下载"), reverse("workbench:audit-checkpoint-file", args=[one.size]), "download", f"{one.size}"),
            ),
        )
        for one in signed
    )
    title, text = _("还没有检查点"), _("签发检查点，并把它下载保存到本系统以外的地方。")
    return Table(spec, read(spec, {}), rows, len(rows), empty_title=title, empty_text=text)


def _verification_link(job: Job) -> Link:
    words = {
        JobState.QUEUED: _("排队中"),
        JobState.RUNNING: _("进行中"),
        JobState.DONE: _("已完成"),
        JobState.FAILED: _("没有完成"),
        JobState.CANCELLED: _("已取消"),
    }
    found = ""
    if job.state is JobState.DONE:
        count = len(job.result.get("items", ()))
        found = _("，发现 %(count)s 个问题") % {"count": count} if count else _("，没有发现问题")
    label = _("第 %(id)s 次验证：%(state)s") % {"id": job.id, "state": words[job.state]}
    return Link(f"{label}{found}", reverse("workbench:audit-verification", args=[job.id]), "file-check")


@keeps_typed
@official("ledger.verify")
@require_http_methods(["POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Queue a verification; while one is open, that one is shown."""
    form = _form().read(request)
    text = form.raw("outside").replace("\r\n", "\n").strip()
    outside = [f"{text}\n"] if text else []
    for one in outside:
        try:
            door.read_checkpoint(one, key=public_key())
        except Invalid as wrong:
            return _show(request, form.with_errors([FieldError("outside", wrong.message, wrong.code)]))
    # With a text of its own a verification answers another question, so only those without share a key.
    job = jobs.enqueue(JOB, {"outside": outside}, key=None if outside else JOB, owner=actor_of(request))
    return HttpResponseRedirect(reverse("workbench:audit-verification", args=[job]))


@official("ledger.verify")
@no_store
@require_safe
def verification(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far a verification is, and what it found. Raises: JobUnknown."""
    found = jobs.job(job_id, actor_of(request))
    if found.name != JOB:
        raise Http404
    if "poll" in request.GET:
        return render(request, "web/parts/progress.html", {"job": _progress(found)})
    ended = found.state is JobState.DONE
    result: dict[str, Any] = dict(found.result) if ended else {}
    page = VerificationPage(
        title=_("第 %(id)s 次账本验证") % {"id": job_id},
        job=_progress(found),
        ended=ended,
        sound=ended and not result.get("items"),
        facts=_result_facts(result, found.finished_at) if ended else (),
        table=_problems(result),
        error=in_page_language(found.error) if found.state is JobState.FAILED else "",
        **shell(request, "ledger", (_("账本验证"), reverse("workbench:audit-ledger"))),
    )
    return show(request, "workbench/overview/verification.html", page)


def _progress(job: Job) -> Progress:
    here = reverse("workbench:audit-verification", args=[job.id])
    return Progress(
        title=_("验证账本"),
        poll_href=f"{here}?poll=1",
        refresh_href=here,
        done=job.done,
        total=job.total or None,
        doing=in_page_language(job.text),
        state={"queued": "waiting", "running": "running", "done": "done"}.get(job.state.value, "failed"),  # type: ignore[arg-type]
        unit="条",
        since=job.started_at,
        next=Link(_("查看验证结果"), here) if job.state is JobState.DONE else None,
    )


def _result_facts(result: dict[str, Any], at: datetime | None) -> tuple[Fact, ...]:
    rows = sorted(result.get("rows", {}).items())
    return (
        Fact(_("完成时间"), at),
        Fact(_("重新计算的账目"), result.get("leaves")),
        Fact(_("核对的检查点"), result.get("checkpoints")),
        Fact(_("账本树的根"), in_lines(result.get("root", ""))),
        Fact(
            _("核对的业务数据"),
            [
                _("%(label)s：%(value)s") % {"label": table_word(table), "value": f"{count:,}"}
                for table, count in rows
                if count
            ],
        ),
    )


def _problems(result: dict[str, Any]) -> Table:
    spec = TableSpec(
        "problems",
        _("发现的问题"),
        (Column("message", _("问题")), Column("place", _("位置")), Column("code", _("代码"))),
        sizes=(100,),
    )
    rows = tuple(Row({**item, "message": in_page_language(item["message"])}) for item in result.get("items", ()))
    return Table(spec, read(spec, {}), rows, len(rows))


@official("ledger.checkpoint")
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign a checkpoint of the tree as it stands, and write it out of the database."""
    signed = door.checkpoint(now=now())
    say_done(
        request,
        _("检查点已签发，覆盖到第 %(size)s 号") % {"size": f"{signed.size:,}"},
        _("请下载并保存到本系统以外的地方。以后凭它可以证明历史没有被改动。"),
    )
    return HttpResponseRedirect(reverse("workbench:audit-ledger"))


@official("ledger.verify")
@require_safe
def checkpoint_file(request: HttpRequest, size: int) -> HttpResponse:
    """The text of a checkpoint, to be kept elsewhere."""
    found = next((one for one in door.checkpoints(1000) if one.size == size), None)
    if found is None:
        raise Http404
    return _text(found.text, f"checkpoint-{size}.txt")


@official("ledger.verify")
@require_safe
def key_file(request: HttpRequest) -> HttpResponse:
    """The public key as `tools/verify.py` reads it."""
    return _text(public_key().hex() + "\n", "checkpoint.pub")


def _text(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@official("ledger.verify")
@no_store
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The proof of one entry as JSON, registered as an export. Raises: Invalid, Conflict, EntryUnknown."""
    number, earlier = _whole(request, "number"), _whole(request, "earlier", optional=True)
    latest = next(iter(door.checkpoints(1)), None)
    if latest is None or number > latest.size:
        raise Conflict("workbench.no_checkpoint", _("还没有检查点覆盖这一号，请先签发检查点再下载证明。"))
    if earlier > latest.size:
        said = _("最新的检查点只覆盖到第 %(size)s 号，没有到第 %(earlier)s 号的检查点。")
        raise Invalid("workbench.earlier", said % {"size": latest.size, "earlier": earlier})
    content = door.prove(number, earlier_size=earlier or latest.size, newer=latest)
    scope, at = _("账本第 %(number)s 号的证明") % {"number": number}, now()
    draft = QueryDraft(kind=QueryKind.EXPORT, subject_id=None, scope=scope)
    register_list(request, draft, current_edition(legal_date(at)), at)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="proof-{number}.json"'
    return response


def _whole(request: HttpRequest, name: str, *, optional: bool = False) -> int:
    """A positive whole number of the address; 0 for an optional one left empty. Raises: Invalid."""
    written = request.GET.get(name, "").strip().replace(",", "")
    if optional and not written:
        return 0
    if not (written.isascii() and written.isdecimal() and len(written) <= 18 and int(written) > 0):
        raise Invalid("workbench.number", _("账本编号“%(value)s”不是正整数。") % {"value": written[:20]})
    return int(written)
