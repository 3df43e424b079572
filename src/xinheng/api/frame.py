"""Around every endpoint: method, content type, sizes, unknown parameters, HEAD and OPTIONS, and what may be kept."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.operation import Operation, PathView
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.utils import normalize_path

from xinheng.api.problems import FieldProblem, Refusal, answer_to
from xinheng.tables.limits import MIB
from xinheng.web.uploads import stream_uploads

LARGEST_JSON: Final = MIB
DEEPEST_JSON: Final = 16
KEPT: Final = "no-cache"
"""For what is the same for everybody: may be kept, and is asked after each time."""
NOUGHT: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_JSON, _MULTIPART = "application/json", "multipart/form-data"


class Written(JSONRenderer):
    """JSON with Chinese as Chinese: half the length, and an engineer can read it."""

    json_dumps_params = {"ensure_ascii": False}


class StrictParser(Parser):
    """Reads JSON once: within the limits, each key once, no NaN."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises: Refusal 413, 400."""
        return read_json(request.body)


def read_json(body: bytes) -> Any:
    """JSON of at most a megabyte and sixteen levels. Raises: Refusal 413, 400."""
    if len(body) > LARGEST_JSON:
        raise _too_large()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "api.unreadable", "JSON 应为 UTF-8 编码") from None
    if _depth(text) > DEEPEST_JSON:
        raise Refusal(400, "api.too_deep", f"JSON 最多嵌套 {DEEPEST_JSON} 层")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        # What no database can keep: half a character, and the character nought.
        written = json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 个字符附近"
        raise Refusal(400, "api.unreadable", f"请求的内容不是可以读懂的 JSON：{where}") from None
    except UnicodeEncodeError:
        raise Refusal(400, "api.unreadable", "JSON 里有半个字符（单独的 \\ud800 至 \\udfff）") from None
    except ValueError:
        # A number with more digits than a number may have.
        raise Refusal(400, "api.unreadable", "JSON 里的数字太长") from None
    if b"\\u0000" in written and NOUGHT.search(written):
        raise _nought()
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refusal(400, "api.key_twice", f"JSON 的同一层里“{key[:60]}”写了两次")
        found[key] = value
    return found


def _no_constant(word: str) -> Any:
    raise Refusal(400, "api.unreadable", f"JSON 不能写 {word}")


def _depth(text: str) -> int:
    """How deep brackets are nested, those in texts left aside: before a parser goes down."""
    deepest = depth = 0
    inside = escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif inside:
            escaped, inside = sign == "\\", sign != '"'
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def endpoints(api: NinjaAPI) -> Iterator[URLPattern]:
    """The addresses of an API, each framed."""
    for router in api._get_bound_routers():
        for place, view in router.path_operations.items():
            whole = normalize_path("/".join(part for part in (router.prefix, place) if part))
            route = whole.lstrip("/").replace("{", "<").replace("}", ">")
            yield path(route, framed(api, view), name=view.operations[0].operation_id)


def framed(api: NinjaAPI, view: PathView) -> Callable[..., HttpResponseBase]:
    """One address: the operation its method names, checked before and finished after."""
    operations = {method: one for one in view.operations for method in one.methods}
    allowed = ", ".join(sorted({*operations, "OPTIONS", *(["HEAD"] if "GET" in operations else [])}))

    def answer(request: HttpRequest, **places: Any) -> HttpResponseBase:
        method = str(request.method)
        if method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": allowed})
        operation = operations.get("GET" if method == "HEAD" else method)
        try:
            if operation is None:
                raise Refusal(
                    405, "api.method", f"这个地址不支持 {method[:20]}，可用：{allowed}", headers={"Allow": allowed}
                )
            request.api_operation = operation  # type: ignore[attr-defined]
            _check(request, operation)
            if any(isinstance(value, str) and "\0" in value for value in places.values()):
                raise _nought()
            found = operation.run(request, **places)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is a problem
            return answer_to(request, error)
        found.setdefault("Cache-Control", "no-store")
        return _without_body(found) if method == "HEAD" else found

    # Nothing here reads a cookie: there is no session to ride on.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _without_body(found: HttpResponseBase) -> HttpResponseBase:
    if isinstance(found, HttpResponse):
        length = str(len(found.content))
        found.content = b""
        found["Content-Length"] = length
    return found


def _check(request: HttpRequest, operation: Operation) -> None:
    """What is wrong with a request before anything of it is read. Raises: Refusal, TooLarge."""
    known = sorted(names_of(operation, "query"))
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        words = f"没有这个参数，可用：{'、'.join(known) or '无'}"
        found = tuple(FieldProblem(name[:60], words, "api.unknown_parameter") for name in unknown[:20])
        raise Refusal(422, "api.unknown_parameter", f"不认识的参数：{found[0].field}。{words}", errors=found)
    if any("\0" in value for values in request.GET.lists() for value in values[1]):
        raise _nought()
    twice = [name for name, values in request.GET.lists() if len(values) > 1]
    if twice:
        raise Refusal(422, "api.parameter_twice", f"参数 {twice[0]} 只能写一次")
    sources = {getattr(model, "__ninja_param_source__", None) for model in operation.models}
    wanted = _JSON if "body" in sources else _MULTIPART if sources & {"form", "file"} else ""
    if not wanted:
        return
    if request.content_type != wanted:
        raise Refusal(
            415, "api.content_type", f"Content-Type 应为 {wanted}，收到的是“{str(request.content_type)[:60]}”"
        )
    if wanted == _MULTIPART:
        stream_uploads(request)
        return
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if announced.isdecimal() and int(announced) > LARGEST_JSON:
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(413, "api.too_large", f"JSON 最大 {LARGEST_JSON // MIB} MB，更多的请用文件报送")


def _nought() -> Refusal:
    return Refusal(400, "api.nought", "内容里有空字符（\\u0000），不能保存")


def names_of(operation: Operation, *sources: str) -> set[str]:
    """The names of an operation's parameters from these sources."""
    found: set[str] = set()
    for model in operation.models:
        if getattr(model, "__ninja_param_source__", None) in sources:
            found |= set(getattr(model, "__ninja_flatten_map__", None) or model.model_fields)
    return found


def only_known_parts(request: HttpRequest) -> None:
    """Refuse parts of a form that mean nothing. Raises: Refusal."""
    known = sorted(names_of(request.api_operation, "form", "file"))  # type: ignore[attr-defined]
    if any("\0" in str(value) for value in request.POST.values()):
        raise _nought()
    unknown = [name for name in (*request.POST, *request.FILES) if name not in known]
    if unknown:
        words = f"没有这个字段，可用：{'、'.join(known)}"
        found = tuple(FieldProblem(name[:60], words, "api.unknown_field") for name in unknown[:20])
        raise Refusal(422, "api.unknown_field", f"不认识的字段：{found[0].field}。{words}", errors=found)
