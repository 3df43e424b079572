"""The components in a real browser: nothing serious for axe, no sideways scroll, focus, polling, no violated policy."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import include, path

from looking import SIDEWAYS, WIDTHS, breaches, faults, faults_as_it_stands, require_axe

pytestmark = pytest.mark.chromium


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None: ...


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """Serve from the source folders; what is built at set-up (icons, htmx) may be missing."""
    found = finders.find(name)
    return FileResponse(Path(found).open("rb")) if found else HttpResponse(status=404)  # type: ignore[return-value]


urlpatterns = [path("static/<path:name>", static_file), path("", include("web.web_site"))]


@pytest.fixture
def address(settings: Any, workbench_sections: None) -> Iterator[str]:
    settings.ROOT_URLCONF = "web.test_web_browser"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = make_server("127.0.0.1", 0, WSGIHandler(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("where", ["/style", "/style/workbench", "/w/sign-in?timed_out=1", "/fail/unknown"])
def test_no_page_scrolls_sideways_or_breaks_its_own_policy(tab: Any, where: str) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(where)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        assert not tab.evaluate(SIDEWAYS), width
    assert breaches(said) == []


@pytest.mark.parametrize(
    "cookies", [{}, {"xinheng_size": "large", "xinheng_mode": "simple"}, {"xinheng_theme": "dark"}]
)
@pytest.mark.parametrize("where", ["/style", "/style/workbench", "/w/sign-in?timed_out=1", "/fail/unknown"])
def test_axe_finds_nothing_serious(tab: Any, address: str, where: str, cookies: dict[str, str]) -> None:
    require_axe()
    tab.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    tab.goto(where)
    assert faults_as_it_stands(tab) == []


def test_what_is_wrong_with_a_page_is_found_at_the_width_where_it_is_wrong(tab: Any) -> None:
    require_axe()
    tab.goto("/fail/unknown")
    tab.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><p id=wide>x</p>')")
    tab.evaluate("document.getElementById('wide').style.cssText = 'width: 700px; max-width: none'")
    found = [fault.partition(" at ")[2] for fault in faults(tab, (375, 1440))]
    assert "375: scrolls sideways" in found
    assert "1440: scrolls sideways" not in found
    assert {fault.partition(":")[0] for fault in found if "button-name" in fault} == {"375", "1440"}


def test_the_error_summary_has_the_focus_and_leads_into_the_field(tab: Any) -> None:
    tab.goto("/style")
    assert "error-summary" in tab.evaluate("document.activeElement.className")
    tab.click(".error-summary a >> nth=0")
    assert tab.evaluate("document.activeElement.id") == "f-entry-code"


def test_the_first_key_leads_past_the_head(tab: Any) -> None:
    tab.goto("/fail/unknown")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_a_code_copied_from_the_page_has_no_blanks(tab: Any) -> None:
    tab.goto("/style")
    copied = tab.evaluate(
        "() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('.subject .code'));"
        " const s = getSelection(); s.removeAllRanges(); s.addRange(r); return s.toString(); }"
    )
    assert re.fullmatch(r"[0-9A-Z]{18}", copied)


def test_a_narrow_menu_opens_and_closes_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto("/style")
    assert not page.is_visible(".portal-nav ul")
    page.click(".mast .menu-open")
    assert page.is_visible(".portal-nav ul")
    page.click(".portal-nav .menu-close")
    assert not page.is_visible(".portal-nav ul")
    context.close()


def test_a_running_job_asks_for_itself_and_stays_one(tab: Any) -> None:
    tab.goto("/style")
    with tab.expect_response(lambda response: "poll=1" in response.url):
        pass
    assert tab.locator("header.mast, .mast").count() == 1
