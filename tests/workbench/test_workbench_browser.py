"""The workbench in a real browser: the main job from sign-in to a typed record, and every page at three widths."""

from collections.abc import Iterator
from typing import Any

import pytest

from looking import breaches, faults, require_axe
from workbench.acts import PENALTY, dirty_rows, load, penalty_file, penalty_texts
from workbench.serving import served
from world import PASSWORD, World, furnish, publish
from xinheng.intake.door import held
from xinheng.records.door import of_batch

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


def enter(tab: Any, login: str) -> None:
    tab.goto("/workbench/sign-in")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/workbench/")


def upload(tab: Any, world: World, rows: list[dict[str, str]]) -> int:
    file = penalty_file(world, rows)
    tab.goto(f"/workbench/upload?item={PENALTY}")
    tab.set_input_files("input[type=file]", {"name": file.name, "mimeType": "text/csv", "buffer": file.read()})
    tab.click("main form button[type=submit]")
    tab.wait_for_url("**/workbench/batches/*")
    return int(tab.url.rpartition("/")[2])


def test_a_reporter_sends_a_file_corrects_it_and_types_one_penalty_by_keyboard(tab: Any, world: World) -> None:
    enter(tab, "reporter.market")
    first = upload(tab, world, dirty_rows(world))
    assert "您可以离开本页" in tab.inner_text("#job-progress")
    load(first)
    # The page asks by itself and, once the batch has ended, loads its receipt.
    tab.wait_for_selector("#t-problems")
    text = tab.inner_text("main")
    assert "有 1 行退回" in text
    assert "E104" in text
    assert "E109" in text

    rows = dirty_rows(world)
    rows[1] = penalty_texts(world, CF_WSH="示市监罚〔2026〕22号", CF_SY="未按规定公示价格。")
    second = upload(tab, world, rows)
    load(second)
    tab.wait_for_selector("#t-problems")
    figures = tab.inner_text(".figures")
    assert "其中内容未变" in figures
    assert "有 1 行暂存" in tab.inner_text("main")

    type_by_keyboard(tab, world)


def type_by_keyboard(tab: Any, world: World) -> None:
    """One penalty with nothing but the keyboard: from the navigation to the receipt."""
    tab.goto("/workbench/entry")
    until(tab, f"document.activeElement.getAttribute('href') === '/workbench/entry/{PENALTY}'")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/workbench/entry/{PENALTY}")
    texts = penalty_texts(
        world, CF_WSH="示市监罚〔2026〕31号", CF_SY="销售超过保质期的食品。", CF_JDRQ="2026年11月19日"
    )
    for code, text in texts.items():
        if code in {"CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM"}:
            continue  # the own unit stands there already
        if code == "CF_CFLB":
            until(tab, f"document.activeElement.name === '{code}' && document.activeElement.value === '{text}'")
            tab.keyboard.press("Space")
            continue
        until(tab, f"document.activeElement.name === '{code}'")
        if code == "CF_XDR_LB":
            tab.keyboard.press("ArrowDown")
            continue
        tab.keyboard.type(text)
    until(tab, "document.activeElement.value === 'review'")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("dl.review")
    assert "2026-11-19" in tab.inner_text("main")
    until(tab, "document.activeElement.value === 'confirm'")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/workbench/entry/done/*")
    assert "已入库" in tab.inner_text("h1")


def until(tab: Any, condition: str, most: int = 120) -> None:
    """Press the tabulator until the condition holds."""
    for _ in range(most):
        if tab.evaluate(condition):
            return
        tab.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach: {condition}")


def pages_of(first: int, held: list[int], record: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who looks at which pages; `held` are the row with another name and the correction."""
    name, correction = held
    return (
        (
            "reporter.market",
            (
                "",
                "entry",
                f"entry/{PENALTY}",
                "upload",
                "batches",
                f"batches/{first}",
                f"batches/{first}/normalised",
                "batches?state=refused",
                "held",
                f"held/{name}",
                "password",
                f"entry/done/{record}?as=new",
                "batches/999999",
            ),
        ),
        ("reviewer", ("", f"held/{name}", f"held/{name}/release", f"held/{correction}", f"batches/{first}")),
    )


def furnish_pages(tab: Any, world: World) -> tuple[int, list[int], int]:
    """A batch with everything in it, a held name, a held correction of shown harm, a record: their numbers."""
    enter(tab, "reporter.market")
    first = upload(tab, world, dirty_rows(world))
    load(first)
    publish(world.now)
    corrected = penalty_texts(world, CF_NR_FK="0.8", CF_NR="罚款8000元", GZYY="笔误，罚款金额应为8000元")
    load(upload(tab, world, [corrected]))
    reviewer = world.actor("reviewer")
    (record,) = of_batch(first, actor=reviewer)
    return first, [each.id for each in held(reviewer).items], record.record_id


def test_every_page_is_fit_for_all_at_three_widths(tab: Any, world: World) -> None:
    require_axe()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    furnished = furnish_pages(tab, world)
    wrong: list[str] = []
    for login, addresses in pages_of(*furnished):
        tab.context.clear_cookies()
        tab.goto("/workbench/sign-in?timed_out=1")
        wrong += faults(tab)
        enter(tab, login)
        for where in addresses:
            answer = tab.goto(f"/workbench/{where}")
            assert answer.status == (404 if where == "batches/999999" else 200), where
            wrong += faults(tab)
        if login == "reporter.market":
            wrong += typed_pages(tab, world)
    assert wrong == []
    assert breaches(said) == []


def typed_pages(tab: Any, world: World) -> list[str]:
    """The form with errors, and the review page."""
    tab.goto(f"/workbench/entry/{PENALTY}")
    for code, text in penalty_texts(world, CF_WSH="示市监罚〔2026〕41号", CF_XDR_SHXYM="123").items():
        if code == "CF_XDR_LB":
            tab.select_option(f"[name={code}]", text)
        elif code == "CF_CFLB":
            tab.check(f"[name={code}][value='{text}']")
        else:
            tab.fill(f"[name={code}]", text)
    tab.click("button[value=review]")
    tab.wait_for_selector(".error-summary")
    tab.locator(".error-summary:focus").wait_for()
    wrong = faults(tab)
    tab.fill("[name=CF_XDR_SHXYM]", penalty_texts(world)["CF_XDR_SHXYM"])
    tab.click("button[value=review]")
    tab.wait_for_selector("dl.review")
    return wrong + faults(tab)
