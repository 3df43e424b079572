"""The description itself: as JSON, and as a page that needs nothing from elsewhere. And the address nobody knows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from xinheng.api.application import description
from xinheng.api.describing import written
from xinheng.api.frame import KEPT
from xinheng.api.problems import problem
from xinheng.web.pages import Page, show


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: Annotated[str, "as it is written"]
    place: Annotated[str, "path, query, header or body"]
    required: Annotated[bool, "whether it must be there"]
    text: Annotated[str, "what it means"]
    example: Annotated[str, "an example, or empty"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation."""

    key: Annotated[str, "its name, for links"]
    method: Annotated[str, "GET or POST"]
    path: Annotated[str, "address"]
    summary: Annotated[str, "what it does"]
    text: Annotated[str, "what besides must be known"]
    token: Annotated[bool, "whether it needs a token"]
    parameters: Annotated[tuple[Parameter, ...], "what it takes"]
    body: Annotated[str, "an example of its body, or empty"]


@dataclass(frozen=True, kw_only=True)
class DocsPage(Page):
    """`api/docs.html`."""

    lead: Annotated[tuple[str, ...], "what the API is, paragraph by paragraph"]
    groups: Annotated[tuple[tuple[str, tuple[Endpoint, ...]], ...], "operations by group"]


@lru_cache(maxsize=1)
def _description() -> dict[str, Any]:
    return description()


@csrf_exempt
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    answer = HttpResponse(written(_description()), content_type="application/json; charset=utf-8")
    answer["Cache-Control"] = KEPT
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page. Cost: no query."""
    found = _description()
    groups: dict[str, list[Endpoint]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_endpoint(path, method, operation))
    page = DocsPage(
        title=_("接口说明"),
        lead=tuple(part for part in str(found["info"]["description"]).replace("`", "").split("\n") if part.strip()),
        groups=tuple((name, tuple(some)) for name, some in groups.items()),
    )
    answer = show(request, "api/docs.html", page)
    answer["Cache-Control"] = KEPT
    return answer


def _endpoint(path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    parameters = [
        Parameter(
            each["name"],
            each["in"],
            bool(each["required"]),
            str(each.get("description", "")),
            str(each.get("example", "")),
        )
        for each in operation["parameters"]
    ]
    body = ""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        body = f"{kind}\n{written(content['example'])}" if "example" in content else kind
    return Endpoint(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        "security" in operation,
        tuple(parameters),
        body.strip(),
    )


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address under `/api/` that means nothing."""
    return problem(404, "api.nowhere", "没有这个地址。全部地址见 /api/v1/openapi.json")
