"""Held rows of the own unit: what waits for a person, and why."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.api.gate import asking, for_purpose, register
from xinheng.api.paging import number_of
from xinheng.api.shapes import Cursor, HeldOut, HeldRowOut, Limit, Listed, Purpose
from xinheng.api.views.records import finding
from xinheng.catalogue.door import current_edition
from xinheng.intake import door
from xinheng.intake.values.batches import HeldFilter, HeldKind, HeldState, HeldView
from xinheng.intake.values.errors import HeldUnknown
from xinheng.kernel.dates import legal_date
from xinheng.web.clock import now

router = Router(tags=["报送"])
READ = "intake.read_own"


@router.get("", response=Listed[HeldOut], operation_id="list_held", summary="本单位的暂存行，最早的在前")
def listed(
    request: HttpRequest,
    item: Query[str] = "",
    state: Query[HeldState] = HeldState.HELD,
    kind: Query[HeldKind | None] = None,
    batch: Query[Annotated[int | None, Field(None, ge=0, le=2**62)]] = None,
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """默认只列还在等的（state=held）。改正的办法：改好后重新报送这一行。"""
    found = asking(request, READ)
    narrow = HeldFilter(
        item=item,
        items=found.items,
        state=state,
        kind=kind,
        batch_id=batch,
        after=number_of(cursor) or 0,
        limit=limit,
    )
    page = door.held(found.actor, narrow)
    return {"items": [shown(one) for one in page.items], "next": None if page.next is None else str(page.next)}


@router.get("/{key:held_id}", response=HeldRowOut, operation_id="get_held", summary="一个暂存行和它的内容")
def one(request: HttpRequest, held_id: int, purpose: Query[Purpose] = "", reference: Query[str] = "") -> dict[str, Any]:
    """个人信息已脱敏；写明查询目的（并记入查询登记簿）时显示全文。处理完的行没有内容。"""
    found = asking(request, READ, *(("subjects.read_personal",) if purpose else ()))
    actor, at = for_purpose(found.actor, purpose), now()
    on = legal_date(at)
    row = door.held_row(held_id, actor, on=on)
    if not found.allows(row.view.item):
        raise HeldUnknown(held_id)
    if purpose:
        draft = QueryDraft(
            kind=QueryKind.VIEW,
            subject_id=None,
            personal=True,
            purpose=purpose,
            reference=reference,
            fields=tuple(sorted(row.values)),
            scope=f"接口：暂存行 {held_id}",
        )
        register(draft, current_edition(on), actor=actor, at=at)
    return {
        "held": shown(row.view),
        "values": dict(row.values),
        "problems": [finding(each) for each in row.problems],
        "reason": row.reason,
    }


def shown(view: HeldView) -> dict[str, Any]:
    """A held row as it goes out."""
    return {
        "id": view.id,
        "batch_id": view.batch_id,
        "unit_id": view.unit_id,
        "unit_name": view.unit_name,
        "item": view.item,
        "row": view.row,
        "record": view.record,
        "kind": view.kind.value,
        "kind_label": view.kind.label,
        "codes": list(view.codes),
        "state": view.state.value,
        "state_label": view.state.label,
        "received_at": view.received_at,
        "decided_at": view.decided_at,
        "decision_reason": view.decision_reason,
        "record_id": view.record_id,
    }
