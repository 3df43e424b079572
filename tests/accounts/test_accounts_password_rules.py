"""What a password and a login must be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.accounts.rules.passwords import (
    COMMON_PASSWORDS,
    PASSWORD_AGE,
    login_fault,
    must_change,
    password_faults,
    written_login,
    written_password,
)

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Abcd-987", []),
        ("correct horse battery", []),
        ("abcdefghijkl", []),
        ("abcdefghijk", ["weak"]),
        ("abcd9876", ["weak"]),
        ("Abcd-98", ["weak"]),
        ("", ["weak", "monotonous"]),
        ("信用信用信用信用信用信用", ["monotonous"]),
        ("诚信是社会主义核心价值观之一", []),
        ("aaaaaaaaaaaaaaaa", ["monotonous"]),
        ("Admin@123", ["common"]),
        ("P@ssw0rd", ["common"]),
        ("my-MARKET-2026", ["contains_login"]),
        ("Abcd-987\n", ["control"]),
        ("Abcd-9876" * 15, ["too_long"]),
        ("Ａｄｍｉｎ＠１２３", ["common"]),
    ],
)
def test_a_password_is_told_all_its_faults_at_once(password: str, codes: list[str]) -> None:
    assert [fault.code for fault in password_faults(password, login="market")] == codes


@given(st.text(alphabet="abcdefghXYZ0123-_", min_size=6, max_size=20))
def test_no_message_repeats_the_password(password: str) -> None:
    assert not any(password in fault.message for fault in password_faults(password, login="market"))


@pytest.mark.parametrize("password", sorted(COMMON_PASSWORDS))
def test_every_common_password_is_refused_in_any_case(password: str) -> None:
    assert "common" in {fault.code for fault in password_faults(password.upper(), login="market")}


@given(st.text(max_size=30))
def test_the_written_form_of_a_written_form_is_itself(text: str) -> None:
    assert written_password(written_password(text)) == written_password(text)


@pytest.mark.parametrize(
    ("flagged", "changed_at", "expected"),
    [
        (True, NOW, True),
        (False, NOW, False),
        (False, None, True),
        (False, NOW - PASSWORD_AGE + timedelta(seconds=1), False),
        (False, NOW - PASSWORD_AGE, True),
    ],
)
def test_a_password_must_be_changed_when_given_by_others_or_too_old(
    flagged: bool, changed_at: datetime | None, expected: bool
) -> None:
    assert must_change(flagged=flagged, changed_at=changed_at, now=NOW) == expected


@pytest.mark.parametrize("login", ["abc", "zhang.san", "zhang_san-2", "a" * 32])
def test_a_plain_login_is_fine(login: str) -> None:
    assert login_fault(login) is None


@pytest.mark.parametrize("login", ["", "ab", "a" * 33, "1abc", ".abc", "Zhang", "张三丰", "a b c", "abc\n"])
def test_any_other_login_is_explained(login: str) -> None:
    fault = login_fault(login)
    assert fault is not None
    assert "3 至 32 位" in fault


@pytest.mark.parametrize("typed", ["Market", " market ", "ＭＡＲＫＥＴ", "market"])
def test_a_login_is_compared_in_its_written_form(typed: str) -> None:
    assert written_login(typed) == "market"
