"""Typed readers: a wrong value stops the start and names variable, value and what is allowed."""

from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.project.environment import Environment, SettingError


def of(value: str) -> Environment:
    return Environment({"X": value})


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("YES", True), (" on ", True), ("0", False), ("no", False)])
def test_a_flag_is_read(value: str, meant: bool) -> None:
    assert of(value).flag("X", default=not meant) is meant


def test_an_empty_value_counts_as_absent() -> None:
    assert of(" ").flag("X", default=True) is True
    assert of("").number("X", default=5, least=1, most=9) == 5
    assert of("").day("X") is None
    assert of(",").words("X", ("a",)) == ["a"]


@pytest.mark.parametrize("value", ["maybe", "2", "是"])
def test_a_flag_that_is_neither_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=f"X 的值“{value}”"):
        of(value).flag("X", default=False)


@pytest.mark.parametrize("value", ["0", "10", "-1", "1.5", "x", "１０"])
def test_a_number_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="1 至 9"):
        of(value).number("X", default=5, least=1, most=9)


def test_a_date_is_read_and_another_form_refused() -> None:
    assert of("2026-11-21").day("X") == date(2026, 11, 21)
    with pytest.raises(SettingError, match="2026/11/21"):
        of("2026/11/21").day("X")


@pytest.mark.parametrize("value", ["0001-01-01", "1989-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_in_no_calendar_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="1990 年至 2099 年"):
        of(value).day("X")


def test_a_choice_is_read_in_any_case_and_another_word_refused() -> None:
    assert of("debug").choice("X", ("DEBUG", "INFO"), "INFO") == "DEBUG"
    with pytest.raises(SettingError, match="DEBUG、INFO"):
        of("loud").choice("X", ("DEBUG", "INFO"), "INFO")


def test_a_folder_in_whose_place_a_file_stands_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert of(str(tmp_path)).folder("X", Path("/")) == tmp_path
    with pytest.raises(SettingError, match="不是目录"):
        of(str(tmp_path / "file")).folder("X", Path("/"))


def test_without_an_address_the_database_is_sqlite_with_immediate_transactions(tmp_path: Path) -> None:
    found = of("").database("X", tmp_path)
    assert found["NAME"] == tmp_path / "db.sqlite3"
    options = found["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 30)


@given(
    user=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    password=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_user_and_password_survive_the_address(user: str, password: str) -> None:
    address = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db.example:5433/xin?sslmode=require"
    found = of(address).database("X", Path())
    assert (found["USER"], found["PASSWORD"]) == (user, password)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "xin")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "address", ["mysql://u:geheim@h/n", "postgresql://u:geheim@h", "postgresql://u:geheim@h:port/n", "db.sqlite3"]
)
def test_another_address_is_refused_without_repeating_the_password(address: str) -> None:
    with pytest.raises(SettingError, match="X") as refused:
        of(address).database("X", Path())
    assert "geheim" not in str(refused.value)


def test_a_secret_that_is_too_short_is_refused_and_never_repeated() -> None:
    assert of("").secret("X", least=16) == ""
    assert of("0123456789abcdef").secret("X", least=16) == "0123456789abcdef"
    with pytest.raises(SettingError, match="至少 16 个字符") as refused:
        of("hunter2").secret("X", least=16)
    assert "hunter2" not in str(refused.value)


def test_networks_are_read_and_anything_else_refused() -> None:
    assert of("10.1.2.3, 10.1.0.0/16,::1").networks("X") == ["10.1.2.3", "10.1.0.0/16", "::1"]
    assert of("").networks("X") == []
    with pytest.raises(SettingError, match="prometheus"):
        of("prometheus").networks("X")


def test_a_file_needs_its_folder(tmp_path: Path) -> None:
    assert of("").file("X") == ""
    assert of(str(tmp_path / "platform.log")).file("X") == str(tmp_path / "platform.log")
    for wrong in (tmp_path / "none" / "platform.log", tmp_path):
        with pytest.raises(SettingError, match="所在目录必须已存在"):
            of(str(wrong)).file("X")
