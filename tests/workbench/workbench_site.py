"""Addresses of a site that has a workbench and the shared parts, with static files from their sources; for the tests of the pages."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import include, path

from xinheng.web import errors
from xinheng.web.site import Site


def site() -> Site:
    """The sample site."""
    return Site(title="信用中国（样例区）", region="样例区", operator="样例区公共信用信息中心", sample=True)


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """Serve from the source folders."""
    found = finders.find(name)
    return FileResponse(Path(found).open("rb")) if found else HttpResponse(status=404)  # type: ignore[return-value]


urlpatterns = [
    path("static/<path:name>", static_file),
    path("workbench/", include("xinheng.workbench.urls")),
    path("", include("xinheng.web.preferences")),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
