"""The portal in a real browser: by keyboard alone from the search to a record; nothing serious for axe at three widths."""

from typing import Any

import pytest

from looking import SIDEWAYS, breaches, faults, require_axe
from portal.pages import addresses
from world import World, furnish, licence, penalty, publish
from xinheng.ledger.door import checkpoint
from xinheng.records.door import enter

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


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


HALVES = 2
"""The pages are looked at in two parts, so that two workers share them."""


@pytest.mark.parametrize("half", range(HALVES))
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(
    browser: Any, live_server: Any, pages: dict[str, str], half: int
) -> None:
    require_axe()
    page, said, wrong = open_tab(browser, live_server.url), [], []
    page.on("console", lambda message: said.append(message.text))
    for address in list(pages.values())[half::HALVES]:
        page.goto(address)
        wrong += faults(page)
    page.context.close()
    assert wrong == []
    assert breaches(said) == []


def test_large_type_and_simple_mode_fit_a_narrow_screen(browser: Any, live_server: Any, pages: dict[str, str]) -> None:
    page = open_tab(browser, live_server.url, viewport={"width": 375, "height": 800})
    page.goto("/")
    page.click("text=大字简洁版")
    for name, address in pages.items():
        page.goto(address)
        assert page.get_attribute("html", "data-size") == "large"
        assert not page.evaluate(SIDEWAYS), name
    page.context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_sections_stand_in_one_line_on_a_tablet(browser: Any, live_server: Any, language: str) -> None:
    page = open_tab(browser, live_server.url, viewport={"width": 768, "height": 900})
    page.goto("/")
    if language == "en":
        page.click("text=English")
    tops = "[...document.querySelectorAll('.portal-nav li a:not(.menu-close)')].map(a => a.getBoundingClientRect().top)"
    found = page.evaluate(tops)
    assert len(found) == 8
    assert len(set(found)) == 1
    page.context.close()
