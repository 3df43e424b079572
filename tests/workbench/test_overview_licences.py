"""The workbench's certificates: what ends soon, by unit; at the window what a holder has, for a purpose and registered."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from workbench.acts import People
from world import INIT, PASSWORD, World, business_code, licence, publish
from xinheng.accounts.door import install, queries_of_subject
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.records.door import enter

ON = date(2026, 11, 21)


@pytest.fixture
def ending(world: World) -> dict[int, int]:
    """Certificates of market supervision by the days they have left (below nothing: since they ended)."""
    found = {}
    for days in (0, 20, 45, 80, -10):
        fact = licence(world, number=f"示市监许〔2026〕{100 + days}号", until=ON + timedelta(days=days))
        fact.content["XK_XDR_MC"] = "示例区清岚食品有限公司"  # type: ignore[index]
        found[days] = enter(fact=fact, actor=world.actor("reporter.market"), now=world.now).record_id
    return found


def listed(people: People, login: str, query: str = "") -> set[int]:
    answer = people[login].get(f"/workbench/licences{query}")
    assert answer.status_code == 200
    table = answer.context["table"]
    return {int(row.cells["title"].href.rsplit("/", 1)[1]) for row in table.rows}


def test_the_list_says_what_ends_within_the_time_asked_and_what_lapsed(people: People, ending: dict[int, int]) -> None:
    assert listed(people, "reporter.market") == {ending[0], ending[20]}
    assert listed(people, "reporter.market", "?within=90") == {ending[day] for day in (0, 20, 45, 80)}
    assert listed(people, "operator", "?within=lapsed") == {ending[-10]}
    figures = people["operator"].get("/workbench/licences").context["figures"]
    assert [figure.value for figure in figures] == [2, 3, 4, 1]


def test_another_department_sees_none_of_them_and_its_figures_are_nought(
    people: People, ending: dict[int, int]
) -> None:
    assert listed(people, "reporter.tax", "?within=90") == set()
    assert [one.value for one in people["reporter.tax"].get("/workbench/licences").context["figures"]] == [0] * 4


@pytest.mark.parametrize("query", ["?within=31", "?unit=x", "?renewed=maybe", "?colour=red"])
def test_a_wrong_condition_is_named_and_nothing_is_listed(people: People, ending: dict[int, int], query: str) -> None:
    answer = people["operator"].get(f"/workbench/licences{query}")
    assert answer.status_code == 422
    assert answer.context["table"].rows == ()


@pytest.mark.parametrize("after", ["x", "1-", "9999999999999-1", "-", "0-0"])
def test_a_strange_cursor_shows_the_first_page(people: People, ending: dict[int, int], after: str) -> None:
    assert listed(people, "operator", f"?after={after}") == {ending[0], ending[20]}


def test_the_export_holds_the_same_rows_and_is_registered(
    people: People, ending: dict[int, int], tmp_path: Any
) -> None:
    answer = people["operator"].get("/workbench/licences/export.xlsx?within=90")
    path = tmp_path / "found.xlsx"
    path.write_bytes(answer.content)
    rows = list(load_workbook(path).worksheets[0].values)
    assert len(rows) == 5
    assert [row[4] for row in rows[1:]] == ["0", "20", "45", "80"]


@pytest.fixture
def window(world: World, people: People) -> Any:
    """Somebody at a service window of the tax bureau, who has to do with no record of market supervision."""
    seed = PersonSeed(
        "window.tax", "窗口员壬", world.unit_codes["tax"], (Role.SUPERVISOR,), PASSWORD, must_change=False
    )
    install(plan=InstallPlan((), (seed,)), actor=INIT, now=world.now)
    return people["window.tax"]


def asked(window: Any, **form: str) -> Any:
    return window.post("/workbench/licences/holder", {"code": business_code(2), "purpose": "approval"} | form)


def test_the_window_sees_a_holder_s_certificates_for_a_purpose_and_the_look_is_registered(
    window: Any, world: World, ending: dict[int, int]
) -> None:
    answer = asked(window, reference="受理〔2026〕8号")
    assert answer.status_code == 200
    assert len(answer.context["licences"]) == 5
    assert {line.href for line in answer.context["licences"]} == {""}
    (look, *_) = queries_of_subject(world.subjects["清岚"], world.actor("auditor"))
    assert (look.purpose, look.reference, look.count) == ("approval", "受理〔2026〕8号", 5)


@pytest.mark.parametrize("form", [{"reference": ""}, {"purpose": ""}, {"purpose": "curiosity", "reference": "1"}])
def test_without_a_purpose_of_the_list_and_its_number_nothing_is_shown(
    window: Any, ending: dict[int, int], form: dict[str, str]
) -> None:
    answer = asked(window, **form)
    assert answer.status_code in (403, 422)
    assert "示市监许" not in answer.content.decode()


def test_a_code_of_nobody_and_of_somebody_without_certificates_have_one_answer(
    window: Any, ending: dict[int, int]
) -> None:
    import re

    texts = set()
    for number in (1, 77):
        answer = asked(window, code=business_code(number), reference="1")
        text = re.sub(r"<main.*?<section", "", answer.content.decode(), flags=re.DOTALL)
        texts.add(re.sub(r'nonce="[^"]*"|csrf[^>]*|"X-CSRFToken[^}]*', "", text))
    assert len(texts) == 1


def test_who_has_not_the_permission_does_not_get_the_window(people: People, ending: dict[int, int]) -> None:
    assert people["reporter.tax"].get("/workbench/licences/holder").status_code == 403


def test_the_subject_s_page_lists_certificates_with_state_and_term(
    people: People, world: World, ending: dict[int, int], now: datetime
) -> None:
    lines = people["reporter.market"].get(f"/workbench/subjects/{world.subjects['清岚']}").context["licences"]
    assert [line.status.label for line in lines] == ["证照有效"] * 4 + ["证照已到期"]
    assert all(line.href.startswith("/workbench/records/") for line in lines)
    publish(now)
    others = people["reporter.tax"].get(f"/workbench/subjects/{world.subjects['清岚']}").context["licences"]
    assert {line.status.label for line in others} == {"证照有效"}
    assert len(others) == 4
