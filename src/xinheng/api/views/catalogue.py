"""The catalogue, the units, the calendar, the ledger: what is public and the same for everybody."""

from datetime import date as Day  # noqa: N812 - the parameter is called date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from xinheng.accounts.door import active_units, unit, unit_by_code
from xinheng.accounts.values import Unit
from xinheng.api.frame import KEPT
from xinheng.api.gate import asking
from xinheng.api.paging import number_of
from xinheng.api.problems import ParameterWrong, Refusal
from xinheng.api.shapes import (
    BasisOut,
    CheckpointOut,
    CodeListOut,
    Cursor,
    DeadlineOut,
    ItemOut,
    ItemPageOut,
    LedgerOut,
    Limit,
    Listed,
    PurposeOut,
    UnitOut,
    WhoOut,
)
from xinheng.catalogue import door
from xinheng.catalogue.values.items import ItemField
from xinheng.catalogue.values.law import Basis
from xinheng.catalogue.values.views import ItemView
from xinheng.engine.declare import ChoiceList
from xinheng.kernel.calendar import nth_working_day_after
from xinheng.ledger import door as ledger
from xinheng.ledger.values import Checkpoint
from xinheng.storage.keys import key_ring
from xinheng.web.clock import today

router = Router(tags=["目录"], auth=None)
units = Router(tags=["单位"], auth=None)
calendar = Router(tags=["日历"], auth=None)
proofs = Router(tags=["账本"], auth=None)
who = Router(tags=["令牌"])
POINTS = 50
DAYS = Annotated[int, Field(ge=1, le=1000, description="第几个工作日，1 至 1000")]


@who.get("", response=WhoOut, operation_id="who_am_i", summary="这个令牌是谁的、能做什么")
def me(request: HttpRequest) -> dict[str, Any]:
    """接入时先用它核对令牌。"""
    found = asking(request)
    return {
        "login": found.actor.login,
        "name": found.actor.name,
        "unit_id": found.actor.unit_id,
        "unit_name": unit(found.actor.unit_id or 0).name,
        "scopes": sorted(found.actor.permissions),
        "items": list(found.items),
    }


