"""A business in a real browser: from the letter to its own picture, to an objection and another agent; axe at three widths."""

from typing import Any

import pytest

from looking import breaches, faults, require_axe
from members.agents import issued
from objections.contested import shown_penalty
from world import PASSWORD, World, furnish

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, fixed_day: None, now: Any) -> World:
    """Committed, for the server reads on its own connection."""
    return furnish(now)


def test_a_business_claims_looks_objects_and_authorises_and_axe_finds_nothing(
    browser: Any, live_server: Any, world: World
) -> None:
    require_axe()
    fine, code = shown_penalty(world), issued(world)
    page = browser.new_context(base_url=live_server.url, viewport={"width": 375, "height": 800}).new_page()
    said: list[str] = []
    wrong: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/my")
    wrong += faults(page)
    page.click("text=使用认领码")
    for name, text in (("number", code.number), ("code", code.code), ("login", "agent.first")):
        page.fill(f"[name={name}]", text)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD + "x")
    page.click("text=认领并开立账号")
    assert "两次输入的口令不一致" in page.inner_text("main")
    wrong += faults(page)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("text=认领并开立账号")
    page.wait_for_url("**/my")
    assert "示例区云禾商贸有限公司" in page.inner_text("main")
    wrong += faults(page)
    page.click(f"a[href='/my/records/{fine}']")
    wrong += faults(page)
    page.click("aside >> text=提出异议")
    page.check("input[name=about] >> nth=0")
    page.fill("[name=statement]", "罚款应为三千元")
    wrong += faults(page)
    page.click("text=提交异议")
    page.wait_for_url("**/my/cases/*")
    assert "待受理" in page.inner_text("main")
    wrong += faults(page)
    page.click("text=经办人 >> nth=0")
    page.fill("[name=post]", "财务")
    page.click("text=生成认领码")
    assert "认领码已生成" in page.inner_text("main")
    wrong += faults(page)
    page.click("text=谁看过")
    assert "还没有单位查看过" in page.inner_text("main")
    wrong += faults(page)
    page.click("text=退出")
    page.wait_for_url("**/my/sign-in")
    page.context.close()
    assert wrong == []
    assert breaches(said) == []


def test_the_window_hands_out_a_code_and_axe_finds_nothing(browser: Any, live_server: Any, world: World) -> None:
    require_axe()
    page = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900}).new_page()
    page.goto("/workbench/sign-in")
    page.fill("[name=login]", "operator")
    page.fill("[name=password]", PASSWORD)
    page.click("form.sign-in button[type=submit]")
    page.wait_for_url("**/workbench/")
    page.goto(f"/workbench/subjects/{world.subjects['云禾']}")
    page.click("text=经办人与认领码")
    wrong = faults(page)
    page.check("input[name=channel] >> nth=0")
    page.fill("[name=evidence]", "营业执照、身份证、授权书原件")
    page.fill("[name=post]", "法定代表人")
    page.click("text=生成认领码")
    assert "RL-" in page.inner_text("main")
    wrong += faults(page)
    page.context.close()
    assert wrong == []
