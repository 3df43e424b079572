"""Every environment variable is described in `docs/settings.md`, and nothing is described that nobody reads."""

import re

from architecture.tree import ROOT

NAME = re.compile(r"\bXINHENG_[A-Z_]*[A-Z]\b")
READ = re.compile(r"""(?:_env\.\w+\(|environ(?:\.get\(|\[)|export )\s*["']?(XINHENG_[A-Z_]*[A-Z])""")


def read_anywhere() -> set[str]:
    """Variables that a program of the repository reads."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    texts = [file.read_text(encoding="utf-8") for file in [*files, ROOT / "xinheng", ROOT / ".ci" / "run"]]
    return {name for text in texts for name in READ.findall(text)}


def described() -> set[str]:
    """Variables with a row in the page."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return {name for line in text.splitlines() if line.startswith("| `") for name in NAME.findall(line.split("|")[1])}


def test_the_pattern_finds_what_settings_read() -> None:
    assert {"XINHENG_HOME", "XINHENG_DATABASE", "XINHENG_TODAY", "XINHENG_REQUIRE"} <= read_anywhere()


def test_every_setting_is_described() -> None:
    assert read_anywhere() - described() == set()


def test_nothing_is_described_that_nobody_reads() -> None:
    assert described() - read_anywhere() == set()
