"""Open data over the API: which issues there are, their files, and what leads from an earlier one to the present. No token is asked."""

from typing import Annotated, Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Field, Query, Router

from xinheng.api.shapes import OpenDataOut, Proof
from xinheng.publicity import door
from xinheng.publicity.values import OpenIssue
from xinheng.web.clock import today
from xinheng.web.downloads import kept_file

router = Router(tags=["开放数据"], auth=None)
FILES: Final = {200: {"description": "文件"}, 304: {"description": "与您手里的（If-None-Match）相同"}}
SENT: Final[dict[str, Any]] = {"responses": FILES}


@router.get("", response=OpenDataOut, operation_id="get_open_data", summary="开放数据各期和可以下载的文件")
def listed(
    request: HttpRequest, limit: Query[Annotated[int, Field(100, ge=1, le=400, description="最近几期，1 至 400")]] = 100
) -> dict[str, Any]:
    """每天一期，是当天公示着的全部信息（不含自然人）；有信息停止公示的，当天重新生成。最近的在前。"""
    on = today()
    present = door.present(on=on)
    return {
        "present": None if present is None else _issue(present, present),
        "files": [] if present is None else _files(present),
        "issues": [_issue(one, present) for one in door.issues()[:limit]],
    }


@router.get(
    "/{name}/files/{file}", operation_id="get_open_data_file", summary="一期开放数据的一个文件", openapi_extra=SENT
)
def file(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """清单 manifest.json 各期都有；内容（.jsonl.gz、.csv.gz）只有现在这一期的。

    有信息刚刚停止公示，还没有重新生成的，回答 503，请按 Retry-After 再试；已被后一期替代的，回答 404。
    """
    path, digest = door.open_file(name, file, on=today())
    return kept_file(request, path, digest, forever=file == "manifest.json")


@router.get(
    "/{name}/changes", operation_id="get_open_data_changes", summary="从一期到现在这一期的差异", openapi_extra=SENT
)
def changes(request: HttpRequest, name: str) -> HttpResponseBase:
    """逐行 JSON（压缩）：新增和变动的带内容，停止公示的只有编号。用 tools/apply_open_data.py 核对。503、404 同上。"""
    path, digest = door.changes(name, on=today())
    return kept_file(request, path, digest, forever=False)


@router.get(
    "/{name}/proof", response=Proof, operation_id="get_open_data_proof", summary="一期开放数据的清单在账本里的证明"
)
def proof(request: HttpRequest, name: str) -> dict[str, Any]:
    """用 tools/verify.py 离线核对；还没有进入检查点的回答 409。"""
    return door.issue_proof(name)


def _issue(one: OpenIssue, present: OpenIssue | None) -> dict[str, Any]:
    return {
        "name": one.name,
        "day": one.day,
        "issue": one.issue,
        "rows": one.rows,
        "ledger_number": one.number,
        "catalogue_edition": one.edition,
        "digest": one.digest,
        "manifest": reverse("api:get_open_data_file", args=[one.name, "manifest.json"]),
        "proof": reverse("api:get_open_data_proof", args=[one.name]),
        "changes": reverse("api:get_open_data_changes", args=[one.name])
        if present is not None and one != present
        else None,
    }


def _files(issue: OpenIssue) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "item": each.item,
            "rows": each.rows,
            "size": each.size,
            "digest": each.digest,
            "packed": each.packed,
            "href": reverse("api:get_open_data_file", args=[issue.name, each.name]),
        }
        for each in issue.files
    ]
