import argparse
import json

import pytest

from xinheng.console.commands import workdays
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.errors import Invalid


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    workdays.register(parser.add_subparsers())
    args = parser.parse_args(["workdays", "deadline", *words])
    return int(args.run(args))


def test_deadlines_are_listed_in_the_order_of_the_dates(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2026-09-30", "2020/09/28", "2026年12月25日", "--days", "7", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["items"] == [
        {"date": "2026-09-30", "deadline": "2026-10-15", "provisional": False},
        {"date": "2020-09-28", "deadline": "2020-10-14", "provisional": False},
        {"date": "2026-12-25", "deadline": "2027-01-06", "provisional": True},
    ]
    assert answer["calendar"] == national_calendar().version


def test_a_provisional_deadline_says_so_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2027-09-30", "--days", "1") == 0
    assert capsys.readouterr().out == (
        "2027-09-30 之后第1个工作日：2027-10-04（暂按法定节假日推算，放假安排公布后可能变动）\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("01/02/2020", "--days", "7"), "01/02/2020"),
        (("2020-02-30", "--days", "7"), "日历上没有这一天"),
        (("2020-02-03", "--days", "0"), "应为1至100000的整数"),
        (("2020-02-03", "--days", "x"), "“x”"),
        (("2020-02-03",), "--days"),
        (("--days", "7"), "DATE"),
    ],
)
def test_wrong_use_is_status_two_and_names_the_value(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(*words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_date_outside_the_calendar_is_refused_and_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Invalid, match="1990年至2100年"):
        run("2026-09-30", "2100-12-31", "--days", "7")
    assert capsys.readouterr().out == ""
