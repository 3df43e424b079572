"""Electronic licences for service halls and issuing units: by holder, by number, by the code on them, and those that end soon."""

from datetime import timedelta
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Field, Query, Router

from xinheng.accounts.door import Credential, units
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.api.gate import asking, asking_either, for_purpose, register, require_item
from xinheng.api.paging import day_and_number
from xinheng.api.problems import Refusal
from xinheng.api.shapes import (
    Cursor,
    HolderLicencesOut,
    LicenceOut,
    LicencesOut,
    Limit,
    Listed,
    Reference,
    VerifiedOut,
)
from xinheng.api.views.subjects import refuse_people
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity
from xinheng.publicity.door import reach_of
from xinheng.records import door
from xinheng.records.values import Expiry, ExpiryFilter, Licence, LicenceUnknown
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectKind
from xinheng.web.clock import now
from xinheng.web.licences import WRONG_CODES

router = Router(tags=["电子证照"])
WINDOW: Final = "records.read_licences"
"""At a service window, for a purpose: certificates of every unit. The other scope: those of the own unit, and what is public."""
READ: Final = "records.read_unpublished"
Asked = Annotated[
    str, Field("", max_length=60, description=f"查询目的的代码；令牌有 {WINDOW} 的必填，可用的见 /catalogue/purposes")
]


@router.get(
    "/by-holder/{code}", response=HolderLicencesOut, operation_id="list_holder_licences", summary="一个持证人的证照"
)
def by_holder(
    request: HttpRequest, code: str, purpose: Query[Asked] = "", reference: Query[Reference] = ""
) -> dict[str, Any]:
    """按持证企业或组织的统一社会信用代码（旧代码也可以），有效的在前；没有这个持证人和没有证照，回答一样。

    办事大厅的令牌（records.read_licences）写明查询目的，查得到各单位核发的；部门的令牌（records.read_unpublished）查得到本单位的和公示的。
    每次查看都记入查询登记簿。持证的自然人请出示验证码。
    """
    found, actor = _asker(request, purpose)
    refuse_people(code, "code")
    at = now()
    on = legal_date(at)
    edition = current_edition(on)
    # For its certificates a holder is known to the window, whoever reported it.
    reach = subjects.WHOLE if _at_window(found) else reach_of(actor, on)
    head = subjects.by_code(code[:40], actor=actor, reach=reach)
    if head is not None and head.kind is SubjectKind.NATURAL_PERSON:
        head = None
    family = subjects.members_of(head.id, reach=reach) if head is not None else ()
    listed = publicity.licences_of(family, on=on, actor=actor, edition=edition) if family else ()
    mine = [one for one in listed if found.allows(one.item)]
    draft = QueryDraft(
        kind=QueryKind.SEARCH,
        subject_id=head.id if head is not None and mine else None,
        purpose=purpose,
        reference=reference,
        fields=("licence",),
        scope="接口：查验持证人的证照",
        count=len(mine),
    )
    register(draft, edition, actor=actor, at=at)
    return {"holder": mine[0].holder if mine else "", "items": _shown_all(mine, actor)}


@router.get("/by-number", response=LicencesOut, operation_id="find_licences", summary="按证照编号查验")
def by_number(
    request: HttpRequest,
    number: Query[Annotated[str, Field(min_length=4, max_length=64, description="证照编号或许可文书号，须完整")]],
    purpose: Query[Asked] = "",
    reference: Query[Reference] = "",
) -> dict[str, Any]:
    """编号完全相同的，最多 20 份，有效的在前；没有的为空列表。权限、目的和登记与按持证人查验相同。

    编号可能是自然人的证照，办事大厅的令牌须写明查询目的，有的目的还要案号（reference）；自然人的姓名已脱敏。
    """
    found, actor = _asker(request, purpose)
    refuse_people(number, "number")
    at = now()
    on = legal_date(at)
    edition = current_edition(on)
    mine = [one for one in publicity.licences_by_number(number, on=on, actor=actor) if found.allows(one.item)]
    holders = {one.subject_id for one in mine}
    draft = QueryDraft(
        kind=QueryKind.SEARCH,
        subject_id=next(iter(holders)) if len(holders) == 1 else None,
        # At the window asked for all the same: that a case number is wanted must not say that it is a person's.
        personal=_at_window(found) or any(map(_of_person, mine)),
        purpose=purpose,
        reference=reference,
        fields=("licence",),
        scope="接口：按编号查验证照",
        count=len(mine),
    )
    register(draft, edition, actor=actor, at=at)
    return {"items": _shown_all(mine, actor)}


