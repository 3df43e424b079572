"""Pages that say no: what is wrong, what to do, and a code for the help desk. Never a traceback, never somebody's data."""

import logging
import secrets
import sys
import traceback
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from xinheng.kernel.errors import Kind, XinhengError
from xinheng.kernel.masking import mask_identifiers
from xinheng.web.clock import now
from xinheng.web.gate import actor_of
from xinheng.web.sentences import in_page_language

logger = logging.getLogger("xinheng.incident")

STATUS_OF = {Kind.UNKNOWN: 404, Kind.REFUSED: 403, Kind.CONFLICT: 409, Kind.INVALID: 422}


class TooMany(XinhengError):
    """Too many requests in too short a time; the page says when to come back."""

    kind = Kind.REFUSED
    status = 429


class TooLarge(XinhengError):
    """More was sent than is allowed."""

    status = 413


@dataclass(frozen=True, slots=True)
class Explained:
    """What an error page says: title, what happened, what to do."""

    title: str
    happened: str
    todo: tuple[str, ...]


def explained(status: int) -> Explained:
    """The words for a status. Those not known are answered like 500."""
    words = {
        400: Explained(
            _("请求无法识别"),
            _("服务器没有看懂这次请求。"),
            (_("返回上一页，重新打开页面后再试。"),),
        ),
        403: Explained(
            _("您不能进行这项操作"),
            _("您的账号没有这项权限，或者这项操作按规定不允许。"),
            (_("如果您认为应当有此权限，请联系本单位的管理员。"), _("如果页面停留太久，请重新登录后再试。")),
        ),
        404: Explained(
            _("没有找到这个页面"),
            _("网址可能有误，或者这条信息已按规定停止公示。"),
            (_("请核对网址，或从首页重新查询。"), _("公示期满、已修复或已撤下的信息不再显示，这是正常的。")),
        ),
        409: Explained(
            _("这项内容刚刚被改动"),
            _("在您打开页面之后，别人已经处理了同一事项，您的操作没有生效。"),
            (_("请重新打开页面，看清现在的状态，再决定是否继续。"),),
        ),
        413: Explained(
            _("提交的内容太大"),
            _("文件或表单超过了允许的大小，没有被接收。"),
            (_("请把文件拆成几份，分次上报。"), _("页面上写明了每个文件允许的大小。")),
        ),
        422: Explained(
            _("提交的内容有误"),
            _("有的内容不符合要求，没有保存。"),
            (_("请返回上一页，按提示改正后再提交。"),),
        ),
        429: Explained(
            _("操作太频繁"),
            _("短时间内的请求太多，暂时不能继续。"),
            (_("请稍等几分钟再试。已经提交成功的内容不受影响。"),),
        ),
    }
    broken = Explained(
        _("系统出了问题"),
        _("这不是您的操作造成的。刚才的操作没有生效，您的数据没有改变。"),
        (_("请过几分钟再试。"), _("如果仍然不行，请把下面的编号告诉我们，便于查找原因。")),
    )
    return words.get(status, broken)


def status_of(error: XinhengError) -> int:
    """The status an error is answered with: its own if it has one, else that of its kind."""
    own = getattr(error, "status", None)
    return own if isinstance(own, int) else STATUS_OF[error.kind]


def answer(request: HttpRequest, status: int, *, message: str = "", code: str = "", incident: str = "") -> HttpResponse:
    """The page of a status, or a fragment for htmx. Never fails: if the page itself cannot be drawn, plain words answer."""
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"
    template = "web/error_fragment.html" if partial else "web/error.html"
    words = explained(status)
    if actor_of(request).kind in ("public", "member"):
        # What was typed is repeated so that it can be put right; the number of a person is repeated to nobody.
        message = mask_identifiers(message)
    message = in_page_language(message)
    context = {"status": status, "words": words, "message": message, "code": code, "incident": incident}
    # Pages of what is not there are the same to the byte, whether it never was or may not be seen; the header has the number.
    context["request_id"] = "" if status == 404 else getattr(request, "request_id", "")
    try:
        content = render_to_string(template, context, request)
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever breaks here, people get an answer
        note_incident(error, request, incident or new_incident())
        content = render_to_string("web/error_plain.html", context)
    response = HttpResponse(content, status=status)
    response["Cache-Control"] = "no-store"
    return response


def new_incident() -> str:
    """A number to read out on the telephone: the day and eight random signs."""
    return f"{now():%Y%m%d}-{secrets.token_hex(4).upper()}"


def note_incident(error: BaseException, request: HttpRequest, incident: str) -> None:
    """Log an unexpected error without personal data: kind, place and route; not its message, address or input."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}" for frame in reversed(frames[-8:])
    )
    match = getattr(request, "resolver_match", None)
    actor = getattr(request, "actor", None)
    logger.error(
        "incident %s: %s at %s; %s %s; actor %s %s",
        incident,
        type(error).__qualname__,
        where or "-",
        request.method,
        match.route if match else "-",
        actor.kind if actor else "-",
        actor.id if actor else "-",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404` of the project."""
    return answer(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403` of the project."""
    return answer(request, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400` of the project."""
    return answer(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500` of the project: what no middleware caught."""

    incident = new_incident()
    error = sys.exc_info()[1]
    note_incident(error or RuntimeError(), request, incident)
    return answer(request, 500, incident=incident)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: mostly a page that stayed open over a sign-out."""
    return answer(
        request, 403, message=_("页面已过期，这次提交没有被接收。请重新打开页面再提交一次。"), code="web.csrf"
    )
