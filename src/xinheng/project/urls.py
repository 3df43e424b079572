"""All addresses: the API under `/api/`, the workbench under `/workbench/`, preferences and the portal at the root."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("xinheng.web.preferences"))]
if settings.DEBUG:
    urlpatterns.append(path("", include("xinheng.web.style_page")))
if find_spec("xinheng.api.urls"):
    urlpatterns.append(path("", include("xinheng.api.urls")))
if find_spec("xinheng.workbench.urls"):
    urlpatterns.append(path("workbench/", include("xinheng.workbench.urls")))
if find_spec("xinheng.portal.urls"):
    urlpatterns.append(path("", include("xinheng.portal.urls")))

handler400 = "xinheng.web.errors.bad_request"
handler403 = "xinheng.web.errors.forbidden"
handler404 = "xinheng.web.errors.not_found"
handler500 = "xinheng.web.errors.server_error"
