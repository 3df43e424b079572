"""Background work: what waits, runs and has ended; retry and cancel by an operator, each entered in the ledger."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from xinheng.jobs import door
from xinheng.jobs.values import Job, JobState, WorkerBeat
from xinheng.web.clock import now
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status, Tone
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Table, TableSpec, read
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.operations import cancel_job, retry_job
from xinheng.workbench.overview.words import word

MOST = 200
NAMES = {
    "ledger.verify": gettext_noop("验证账本"),
    "ledger.follow": gettext_noop("账本编号和公示决定"),
    "ledger.checkpoint": gettext_noop("签发检查点"),
    "publicity.open_data": gettext_noop("生成当日开放数据"),
    "intake.load": gettext_noop("批次入库"),
    "intake.clear": gettext_noop("清理放弃的批次"),
    "intake.erase": gettext_noop("删除上传文件"),
    "intake.survey": gettext_noop("统计覆盖并比对来源"),
    "procedures.tick": gettext_noop("办件期限到期处理"),
    "accounts.sessions": gettext_noop("结束无人使用的登录"),
    "accounts.idempotency": gettext_noop("清除过期的接口幂等键"),
    "accounts.watch": gettext_noop("查看有无异常查询"),
    "accounts.sample": gettext_noop("抽取每月抽查"),
    "jobs.tidy": gettext_noop("清理已完成的定时任务"),
}
"""What each job does; a test finds a handler without words."""

ROUTINE = (
    "ledger.follow",
    "publicity.open_data",
    "procedures.tick",
    "accounts.sessions",
    "accounts.idempotency",
    "accounts.watch",
    "jobs.tidy",
)
"""Comes so often that its good ends would hide everything else; shown when asked for by name."""

STATES: dict[JobState, tuple[str, Tone]] = {
    JobState.QUEUED: (gettext_noop("排队中"), "plain"),
    JobState.RUNNING: (gettext_noop("进行中"), "action"),
    JobState.DONE: (gettext_noop("已完成"), "kept"),
    JobState.FAILED: (gettext_noop("没有完成"), "harm"),
    JobState.CANCELLED: (gettext_noop("已取消"), "ended"),
}


@dataclass(frozen=True, slots=True)
class JobPart:
    """One job."""

    title: Annotated[str, "what it does, with its number"]
    status: Annotated[Status, "where it stands"]
    facts: Annotated[tuple[Fact, ...], "times, progress, attempts, error"]
    retry_href: Annotated[str, "where it is queued again; empty when it cannot be"]
    cancel_href: Annotated[str, "where it is cancelled; empty when it cannot be"]


@dataclass(frozen=True, kw_only=True)
class JobsPage(OverviewPage):
    """`workbench/overview/jobs.html`."""

    table: Annotated[Table, "the filters"]
    jobs: Annotated[tuple[JobPart, ...], "jobs, newest first"]
    workers: Annotated[tuple[Fact, ...], "worker processes and their last sign of life"]
    nobody: Annotated[bool, "no worker gave a sign of life lately: nothing is being done"]


def _spec() -> TableSpec:
    return TableSpec(
        "jobs",
        _("后台任务"),
        (Column("name", _("任务")),),
        filters=(
            Filter("state", _("状态"), "choice", tuple((key.value, word(name)) for key, (name, _t) in STATES.items())),
            Filter("name", _("任务"), "choice", tuple((key, word(name)) for key, name in NAMES.items())),
        ),
        sizes=(20,),
    )


@official("jobs.read")
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The newest two hundred. Cost: six queries."""
    actor, spec = actor_of(request), _spec()
    query = read(spec, request.GET)
    name, state = query.filters.get("name"), query.filters.get("state")
    wanted = (
        door.jobs(
            actor,
            name=name,
            state=JobState(state) if state else None,
            routine=() if name or state else ROUTINE,
            limit=MOST,
        )
        if query.ok
        else []
    )
    beats = door.workers()
    page = JobsPage(
        title=_("后台任务"),
        table=Table(spec, query, total=len(wanted)),
        jobs=tuple(_part(job, may=actor.may("jobs.retry")) for job in wanted[query.offset : query.offset + query.size]),
        workers=tuple(map(_worker, beats)),
        nobody=not any(_alive(beat) for beat in beats),
        **shell(request, "jobs"),
    )
    return show(request, "workbench/overview/jobs.html", page, status=page.table.status)


def _alive(beat: WorkerBeat) -> bool:
    return beat.alive(now())


def _worker(beat: WorkerBeat) -> Fact:
    if beat.stopped_at is not None:
        return Fact(beat.worker, [Status(_("已停止"), "ended"), beat.stopped_at])
    state = Status(_("运行中"), "kept") if _alive(beat) else Status(_("没有回应"), "harm")
    return Fact(beat.worker, [state, beat.beat_at])


def _part(job: Job, *, may: bool) -> JobPart:
    label, tone = STATES[job.state]
    ended = job.state in (JobState.FAILED, JobState.CANCELLED)
    progress = f"{job.done:,} / {job.total:,}" if job.total else ""
    return JobPart(
        title=_("%(name)s（%(id)s 号）") % {"name": word(NAMES.get(job.name, job.name)), "id": job.id},
        status=Status(word(label), tone),
        facts=tuple(
            fact
            for fact in (
                Fact(_("提交"), job.created_at),
                Fact(_("开始"), job.started_at),
                Fact(_("结束"), job.finished_at),
                Fact(_("进度"), " ".join(filter(None, (progress, in_page_language(job.text))))),
                Fact(_("已试次数"), str(job.attempts) if job.attempts else ""),
                Fact(_("原因"), " ".join(filter(None, (in_page_language(job.error), job.error_code)))),
            )
            if fact.value
        ),
        retry_href=reverse("workbench:job-retry", args=[job.id]) if may and ended else "",
        cancel_href=reverse("workbench:job-cancel", args=[job.id]) if may and job.open else "",
    )


@official("jobs.retry")
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Queue a failed job again. Raises: JobUnknown, JobSettled."""
    retry_job(job_id=job_id, actor=actor_of(request), now=now())
    say_done(request, _("任务 %(id)s 已重新排队") % {"id": job_id})
    return HttpResponseRedirect(reverse("workbench:job-list"))


@official("jobs.retry")
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel a job. Raises: JobUnknown, JobSettled."""
    done = cancel_job(job_id=job_id, actor=actor_of(request), now=now())
    waiting = done.state == JobState.RUNNING.value
    said = _("当前步骤完成后停止。") if waiting else _("任务没有开始，已取消。")
    say_done(request, _("任务 %(id)s 已要求取消") % {"id": job_id}, said)
    return HttpResponseRedirect(reverse("workbench:job-list"))
