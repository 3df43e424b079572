"""The pages of workbooks and column names in a real browser: the way through them, and how they look at three widths."""

from collections.abc import Iterator
from typing import Any

import pytest

from looking import faults, require_axe
from workbench.acts import PENALTY, dirty_rows, load, penalty_texts
from workbench.serving import served
from workbench.test_workbench_browser import enter, upload
from world import World, furnish

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, now: Any, clock: Any) -> World:
    return furnish(now)


@pytest.fixture
def address(settings: Any, world: World) -> Iterator[str]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with served() as where:
        yield where


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def test_rows_are_fetched_and_columns_are_mapped_by_pages_that_can_be_looked_at(tab: Any, world: World) -> None:
    require_axe()
    enter(tab, "reporter.market")
    first = upload(tab, world, dirty_rows(world))
    load(first)
    tab.goto(f"/workbench/batches/{first}")
    with tab.expect_download() as download:
        tab.click(f'a[href="/workbench/batches/{first}/rows.xlsx"]')
    assert download.value.suggested_filename.endswith(".xlsx")

    own = {"CF_WSH": "处罚决定文书号码", "CF_XDR_MC": "当事人名称", "BZ": "内部流水"}
    row = penalty_texts(world, CF_WSH="示市监罚〔2026〕77号", BZ="20261121")
    refused = upload(tab, world, [{own.get(code, code): text for code, text in row.items()}])
    load(refused)
    tab.goto(f"/workbench/batches/{refused}")
    seen = [*faults(tab)]

    tab.click("text=对应本单位的列名")
    tab.wait_for_url(f"**/workbench/batches/{refused}/columns")
    seen += faults(tab)
    tab.click("main form button[type=submit]")
    tab.wait_for_url(lambda url: url.rpartition("/")[2].isdecimal() and not url.endswith(f"/{refused}"))
    load(int(tab.url.rpartition("/")[2]))
    tab.goto(tab.url)
    assert "按本单位列名对应识别的列" in tab.inner_text("main")
    for page in ("columns", f"columns/{PENALTY}", "upload", f"batches/{first}"):
        tab.goto(f"/workbench/{page}")
        seen += faults(tab)
    assert seen == []
