"""Subjects as the own unit may know them; each look at what is not public is registered."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.api.gate import asking, for_purpose, register
from xinheng.api.paging import number_of
from xinheng.api.problems import ParameterWrong
from xinheng.api.shapes import (
    Cursor,
    Limit,
    Listed,
    PersonIn,
    PersonOut,
    Purpose,
    RecordOut,
    RecordsQuery,
    SubjectOut,
    SubjectPageOut,
)
from xinheng.api.views import records as written
from xinheng.catalogue.door import current_edition
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Unknown
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.masking import mask_verdict
from xinheng.publicity.door import known_person, open_archive, reach_of, sealed_texts
from xinheng.records.door import Asked
from xinheng.subjects import door
from xinheng.subjects.values import SubjectHit, SubjectPage
from xinheng.web.clock import now, today

router = Router(tags=["主体"])
READ, READ_RECORDS = "subjects.read", "records.read_unpublished"
Code = Annotated[str, Field(max_length=40)]


class NoSuchCode(Unknown):
    """Nothing, or nothing this reader may know of, has that code. It is not repeated: it may be a person's number."""

    def __init__(self) -> None:
        super().__init__("api.code_unknown", "没有以这个代码登记或报送的企业或组织，或不在您可查看的范围内")


def refuse_people(text: str, name: str) -> None:
    """A person's number stands in no address: addresses are logged. Raises: ParameterWrong, which does not repeat it."""
    verdict = inspect(text)
    if verdict.kind in PERSONAL or mask_verdict(verdict)[0] != text:
        raise ParameterWrong(
            name, "不能是个人的证件号码、手机号或银行卡号。查找自然人请用 POST /subjects/person-lookup"
        )


@router.get("", response=Listed[SubjectOut], operation_id="search_subjects", summary="按名称或代码查找企业和组织")
def search(
    request: HttpRequest,
    q: Query[Annotated[str, Field(min_length=1, max_length=100, description="名称的一部分或代码")]],
    cursor: Query[Cursor] = "",
    limit: Query[Limit] = 50,
) -> dict[str, Any]:
    """登记库里的，和本单位（或公示信息）知道的未登记主体。自然人不在内。"""
    found = asking(request, READ)
    refuse_people(q, "q")
    hits = door.search(q, limit=limit, after=cursor, reach=reach_of(found.actor, today()))
    return {"items": [hit(one) for one in hits.items], "next": hits.after or None}


@router.get("/by-code/{code}", response=SubjectOut, operation_id="get_subject_by_code", summary="按代码找一个主体")
def by_code(request: HttpRequest, code: str) -> dict[str, Any]:
    """统一社会信用代码、注册号、组织机构代码都可以，旧代码和已合并的会引到现在的主体。"""
    found = asking(request, READ)
    refuse_people(code, "code")
    head = door.by_code(code[:40], actor=found.actor, reach=reach_of(found.actor, today()))
    if head is None:
        raise NoSuchCode
    return brief(head)


@router.post("/person-lookup", response=PersonOut, operation_id="look_up_person", summary="按证件号码查找自然人")
def person(request: HttpRequest, person: PersonIn) -> dict[str, Any]:
    """须写明查询目的，查到与否都记入查询登记簿。只找得到本单位报送过其信息的人。"""
    found = asking(request, READ, "subjects.read_personal")
    actor, at = for_purpose(found.actor, person.purpose), now()
    on, known = legal_date(at), None
    if inspect(person.number).kind in PERSONAL:
        known = known_person(person.number, actor=actor, on=on)
    draft = QueryDraft(
        kind=QueryKind.SEARCH,
        subject_id=known.id if known else None,
        personal=True,
        purpose=person.purpose,
        reference=person.reference,
        fields=("name", "number"),
        scope="接口：按证件号码精确查找自然人",
        count=1 if known else 0,
    )
    register(draft, current_edition(on), actor=actor, at=at)
    return {"subject_id": known.id if known else None}


