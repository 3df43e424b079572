"""Pictures of pages, by Playwright with a Chromium of the system; each page signed in as the right demo account."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from xinheng.console.demo.people import PASSWORD
from xinheng.console.pages import MEMBER, PUBLIC, ROOT, Page
from xinheng.kernel.errors import Refused

WIDTHS: Final = (375, 768, 1440)
HEIGHT: Final = 900
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where it lies, which status the page had, how many pixels stick out at the right."""

    page: str
    path: str
    login: str
    width: int
    file: Path
    status: int
    overflow: int


def chromium() -> str:
    """The path of a Chromium: `XINHENG_CHROMIUM`, else a usual name on the PATH. Raises: Refused."""
    found = os.environ.get("XINHENG_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise Refused(
            "console.no_chromium", "没有找到 Chromium：请安装（Debian：apt install chromium），或设 XINHENG_CHROMIUM"
        )
    return found


def photograph(
    base: str, pages: Iterable[Page], values: Mapping[str, str], folder: Path, *, told: Callable[[Shot], None]
) -> list[Shot]:
    """Take every page at every width, full length, into `folder`; `told` hears of each picture.

    Raises: Refused without Chromium or Playwright, or where somebody cannot sign in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with _browser() as browser:
        for login, some in groupby(sorted(pages, key=lambda page: page.login), key=lambda page: page.login):
            context = browser.new_context(locale="zh-CN", viewport={"width": WIDTHS[-1], "height": HEIGHT})
            view = context.new_page()
            if login != PUBLIC:
                _sign_in(view, base, login)
            for page in some:
                for width in WIDTHS:
                    shot = _take(view, base, page, values, folder, width)
                    told(shot)
                    taken.append(shot)
            context.close()
    return taken


@contextmanager
def _browser() -> Iterator[Any]:
    path = chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        message = "截图需要 Playwright：请在源码目录用 ./xinheng shots 运行，它会装好开发依赖"
        raise Refused("console.no_playwright", message) from None
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield launched
        finally:
            launched.close()


def _sign_in(view: Any, base: str, login: str) -> None:
    door, form = ("/my/sign-in", "main form.form") if login == MEMBER else (f"{ROOT}/sign-in", "form.sign-in")
    view.goto(f"{base}{door}", wait_until="load")
    view.fill("input[name=login]", login)
    view.fill("input[name=password]", PASSWORD)
    view.click(f"{form} button[type=submit]")
    view.wait_for_load_state("load")
    if "/sign-in" in view.url:
        raise Refused("console.shots_sign_in", f"演示账号“{login}”无法登录：请确认网站连的是演示库")


def _take(view: Any, base: str, page: Page, values: Mapping[str, str], folder: Path, width: int) -> Shot:
    path = page.path.format(**values)
    view.set_viewport_size({"width": width, "height": HEIGHT})
    answer = view.goto(base + path, wait_until="load")
    overflow = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    file = folder / f"{page.name}-{width}.png"
    view.screenshot(path=str(file), full_page=True)
    return Shot(page.name, path, page.login, width, file, answer.status if answer else 0, int(overflow))
