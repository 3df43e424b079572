"""Frames, preferences and navigation, seen through whole pages."""

from dataclasses import fields
from typing import Any

import pytest
from django.test import Client

from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.web import navigation, pages, parts, preferences, site, style_page
from xinheng.web.navigation import Section


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_portal_names_its_sections_and_marks_the_present_one(visitor: Client) -> None:
    text = page(visitor, "/style")
    for label in ("首页", "信用查询", "行政许可公示", "行政处罚公示", "信用目录", "法律依据", "历史可验证"):
        assert f">{label}</a>" in text
    assert '<a href="/penalties" aria-current="page">行政处罚公示</a>' in text
    assert navigation.unresolved("portal") == []


def test_the_portal_says_how_to_object_and_whom_to_call(visitor: Client) -> None:
    text = page(visitor, "/style")
    assert "提出异议不收费" in text
    assert 'href="tel:0990-5550100"' in text
    assert "样例数据" in text


def test_the_first_thing_on_a_page_is_the_way_to_its_content(visitor: Client) -> None:
    for address in ("/style", "/style/workbench", "/w/sign-in", "/nothing"):
        text = page(visitor, address)
        assert text.index('class="skip" href="#main"') < text.index("<header")
        assert 'id="main"' in text


@pytest.mark.usefixtures("workbench_sections")
def test_the_workbench_shows_who_is_there_and_how_to_leave(zhang: Client) -> None:
    text = page(zhang, "/style/workbench")
    assert "张样例" in text
    assert 'action="/w/sign-out" method="post"' in text
    assert "<h2>归集</h2>" in text


def test_a_section_is_shown_only_to_those_who_may_open_it(settings: Any) -> None:
    before = navigation._sections["workbench"]
    sections = (
        Section("a", "甲", "web-style:workbench"),
        Section("b", "乙", "web-style:workbench", permission="records.review"),
        Section("c", "丙", "nowhere:at-all"),
    )
    navigation.register("workbench", sections)
    try:
        reviewer = Actor("person", permissions=frozenset({"records.review"}))
        assert [item["section"].key for item in navigation.sections("workbench", PUBLIC)] == ["a"]
        assert [item["section"].key for item in navigation.sections("workbench", reviewer)] == ["a", "b"]
        assert navigation.unresolved("workbench") == ["nowhere:at-all"]
    finally:
        navigation.register("workbench", before)


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [
        ("size", "large", 'data-size="large"'),
        ("mode", "simple", 'data-mode="simple"'),
        ("language", "en", '<html lang="en"'),
    ],
)
def test_a_preference_is_kept_by_a_plain_form(visitor: Client, name: str, value: str, mark: str) -> None:
    response = visitor.post("/preferences", {name: value, "back": "/style?q=1"})
    assert (response.status_code, response["Location"]) == (302, "/style?q=1")
    assert mark in page(visitor, "/style")


def test_the_theme_is_for_the_workbench_and_the_portal_stays_light(visitor: Client) -> None:
    visitor.post("/preferences", {"theme": "dark"})
    assert 'data-theme="dark"' in page(visitor, "/style/workbench")
    assert 'data-theme="light"' in page(visitor, "/style")


def test_a_preference_nobody_offers_is_left_alone(visitor: Client) -> None:
    response = visitor.post("/preferences", {"size": "huge", "language": "fr", "back": "https://evil.example/"})
    assert response["Location"] == "/"
    assert response.cookies == {}
    visitor.cookies["xinheng_size"] = '"><script>'
    assert 'data-size="normal"' in page(visitor, "/style")


def test_preferences_are_not_set_by_a_link(visitor: Client) -> None:
    assert visitor.get("/preferences?size=large").status_code == 405


def test_chinese_is_shown_whatever_the_browser_prefers(visitor: Client) -> None:
    response = visitor.get("/style", headers={"Accept-Language": "en-US,en"})
    assert response["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans"' in response.content.decode()
    assert "Cookie" in response["Vary"]


def test_a_sign_in_that_failed_keeps_the_login_and_not_the_password(visitor: Client) -> None:
    response = visitor.post("/w/sign-in", {"login": "zhang", "password": ""})
    assert response.status_code == 422
    text = response.content.decode()
    assert 'value="zhang"' in text
    assert "请填写“口令”。" in text


def test_a_polled_job_answers_with_the_component_alone_and_stops_when_done(visitor: Client) -> None:
    fragment = page(visitor, "/style?poll=1")
    assert fragment.startswith('<section class="progress-block"')
    assert 'hx-trigger="every 2s"' in fragment
    assert 'hx-get="?poll=1"' in fragment
    assert page(visitor, "/style").count('hx-trigger="every 2s"') == 1


def test_requests_of_htmx_carry_the_token_by_explicit_inheritance(visitor: Client) -> None:
    assert 'hx-headers:inherited=\'{"X-CSRFToken": "' in page(visitor, "/style")


def test_wrong_conditions_are_answered_in_place_of_rows(visitor: Client) -> None:
    text = page(visitor, "/style?from=2026-13-1")
    assert "查询条件有误，没有查询" in text
    assert 'value="2026-13-1"' in text
    assert "1,284" not in text


def test_pages_and_parts_explain_every_field() -> None:
    for kind in (pages.Page, pages.WorkbenchPage, pages.SignInPage, style_page.StylePage, site.Site):
        assert set(parts.help_of(kind)) == {item.name for item in fields(kind)}
    for name in ("Link", "Status", "Deadline", "Code", "Basis", "Fact", "Crumb", "Tab", "Figure", "Step", "Subject"):
        assert all(parts.help_of(getattr(parts, name)).values())
    for part in (parts.Event, parts.Progress, parts.ReviewItem):
        assert all(parts.help_of(part).values())


def test_every_preference_has_a_usual_value(rf: Any) -> None:
    request = rf.get("/")
    chosen = {name: preferences.chosen(request, name) for name in preferences.CHOICES}
    assert chosen == {"theme": "auto", "size": "normal", "mode": "full", "language": "zh-hans"}
