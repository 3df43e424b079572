"""Addresses of the pages of duties and quality; `workbench.urls` includes them inside its own namespace."""

from django.urls import path

from xinheng.web import addresses  # noqa: F401 - registers the converter of keys
from xinheng.workbench.duty import contradictions, coverage, keeping, quality, views

urlpatterns = [
    path("duty", views.table, name="duty"),
    path("duty/nil", views.nil, name="duty-nil"),
    path("duty/set", keeping.change, name="duty-set"),
    path("duty/quality", quality.quality, name="duty-quality"),
    path("duty/rows", quality.rows, name="duty-rows"),
    path("duty/rows.csv", quality.lines_file, name="duty-lines"),
    path("duty/figures.csv", quality.figures_file, name="duty-figures"),
    path("duty/coverage", coverage.coverage, name="duty-coverage"),
    path("duty/survey", coverage.start, name="duty-survey"),
    path("duty/contradictions", contradictions.table, name="duty-contradictions"),
    path("duty/contradictions/<key:contradiction_id>", contradictions.note, name="duty-contradiction"),
    path("duty/<key:duty_id>", keeping.one, name="duty-one"),
    path("duty/<key:duty_id>/end", keeping.end, name="duty-end"),
]
