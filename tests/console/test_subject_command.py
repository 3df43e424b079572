"""`xinheng subject show`: the archive as of a day and as known then, every read registered, people only from standard input."""

import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from world import World, business_code, furnish, licence, penalty, publish
from xinheng.accounts.door import queries_page
from xinheng.accounts.values import QueryFilter
from xinheng.console import clock, main
from xinheng.console.demo.codes import identity_number
from xinheng.kernel.actor import system
from xinheng.ledger.door import head
from xinheng.records.door import by_document, enter, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import ensure_person, rename
from xinheng.subjects.values import PersonDraft, Scheme

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
CODE = business_code(1)
PERSON = identity_number(date(1980, 5, 6), 12)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """One penalty, corrected an hour later; the clock stands at the correction."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = furnish(NOW - timedelta(hours=1))
    enter(fact=penalty(made), actor=made.actor("reporter.market"), now=NOW - timedelta(hours=1))
    publish(NOW - timedelta(hours=1))
    made.now = NOW
    return made


def correct(world: World) -> int:
    """Another fine under the same key; the number of the last entry before it."""
    before = head().numbered
    fact = penalty(world, amount=600_000)
    enter(fact=fact, reason="依决定书更正", actor=world.actor("reporter.market"), now=NOW)
    publish(NOW)
    return before


def show(*words: str, login: str = "operator") -> int:
    return main.run(["subject", "show", *words, "--as", login, "--json"])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def read(world: World) -> Any:
    return queries_page(QueryFilter(), actor=world.actor("auditor")).items


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_it_shows_head_names_codes_and_records_with_where_they_came_from(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(CODE) == 0
    said = printed(capsys)
    assert set(said) == {"subject", "names", "identifiers", "merges", "asked", "items"}
    assert (said["subject"]["name"], said["subject"]["code"]) == ("示例区云禾商贸有限公司", CODE)
    assert [one["value"] for one in said["identifiers"]] == [CODE]
    (record,) = said["items"]
    assert set(record) == {"record", "item", "item_name", "unit", "current", "earlier", "marks", "publicity"}
    assert (record["item"], record["unit"]) == ("administrative-penalty", "示例区市场监督管理局")
    assert record["current"]["amount_cents"] == 500_000
    assert record["publicity"]["stage"] == "late", "decided on the 10th, due on the 19th, shown on the 21st"
    assert record["publicity"]["until"] == "2027-11-10"


def test_known_at_a_number_or_a_moment_before_the_correction_shows_the_first_version(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before = correct(world)
    shown = {}
    for known in (str(before), "2026-11-21T10:30", "2026-11-21T02:30:00+00:00", "2026-11-21", str(before + 50)):
        assert show(CODE, "--known-at", known) == 0
        (record,) = printed(capsys)["items"]
        shown[known] = (record["current"]["amount_cents"], len(record["earlier"]))
    assert set(shown.values()) == {(500_000, 0), (600_000, 1)}
    assert shown[str(before)] == shown["2026-11-21T10:30"] == shown["2026-11-21T02:30:00+00:00"] == (500_000, 0)
    assert shown["2026-11-21"] == (600_000, 1)


def test_before_anything_was_known_there_is_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(CODE, "--known-at", "2020-01-01") == 0
    said = printed(capsys)
    assert (said["items"], said["asked"]["known_at"]) == ([], 0)


def test_as_of_a_day_before_the_act_there_is_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(CODE, "--as-of", "2026-11-09") == 0
    assert printed(capsys)["items"] == []
    assert show(CODE, "--as-of", "2026-11-10") == 0
    assert len(printed(capsys)["items"]) == 1


def test_former_names_are_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    manager = system("tests", "subjects.manage")
    rename(
        subject_id=world.subjects["云禾"],
        name="示例区云禾数贸有限公司",
        valid_from=date(2026, 11, 21),
        actor=manager,
        now=NOW,
    )
    assert main.run(["subject", "show", CODE, "--as", "operator"]) == 0
    told = capsys.readouterr().out
    assert "示例区云禾数贸有限公司" in told.splitlines()[0]
    assert "曾用名：示例区云禾商贸有限公司" in told


def test_every_look_is_registered_before_anything_is_shown(world: World) -> None:
    show(CODE)
    (line,) = read(world)
    assert (line.subject_id, line.kind.value, line.personal) == (world.subjects["云禾"], "view", False)


def test_another_department_does_not_learn_that_the_record_exists(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(CODE, login="reporter.tax") == 0
    assert printed(capsys)["items"] == []


def test_a_code_that_leads_nowhere_is_one(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(business_code(77)) == 1
    assert printed(capsys)["reason"] == "subjects.code_unknown"
    assert read(world) == ()


def test_an_identity_number_on_the_command_line_is_wrong_use_and_not_repeated(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(PERSON, "--purpose", "data-quality") == 2
    said = capsys.readouterr()
    assert "标准输入" in said.err
    assert PERSON not in said.err + said.out
    assert read(world) == ()


def test_a_person_is_found_from_standard_input_with_a_purpose(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_person(world)
    type_in(monkeypatch, PERSON + "\n")
    assert show("-", "--purpose", "data-quality") == 0
    said = printed(capsys)
    assert (said["subject"]["kind"], said["subject"]["name"]) == ("natural_person", "甲云禾")
    (line,) = read(world)
    assert (line.personal, line.purpose) == (True, "data-quality")


def test_a_purpose_that_asks_for_a_case_number_enters_it(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_person(world)
    type_in(monkeypatch, PERSON + "\n")
    assert show("-", "--purpose", "enforcement", "--reference", "示市监案〔2026〕3号") == 0
    capsys.readouterr()
    (line,) = read(world)
    assert (line.purpose, line.reference) == ("enforcement", "示市监案〔2026〕3号")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "console.purpose_missing"),
        (("--purpose", "supervision"), "console.purpose_person"),
        (("--purpose", "curiosity"), "catalogue.purpose_unknown"),
        (("--purpose", "enforcement"), "console.reference_missing"),
        (("--purpose", "enforcement", "--reference", "　"), "console.reference_missing"),
    ],
)
def test_a_person_is_not_shown_without_a_purpose_that_allows_it(
    world: World,
    words: tuple[str, ...],
    code: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter_person(world)
    type_in(monkeypatch, PERSON + "\n")
    assert show("-", *words) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["reason"] == code
    assert PERSON not in said.out + said.err
    assert read(world) == ()


@pytest.mark.parametrize(
    "words", [("--as-of", "gestern"), ("--known-at", "2026-13-01"), ("--known-at", "-5"), ("--known-at", "")]
)
def test_bad_input_is_wrong_use(world: World, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert show(CODE, *words) == 2
    assert "用法有误" in capsys.readouterr().err


def test_an_empty_standard_input_is_wrong_use(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "")
    assert show("-") == 2
    assert "标准输入" in capsys.readouterr().err


def test_an_administrator_sees_no_business_data(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(CODE, login="nobody") == 1
    assert printed(capsys)["reason"] == "accounts.person_unknown"


def test_a_licence_of_another_subject_does_not_appear(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    enter(fact=licence(world), actor=world.actor("reporter.market"), now=NOW)
    publish(NOW)
    show(CODE)
    assert [one["item"] for one in printed(capsys)["items"]] == ["administrative-penalty"]


def enter_person(world: World) -> int:
    from django.db import transaction

    draft = PersonDraft(Scheme.ID18, PERSON, "甲云禾", "示例区市场监督管理局 录入")
    with transaction.atomic():
        return ensure_person(draft=draft, actor=system("tests", "records.enter"), now=NOW).subject_id


def test_what_was_withdrawn_has_no_day_until_which_it_is_shown(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    words, reviewer = ["subject", "show", business_code(1), "--as", "reviewer"], world.actor("reviewer")
    assert main.run(words) == 0
    assert "至 2027-11-10" in capsys.readouterr().out
    record_id = by_document("示市监罚〔2026〕1号", actor=reviewer)[0].record_id
    mark(record_id=record_id, kind=MarkKind.WITHDRAWN, reason="决定已撤销", actor=reviewer, now=NOW, on=NOW.date())
    assert main.run(words) == 0
    said = capsys.readouterr().out
    assert "2027-11-10" not in said
    assert "已停止公示" in said
