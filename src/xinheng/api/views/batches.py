"""Batches: a file handed in, its progress, its receipt, its problems."""

import hashlib
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, UploadedFile

from xinheng.accounts.door import Credential, unit_by_code
from xinheng.api.frame import only_known_parts
from xinheng.api.gate import asking, require_item
from xinheng.api.paging import number_of
from xinheng.api.shapes import BatchOut, Counts, Cursor, Limit, Listed, ProblemOut, Progress, Receipt, RefusalOut
from xinheng.api.writing import Settle, once
from xinheng.intake import door
from xinheng.intake.values.batches import ENDED, BatchFilter, BatchReceived, BatchState, BatchView, UploadDraft
from xinheng.intake.values.errors import BatchUnknown
from xinheng.jobs.door import Job, JobState, JobUnknown, job
from xinheng.kernel.actor import Actor
from xinheng.web.clock import now

router = Router(tags=["报送"])
READ, SEND = "intake.read_own", "intake.load"


@router.post("", response={202: BatchOut}, operation_id="send_batch", summary="报送一个文件")
def send(
    request: HttpRequest,
    file: File[UploadedFile],
    item: Form[str],
    unit: Form[str] = "",
    reason: Form[str] = "",
) -> HttpResponse:
    """文件与网页上传的完全一样：CSV、XLSX、XLS、JSON、JSON Lines，表头用中文名称或字段代码。接收后排队入库，回答 202；进度看 Location。

    请带 Idempotency-Key：网络中断后用同一个键重发，不会报送两次。
    """
    found = asking(request, SEND)
    only_known_parts(request)
    require_item(found, item)
    stream: Any = file.file
    draft = UploadDraft(item=item, unit_id=unit_of(found, unit), file_name=file.name or "", reason=reason)

    def write(settle: Settle) -> None:
        def settled(received: BatchReceived) -> None:
            place = f"{request.path}/{received.batch_id}"
            body = BatchOut.model_validate(shown(door.batch(received.batch_id, reader), None)).model_dump(mode="json")
            settle(202, body, {"Location": place})

        stream.seek(0)
        door.receive(stream=stream, draft=draft, actor=found.actor, now=now(), settle=settled)

    # What a sender hands in it is told of, whether or not its token may read batches besides.
    reader = with_permission(found, READ)
    content = (item, unit, reason, file.name or "", digest_of(stream))
    return once(request, found, content, write)


@router.get("", response=Listed[BatchOut], operation_id="list_batches", summary="本单位的报送批次，最近的在前")
def listed(
    request: HttpRequest,
    item: Query[str] = "",
    state: Query[BatchState | None] = None,
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """只有令牌所属单位及其下级单位的批次。处理了多少行只在单个批次里。"""
    found = asking(request, READ)
    before = number_of(cursor)
    page = door.batches(found.actor, BatchFilter(item=item, items=found.items, state=state, before=before, limit=limit))
    items = [shown(one, None) for one in page.items]
    return {"items": items, "next": None if page.next is None else str(page.next)}


@router.get("/{key:batch_id}", response=BatchOut, operation_id="get_batch", summary="一个批次，含进度")
def one(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """progress.state 为 done 之后有回执；failed 时一行也没有入库，请重新报送。"""
    found = asking(request, READ)
    batch = _batch(batch_id, found)
    return shown(batch, _job(batch, found))


@router.get("/{key:batch_id}/receipt", response=Receipt, operation_id="get_receipt", summary="批次的回执")
def receipt(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """处理完之前没有回执，回答 404（intake.no_receipt）。身份证件号码已脱敏。"""
    found = asking(request, READ)
    _batch(batch_id, found)
    return door.receipt(batch_id, found.actor)


@router.get(
    "/{key:batch_id}/problems", response=Listed[ProblemOut], operation_id="list_problems", summary="批次的全部问题"
)
def problems(
    request: HttpRequest,
    batch_id: int,
    code: Query[str] = "",
    effect: Query[str] = "",
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """按文件中的先后。effect：reject 退回、hold 暂存、block 入库但不公示、warn 提示。"""
    found = asking(request, READ)
    _batch(batch_id, found)
    after = number_of(cursor) or 0
    page = door.problems(batch_id, found.actor, code=code, effect=effect, after=after, limit=limit)
    return {"items": page.items, "next": None if page.next is None else str(page.next)}


def _batch(batch_id: int, found: Credential) -> BatchView:
    """The batch; one of an item the token does not know is not there. Raises: BatchUnknown."""
    batch = door.batch(batch_id, found.actor)
    if not found.allows(batch.item):
        raise BatchUnknown(batch_id)
    return batch


def _job(batch: BatchView, found: Credential) -> Job | None:
    try:
        waits = batch.state not in ENDED and batch.job_id is not None
        return job(batch.job_id or 0, found.actor) if waits else None
    except JobUnknown:
        return None


def shown(batch: BatchView, running: Job | None) -> dict[str, Any]:
    """A batch as it goes out."""
    return {
        "id": batch.id,
        "item": batch.item,
        "unit_id": batch.unit_id,
        "unit_name": batch.unit_name,
        "file_name": batch.file_name,
        "size": batch.size,
        "state": batch.state.value,
        "state_label": batch.state.label,
        "refusal": RefusalOut(code=batch.refusal, message=batch.refusal_message) if batch.refusal else None,
        "counts": Counts(**{name: getattr(batch.counts, name) for name in Counts.model_fields}),
        "reason": batch.reason,
        "received_at": batch.received_at,
        "finished_at": batch.finished_at,
        "progress": _progress(batch, running),
    }


def _progress(batch: BatchView, running: Job | None) -> Progress:
    if batch.state in ENDED:
        return Progress(state="done", done=batch.counts.rows, total=batch.counts.rows, text="")
    if running is None:
        begun = batch.state is BatchState.LOADING
        return Progress(state="running" if begun else "waiting", done=0, total=None, text="")
    failed = running.state in (JobState.FAILED, JobState.CANCELLED)
    state: Any = "failed" if failed else "waiting" if running.state is JobState.QUEUED else "running"
    return Progress(state=state, done=running.done, total=running.total or None, text=running.text)


def unit_of(found: Credential, code: str) -> int:
    """The unit handed in for: the token's, unless another is named. Raises: UnitUnknown."""
    return unit_by_code(code).id if code else found.actor.unit_id or 0


def with_permission(found: Credential, permission: str) -> Actor:
    """The actor, who may also read what it is just handing in."""
    return replace(found.actor, permissions=found.actor.permissions | {permission})


def digest_of(stream: Any) -> str:
    """The SHA-256 of a stream, read from its beginning."""
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()
