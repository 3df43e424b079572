"""Addresses of the API."""

from django.urls import include, path

from xinheng.api import pages
from xinheng.api.application import API, PREFIX
from xinheng.api.frame import endpoints
from xinheng.web import addresses  # noqa: F401 - registers the converter of keys

_ROOT = PREFIX.strip("/")
_pages = [
    *endpoints(API),
    path(f"{_ROOT}/openapi.json", pages.openapi, name="openapi"),
    path(f"{_ROOT}/docs", pages.docs, name="docs"),
    path("api/", pages.nowhere),
    path("api/<path:rest>", pages.nowhere),
]
urlpatterns = [path("", include((_pages, "api")))]
