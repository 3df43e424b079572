"""What everybody may see: the same as the portal, without a token."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router

from xinheng.api.paging import day_and_number, number_of
from xinheng.api.shapes import (
    Cursor,
    Limit,
    LineOut,
    Listed,
    Proof,
    PublicLicencesOut,
    PublicRecordOut,
    PublicSubjectOut,
    SubjectOut,
)
from xinheng.api.views.licences import public_licence
from xinheng.api.views.subjects import NoSuchCode, brief, hit, refuse_people
from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.publicity import door
from xinheng.publicity.values import PublicLine, PublicRecord
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectPage
from xinheng.web.clock import today

router = Router(tags=["公示"])


@router.get("/records", response=Listed[LineOut], auth=None, operation_id="list_public_records", summary="公示中的信息")
def latest(
    request: HttpRequest,
    item: Query[Annotated[str, Field(max_length=60, description="信息项代码，例如 administrative-penalty")]],
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """一个信息项现在公示着的，新公示的在前。"""
    current_edition(today()).item(item)
    page = door.latest(item, on=today(), after=day_and_number(cursor), limit=limit)
    onward = f"{page.after[0].isoformat()}.{page.after[1]}" if page.after else None
    return {"items": [line(one) for one in page.items], "next": onward}


@router.get(
    "/records/{key:record_id}",
    response=PublicRecordOut,
    auth=None,
    operation_id="get_public_record",
    summary="一条公示信息",
)
def record(request: HttpRequest, record_id: int) -> dict[str, Any]:
    """公示至哪一天、为什么公示、由谁负责。从未公示、期满和撤下的回答一样：404。"""
    page, entries = door.record_page(record_id, on=today())
    (found,) = page.items
    return shown(found, page.sources.get(found.unit_id)) | {"ledger_number": entries.version}


@router.get(
    "/records/{key:record_id}/proof",
    response=Proof,
    auth=None,
    operation_id="get_public_proof",
    summary="公示信息在账本里的证明",
)
def proof(
    request: HttpRequest,
    record_id: int,
    of: Query[Literal["version", "decision"]] = "version",
    since: Query[Annotated[int | None, Field(None, ge=0, le=2**62)]] = None,
) -> dict[str, Any]:
    """用 tools/verify.py 离线核对。of：version 信息本身、decision 公示决定；since：手里那份检查点的大小。"""
    return door.public_proof(record_id, of=of, since=since, on=today())


@router.get("/subjects", response=Listed[SubjectOut], auth=None, operation_id="search_public", summary="查找企业和组织")
def search(
    request: HttpRequest,
    q: Query[Annotated[str, Field(min_length=1, max_length=100, description="名称的一部分或代码")]],
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """自然人不提供查询。"""
    refuse_people(q, "q")
    found = subjects.search(q, limit=limit, after=cursor, reach=door.public_reach(today()))
    return {"items": [hit(one) for one in found.items], "next": found.after or None}


@router.get(
    "/subjects/{code}", response=PublicSubjectOut, auth=None, operation_id="get_public_subject", summary="一个主体"
)
def subject(request: HttpRequest, code: str) -> dict[str, Any]:
    """按统一社会信用代码或旧代码；counts 是各信息项公示中的条数。"""
    head = _known(code)
    family = subjects.members_of(head.id, reach=door.public_reach(today()))
    return {"subject": brief(head), "counts": door.counts(family, on=today())}


@router.get(
    "/subjects/{code}/records",
    response=Listed[PublicRecordOut],
    auth=None,
    operation_id="list_public_subject_records",
    summary="一个主体公示中的信息",
)
def records(
    request: HttpRequest,
    code: str,
    item: Query[str] = "",
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """最近决定的在前。法定代表人的姓名只在单条信息里。"""
    if item:
        current_edition(today()).item(item)
    head, offset = _known(code), min(number_of(cursor) or 0, 10**9)
    family = subjects.members_of(head.id, reach=door.public_reach(today()))
    page = door.records_page(family, on=today(), item=item, offset=offset, limit=limit)
    items = [shown(one, page.sources.get(one.unit_id)) for one in page.items]
    return {"items": items, "next": str(offset + limit) if page.more else None}


@router.get(
    "/subjects/{code}/licences",
    response=PublicLicencesOut,
    auth=None,
    operation_id="list_public_subject_licences",
    summary="一个主体公示中的电子证照",
)
def licences(request: HttpRequest, code: str) -> dict[str, Any]:
    """此刻是否有效、到哪一天，有效的在前；与公示页面相同。"""
    head, on = _known(code), today()
    family = subjects.members_of(head.id, reach=door.public_reach(on))
    return {"items": [public_licence(one) for one in door.licences_of(family, on=on, actor=PUBLIC)]}


def _known(code: str) -> SubjectPage:
    """The public subject. A person's number leads nowhere, like any code nobody has. Raises: NoSuchCode."""
    personal = inspect(code).kind in PERSONAL
    head = None if personal else subjects.by_code(code[:40], actor=PUBLIC, reach=door.public_reach(today()))
    if head is None:
        raise NoSuchCode
    return head


def line(one: PublicLine) -> dict[str, Any]:
    """A public record in a list, as it goes out."""
    return {
        "id": one.record_id,
        "item": one.item,
        "person": one.person,
        "subject_id": None if one.person else one.subject_id,
        "subject_name": one.subject_name,
        "subject_code": one.subject_code,
        "document_number": one.document_number,
        "authority_name": one.authority_name,
        "act_date": one.act_date,
        "public_until": one.until,
    }


def shown(found: PublicRecord, source: door.Source | None) -> dict[str, Any]:
    """A public record as it goes out."""
    return {
        "id": found.record_id,
        "item": found.item,
        "item_name": found.item_name,
        "polarity": found.polarity,
        "person": found.person,
        "subject_id": None if found.person else found.subject_id,
        "subject_name": found.subject_name,
        "title": found.title,
        "document_number": found.document_number,
        "act_date": found.act_date,
        "public_from": found.since,
        "public_until": found.until,
        "rule": found.rule,
        "why": found.reason,
        "bases": list(found.bases),
        "tier": found.tier,
        "contested": found.contested,
        "fields": list(found.fields),
        "source": source,
        "ledger_number": found.number,
    }
