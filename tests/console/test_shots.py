"""The table of pages, and taking pictures of them."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from xinheng.accounts.door import SERVICES
from xinheng.accounts.values import Role
from xinheng.catalogue.door import load_profile
from xinheng.console import main, photographing
from xinheng.console.demo import people
from xinheng.console.demo.people import accounts
from xinheng.console.pages import MEMBER, PAGES, PUBLIC, Page
from xinheng.kernel.errors import Refused

NO_PAGES = {
    # Files, parts of pages, and what only answers a form.
    "proof", "checkpoint", "public-key", "template", "batch-progress", "batch-export", "batch-rows", "sign-out", "preferences",
    "my-sign-out", "my-choose",
    "open-data-file", "open-data-changes", "open-data-proof", "program",
    "record-proof", "publicity-export", "licences-export", "audit-verify", "audit-checkpoint", "audit-checkpoint-file", "audit-key",
    "audit-proof", "job-retry", "job-cancel", "duty-lines", "duty-figures", "duty-survey",
    # Only where units disagree, or somebody objected.
    "duty-contradiction", "case", "case-step", "my-case",
    "factor-end", "own-session-end", "person-session-end", "audit-sample-ids",
    # Only for a browser that has just proved a password.
    "sign-in-code",
    # The same page as another by another address, and two that only follow a form.
    "subject-by-code", "entry-done", "audit-verification",
}  # fmt: skip


def patterns(found: object, before: str = "") -> list[tuple[str, str]]:
    """Every address of the site as (pattern, name)."""
    listed: list[tuple[str, str]] = []
    for one in found:  # type: ignore[attr-defined]
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            listed += patterns(one.url_patterns, path)
        elif isinstance(one, URLPattern):
            listed.append((path, one.name or ""))
    return listed


def shown(pattern: str) -> bool:
    """Whether some page of the table has an address of this pattern."""
    wanted = re.compile("/" + re.sub(r"<[^>]+>", "[^/]+", pattern) + "$")
    return any(wanted.fullmatch(page.path.partition("?")[0]) for page in PAGES)


def test_every_page_of_the_site_is_in_the_table() -> None:
    every = patterns(get_resolver().url_patterns)
    # What machines ask for is no page, but its description is one.
    site = [
        (pattern, name)
        for pattern, name in every
        if name not in NO_PAGES and (not pattern.startswith("api/") or name == "docs")
    ]
    assert len(site) > 20
    assert [pattern for pattern, _ in site if not shown(pattern)] == []


def test_names_of_pictures_are_given_once() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_every_page_is_looked_at_by_an_account_of_the_demonstration() -> None:
    known = {one.login for one in accounts(load_profile("demo"))}
    assert {page.login for page in PAGES} - {PUBLIC, MEMBER} <= known
    assert MEMBER == people.MEMBER
    assert {one.role for one in accounts(load_profile("demo"))} == set(Role) - SERVICES


@pytest.mark.django_db
def test_without_a_demonstration_there_is_nothing_to_take(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xinheng.console.commands.shots.chromium", lambda: "chromium")
    assert main.run(["shots"]) == 1
    assert "先运行 xinheng demo" in capsys.readouterr().err


def test_an_unknown_page_is_wrong_use_and_the_names_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["shots", "--only", "nothing"]) == 2
    assert "portal-home" in capsys.readouterr().err


def test_without_chromium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINHENG_CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Refused, match="安装"):
        photographing.chromium()


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_a_page_is_taken_at_three_widths(live_server: object, tmp_path: Path) -> None:
    told: list[photographing.Shot] = []
    base = str(live_server)
    found = photographing.photograph(
        base, [Page("one", "/workbench/{place}")], {"place": "sign-in"}, tmp_path, told=told.append
    )
    assert [(shot.width, shot.status, shot.path) for shot in found] == [
        (width, 200, "/workbench/sign-in") for width in (375, 768, 1440)
    ]
    assert told == found
    assert all(shot.file.stat().st_size > 1000 for shot in found)