@router.get("/{key:subject_id}", response=SubjectPageOut, operation_id="get_subject", summary="一个主体")
def one(
    request: HttpRequest, subject_id: int, purpose: Query[Purpose] = "", reference: Query[str] = ""
) -> dict[str, Any]:
    """名称、代码的历史。查看记入查询登记簿；自然人须写明查询目的。"""
    found = asking(request, READ)
    actor, at = for_purpose(found.actor, purpose), now()
    on = legal_date(at)
    opened = open_archive(subject_id, None, actor=actor, on=on)
    draft = QueryDraft(
        kind=QueryKind.VIEW,
        subject_id=subject_id,
        personal=opened.personal,
        purpose=purpose,
        reference=reference,
        fields=("name", "identifiers"),
        scope="接口：主体",
    )
    register(draft, current_edition(on), actor=actor, at=at)
    history, head = door.history_of(subject_id, actor=actor, reach=opened.reach), opened.head
    return {
        "subject": brief(head),
        "division": head.division,
        "industry": head.industry,
        "founded": head.founded,
        "address": head.address,
        "merged_into": head.merged_into,
        "names": list(history.names),
        "identifiers": [
            {
                "scheme": each.scheme.value,
                "value": each.value,
                "state": each.state.value,
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
            }
            for each in history.identifiers
        ],
    }


@router.get(
    "/{key:subject_id}/records",
    response=Listed[RecordOut],
    operation_id="list_subject_records",
    summary="一个主体的信息",
)
def records(request: HttpRequest, subject_id: int, narrow: Query[RecordsQuery]) -> dict[str, Any]:
    """本单位（及下级单位）报送的，公示与否都在内，最近的在前。on：截至哪一天；known_at：按哪一号账目所知。"""
    found = asking(request, READ, READ_RECORDS)
    actor, at = for_purpose(found.actor, narrow.purpose), now()
    after, edition = number_of(narrow.cursor), current_edition(legal_date(at))
    if narrow.item:
        edition.item(narrow.item)
    opened = open_archive(
        subject_id, Asked(on=narrow.on, known_at=narrow.known_at, item=narrow.item), actor=actor, on=legal_date(at)
    )
    mine = [kept for kept in opened.records if found.allows(kept.current.item)]
    ids = [kept.record_id for kept in mine]
    if after is not None and after not in ids:
        raise ParameterWrong("cursor", "不是这个列表给出的 next，请从第一页重新取")
    start = 0 if after is None else ids.index(after) + 1
    page, more = mine[start : start + narrow.limit], len(mine) > start + narrow.limit
    draft = QueryDraft(
        kind=QueryKind.VIEW,
        subject_id=subject_id,
        personal=opened.personal,
        purpose=narrow.purpose,
        reference=narrow.reference,
        fields=tuple(sorted({code for kept in page for code in kept.current.content})),
        scope=f"接口：信用档案 {narrow.item}".rstrip(),
        count=len(page),
    )
    register(draft, edition, actor=actor, at=at)
    texts = sealed_texts(page, actor=actor)
    return {"items": [written.shown(kept, texts) for kept in page], "next": str(page[-1].record_id) if more else None}


def brief(head: SubjectPage) -> dict[str, Any]:
    """The head of a subject as it goes out."""
    return {
        "id": head.id,
        "name": head.name,
        "code": head.code,
        "kind": head.kind.value,
        "kind_label": head.kind.label,
        "state": head.state.value,
        "state_label": head.state.label,
    }


def hit(one: SubjectHit) -> dict[str, Any]:
    """A subject found, as it goes out."""
    return {
        "id": one.id,
        "name": one.name,
        "code": one.code,
        "kind": one.kind.value,
        "kind_label": one.kind.label,
        "state": one.state.value,
        "state_label": one.state.label,
        "former_name": one.former_name,
    }
