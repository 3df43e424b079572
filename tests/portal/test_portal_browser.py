"""The portal in a real browser: by keyboard alone from the search to a record; nothing serious for axe at three widths."""

import os
from pathlib import Path
from typing import Any

import pytest

from portal.pages import addresses
from world import World, furnish, licence, penalty, publish
from xinheng.ledger.door import checkpoint
from xinheng.records.door import enter

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
WIDTHS = (375, 768, 1440)


@pytest.fixture
def world(transactional_db: None, now: Any) -> World:
    """Committed, for the server reads on its own connection."""
    return furnish(now)


@pytest.fixture
def pages(world: World, now: Any) -> dict[str, str]:
    """The addresses of a world with one fine and one licence."""
    reporter = world.actor("reporter.market")
    fine = enter(fact=penalty(world), actor=reporter, now=now).record_id
    permitted = enter(fact=licence(world), actor=reporter, now=now).record_id
    publish(now)
    checkpoint(now=now)
    return {name: address for name, address in addresses(world, fine, permitted).items() if name != "proof"}


def open_tab(browser: Any, address: str, **more: Any) -> Any:
    return browser.new_context(base_url=address, **more).new_page()


def tab_to(page: Any, text: str) -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.innerText || document.activeElement.id"):
            return
    raise AssertionError(f"the keyboard never reached {text}")


@pytest.mark.parametrize("script", [True, False])
def test_the_keyboard_alone_leads_from_the_search_to_the_record(
    browser: Any, live_server: Any, pages: dict[str, str], script: bool
) -> None:
    page = open_tab(browser, live_server.url, java_script_enabled=True, viewport={"width": 1440, "height": 900})
    if not script:
        # What has the focus is asked by script; the page's own scripts are what must be missing.
        page.route("**/*.js", lambda route: route.abort())
    page.goto("/")
    tab_to(page, "q")
    page.keyboard.type("云禾")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    tab_to(page, "示例区云禾商贸有限公司")
    page.keyboard.press("Enter")
    page.wait_for_url("**/subjects/*")
    tab_to(page, "示市监罚〔2026〕1号")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/*")
    assert "公示中，至 2027年11月10日自动停止" in page.inner_text("main")
    tab_to(page, "0999-5550103")
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(
    browser: Any, live_server: Any, pages: dict[str, str], width: int
) -> None:
    if not AXE.is_file():
        if "chromium" in os.environ.get("XINHENG_REQUIRE", ""):
            pytest.fail("axe-core is not installed: npm ci with the development packages")
        pytest.skip("chromium: axe-core is not installed")
    page, said, wrong = open_tab(browser, live_server.url, viewport={"width": width, "height": 900}), [], {}
    page.on("console", lambda message: said.append(message.text))
    for name, address in pages.items():
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong[name] = "scrolls sideways"
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(f"axe.run(document, {RULES})")["violations"]
        serious = [
            (item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in {"serious", "critical"}
        ]
        if serious:
            wrong[name] = str(serious)
    page.context.close()
    assert wrong == {}
    assert [text for text in said if "Content Security Policy" in text or "Content-Security-Policy" in text] == []


def test_large_type_and_simple_mode_fit_a_narrow_screen(browser: Any, live_server: Any, pages: dict[str, str]) -> None:
    page = open_tab(browser, live_server.url, viewport={"width": 375, "height": 800})
    page.goto("/")
    page.click("text=大字简洁版")
    for name, address in pages.items():
        page.goto(address)
        assert page.get_attribute("html", "data-size") == "large"
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name
    page.context.close()
