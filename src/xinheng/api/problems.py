"""Problem details (RFC 9457): the one shape in which the API says no. Never a traceback, never somebody's number."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, get_args

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel

from xinheng.accounts.door import TokenRefused
from xinheng.kernel.errors import Invalid, XinhengError
from xinheng.kernel.masking import mask_identifiers
from xinheng.web.errors import new_incident, note_incident, status_of

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:xinheng:problem:"

TITLES: Final = {
    400: "请求无法识别",
    401: "需要有效的令牌",
    403: "不允许",
    404: "没有找到",
    405: "这个地址不支持这种方法",
    406: "没有这种格式的回答",
    409: "与现在的状态冲突",
    413: "内容太大",
    415: "内容类型不对",
    422: "内容有误",
    429: "请求太频繁",
    500: "系统出了问题",
    503: "暂时不能提供",
}

_WORDS: Final = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文本",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数字太大",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "dict_type": "应为对象",
    "list_type": "应为数组",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_long": "太多，最多 {max_length} 个",
    "too_short": "太少，至少 {min_length} 个",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "enum": "可选：{expected}",
    "literal_error": "可选：{expected}",
    "date_from_datetime_parsing": "应为 YYYY-MM-DD 这样的日期",
    "date_parsing": "应为 YYYY-MM-DD 这样的日期",
    "date_type": "应为 YYYY-MM-DD 这样的日期",
    "json_invalid": "不是 JSON",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field or parameter: its place (`records.0.CF_WSH`), a Chinese sentence, a stable code."""

    field: str
    message: str
    code: str


class Refusal(XinhengError):
    """A refusal of the API itself, with its own status; `headers` go with the answer, `errors` name fields."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: tuple[FieldProblem, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.errors = errors
        self.headers = headers or {}


class ParameterWrong(Invalid):
    """A parameter that cannot be used."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__("api.parameter", f"参数 {name} {message}", field=name)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[FieldProblem] = (),
    instance: str = "",
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """An answer of no. What was typed is repeated so that it can be put right; the number of a person never."""
    body: dict[str, Any] = {
        "type": f"{TYPE}{code}",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": mask_identifiers(detail),
        "code": code,
    }
    listed = [
        {"field": mask_identifiers(one.field), "message": mask_identifiers(one.message), "code": one.code}
        for one in errors
    ]
    if listed:
        body["errors"] = listed
    if instance:
        body["instance"] = f"urn:xinheng:incident:{instance}"
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="xinheng"'
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def install(api: NinjaAPI) -> None:
    """Answer every exception of the API's views as a problem."""
    api.add_exception_handler(Exception, answer_to)
    for kind in (HttpError, ValidationError, Http404):
        api.add_exception_handler(kind, answer_to)


def answer_to(request: HttpRequest, error: Any) -> HttpResponse:
    """The problem an exception is answered with; an unexpected one leaves an incident number in the log, and nothing else."""
    if isinstance(error, HttpError) and isinstance(error.__cause__, XinhengError):
        # What the parser said, before it was wrapped.
        error = error.__cause__
    if isinstance(error, XinhengError):
        return _of_house(error)
    if isinstance(error, AuthenticationError):
        return _of_house(TokenRefused())
    if isinstance(error, ValidationError):
        found = tuple(_field_problems(request, error.errors))
        detail = "；".join(f"{one.field} {one.message}" for one in found[:5])
        return problem(422, "api.invalid", f"内容有误：{detail}", errors=found)
    if isinstance(error, HttpError):
        return problem(error.status_code, "api.unreadable", "请求的内容不是可以读懂的 JSON")
    if isinstance(error, Http404):
        return problem(404, "api.nowhere", "没有这个地址")
    if isinstance(error, PermissionDenied):
        return problem(403, "api.denied", "不允许")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "api.too_large", "内容超过上限，没有接收")
    if isinstance(error, SuspiciousOperation | BadRequest | UnreadablePostError):
        return problem(400, "api.unreadable", "请求不完整或无法识别")
    incident = new_incident()
    note_incident(error, request, incident)
    return problem(500, "api.broken", f"系统出了问题，编号 {incident}，请告诉运维人员", instance=incident)


def _of_house(error: XinhengError) -> HttpResponse:
    errors = getattr(error, "errors", ())
    if not errors and error.field:
        errors = (FieldProblem(error.field, error.message, error.code),)
    return problem(status_of(error), error.code, error.message, errors=errors, headers=getattr(error, "headers", None))


def _field_problems(request: HttpRequest, errors: Iterable[dict[str, Any]]) -> Iterator[FieldProblem]:
    operation = getattr(request, "api_operation", None)
    for error in errors:
        source, *place = error["loc"]
        kind, context = str(error["type"]), dict(error.get("ctx") or {})
        message = _WORDS.get(kind, "不符合要求").format_map(_Context(context))
        if kind == "extra_forbidden":
            message += f"，可用：{'、'.join(_allowed(operation, source, place[:-1])) or '无'}"
        if source == "body" and place:
            # The name of the view's argument is no part of what was sent.
            place = place[1:]
        yield FieldProblem(".".join(map(str, place)) or str(source), message, f"api.{kind}")


class _Context(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _allowed(operation: Any, source: str, place: list[Any]) -> list[str]:
    """The names that may stand where an unknown one stood."""
    found: Any = next(
        (model for model in getattr(operation, "models", ()) if model.__ninja_param_source__ == source), None
    )
    for step in place:
        if isinstance(step, int):
            found = next(iter(get_args(found)), None)
        elif found is not None and hasattr(found, "model_fields") and step in found.model_fields:
            found = found.model_fields[step].annotation
    is_model = isinstance(found, type) and issubclass(found, BaseModel)
    return sorted(found.model_fields) if is_model else []
