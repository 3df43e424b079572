"""What the pages say is there: links, files, tests, commands; and both READMEs say the same."""

import importlib.machinery
import importlib.util
import re
from types import ModuleType
from urllib.parse import unquote

import pytest
from written_pages import READMES, ROOT, blocks, page, pages, rows, without_blocks

from xinheng.console.main import COMMANDS

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:src|tests|tools|docs|benchmarks|requirements|\.ci)/[\w./-]+)(?:::(\w+))?`")
COMMAND = re.compile(r"(?:\./|\b)xinheng (?!\.)([a-z]+)\b")
LAUNCHERS = ("test", "check", "soak", "bench", "lock")


def launcher() -> ModuleType:
    """The launcher, loaded without running it."""
    loader = importlib.machinery.SourceFileLoader("xinheng_launcher", str(ROOT / "xinheng"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def code_of(text: str) -> str:
    """Everything in a page that is written as code."""
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *blocks(text).values()])


@pytest.mark.parametrize("name", pages())
def test_every_relative_link_leads_to_a_file(name: str) -> None:
    targets = [unquote(found.partition("#")[0]) for found in LINK.findall(without_blocks(page(name)))]
    folder = (ROOT / name).parent
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (folder / target).exists()] == []


@pytest.mark.parametrize("name", pages())
def test_every_file_and_test_named_is_there(name: str) -> None:
    for path, test in PATH.findall(page(name)):
        assert (ROOT / path).exists(), path
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


def test_every_claim_of_the_security_tables_is_shown_by_a_test_that_exists() -> None:
    """A row that names no test says what is open; a test is named with its file, or the check above would pass it over."""
    text = page("docs/security.md")
    claims = rows(text, 4)
    assert len(claims) > 30
    for cells in claims:
        shown = PATH.findall(" ".join(cells))
        assert shown or cells[3].strip(), cells[0]
    named = re.findall(r"(?:(\S+)::)?\b(test_\w+)\b(?!\.py)(?!/)", re.sub(r"tests/[\w/]*test_\w+\.py(?!::)", "", text))
    assert [name for file, name in named if not file] == []


@pytest.mark.parametrize("name", pages())
def test_every_command_named_exists(name: str) -> None:
    asked = set(COMMAND.findall(code_of(page(name))))
    assert asked - {*COMMANDS, *LAUNCHERS} == set()


def test_the_launcher_has_the_commands_of_its_own() -> None:
    own = launcher()
    assert [name for name in LAUNCHERS if not callable(getattr(own, name, None))] == []
    assert all(re.search(rf"\./xinheng {name}\b", own.__doc__ or "") for name in LAUNCHERS)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_every_command(name: str) -> None:
    assert {*COMMANDS, *LAUNCHERS} - set(COMMAND.findall(code_of(page(name)))) == set()


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(found) for found in re.findall(r"^(#+) ", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)]


def test_both_readmes_have_the_same_sections_tables_commands_and_links() -> None:
    english, chinese = (page(name) for name in READMES)
    assert headings(english) == headings(chinese)
    assert len(headings(english)) > 8
    for width in (2, 3):
        assert len(rows(english, width)) == len(rows(chinese, width)) > 0
    commands = [[row[0] for row in rows(text, 2) if "./xinheng" in row[0]] for text in (english, chinese)]
    assert commands[0] == commands[1]
    links = [[link for link in LINK.findall(text) if link not in READMES] for text in (english, chinese)]
    assert links[0] == links[1]


def test_each_readme_leads_to_the_other() -> None:
    english, chinese = READMES
    assert chinese in LINK.findall(page(english))
    assert english in LINK.findall(page(chinese))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see [it](docs/nothing.md)", ["docs/nothing.md"]),
        ("![](docs/pictures/a.png) and [out](https://example.org/x)", ["docs/pictures/a.png", "https://example.org/x"]),
    ],
)
def test_the_search_for_links_finds_them(text: str, found: list[str]) -> None:
    assert LINK.findall(text) == found


def test_the_search_for_commands_finds_them() -> None:
    assert COMMAND.findall("./xinheng demo; xinheng ledger verify; python xinheng test") == ["demo", "ledger", "test"]
    assert COMMAND.findall("src/xinheng/console xinheng.kernel") == []
