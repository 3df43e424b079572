"""The overview pages in a real browser: an operator follows a subject, an auditor verifies; every page at three widths."""

from collections.abc import Iterator
from typing import Any

import pytest

from intake import cast
from ledger.scenarios_of_quality import owed
from looking import HEIGHT, WIDTHS, faults_as_it_stands, require_axe
from workbench.overview_cast import administer, corrected
from workbench.serving import served
from world import INIT, PASSWORD, World, furnish, licence
from xinheng.accounts.door import install
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import set_duty
from xinheng.jobs.door import Worker
from xinheng.ledger.door import sequence
from xinheng.records.door import enter
from xinheng.web.clock import now as page_now

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
PAGES = {
    "operator": (
        "subjects",
        "subjects?q=云禾",
        "subjects/{subject}",
        "subjects/{subject}/rename",
        "subjects/{subject}/merge",
        "subjects/person",
        "calendar",
        "calendar/2026",
        "calendar/import",
        "jobs",
        "duty",
        "duty/quality",
        "duty/rows",
        "duty/coverage",
        "duty/contradictions",
        "duty/set",
        "duty/{duty}",
        "duty/{duty}/end",
        "licences",
    ),
    "reporter.market": ("duty", "duty/nil"),
    "window": ("licences/holder",),
    "reviewer": ("publicity", "records/{record}", "records/{record}/withdraw"),
    "auditor": ("audit/trail", "audit/trail/1", "audit/queries", "audit/ledger"),
    "sysadmin": ("units", "units/{unit}", "units/open", "people", "people/{person}"),
    "secadmin": ("people/{person}/roles", "people/{person}/password", "tokens", "tokens/issue"),
}


@pytest.fixture
def world(transactional_db: None, now: Any, clock: Any) -> World:
    made = furnish(now)
    administer(made)
    window = PersonSeed("window", "窗口员壬", made.unit_codes["tax"], (Role.SUPERVISOR,), PASSWORD, must_change=False)
    install(plan=InstallPlan((), (window,)), actor=INIT, now=now)
    return made


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


def come_in(tab: Any, login: str) -> None:
    tab.context.clear_cookies()
    tab.goto("/workbench/sign-in")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/workbench/")


def test_an_operator_follows_a_subject_from_search_to_what_changed(tab: Any, world: World) -> None:
    corrected(world)
    come_in(tab, "operator")
    tab.keyboard.press("/")
    tab.keyboard.type("云禾")
    tab.keyboard.press("Enter")
    tab.click("text=示例区云禾商贸有限公司")
    tab.click("summary:has-text('公示情况和 2 个版本')")
    assert tab.is_visible("text=金额录入有误")
    assert "罚款5000元 → 罚款3000元" in tab.inner_text("dl.facts:has(del)")
    tab.fill("[name=on]", "2026-11-01")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**on=2026-11-01**")
    assert tab.is_visible("text=没有您可以查看的信息")


def test_an_auditor_verifies_the_ledger_and_sees_the_result(tab: Any, world: World) -> None:
    corrected(world)
    come_in(tab, "auditor")
    tab.goto("/workbench/audit/ledger")
    tab.click("text=签发检查点")
    tab.wait_for_selector("text=检查点已签发")
    tab.click("text=开始验证")
    tab.wait_for_selector("text=排队中")
    worker = Worker(
        name="w1", handlers={"ledger.verify": "xinheng.workbench.overview.verifying.verify"}, clock=page_now
    )
    worker.run_one()
    tab.click("text=查看验证结果")
    assert tab.is_visible("text=没有发现问题：历史没有被改动")


@pytest.mark.parametrize("login", PAGES)
def test_no_page_scrolls_sideways_and_axe_finds_nothing_serious(tab: Any, world: World, login: str) -> None:
    require_axe()
    record = corrected(world)
    enter(fact=licence(world), actor=world.actor("reporter.market"), now=world.now)
    duty = set_duty(draft=owed(world), actor=world.actor("operator"), now=world.now).duty_id
    disagree(world)
    sequence()
    places = {
        "subject": world.subjects["云禾"],
        "record": record,
        "unit": world.units["market"],
        "person": world.actor("reporter.tax").id,
        "duty": duty,
    }
    found = []
    come_in(tab, login)
    for page in PAGES[login]:
        tab.goto(f"/workbench/{page.format(**places)}")
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": HEIGHT})
            open_everything(tab)
            found += [f"{tab.url} at {width}: {each}" for each in faults_as_it_stands(tab)]
    assert found == []


def disagree(world: World) -> None:
    """Rows taken and refused, and three departments that say different things of one subject."""
    rejected = cast.penalty(world, 102, CF_SY="无")
    cast.load(world, cast.as_csv([cast.penalty(world, 1), rejected]))
    cast.load(
        world,
        cast.as_csv([cast.penalty(world, 1, unit="tax", CF_NR_FK="0.7", CF_NR="处以罚款人民币7000元。")]),
        unit="tax",
    )
    survey(world.now)


def open_everything(tab: Any) -> None:
    """Open what is folded up at this width; what was opened at another stays open."""
    for summary in tab.query_selector_all("main details:not(.table-tools):not([open]) > summary"):
        if summary.is_visible():
            summary.click()
