"""One place where errors become pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from xinheng.kernel.errors import XinhengError
from xinheng.web import errors


class FriendlyErrors:
    """Maps the kinds of `XinhengError` to 404, 403, 409, 422; anything unexpected to 500 with an incident number.

    In debug mode unexpected errors are left to Django's own page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an exception out of a view."""
        if isinstance(error, XinhengError):
            return errors.answer(request, errors.status_of(error), message=error.message, code=error.code)
        if isinstance(error, Http404):
            return errors.answer(request, 404)
        if isinstance(error, PermissionDenied):
            return errors.answer(request, 403)
        if isinstance(error, RequestDataTooBig):
            return errors.answer(request, 413)
        if isinstance(error, SuspiciousOperation | BadRequest):
            return errors.answer(request, 400)
        if settings.DEBUG:
            return None
        incident = errors.new_incident()
        errors.note_incident(error, request, incident)
        return errors.answer(request, 500, incident=incident)
