"""The frame of the command: exit statuses, JSON, errors as sentences."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import OperationalError

from processes import environment
from xinheng.__main__ import main as program
from xinheng.console import main, output
from xinheng.kernel.errors import Conflict, Kind, XinhengError

Runner = Callable[[argparse.Namespace], int]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Runner], None]:
    """Put a command of the test in the place of `tick`."""

    def put(run: Runner) -> None:
        module = ModuleType("xinheng.console.commands.tick")
        module.register = lambda subparsers: subparsers.add_parser("tick")  # type: ignore[attr-defined]
        module.run = run  # type: ignore[attr-defined]
        module.__spec__ = ModuleSpec(module.__name__, None)
        monkeypatch.setitem(sys.modules, "xinheng.console.commands.tick", module)

    return put


def raising(error: BaseException) -> Runner:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


def test_json_may_stand_anywhere_and_prints_one_object(
    command: Callable[[Runner], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        output.emit(args, {"items": [1]}, ["one"])
        return 0

    command(run)
    assert main.run(["--json", "tick"]) == 0
    assert main.run(["tick", "--json"]) == 0
    assert main.run(["tick"]) == 0
    assert capsys.readouterr().out == '{"items": [1]}\n{"items": [1]}\none\n'


@pytest.mark.parametrize("words", [[], ["nonsense"], ["tick", "--nonsense"], ["worker", "--parent", "x"]])
def test_wrong_use_is_two_and_says_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "用法有误" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "缺少参数：命令"),
        (["nonsense"], "参数 命令 的值 'nonsense' 不对，可用：'init', 'serve'"),
        (["tick", "--nonsense"], "不认识的参数：--nonsense"),
        (["worker", "--parent", "x"], "参数 --parent"),
        (["intake", "check", "a.csv"], "缺少参数：--item"),
        (["intake", "check", "a.csv", "--item"], "参数 --item 后面要写一个值"),
        (["intake", "check", "a.csv", "--item", "x", "--on", "2026-02-30"], "“2026-02-30”不是日期，应写作 2026-11-21"),
        (["workdays", "deadline", "2026-01-01", "--days", "0"], "工作日数“0”不对，应为1至100000的整数"),
    ],
)
def test_what_is_wrong_with_the_use_is_said_in_chinese(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(words) == 2
    said = capsys.readouterr().err
    assert told in said
    assert not [word for word in ("required", "invalid", "expected", "unrecognized", "argument ") if word in said]


def test_a_file_that_is_not_there_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["identifier", "check", "--file", "/nowhere/at/all.txt"]) == 2
    assert "无法读取“/nowhere/at/all.txt”：没有这个文件或目录。" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("migrated", [True, False])
def test_an_accident_is_one_object_with_json(
    command: Callable[[Runner], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    migrated: bool,
) -> None:
    monkeypatch.setattr(main, "_migrated", lambda: migrated)
    command(raising(OperationalError("no such table: 身份证 990101199001011234")))
    assert main.run(["tick", "--json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["status"], told["reason"]) == ("refused", "console.error" if migrated else "console.database")
    assert told["message"] in said.err
    assert "990101" not in said.out + said.err
    assert ("请检查 XINHENG_DATABASE" in told["message"]) == (not migrated)


def test_help_is_zero_and_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("init", "serve", "worker", "tick", "doctor"))


def test_an_answer_of_no_is_one_with_its_message(
    command: Callable[[Runner], None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(raising(Conflict("tests.busy", "已有人在办理")))
    assert main.run(["tick", "--json"]) == 1
    said = capsys.readouterr()
    assert "已有人在办理（tests.busy）" in said.err
    refused = {"status": "refused", "reason": "tests.busy", "message": "已有人在办理", "kind": "conflict"}
    assert json.loads(said.out) == refused


@pytest.mark.django_db
def test_an_accident_shows_no_traceback_and_logs_no_words_of_the_exception(
    command: Callable[[Runner], None], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    command(raising(ValueError("身份证 990101199001011234")))
    before = set((home / "logs").glob("*"))
    assert main.run(["tick"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "990101" not in said.err
    (log,) = set((home / "logs").glob("*")) - before
    assert str(log) in said.err
    assert "test_main.py" in log.read_text(encoding="utf-8")
    assert "990101" not in log.read_text(encoding="utf-8")


def test_an_interrupt_while_the_command_is_being_found_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(words: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "build", interrupted)
    assert program(["tick"]) == 130
    assert capsys.readouterr().err == "已中断。\n"


def test_an_interrupt_is_no_traceback(command: Callable[[Runner], None], capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(KeyboardInterrupt()))
    assert main.run(["tick"]) == 130
    assert "已中断" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (date(2026, 11, 21), '"2026-11-21"'),
        (datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC), '"2026-11-21T03:04:05Z"'),
        (Decimal("1.50"), '"1.50"'),
        (Kind.REFUSED, '"refused"'),
        ({"b", "a"}, '["a", "b"]'),
        ("信衡", '"信衡"'),
        (iter([1, 2]), "[1, 2]"),
        (Path("a/b"), '"a/b"'),
    ],
)
def test_values_are_printed_as_json(value: Any, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(argparse.Namespace(json=True), {"x": value}, ())
    assert capsys.readouterr().out == f'{{"x": {printed}}}\n'


def test_a_value_that_is_no_json_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="XinhengError"):
        output.emit(argparse.Namespace(json=True), {"x": XinhengError("a", "b")}, ())


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_that_is_there_registers_a_parser_of_its_name(name: str) -> None:
    _, modules = main.build([name])
    for found, module in modules.items():
        assert found == name
        assert callable(module.run)


def test_a_wrong_day_is_told_as_the_option_it_came_by(capsys: pytest.CaptureFixture[str]) -> None:
    from xinheng.__main__ import main as program

    for words in (["--today", "heute"], ["--today=heute"]):
        assert program(["demo", "--no-serve", *words]) == 2
        said = capsys.readouterr().err
        assert "参数 --today：日期“heute”不对" in said
        assert "XINHENG_TODAY" not in said


def test_a_missing_permission_names_the_file_and_the_home(
    command: Callable[[Runner], None], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    command(raising(PermissionError(13, "Permission denied", "/elsewhere/keys")))
    assert main.run(["tick"]) == 1
    said = capsys.readouterr().err
    assert "没有权限读写 /elsewhere/keys" in said
    assert str(home) in said


def test_a_database_that_nobody_answers_for_is_named_without_its_password(tmp_path: Path) -> None:
    address = "postgresql://somebody:secretword@127.0.0.1:1/nowhere"
    told = {**environment(), "XINHENG_DATABASE": address, "XINHENG_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "xinheng", "init"]
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "无法连接 PostgreSQL 数据库 127.0.0.1:1/nowhere" in done.stderr
    assert "secretword" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_of_somebody_else_is_no_traceback(tmp_path: Path) -> None:
    told = {**environment(), "XINHENG_HOME": str(tmp_path)}
    code = (
        "import pathlib, sys\n"
        "from xinheng.__main__ import main\n"
        "real = pathlib.Path.is_file\n"
        "def guarded(self, **more):\n"
        "    if self.parent.name == 'keys': raise PermissionError(13, 'Permission denied', str(self))\n"
        "    return real(self, **more)\n"
        "pathlib.Path.is_file = guarded\n"
        "sys.exit(main(['doctor']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"没有权限读取 {tmp_path / 'keys' / 'session'}" in done.stderr
