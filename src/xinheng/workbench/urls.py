"""Addresses of the workbench. Every change of state is one POST."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from xinheng.web import addresses  # noqa: F401 - registers the converter of keys
from xinheng.workbench import factor, home, own_sessions, sessions, upload
from xinheng.workbench.batches import rows
from xinheng.workbench.batches import views as batches
from xinheng.workbench.cases import views as cases
from xinheng.workbench.entry import views as entry
from xinheng.workbench.held import views as held
from xinheng.workbench.mapping import views as columns

app_name = "workbench"
OVERVIEW = "xinheng.workbench.overview"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("sign-in", sessions.sign_in, name="sign-in"),
    path("sign-in/code", sessions.code, name="sign-in-code"),
    path("sign-out", sessions.sign_out, name="sign-out"),
    path("password", sessions.password, name="password"),
    path("factor", factor.own, name="factor"),
    path("factor/end", factor.end, name="factor-end"),
    path("sessions", own_sessions.own, name="own-sessions"),
    path("sessions/<slug:handle>/end", own_sessions.end, name="own-session-end"),
    path("entry", entry.choose, name="entry"),
    path("entry/done/<key:record_id>", entry.done, name="entry-done"),
    path("entry/<slug:item>", entry.enter, name="entry-item"),
    path("templates/<slug:item>.<slug:kind>", upload.template, name="template"),
    path("upload", upload.upload, name="upload"),
    path("batches", batches.batch_list, name="batches"),
    path("batches/<key:batch_id>", batches.batch_page, name="batch"),
    path("batches/<key:batch_id>/progress", batches.progress, name="batch-progress"),
    path("batches/<key:batch_id>/normalised", batches.normalised, name="batch-normalised"),
    path("batches/<key:batch_id>/problems.<slug:kind>", batches.export, name="batch-export"),
    path("batches/<key:batch_id>/rows.xlsx", rows.rows, name="batch-rows"),
    path("batches/<key:batch_id>/columns", columns.map_file, name="batch-columns"),
    path("columns", columns.mapping_list, name="columns"),
    path("columns/<slug:item>", columns.mapping_page, name="columns-item"),
    path("held", held.held_list, name="held"),
    path("held/<key:held_id>", held.held_page, name="held-row"),
    path("held/<key:held_id>/<slug:act>", held.settle, name="held-settle"),
    path("cases", cases.case_list, name="cases"),
    path("cases/<key:case_id>", cases.case_page, name="case"),
    path("cases/<key:case_id>/<slug:step>", cases.take_step, name="case-step"),
    path("", include("xinheng.workbench.duty.urls")),
]
if find_spec(OVERVIEW) and find_spec(f"{OVERVIEW}.urls"):
    urlpatterns.append(path("", include(f"{OVERVIEW}.urls")))
