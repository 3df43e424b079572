"""What the ledger and the queue hold has words on the pages: acts, their results, programs that act, moments, jobs, ended marks."""

import dataclasses
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from inspect import unwrap
from pkgutil import walk_packages

import pytest
from django.utils import translation

import xinheng
from xinheng.accounts.values import SessionState, SignInFailure
from xinheng.intake.batch import load as intake_load
from xinheng.ledger.door import OPERATIONS, Operation
from xinheng.project.handlers import HANDLERS, SCHEDULE
from xinheng.publicity.batch import WORKER
from xinheng.records.rules import last_day
from xinheng.records.values import MarkKind, MarkView
from xinheng.subjects import batch as register
from xinheng.workbench.overview import words
from xinheng.workbench.overview.history import mark_facts
from xinheng.workbench.overview.views.jobs import NAMES, ROUTINE
from xinheng.workbench.overview.views.trail import payload_facts

DAY = date(2026, 11, 21)


def operations() -> list[Operation]:
    """Every operation of the program, whatever was imported before."""
    for module in walk_packages(xinheng.__path__, "xinheng."):
        if ".operations" in module.name or module.name.endswith(".demo.marks"):
            import_module(module.name)
    return [one for one in OPERATIONS.values() if one.function.startswith("xinheng.")]


def fields_of(kind: object) -> Iterator[str]:
    """Names of the fields of a result, those of what it holds among them."""
    for inner in typing.get_args(kind):
        yield from fields_of(inner)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if not field.metadata.get("secret"):
                yield field.name
                yield from fields_of(hints[field.name])


def test_every_act_has_words() -> None:
    codes = {one.code for one in operations()} | {register.CODE, intake_load.CODE}
    assert len(codes) > 40
    assert sorted(codes - set(words.OPERATIONS)) == []


def test_every_result_has_words() -> None:
    named = set()
    for one in operations():
        module, _dot, name = one.function.rpartition(".")
        named |= set(fields_of(typing.get_type_hints(unwrap(getattr(import_module(module), name)))["return"]))
    assert len(named) > 50
    assert sorted(named - set(words.PAYLOAD)) == []


def test_every_job_has_words_and_what_comes_often_is_periodic() -> None:
    assert set(NAMES) == set(HANDLERS)
    assert set(ROUTINE) <= set(SCHEDULE)


@pytest.mark.parametrize(
    ("name", "said"),
    [("init", "系统初始化"), ("worker", "后台进程"), (WORKER.name, "公示程序"), ("张样例", "张样例"), ("", "系统")],
)
def test_a_program_that_acts_has_words_and_a_person_its_name(name: str, said: str) -> None:
    assert words.actor_word(name) == said


def test_how_a_session_ended_and_why_a_sign_in_failed_have_words() -> None:
    assert set(words.ENDS) == {state.value for state in SessionState}
    assert set(words.FAILURES) == {failure.value for failure in SignInFailure}
    assert [fact.value for fact in payload_facts('{"state":"idle"}')] == ["长时间未操作"]


def test_a_moment_of_a_result_is_shown_in_the_time_of_the_place() -> None:
    (fact,) = payload_facts('{"at":"2026-11-21T17:30:00.000001Z"}')
    assert fact.value == datetime(2026, 11, 21, 17, 30, 0, 1, tzinfo=UTC)
    (listed,) = payload_facts('{"changed":[{"after":"2026-11-30","at":"2026-11-21T17:30:00.000001Z"}]}')
    assert listed.value == ["变更后 2026-11-30，时间 2026-11-22 01:30"]


def ended(since: date, on: date) -> str:
    """The term of a mark that was lifted on a day, in words."""
    mark = MarkView(id=1, record_id=1, kind=MarkKind.WITHDRAWN, since=since, until=last_day(since, ended=on), reason="")
    ((_mark, holds, term),) = mark_facts([mark], DAY)
    assert not holds
    return term


def test_a_mark_lifted_on_its_first_day_says_so_instead_of_ending_before_it_began() -> None:
    assert ended(DAY, DAY) == "2026-11-21（起始当日或之前已解除）"
    assert ended(DAY - timedelta(days=2), DAY) == "2026-11-19 – 2026-11-20"
    with translation.override("en"):
        assert ended(DAY, DAY) == "2026-11-21 (lifted on or before its first day)"
