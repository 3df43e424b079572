"""Addresses of the portal: none needs an account; all are read with GET, and objections are sent with POST."""

from django.urls import include, path

from xinheng.portal.views import (
    bases,
    catalogue,
    guidance,
    home,
    licences,
    lists,
    objections,
    open_data,
    programs,
    proofs,
    records,
    search,
    subjects,
)
from xinheng.web import addresses  # noqa: F401 - registers the converter of keys

_pages = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("subjects/<key:subject_id>", subjects.subject, name="subject"),
    path("s/<str:code>", subjects.by_code, name="subject-by-code"),
    path("records/<key:record_id>", records.record, name="record"),
    path("records/<key:record_id>/proof.json", proofs.proof, name="proof"),
    path("records/<key:record_id>/objection", objections.submit_page, name="objection"),
    path("objections", objections.follow_page, name="objections"),
    path("licences", lists.licences, name="licences"),
    path("penalties", lists.penalties, name="penalties"),
    path("lists", lists.overview, name="lists"),
    path("lists/<str:code>", lists.of_item, name="list"),
    path("catalogue", catalogue.catalogue, name="catalogue"),
    path("catalogue/bases", bases.bases, name="bases"),
    path("catalogue/bases/<str:key>", bases.basis, name="basis"),
    path("catalogue/editions", catalogue.editions, name="editions"),
    path("catalogue/terms", catalogue.terms, name="terms"),
    path("catalogue/<str:code>", catalogue.item, name="item"),
    path("verify", proofs.verify, name="ledger"),
    path("verify/licence", licences.verify, name="verify-licence"),
    path("verify/checkpoints/<key:size>.txt", proofs.checkpoint_file, name="checkpoint"),
    path("verify/public-key.txt", proofs.key_file, name="public-key"),
    path("open-data/", open_data.page, name="open-data"),
    path("open-data/<str:name>/changes", open_data.changes, name="open-data-changes"),
    path("open-data/<str:name>/proof.json", open_data.proof, name="open-data-proof"),
    path("open-data/<str:name>/<str:file>", open_data.download, name="open-data-file"),
    path("programs/<str:name>", programs.program, name="program"),
    path("help", guidance.help_page, name="help"),
]
urlpatterns = [path("", include((_pages, "portal")))]
