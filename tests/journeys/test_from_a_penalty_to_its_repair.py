"""One penalty from the file to its repair, over HTTP: shown, contested in vain, repaired, gone everywhere; the archive keeps it all."""

import json
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client

from intake.cast import as_csv, load, penalty
from portal.pages import main
from procedures.cases import SUPERVISOR, supervisor
from workbench.acts import People, words
from world import PASSWORD, World, business_code, publish
from xinheng.ledger.door import public_key, sequence, verify
from xinheng.ledger.models import Run
from xinheng.records.models import Version
from xinheng.storage.keys import key_ring

NUMBER = "示市监罚〔2026〕88号"


@pytest.fixture(autouse=True)
def nobody_failed_yet() -> None:
    cache.clear()


def handed_in(world: World) -> int:
    """The penalty comes with a department's file, and is shown."""
    row = penalty(
        world,
        88,
        CF_XDR_MC="示例区云禾商贸有限公司",
        CF_XDR_SHXYM=business_code(1),
        CF_WSH=NUMBER,
        CF_JDRQ="2026-05-06",
    )
    receipt = load(world, as_csv([row]), name="五月处罚.csv", reason="补报")
    assert receipt.counts.accepted == 1, receipt.errors
    publish(world.now)
    return Version.objects.get(document_number=NUMBER).record_id


def claimed(people: People, world: World) -> Client:
    """The window checks papers and hands out a code; the business opens an account with it."""
    said = {
        "act": "issue",
        "channel": "window",
        "evidence": "营业执照、身份证原件",
        "post": "法定代表人",
        "scopes": ["apply", "manage"],
    }
    answer = people["operator"].post(f"/workbench/subjects/{world.subjects['云禾']}/agents", said)
    text = re.sub(r"<[^>]+>|\s", "", answer.content.decode())
    number, code = re.search(r"RL-\w{4}-\w{4}", text), re.search(r"认领码(\d{8})只在这里", text)
    assert number is not None
    assert code is not None
    business = Client(raise_request_exception=False)
    account = {"number": number[0], "code": code[1], "login": "yunhe.one", "password": PASSWORD, "again": PASSWORD}
    assert business.post("/my/claim", account)["Location"] == "/my"
    return business


def acts(people: People, login: str, step: str, note: str = "") -> None:
    """Open the inbox, the case, and send the step's form as the page has it."""
    page = re.search(r'href="(/workbench/cases/\d+)"', people[login].get("/workbench/cases").content.decode())
    assert page is not None, (login, step)
    body = people[login].get(page[1]).content.decode()
    form = re.search(rf'action="{page[1]}/{step}".*?name="seen" value="(\d+)"', body, flags=re.DOTALL)
    assert form is not None, step
    done = people[login].post(f"{page[1]}/{step}", {"note": note, "seen": form[1], "_step": "confirm"})
    assert done.status_code == 302, words(done)


def surfaces(visitor: Client, world: World, record_id: int) -> dict[str, bool]:
    """On which public surfaces the penalty stands."""
    pages = {
        "record": f"/records/{record_id}",
        "subject": f"/subjects/{world.subjects['云禾']}",
        "list": "/penalties",
        "search": f"/search?q={NUMBER}",
        "home": "/",
        "api record": f"/api/v1/publicity/records/{record_id}",
        "api list": "/api/v1/publicity/records",
    }
    found = {}
    for name, path in pages.items():
        answer = visitor.get(path)
        text = answer.content.decode()
        if name.startswith("api") and answer.status_code == 200:
            text = json.dumps(answer.json(), ensure_ascii=False)
        # The page of a search repeats what was asked for: only a way to the record counts there.
        found[name] = answer.status_code == 200 and (
            NUMBER in text if name != "search" else f"/records/{record_id}" in text
        )
    return found


@pytest.mark.usefixtures("full_buckets")
def test_from_the_file_to_the_repair(
    visitor: Client, people: People, world: World, clock: Callable[[datetime], None]
) -> None:
    supervisor(world)
    record_id = handed_in(world)
    shown = surfaces(visitor, world, record_id)
    assert shown["record"]
    assert shown["subject"]
    assert shown["search"]
    assert shown["api record"]
    business = claimed(people, world)
    assert NUMBER in main(business.get("/my"))

    once = re.search(r'name="once" value="(\w+)"', business.get(f"/my/records/{record_id}/objection").content.decode())
    assert once is not None
    said = {"about": "content", "statement": "罚款金额有误", "contact": "", "once": once[1]}
    objection = business.post(f"/my/records/{record_id}/objection", said)["Location"]
    acts(people, "operator", "accept")
    acts(people, "reporter.market", "found_right", "与决定书一致")
    acts(people, "reviewer", "answer_upheld", "经核实，金额与决定书一致。可以依法申请行政复议。")
    assert "异议不成立" in main(business.get(objection))
    assert surfaces(visitor, world, record_id) == shown

    assert "可以向作出决定的单位申请修复" in main(business.get(f"/my/records/{record_id}"))
    form = {"performed": "罚款已于 2026-05-20 缴清", "contact": ""}
    assert business.post(f"/my/records/{record_id}/repair", form).status_code == 422
    case = business.post(f"/my/records/{record_id}/repair", {**form, "promised": "1"})["Location"]
    assert business.get(f"/my/records/{record_id}/repair")["Location"] == case
    acts(people, "reporter.market", "accept")
    assert surfaces(visitor, world, record_id) == shown
    acts(people, SUPERVISOR, "grant", "经核对，罚款已于 5 月 20 日缴清。")
    assert "准予修复" in main(business.get(case))

    gone = surfaces(visitor, world, record_id)
    assert [name for name, there in gone.items() if there] == []
    assert visitor.get(f"/records/{record_id}").status_code == 404
    assert "起不再公示" in main(business.get(f"/my/records/{record_id}"))

    auditor = main(people["auditor"].get(f"/workbench/records/{record_id}"))
    assert NUMBER in auditor
    assert "罚款" in auditor
    sequence()
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()
    steps = ("members.claimed", "objections.submitted", "objections.answered", "repair.applied", "repair.accepted")
    entered = dict(Run.objects.filter(operation__in=(*steps, "repair.granted")).values_list("operation", "first"))
    assert sorted(entered, key=lambda code: entered[code] or 0) == [*steps, "repair.granted"]