@router.get(
    "/verify", response=VerifiedOut, auth=None, operation_id="verify_licence", summary="按验证码核对一份证照是否有效"
)
def verify(
    request: HttpRequest,
    verification_code: Query[
        Annotated[str, Field(min_length=1, max_length=60, description="证照上的验证码，分组的短线、大小写不论")]
    ],
) -> dict[str, Any]:
    """与公开的验证页相同，不用令牌：谁拿着验证码，谁就拿着证照。自然人的姓名已脱敏。

    没有的、已撤回的、输错的，回答一样：404。同一网络地址 15 分钟内错 30 次后回答 429，与网页合并计数。
    """
    if WRONG_CODES.reached(request):
        seconds = int(WRONG_CODES.window / timedelta(seconds=1))
        words = "从这个网络地址输入的验证码多次没有查到，请过 15 分钟再试"
        raise Refusal(429, "api.too_many_codes", words, headers={"Retry-After": str(seconds)})
    at = now()
    try:
        one = door.licence_by_code(verification_code.strip(), on=legal_date(at))
    except LicenceUnknown:
        WRONG_CODES.note(request)
        raise
    plain = public_licence(one)
    return {name: plain[name] for name in VerifiedOut.model_fields if name != "asked_at"} | {"asked_at": at}


@router.get(
    "/expiring",
    response=Listed[LicenceOut],
    operation_id="list_expiring_licences",
    summary="本单位将到期、到期未续的证照",
)
def expiring(
    request: HttpRequest,
    kind: Query[Annotated[Expiry, Field(Expiry.COMING, description="coming 将到期，lapsed 已到期")]] = Expiry.COMING,
    days: Query[Annotated[int, Field(30, ge=1, le=366, description="今后（或过去）几天之内")]] = 30,
    renewed: Query[
        Annotated[bool | None, Field(None, description="true 已有新证，false 没有续证；不写两者都列")]
    ] = None,
    item: Query[Annotated[str, Field("", max_length=60)]] = "",
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """本单位及下级单位核发的，按有效期至排列；长期有效的、已撤销的不在内。查看记入查询登记簿。"""
    found = asking(request, READ)
    at = now()
    on = legal_date(at)
    edition = current_edition(on)
    wanted = ExpiryFilter(
        kind=kind, days=days, item=_item(found, item, edition), renewed=renewed, after=day_and_number(cursor)
    )
    page = door.expiring(wanted, on=on, actor=found.actor, limit=limit)
    scope = f"接口：证照到期 {kind.value} {days} {wanted.item}".rstrip()
    register(
        QueryDraft(kind=QueryKind.LIST, subject_id=None, scope=scope, count=len(page.items)),
        edition,
        actor=found.actor,
        at=at,
    )
    onward = f"{page.after[0].isoformat()}.{page.after[1]}" if page.after else None
    return {"items": _shown_all(page.items, found.actor), "next": onward}


def _item(found: Credential, item: str, edition: Edition) -> str:
    """The item a list is about; of a token confined to items its only kind of licence. Raises: CatalogueUnknown, Refusal 403."""
    if item:
        edition.item(item)
        require_item(found, item)
    elif found.items:
        own = [each.code for each in door.licence_items(edition) if found.allows(each.code)]
        if len(own) != 1:
            words = "请写明 item" if own else "其中没有证照"
            raise Refusal(403, "api.item_scope", f"令牌限于信息项 {'、'.join(found.items)}，{words}")
        item = own[0]
    return item


def _at_window(found: Credential) -> bool:
    return found.actor.may(WINDOW)


def _asker(request: HttpRequest, purpose: str) -> tuple[Credential, Actor]:
    """Who asks, for what. Raises: Refusal 403 without either scope, or at the window without a purpose."""
    found = asking_either(request, WINDOW, READ)
    if _at_window(found) and not purpose:
        words = "查验各单位核发的证照须写明查询目的 purpose，可用的见 /catalogue/purposes"
        raise Refusal(403, "accounts.purpose_missing", words)
    return found, for_purpose(found.actor, purpose)


def _of_person(one: Licence) -> bool:
    return one.subject_kind == SubjectKind.NATURAL_PERSON.value


def _shown_all(licences: Any, actor: Actor) -> list[dict[str, Any]]:
    """Certificates as they go out, with the codes of the own unit's. Cost: one query."""
    own = {unit.id for unit in units(actor)} if actor.may(READ) else set()
    return [_shown(one, own=one.unit_id in own) for one in licences]


def _shown(one: Licence, *, own: bool) -> dict[str, Any]:
    return public_licence(one) | {
        "unit_id": one.unit_id,
        "person": _of_person(one),
        "hints": [
            {"item": hint.item, "document_number": hint.document_number, "act_date": hint.act_date}
            for hint in one.hints
        ],
        "marks": [{"kind": mark.value, "label": mark.label} for mark in one.marks],
        "verification_code": door.licence_code(one.version_id) if own else None,
    }


def public_licence(one: Licence) -> dict[str, Any]:
    """A certificate as everybody may see it who may see it at all."""
    return {
        "record_id": one.record_id,
        "item": one.item,
        "holder": one.holder,
        "title": one.title,
        "number": one.number,
        "document_number": one.document_number,
        "authority_name": one.authority_name,
        "authority_code": one.authority_code,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "long_term": one.long_term,
        "state": one.state.value,
        "state_label": one.state.label,
        "days_left": one.days_left,
        "renews": one.renews,
        "renewed_by": one.renewed_by,
        "verification_code": door.licence_code(one.version_id),
    }
