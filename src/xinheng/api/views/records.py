"""Records: handed in one by one, read by number, and of a subject."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.api.gate import asking, for_purpose, register, require_item
from xinheng.api.problems import FieldProblem, Refusal
from xinheng.api.shapes import Purpose, RecordOut, RecordsIn, RecordsOut
from xinheng.api.views.batches import unit_of
from xinheng.api.writing import Settle, once
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import check_row, enter_row, template_columns
from xinheng.intake.values.receipts import REASON_COLUMN, Outcome, Taken
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.publicity.door import is_token, open_archive, reach_of, sealed_texts
from xinheng.records.door import record
from xinheng.records.values import ArchivedRecord, RecordUnknown
from xinheng.subjects.door import standing_for
from xinheng.web.clock import now, today

router = Router(tags=["信息"])
ENTER, READ = "records.enter", ("subjects.read", "records.read_unpublished")


@router.post("", response=RecordsOut, operation_id="send_records", summary="报送一条或几条信息")
def send(request: HttpRequest, records: RecordsIn) -> HttpResponse:
    """每条按网页逐条录入的同一套规则检查：入库（accepted）、暂存待核（held）或退回（rejected），各条互不影响。

    一次最多 50 条，更多的用文件报送。

    键是字段代码（见 /catalogue/items/{code}），值是文本，与文件里的写法一样；更正原因写在 reason 或字段 GZYY 里。
    """
    found = asking(request, ENTER)
    require_item(found, records.item)
    _require_known_fields(records)
    unit_id, at = unit_of(found, records.unit), now()

    def write(settle: Settle) -> None:
        with transaction.atomic():
            outcomes = [
                _taken(index, texts, records, unit_id, found.actor, at) for index, texts in enumerate(records.records)
            ]
            counts = {each.value: sum(one["taken"] == each.value for one in outcomes) for each in Taken}
            head = {"item": records.item, "unit_id": unit_id, "checked_only": records.check_only}
            settle(200, RecordsOut.model_validate({**head, **counts, "results": outcomes}).model_dump(mode="json"), {})

    content = (json.dumps(records.model_dump(), sort_keys=True),)
    return once(request, found, content, write, keyed=not records.check_only)


def _require_known_fields(records: RecordsIn) -> None:
    """Refuse a key that is no field of the item. Raises: CatalogueUnknown, Refusal."""
    columns = {column.code for column in template_columns(records.item, on=today())} | {REASON_COLUMN}
    words = f"没有这个字段，可用：{'、'.join(sorted(columns))}"
    wrong = tuple(
        FieldProblem(f"records.{index}.{key[:60]}", words, "api.unknown_field")
        for index, texts in enumerate(records.records)
        for key in texts
        if key not in columns
    )
    if wrong:
        raise Refusal(422, "api.unknown_field", f"{wrong[0].field}：{words}", errors=wrong[:20])


def _taken(index: int, texts: dict[str, str | None], records: RecordsIn, unit_id: int, actor: Any, at: Any) -> Any:
    act = check_row if records.check_only else enter_row
    try:
        with transaction.atomic():
            done = act(item=records.item, texts=texts, reason=records.reason, unit_id=unit_id, actor=actor, now=at)
    except (Invalid, Conflict, Refused) as wrong:
        if wrong.code in ("intake.item_off", "intake.foreign_unit", "ledger.not_allowed"):
            # Not about this record: the whole request is refused.
            raise
        said = {"field": wrong.field or "", "code": wrong.code, "effect": "reject", "message": wrong.message}
        done = Outcome(Taken.REJECTED, ({**said, "value": None},))
    return {
        "index": index,
        "taken": done.taken.value,
        "standing": done.standing,
        "record_id": done.record_id,
        "held_id": done.held_id,
        "problems": [finding(each) for each in done.problems],
        "normalised": [{"field": each["field"], "rule": str(each["rule"])} for each in done.normalised],
    }


def finding(each: Any) -> dict[str, Any]:
    """A problem as it goes out."""
    return {name: each.get(name) for name in ("field", "code", "effect", "message", "value")}


@router.get("/{key:record_id}", response=RecordOut, operation_id="get_record", summary="一条信息")
def one(
    request: HttpRequest, record_id: int, purpose: Query[Purpose] = "", reference: Query[str] = ""
) -> dict[str, Any]:
    """本单位（及下级单位）报送的信息，公示与否都在内；查看记入查询登记簿。自然人的信息须写明查询目的，写了才显示全文。"""
    found = asking(request, *READ)
    actor, at = for_purpose(found.actor, purpose), now()
    on = legal_date(at)
    kept = record(record_id, actor=actor)
    if not found.allows(kept.current.item):
        raise RecordUnknown(record_id)
    subject_id = standing_for(kept.current.subject_id, reach=reach_of(actor, on))
    opened = open_archive(subject_id, None, actor=actor, on=on)
    draft = QueryDraft(
        kind=QueryKind.VIEW,
        subject_id=opened.head.id,
        personal=opened.personal,
        purpose=purpose,
        reference=reference,
        fields=tuple(sorted(kept.current.content)),
        scope=f"接口：单条信息 {record_id}",
    )
    register(draft, current_edition(on), actor=actor, at=at)
    return shown(kept, sealed_texts([kept], actor=actor))


def shown(kept: ArchivedRecord, texts: dict[tuple[int, str], str]) -> dict[str, Any]:
    """A record as it goes out; of a sealed value what the reader may see."""
    version = kept.current
    content = {
        code: texts.get((version.subject_id, str(value)), "****") if is_token(value) else str(value)
        for code, value in version.content.items()
        if value
    }
    core = version.core
    return {
        "id": kept.record_id,
        "item": version.item,
        "polarity": version.polarity,
        "subject_id": version.subject_id,
        "unit_id": version.unit_id,
        "version": version.seq,
        "versions": 1 + len(kept.earlier),
        "document_title": core.document_title,
        "document_number": core.document_number,
        "act_date": core.act_date,
        "valid_from": core.valid_from,
        "valid_to": core.valid_to,
        "content": content,
        "blocks": list(version.blocks),
        "reason": version.reason,
        "received_at": version.received_at,
        "batch_id": version.batch_id,
        "ledger_number": version.number,
        "marks": [
            {
                "kind": mark.kind.value,
                "label": mark.kind.label,
                "since": mark.since,
                "until": mark.until,
                "reason": mark.reason,
            }
            for mark in kept.marks
        ],
    }
