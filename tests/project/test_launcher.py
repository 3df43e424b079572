"""The launcher: what it decides, without installing anything."""

import ast
import importlib.util
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

FILE = Path(__file__).resolve().parents[2] / "xinheng"


@pytest.fixture
def launcher() -> ModuleType:
    loader = SourceFileLoader("xinheng_launcher", str(FILE))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def said(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(launcher, "say", lines.append)
    return lines


def test_an_old_python_is_told_what_is_needed_in_both_languages() -> None:
    pretend = (
        f"import sys; sys.version_info = (3, 9, 2, 'final', 0); exec(compile(open({str(FILE)!r}).read(), 'x', 'exec'))"
    )
    ended = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "需要 Python 3.11" in ended.stderr
    assert "this is 3.9" in ended.stderr


def test_an_old_python_can_read_the_launcher_far_enough_to_say_so() -> None:
    ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_the_launcher_needs_the_standard_library_only() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    taken = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in plain | taken} <= sys.stdlib_module_names


def test_without_venv_it_names_the_package_to_install(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "find_uv", lambda: None)
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(launcher, "say", lambda text: None)
    with pytest.raises(launcher.Trouble, match="请先安装 python3-venv"):
        launcher.make_venv()


@pytest.mark.parametrize(
    ("arguments", "names", "rest"),
    [
        ([], ["sqlite", "postgres", "browser"], []),
        (["--postgres"], ["postgres"], []),
        (["--browser", "--sqlite"], ["sqlite", "browser"], []),
        (["--", "-k", "x", "--", "y"], ["sqlite", "postgres", "browser"], ["-k", "x", "--", "y"]),
    ],
)
def test_suites_and_what_goes_on_to_pytest_are_told_apart(
    launcher: ModuleType, arguments: list[str], names: list[str], rest: list[str]
) -> None:
    assert launcher.split(arguments, launcher.SUITES) == (names, rest)


def test_an_unknown_flag_is_refused_with_those_allowed(launcher: ModuleType) -> None:
    with pytest.raises(launcher.Trouble, match="--sqlite --postgres"):
        launcher.split(["--mysql"], launcher.SUITES)


@pytest.mark.parametrize(("required", "status", "word"), [("", 0, "skipped"), ("shared,postgres", 1, "failed")])
def test_a_missing_postgresql_is_counted_and_fails_only_where_it_is_required(
    launcher: ModuleType, said: list[str], monkeypatch: pytest.MonkeyPatch, required: str, status: int, word: str
) -> None:
    monkeypatch.setattr(launcher, "programs", lambda: None)
    monkeypatch.setattr(launcher, "count", lambda options: "812")
    monkeypatch.setenv("XINHENG_REQUIRE", required)
    assert launcher.run_suites(["postgres"], [], soaking=False) == status
    assert said[-1] == f"postgres: {word}: no PostgreSQL here, 812 tests not run"


@pytest.mark.parametrize(
    ("ended", "narrowed", "outcome"),
    [(0, False, "passed"), (1, True, "failed"), (5, True, "nothing selected"), (5, False, "failed")],
)
def test_a_run_without_tests_passes_only_when_somebody_asked_for_less(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, ended: int, narrowed: bool, outcome: str
) -> None:
    monkeypatch.setattr(launcher.subprocess, "call", lambda *_, **__: ended)
    assert launcher.pytest([], "", narrowed=narrowed).startswith(outcome)


def test_the_sprite_has_a_symbol_for_each_icon_once(launcher: ModuleType, tmp_path: Path) -> None:
    drawing = '<!-- licence -->\n<svg\n class="lucide"\n  viewBox="0 0 24 24">\n  <path d="M1 1" />\n</svg>'
    for name in ("sun", "moon"):
        (tmp_path / f"{name}.svg").write_text(drawing, encoding="utf-8")
    root = ElementTree.fromstring(launcher.sprite(["sun", "moon", "sun"], tmp_path))
    assert [symbol.get("id") for symbol in root] == ["icon-moon", "icon-sun"]
    assert [len(symbol) for symbol in root] == [1, 1]


def test_an_icon_that_the_package_does_not_have_is_named(launcher: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(launcher.Trouble, match="no-such-icon"):
        launcher.sprite(["no-such-icon"], tmp_path)


def test_the_stamp_changes_with_the_file(launcher: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "core.txt"
    file.write_text("a==1\n", encoding="utf-8")
    first = launcher.fingerprint(file)
    file.write_text("a==2\n", encoding="utf-8")
    assert launcher.fingerprint(file) != first
    assert launcher.read_stamp(tmp_path / "none") == []


def test_an_interrupt_while_it_prepares_is_no_traceback(
    launcher: ModuleType, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(kind: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(launcher.signal, "signal", lambda *_: None)
    monkeypatch.setattr(launcher, "prepare", interrupted)
    assert [launcher.main(["demo"]), launcher.main(["test"])] == [130, 130]
    assert said == ["已中断。", "已中断。"]