@router.get("/items", response=Listed[ItemOut], operation_id="list_items", summary="信息项")
def items(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """现行目录的全部信息项；enabled 为 false 的还不能报送，reason 说明原因。"""
    response["Cache-Control"] = KEPT
    return {"items": [item_out(one) for one in door.items(today())], "next": None}


@router.get("/items/{code}", response=ItemPageOut, operation_id="get_item", summary="一个信息项和它的字段")
def item(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    """key 是自然键：同一单位、同一主体、同样的键就是同一条信息，再报就是更正。"""
    response["Cache-Control"] = KEPT
    found = door.item(code, today())
    return {
        "item": item_out(found),
        "key": [list(part) for part in found.item.key],
        "fields": [field_out(one) for one in found.item.fields],
        "bases": [basis_out(one) for one in found.bases],
    }


@router.get("/lists", response=Listed[CodeListOut], operation_id="list_code_lists", summary="代码表")
def code_lists(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """字段的 code_list 指向这里。"""
    response["Cache-Control"] = KEPT
    return {"items": [list_out(one) for one in door.current_edition(today()).code_lists.values()], "next": None}


@router.get("/lists/{key}", response=CodeListOut, operation_id="get_code_list", summary="一个代码表")
def code_list(request: HttpRequest, response: HttpResponse, key: str) -> dict[str, Any]:
    """value 是写进文件的值，aliases 是同样可以用的写法。"""
    response["Cache-Control"] = KEPT
    return list_out(door.current_edition(today()).code_list(key))


@router.get("/bases", response=Listed[BasisOut], operation_id="list_bases", summary="现行法律依据")
def bases(
    request: HttpRequest, response: HttpResponse, cursor: Query[Cursor] = "", limit: Query[Limit] = 50
) -> dict[str, Any]:
    """今天施行的，按 key 排列。"""
    response["Cache-Control"] = KEPT
    found, start = door.current_edition(today()).in_force(today()), number_of(cursor) or 0
    page = [basis_out(one) for one in found[start : start + limit]]
    return {"items": page, "next": str(start + limit) if len(found) > start + limit else None}


@router.get("/bases/{key}", response=Listed[BasisOut], operation_id="get_basis", summary="一个法律依据的各个版本")
def basis(request: HttpRequest, response: HttpResponse, key: str) -> dict[str, Any]:
    """最早的在前。"""
    response["Cache-Control"] = KEPT
    found = door.current_edition(today()).versions(key)
    return {"items": [basis_out(one) for one in found], "next": None}


@router.get("/purposes", response=Listed[PurposeOut], operation_id="list_purposes", summary="查询目的")
def purposes(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """purpose 参数可用的代码；needs_reference 为 true 的须同时写 reference。"""
    response["Cache-Control"] = KEPT
    return {"items": list(door.current_edition(today()).purposes), "next": None}


@units.get("", response=Listed[UnitOut], operation_id="list_units", summary="单位名录")
def listed(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """今天在用的单位，上级在下级之前。"""
    response["Cache-Control"] = KEPT
    return {"items": [unit_out(one) for one in active_units(today())], "next": None}


@units.get("/{code}", response=UnitOut, operation_id="get_unit", summary="一个单位")
def one(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    """按统一社会信用代码。"""
    response["Cache-Control"] = KEPT
    return unit_out(unit_by_code(code))


@calendar.get("/deadline", response=DeadlineOut, operation_id="get_deadline", summary="之后第几个工作日是哪天")
def deadline(
    request: HttpRequest,
    response: HttpResponse,
    days: Query[DAYS],
    date: Query[Day],
) -> dict[str, Any]:
    """放假安排未公布的年份按法定节假日推算，provisional 为 true。"""
    response["Cache-Control"] = KEPT
    if not 1990 <= date.year <= 2090:
        raise ParameterWrong("date", "应在 1990 年至 2090 年之间")
    found = door.calendar()
    end = nth_working_day_after(found, date, days)
    return {
        "date": date,
        "days": days,
        "deadline": end.day,
        "provisional": end.provisional,
        "calendar": found.version,
    }


@proofs.get("", response=LedgerOut, operation_id="get_ledger", summary="账本的现状和已签名的检查点")
def state(request: HttpRequest) -> dict[str, Any]:
    """请把检查点的 text 存到别处：以后凭它核对历史没有被改过。公钥也请从别的途径核对。"""
    head = ledger.head()
    return {
        "numbered": head.numbered,
        "size": head.size,
        "root": head.root.hex(),
        "public_key": ledger.public_key(key_ring().checkpoint).hex(),
        "checkpoints": [checkpoint_out(one) for one in ledger.checkpoints(limit=POINTS)],
    }


@proofs.get("/checkpoints/{key:size}", response=CheckpointOut, operation_id="get_checkpoint", summary="一个检查点")
def checkpoint(request: HttpRequest, size: int) -> dict[str, Any]:
    """最近五十个之一，按其大小。"""
    for point in ledger.checkpoints(limit=POINTS):
        if point.size == size:
            return checkpoint_out(point)
    raise Refusal(404, "api.no_checkpoint", f"最近的检查点里没有大小为 {size} 的")


def checkpoint_out(one: Checkpoint) -> dict[str, Any]:
    """A checkpoint as it goes out."""
    return {"size": one.size, "root": one.root.hex(), "at": one.at, "text": one.text}


def unit_out(one: Unit) -> dict[str, Any]:
    """A unit as it goes out."""
    return {
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "kind": one.kind.value,
        "kind_label": one.kind.label,
        "parent_id": one.parent_id,
        "address": one.address,
        "telephone": one.telephone,
        "active_from": one.active_from,
        "active_to": one.active_to,
    }


def item_out(one: ItemView) -> dict[str, Any]:
    """An item as it goes out."""
    return {
        "code": one.item.code,
        "name": one.item.name,
        "category": one.item.category,
        "polarity": one.item.polarity.value,
        "enabled": one.enabled,
        "reason": one.reason,
    }


def field_out(one: ItemField) -> dict[str, Any]:
    """A field as it goes out."""
    return {
        "code": one.code,
        "name": one.name,
        "aliases": list(one.aliases),
        "type": one.type.value,
        "obligatory": one.is_obligatory,
        "max_length": one.max_length,
        "code_list": one.code_list,
        "multiple": one.multiple,
        "personal": one.personal,
        "masking": one.masking,
    }


def basis_out(one: Basis) -> dict[str, Any]:
    """A legal basis as it goes out."""
    return {
        "key": one.key,
        "citation": one.citation,
        "title": one.title,
        "number": one.number,
        "issuer": one.issuer,
        "article": one.article,
        "about": one.about,
        "in_force_from": one.in_force.start,
        "in_force_to": one.in_force.end,
        "certainty": one.certainty.value,
    }


def list_out(one: ChoiceList) -> dict[str, Any]:
    """A code list as it goes out."""
    choices = [{"value": choice.value, "word": choice.word, "aliases": list(choice.aliases)} for choice in one.choices]
    return {"key": one.key, "other": one.other, "choices": choices}
