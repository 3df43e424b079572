"""The pages that guard accounts and the register, in a real browser: every one at three widths, and the picture can be read."""

import base64
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from looking import breaches, faults, require_axe
from workbench.overview_cast import administer
from workbench.serving import served
from world import PASSWORD, World, furnish
from xinheng.accounts.door import draw_due_samples, register_query
from xinheng.accounts.rules.factor import code_at, step_of
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.console.duties import WATCH
from xinheng.ledger.door import checkpoint, sequence
from xinheng.web.clock import now as page_now

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
Look = Callable[[], list[str]]


@pytest.fixture
def world(transactional_db: None, now: datetime, clock: Any) -> World:
    made = furnish(now)
    administer(made)
    return made


@pytest.fixture
def tab(browser: Any, settings: Any, world: World) -> Iterator[Any]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with served() as where:
        context = browser.new_context(base_url=where)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        yield page
        context.close()


@pytest.fixture
def look(tab: Any) -> Look:
    """Whatever is wrong with the page as it stands, at every width."""
    require_axe()

    def look_at() -> list[str]:
        found = faults(tab)
        tab.set_viewport_size({"width": 1440, "height": 900})
        return found

    return look_at


def come_in(tab: Any, login: str) -> None:
    tab.context.clear_cookies()
    tab.goto("/workbench/sign-in")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")


def test_a_second_factor_is_set_up_asked_for_and_looked_after(tab: Any, look: Look, world: World) -> None:
    come_in(tab, "secadmin")
    tab.wait_for_url("**/workbench/")
    tab.goto("/workbench/people/factor-rules/set")
    found = look()
    tab.select_option("[name=role]", "system_admin")
    tab.check("[name=required][value='1']")
    tab.fill("[name=from_on]", f"{page_now():%Y-%m-%d}")
    tab.fill("[name=reason]", "等级保护第三级要求")
    tab.click("text=下一步：核对")
    tab.click("text=确认设定")
    tab.wait_for_selector("text=规定已设定")
    found += look()

    come_in(tab, "sysadmin")
    tab.wait_for_url("**/workbench/factor**")
    found += look()
    # Big enough for a telephone, and drawn without a style that the policy forbids.
    assert tab.locator("svg.qr").bounding_box()["width"] >= 160
    letters = re.sub(r"\s", "", tab.inner_text("dl.facts span.code"))
    secret = base64.b32decode(letters + "=" * (-len(letters) % 8))
    tab.fill("[name=password]", PASSWORD)
    tab.fill("[name=code]", code_at(secret, step_of(page_now())))
    tab.click("main button:has-text('绑定')")
    tab.wait_for_selector("text=请现在抄下恢复码")
    found += look()
    recovery = tab.inner_text("ul.codes li >> nth=0")
    tab.click("text=已抄下，继续")
    tab.goto("/workbench/factor")
    found += look()
    tab.click(".bar .who a")
    tab.wait_for_url("**/workbench/sessions")
    found += look()

    come_in(tab, "sysadmin")
    tab.wait_for_selector("text=输入验证码")
    found += look()
    tab.fill("[name=code]", "000000")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("text=验证码不正确")
    found += look()
    tab.fill("[name=code]", recovery)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/workbench/")

    come_in(tab, "secadmin")
    tab.wait_for_url("**/workbench/")
    number = world.actor("sysadmin").id
    tab.goto(f"/workbench/people/{number}/factor")
    found += look()
    tab.goto(f"/workbench/people/{number}/sessions")
    found += look()
    assert found == []
    assert breaches(tab.said) == []


def test_an_auditor_reads_alerts_sample_and_takes_the_trail_out(
    tab: Any, look: Look, world: World, now: datetime
) -> None:
    operator = world.actor("operator")
    for minute in range(70):
        for at in (now - timedelta(days=1, seconds=minute), now - timedelta(days=30, seconds=minute)):
            draft = QueryDraft(
                kind=QueryKind.VIEW, subject_id=world.subjects["云禾"], scope="信用档案", reference="示市监案"
            )
            register_query(query=draft, purposes={}, actor=operator, now=at)
    sequence()
    checkpoint(now=now)
    draw_due_samples(actor=WATCH, now=now)
    watch_now(now)

    come_in(tab, "auditor")
    tab.wait_for_url("**/workbench/")
    tab.goto("/workbench/audit/alerts")
    found = look()
    tab.click("table a >> nth=0")
    tab.wait_for_selector("text=依据的查询")
    found += look()
    tab.click("main a:has-text('处理')")
    found += look()
    tab.check("[name=verdict][value=explained]")
    tab.fill("[name=reason]", "核对了当日办件")
    tab.click("text=下一步：核对")
    tab.click("text=确认处理")
    tab.wait_for_selector("text=已处理：有正当理由")
    for place in ("watch", "watch/set", "samples", "trail/export"):
        tab.goto(f"/workbench/audit/{place}")
        found += look()
    tab.goto("/workbench/audit/samples")
    tab.click("table a >> nth=0")
    tab.click("summary:has-text('怎样重新算出')")
    found += look()
    tab.click("table a >> nth=0")
    found += look()
    tab.goto("/workbench/audit/trail/export")
    with tab.expect_download() as taken:
        tab.click("main button:has-text('导出')")
    assert taken.value.suggested_filename.endswith(".csv")
    assert found == []
    assert breaches(tab.said) == []


def watch_now(now: datetime) -> None:
    from types import SimpleNamespace

    from xinheng.console.duties import watch

    context: Any = SimpleNamespace(now=lambda: now, between_steps=lambda: None)
    assert watch(context)["raised"] > 0
