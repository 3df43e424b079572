"""The inbox of cases and the page of one: what each reader sees, what each step does over HTTP, and what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from objections.contested import STATEMENT, Contested, at, contested, is_contested
from workbench.acts import People, words
from world import World
from xinheng.accounts.models import Query
from xinheng.kernel.dates import legal_date
from xinheng.objections.door import accept, ask_supplement, find
from xinheng.objections.values import Finding
from xinheng.procedures.door import all_declared, case, tick
from xinheng.procedures.models import Case, RunningClock, StepTaken
from xinheng.procedures.values import Side
from xinheng.workbench.cases.handling import HANDLING

NAME, CONTACT = "云禾商贸", "0599-0000001"


@pytest.fixture
def made(world: World) -> Contested:
    """An objection nobody took up yet."""
    return contested(world)


def page(made: Contested, step: str = "") -> str:
    return f"/workbench/cases/{made.case_id}{'/' if step else ''}{step}"


def sent(people: People, login: str, made: Contested, step: str, note: str = "", **more: str) -> Any:
    """A step as its form sends it: with the state the page was about."""
    given = {"note": note, "seen": str(Case.objects.get(pk=made.case_id).seq), "_step": "confirm", **more}
    return people[login].post(page(made, step), given)


def test_every_official_step_of_every_procedure_is_handled() -> None:
    for procedure in all_declared():
        officials = {step.code for step in procedure.steps if step.by not in (Side.APPLICANT, Side.TIME)}
        assert set(HANDLING[procedure.code].acts) == officials


def test_the_inbox_shows_what_waits_for_the_own_unit_by_deadline(people: People, made: Contested) -> None:
    centre = words(people["operator"].get("/workbench/cases"))
    assert made.submitted.number in centre
    assert "还剩 2 个工作日" in centre
    assert made.submitted.number not in words(people["reporter.market"].get("/workbench/cases"))
    sent(people, "operator", made, "accept")
    assert made.submitted.number in words(people["reporter.market"].get("/workbench/cases"))
    assert made.submitted.number not in words(people["operator"].get("/workbench/cases"))
    assert made.submitted.number in words(people["operator"].get("/workbench/cases?whose=all"))


def test_what_is_late_is_marked_stands_first_and_can_be_asked_for(
    people: People, world: World, made: Contested, clock: Callable[[datetime], None]
) -> None:
    accept(case_id=made.case_id, actor=world.actor("operator"), now=world.now)
    last = RunningClock.objects.get(case_id=made.case_id, clock="verification").deadline
    assert last is not None
    clock(at(last + timedelta(days=1)))
    tick(now=at(last + timedelta(days=1)))
    listed = words(people["reporter.market"].get("/workbench/cases?time=late"))
    assert made.submitted.number in listed
    assert "已超 1 个工作日" in listed
    assert "信源单位核实中 · 逾期督办" in listed
    assert "信源单位核实中 · 逾期督办" in words(people["operator"].get(page(made)))
    assert made.submitted.number not in words(people["reporter.market"].get("/workbench/cases?time=in-time"))
    home = words(people["reporter.market"].get("/workbench/"))
    assert "有 1 件办件已经逾期，请先办理。" in home


def test_the_centre_reads_who_objected_the_source_unit_only_what_was_said(
    people: People, world: World, made: Contested
) -> None:
    centre = words(people["operator"].get(page(made)))
    assert (NAME in centre, CONTACT in centre, STATEMENT in centre) == (True, True, True)
    source = words(people["reporter.market"].get(page(made)))
    assert (NAME in source, CONTACT in source, STATEMENT in source) == (False, False, True)
    auditor = words(people["auditor"].get(page(made)))
    assert (NAME in auditor, CONTACT in auditor, STATEMENT in auditor) == (False, False, False)
    looks = list(Query.objects.order_by("id").values_list("person_id", "scope", "fields"))
    assert looks == [
        (world.actor("operator").id, f"办件 {made.submitted.number}", ["statement", "name", "contact"]),
        (world.actor("reporter.market").id, f"办件 {made.submitted.number}", ["statement"]),
    ]


def test_a_case_of_others_is_answered_as_one_that_is_not_there(people: People, made: Contested) -> None:
    for login in ("reporter.tax",):
        there = people[login].get(page(made))
        nowhere = people[login].get(f"/workbench/cases/{made.case_id + 700}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert people[login].post(page(made, "accept"), {"seen": "1", "_step": "confirm"}).status_code == 404
    assert StepTaken.objects.filter(case_id=made.case_id).count() == 1


def test_the_page_of_a_case_says_where_it_stands_and_by_when_with_the_basis(people: People, made: Contested) -> None:
    said = words(people["operator"].get(page(made)))
    assert "待受理" in said
    assert "信用中心一方的期限：2 个工作日" in said
    assert "信用中心一方的期限：10 个工作日" in said
    assert "本平台约定" in said or "依据" in said
    assert f"/workbench/records/{made.record_id}" in people["operator"].get(page(made)).content.decode()


def test_who_acted_is_named_by_unit_and_never_by_person(people: People, world: World, made: Contested) -> None:
    sent(people, "operator", made, "accept")
    said = words(people["reporter.market"].get(page(made)))
    assert "受理并转信源单位核实" in said
    person = world.actor("operator").name
    timeline = said[said.index("办理经过") :]
    assert person not in timeline


def test_each_reader_is_offered_only_the_own_steps(people: People, made: Contested) -> None:
    def offered(login: str) -> set[str]:
        body = people[login].get(page(made)).content.decode()
        steps = {step.code for step in all_declared()[0].steps}
        return {code for code in steps if f'action="{page(made, code)}"' in body}

    assert offered("operator") == {"accept", "refuse", "ask_supplement"}
    assert offered("reviewer") == set()
    assert offered("reporter.market") == set()
    sent(people, "operator", made, "accept")
    assert offered("reporter.market") == {"found_corrected", "found_withdrawn", "found_right", "found_unclear"}


def test_a_step_over_the_page_does_what_it_says(people: People, world: World, made: Contested) -> None:
    done = sent(people, "operator", made, "accept")
    assert (done.status_code, done["Location"]) == (302, page(made))
    assert "已办理：受理并转信源单位核实" in words(people["operator"].get(page(made)))
    assert is_contested(made.record_id, legal_date(world.now))
    assert sent(people, "reporter.market", made, "found_right", "经核对案卷无误").status_code == 302
    assert sent(people, "reviewer", made, "answer_upheld", "无误，可以申请行政复议").status_code == 302
    assert "异议不成立" in words(people["operator"].get(page(made)))
    assert not is_contested(made.record_id, legal_date(world.now))


@pytest.mark.parametrize("note", ["", " \u3000", "长" * 2001])
def test_a_step_without_reasons_stays_on_the_page_with_what_was_typed(
    people: People, made: Contested, note: str
) -> None:
    answer = sent(people, "operator", made, "refuse", note)
    assert answer.status_code == 422
    assert "办理“不予受理”须写明理由" in words(answer) or "最多 2000 个字" in words(answer)
    assert note.strip() in answer.content.decode()
    assert Case.objects.get(pk=made.case_id).state == "submitted"


def test_a_page_that_is_out_of_date_is_answered_409_in_place_and_keeps_what_was_typed(
    people: People, world: World, made: Contested
) -> None:
    ask_supplement(case_id=made.case_id, note="请提供决定书", actor=world.actor("operator"), now=world.now)
    answer = people["operator"].post(
        page(made, "refuse"), {"note": "所述与这条信息无关", "seen": "1", "_step": "confirm"}
    )
    assert answer.status_code == 409
    said = words(answer)
    assert "没有办理：办件的情况变了" in said
    assert "您刚才写的内容： 所述与这条信息无关" in said
    assert "待补充材料" in said
    # Where the step can still be taken, its form has the text and the state as it is now.
    again = people["operator"].post(page(made, "go_on"), {"note": "材料足够", "seen": "x", "_step": "confirm"})
    assert again.status_code == 409
    assert "材料足够</textarea>" in again.content.decode()
    assert 'name="seen" value="2"' in again.content.decode()


def test_what_says_corrected_without_a_correction_is_told_so(people: People, world: World, made: Contested) -> None:
    accept(case_id=made.case_id, actor=world.actor("operator"), now=world.now)
    answer = sent(people, "reporter.market", made, "found_corrected", "已更正")
    assert answer.status_code == 409
    assert "还没有更正的版本" in words(answer)


@pytest.mark.parametrize(("step", "status"), [("answer_upheld", 409), ("no-such-step", 404), ("submit", 404)])
def test_no_request_takes_a_step_out_of_order(people: People, made: Contested, step: str, status: int) -> None:
    answer = people["reviewer"].post(page(made, step), {"note": "无误", "seen": "1", "_step": "confirm"})
    assert answer.status_code == status
    assert StepTaken.objects.filter(case_id=made.case_id).count() == 1


def test_who_may_not_take_a_step_of_the_own_side_is_refused(people: People, world: World, made: Contested) -> None:
    accept(case_id=made.case_id, actor=world.actor("operator"), now=world.now)
    find(
        case_id=made.case_id,
        finding=Finding.RIGHT,
        note="无误",
        actor=world.actor("reporter.market"),
        now=world.now,
    )
    assert sent(people, "operator", made, "answer_upheld", "无误").status_code == 403
    assert sent(people, "reporter.market", made, "answer_upheld", "无误").status_code == 403
    assert sent(people, "reporter.tax", made, "answer_upheld", "无误").status_code == 404
    assert case(made.case_id, actor=world.actor("auditor")).state.code == "found_right"


def test_a_form_that_comes_back_after_the_session_ended_does_nothing_yet(people: People, made: Contested) -> None:
    answer = people["operator"].post(page(made, "refuse"), {"note": "无关", "seen": "1", "_step": "edit"})
    assert answer.status_code == 200
    assert "无关</textarea>" in answer.content.decode()
    assert Case.objects.get(pk=made.case_id).state == "submitted"


def test_an_empty_inbox_says_so(people: People, world: World) -> None:
    said = words(people["reporter.tax"].get("/workbench/cases"))
    assert "现在没有轮到您所在单位办理的事项" in said
    assert people["reporter.tax"].get("/workbench/cases?time=sometimes").status_code == 422
