"""The edges of the kernel's rules: numbers that have two readings, the last day and the first, codes of errors word for word."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xinheng.kernel import log_context, money, names, text, written_dates
from xinheng.kernel.actor import PUBLIC, Actor, system
from xinheng.kernel.blank import trimmed
from xinheng.kernel.calendar import Calendar, YearPlan, is_working_day, nth_working_day_after
from xinheng.kernel.canonical import canonical, plain_decimal
from xinheng.kernel.dates import end_of_day, legal_date
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import gs15, resident, uscc
from xinheng.kernel.identifiers.inspect import inspect, persons_number, persons_numbers_in
from xinheng.kernel.identifiers.verdict import Verdict
from xinheng.kernel.masking import find_personal, mask_identifiers, mask_phone, mask_verdict
from xinheng.kernel.periods import Period, Span, add_months, parse_span
from xinheng.kernel.statutory_holidays import lunar_year

DAY = date(2026, 11, 21)


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def first(numbers: Callable[[int], str], holds: Callable[[str], bool]) -> str:
    """The first of a row of numbers of which something holds."""
    return next(number for number in map(numbers, range(100_000)) if holds(number))


def resident_of(born: str, *, division: str = "990101") -> str:
    body = f"{division}{born}123"
    return body + resident.check_character(body)


def both(prefix: str) -> str:
    """Eighteen digits that hold as a code and as a person's number."""
    return first(
        lambda n: f"{prefix}0101{'19900307'}{n // 10:03d}{n % 10}",
        lambda number: uscc.is_valid(number) and resident.judge(number, on=None) == ("valid", None),
    )


def test_what_holds_as_both_is_a_firms_only_where_the_market_registers() -> None:
    for prefix, kind in (
        ("91", "uscc"),
        ("92", "uscc"),
        ("93", "uscc"),
        ("11", "id18"),
        ("51", "id18"),
        ("52", "id18"),
    ):
        number = both(prefix)
        judged = inspect(number)
        assert (judged.kind, judged.verdict) == (kind, "valid"), number
        assert persons_number(number) == (None if kind == "uscc" else "valid")
        assert persons_numbers_in(f"甲{number}乙") == (() if kind == "uscc" else (number,))
        assert len(find_personal(number)) == (0 if kind == "uscc" else 1)


def test_a_persons_number_that_holds_is_one_even_behind_the_markets_prefix() -> None:
    number = first(
        lambda n: f"91010119900307{n // 10:03d}{n % 10}",
        lambda number: resident.judge(number, on=None) == ("valid", None) and not uscc.is_valid(number),
    )
    assert (inspect(number).kind, inspect(number).verdict) == ("id18", "valid")
    assert persons_number(number) == "valid"


def test_a_wrong_number_behind_the_markets_prefix_is_a_wrong_code() -> None:
    number = first(
        lambda n: f"910101199003071{n // 10:02d}{n % 9 + 1}",
        lambda number: resident.judge(number, on=None)[0] != "valid" and not uscc.is_valid(number),
    )
    assert (inspect(number).kind, inspect(number).reason) == ("uscc", "check")


def broken(born: str, *, checked: bool) -> str:
    """A number of no existing day whose check character is right or wrong; never a valid code."""
    return first(
        lambda n: f"110105{born}{n // 10:03d}{n % 10}",
        lambda number: not uscc.is_valid(number) and (resident.check_character(number[:17]) == number[17]) is checked,
    )


@pytest.mark.parametrize(
    ("born", "checked", "kind"),
    [
        ("19900231", False, "id18"),
        ("19900230", False, "id18"),
        ("20230431", False, "id18"),
        ("19901131", False, "id18"),
        ("19900232", False, "uscc"),
        ("19901301", False, "uscc"),
        ("19901310", False, "uscc"),
        ("19900010", False, "uscc"),
        ("19900100", False, "uscc"),
        ("19901301", True, "id18"),
        ("20991399", True, "id18"),
        ("18991301", True, "uscc"),
        ("18990231", False, "uscc"),
        ("21000231", False, "uscc"),
        ("19900307", False, "id18"),
    ],
)
def test_a_birth_date_near_the_truth_tells_a_mistyped_person(born: str, checked: bool, kind: str) -> None:
    number = broken(born, checked=checked)
    assert (inspect(number).kind, inspect(number).verdict) == (kind, "invalid")
    assert persons_number(number) == (None if kind == "uscc" else "invalid")


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("11010519491231002X", "valid"),
        ("110105194912310021", "invalid"),
        ("11010549123100", None),
        ("1101051949123100", None),
        ("1101051949123100X2", None),
        ("110105194912310X2X", None),
        ("１１０１０５１９４９１２３１００２X", None),
        ("11010519491231002", None),
        ("", None),
    ],
)
def test_a_persons_number_has_fifteen_or_eighteen_places(written: str, outcome: str | None) -> None:
    assert persons_number(written) == outcome


def test_births_after_the_day_of_asking_are_nobodys() -> None:
    number = resident_of("20261122", division="110105")
    assert persons_number(number, on=DAY) == "invalid"
    assert persons_number(number, on=date(2026, 11, 22)) == "valid"
    assert persons_numbers_in(number, on=DAY) == ()
    assert persons_numbers_in(number) == (number,)
    old = first(
        lambda n: f"110105{'491231'}{n:03d}",
        lambda number: gs15.judge(number)[0] != "valid",
    )
    assert (inspect(old).kind, inspect(old, on=date(1949, 12, 30)).kind) == ("id15", "gs15")
    assert persons_number(old) == "valid"
    assert persons_number(f"{old[:-1]}X") is None


def test_numbers_of_people_are_found_wherever_they_stand_in_a_code() -> None:
    one, two = "11010519491231002X", resident_of("19900307", division="110105")
    assert persons_numbers_in(f"X{one}8{two}") == (one, two)
    assert persons_numbers_in(f"{one[:17]}0") == ()


def test_a_code_of_digits_is_no_card_and_no_person() -> None:
    code = first(lambda n: f"9100009999{n:07d}{n % 10}", lambda n: uscc.is_valid(n) and luhn(n))
    other = first(lambda n: f"5100009999{n:07d}{n % 10}", lambda n: uscc.is_valid(n) and luhn(n))
    wrong = first(lambda n: f"9100009999{n:07d}{n % 10}", lambda n: not uscc.is_valid(n) and luhn(n))
    for number in (code, other, wrong):
        assert find_personal(f"卡号{number}") == (), number
        assert mask_identifiers(f"卡号{number}") == f"卡号{number}"
    # Of other lengths, and with other beginnings, it is a card.
    longer = first(lambda n: f"9100009999{n:08d}{n % 10}", luhn)
    card = first(lambda n: f"6200009999{n:07d}{n % 10}", lambda n: luhn(n) and not uscc.is_valid(n))
    for number in (longer, card):
        assert [found.kind for found in find_personal(f"卡号{number}")] == ["bank_card"], number


CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        (f"卡号{CARD}", ["bank_card"]),
        (f"{CARD}元", []),
        # What stands at the beginning of the text says nothing about the number.
        (f"元，卡号{CARD}", ["bank_card"]),
        (f"第{CARD}号", []),
        (f"第{CARD}", ["bank_card"]),
        (f"{CARD}号", ["bank_card"]),
        (f"〔2026〕{CARD}号", []),
    ],
)
def test_what_stands_around_a_number_tells_what_it_is(written: str, kinds: list[str]) -> None:
    assert luhn(CARD)
    assert [found.kind for found in find_personal(written)] == kinds


def test_of_two_readings_from_one_place_the_longer_is_masked() -> None:
    number = resident_of("20010512", division="110105")
    written = f"{number[:15]} {number[15:]}"
    assert resident.birth_date(number[:15]) is not None
    assert [(found.kind, found.start, found.end) for found in find_personal(written)] == [("id18", 0, 19)]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1101051990010112X", "110105********112X"),
        ("11010519900101122", "110105********1122"),
        ("1101051990010112345", "110105********2345"),
        ("110105199001011A2", "110105199001011A2"),
        ("1101051990010112A", "1101051990010112A"),
        ("11010519900101123A4", "11010519900101123A4"),
        ("13812345678", "138****5678"),
        ("99010112X", "99010112X"),
    ],
)
def test_what_is_like_a_persons_number_is_not_shown_in_full(typed: str, shown: str) -> None:
    assert mask_verdict(inspect(typed)) == (shown, shown)


def test_a_code_that_holds_or_has_its_length_is_shown_so_that_it_can_be_mended() -> None:
    registration = first(
        lambda n: f"110105550101{n:03d}",
        lambda n: gs15.judge(n) == ("valid", None) and resident.birth_date(n) is not None,
    )
    assert mask_verdict(inspect(registration)) == (registration, registration)
    assert mask_identifiers(registration) != registration
    like_a_card = first(
        lambda n: f"6200009999{n:07d}{n % 10}",
        lambda n: luhn(n) and not uscc.is_valid(n) and inspect(n).kind == "uscc" and inspect(n).verdict == "invalid",
    )
    assert mask_verdict(inspect(like_a_card)) == (like_a_card, like_a_card)


@pytest.mark.parametrize("around", ["A{}", "{}A", "A{}B", "91{}", "A {}", "{}{}"])
def test_a_persons_number_inside_something_longer_is_masked(around: str) -> None:
    number = resident_of("19900307", division="110105")
    judged = inspect(around.replace("{}", number))
    shown = around.replace(" ", "").replace("{}", f"{number[:6]}********{number[-4:]}")
    assert mask_verdict(judged) == (shown, shown)


def test_letters_in_a_telephone_number_are_no_digits() -> None:
    assert mask_phone("X13812345678X") == "138****5678"


@pytest.mark.parametrize(
    ("call", "code", "field"),
    [
        (lambda: gs15.check_digit("1"), "identifiers.gs15_shape", "first14"),
        (lambda: resident.check_character("1"), "identifiers.resident_shape", "first17"),
        (lambda: resident.to_18("1"), "identifiers.resident_15", "number"),
        (lambda: resident.to_15("1"), "identifiers.resident_18", "number"),
        (lambda: uscc.check_digit("1"), "identifiers.uscc_shape", "first17"),
        (lambda: uscc.explain("1"), "identifiers.uscc_shape", "code"),
        (lambda: Period(DAY, date(2026, 11, 20)), "periods.end_before_start", "end"),
        (lambda: parse_span("1w"), "periods.span", "span"),
        (lambda: add_months(date.max, 1), "periods.out_of_range", "months"),
        (lambda: nth_working_day_after(Calendar.of(()), DAY, 0), "calendar.days_not_positive", "days"),
        (lambda: lunar_year(1), "calendar.year_out_of_range", "year"),
        (lambda: Calendar.of((plan(), plan())), "calendar.year_twice", "year"),
        (lambda: plan(holidays={DAY}, workdays={DAY}), "calendar.day_twice", "workdays"),
        (lambda: plan(holidays={date(2028, 1, 1)}), "calendar.day_of_other_year", "holidays"),
    ],
)
def test_an_error_names_its_code_its_field_and_a_sentence(call: Callable[[], Any], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        call()
    error = refused.value
    assert (error.code, error.field) == (code, field)
    assert error.args == (error.message,)
    assert str(error) == f"{error.message}（{code}）"
    assert error.message.endswith("。")
    assert "XX" not in error.message


def plan(*, holidays: set[date] | None = None, workdays: set[date] | None = None) -> YearPlan:
    return YearPlan(2026, "official", "试", frozenset(holidays or ()), frozenset(workdays or ()))


def test_a_plan_may_name_days_of_the_years_beside_it() -> None:
    beside = plan(holidays={date(2025, 12, 31)}, workdays={date(2027, 1, 2)})
    assert Calendar.of((beside,)).version.startswith("cn-2026-2026-")
    assert Calendar.of(()).version.startswith("cn-empty-")
    assert nth_working_day_after(Calendar.of((plan(),)), DAY, 1).day == date(2026, 11, 23)


def test_a_code_of_an_unknown_authority_is_taken_apart_all_the_same() -> None:
    body = "E1990101MA00000010"[:17]
    parts = uscc.explain(body + uscc.check_digit(body))
    assert (parts.code[:17], parts.authority, parts.organisation_class) == (body, None, None)
    assert parts.check_holds
    known = uscc.explain("91990101MA0000001" + uscc.check_digit("91990101MA0000001"))
    assert (known.authority, known.organisation_class, known.division) == ("市场监管", "企业", "990101")
    with pytest.raises(Invalid, match="“1”不是统一社会信用代码的写法"):
        uscc.explain("1")


def test_the_first_and_the_last_month_there_is_are_reached() -> None:
    assert add_months(date(1, 2, 28), -1) == date(1, 1, 28)
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    one = Period(DAY, DAY)
    assert one.overlaps(one)
    assert Period(DAY).overlaps(one)
    assert (str(Span(1, 6)), parse_span("1y6m")) == ("1y6m", Span(1, 6))


@pytest.mark.parametrize(("length", "prefix"), [(2046, b"2046:"), (2047, b"2047:"), (2048, b"2048:"), (9000, b"9000:")])
def test_long_fields_are_written_like_short_ones(length: int, prefix: bytes) -> None:
    assert canonical(["a" * length]) == prefix + b"a" * length


@pytest.mark.parametrize(
    ("value", "written"),
    [("2.000", "2"), ("2.500", "2.5"), ("100", "100"), ("1E+3", "1000"), ("0.10", "0.1"), ("-0", "0")],
)
def test_decimals_are_written_plainly(value: str, written: str) -> None:
    assert plain_decimal(Decimal(value)) == written


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1234567890123.123456", "too_large"),
        ("1234567890123.0000000", "too_large"),
        ("1.1234567", "too_many_decimals"),
        ("\u20033.5", "not_a_number"),
        ("X3.5X", "not_a_number"),
        ("\u00a0", "empty"),
    ],
)
def test_an_amount_that_is_none_says_why(written: str, reason: str) -> None:
    assert money.parse_amount(written) == money.AmountProblem(reason)  # type: ignore[arg-type] # a table of reasons


def test_no_money_has_no_sign() -> None:
    assert [str(money.wan_decimal(cents)) for cents in (-1, 0, 1)] == ["-0.000001", "0.000000", "0.000001"]
    assert [money.cents_from_wan(each) for each in ("-0.000001", "+1", "0")] == [-1, 1_000_000, 0]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2026-01-02 23:59:59.9", None),
        ("2026-01-02 23:59", None),
        ("2026-01-02 24:00", "not_a_date"),
        ("2026-01-02 23:60", "not_a_date"),
        ("2026-01-02 23:59:60", "not_a_date"),
        ("\x1c2026-01-02", "not_a_date"),
    ],
)
def test_a_day_has_twenty_four_hours(written: str, reason: str | None) -> None:
    read = written_dates.parse_written_date(written)
    expected = written_dates.WrittenDate(date(2026, 1, 2), ("time_dropped",))
    assert read == (expected if reason is None else written_dates.DateProblem(reason))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "system", "day"),
    [
        (0, "1900", None),
        (1, "1900", date(1900, 1, 1)),
        (59, "1900", date(1900, 2, 28)),
        (60, "1900", None),
        (61, "1900", date(1900, 3, 1)),
        (2_958_465, "1900", date(9999, 12, 31)),
        (2_958_466, "1900", None),
        (0, "1904", date(1904, 1, 1)),
        (2_957_003, "1904", date(9999, 12, 31)),
        (2_957_004, "1904", None),
        (-1, "1904", None),
    ],
)
def test_serial_numbers_reach_from_the_first_day_to_the_last(days: int, system: Any, day: date | None) -> None:
    assert written_dates.from_serial(days, system) == day


@pytest.mark.parametrize(
    ("written", "kept", "rules"),
    [
        ("示市监罚〔2026〕1号", "示市监罚〔2026〕1号", ()),
        ("示市监罚［2026］１号", "示市监罚〔2026〕1号", ("full_width", "year_brackets")),
        ("示市监罚(2026) 1 号", "示市监罚〔2026〕1号", ("blanks", "year_brackets")),
        ("ＡＢ 1", "AB1", ("full_width", "blanks")),
    ],
)
def test_a_document_number_is_kept_in_one_form(written: str, kept: str, rules: tuple[str, ...]) -> None:
    assert text.written_number(written) == (kept, rules)


@pytest.mark.parametrize(("cell", "blank"), [("无", True), (" 无\u00a0\r", True), ("X无X", False), ("\r", True)])
def test_a_cell_that_says_nothing_says_nothing_else(cell: str, blank: bool) -> None:
    assert text.is_blank_marker(cell) is blank


def test_blanks_of_every_width_are_trimmed() -> None:
    assert trimmed(" \u3000甲 乙\u00a0") == "甲 乙"


def test_an_actor_may_what_was_given_and_the_public_nothing() -> None:
    worker = system("worker", "records.enter", "jobs.run")
    assert worker == Actor(
        kind="system", login="worker", name="worker", permissions=frozenset({"records.enter", "jobs.run"})
    )
    assert (worker.may("records.enter"), worker.may("records.annul")) == (True, False)
    assert not PUBLIC.may("records.enter")
    asked = worker.for_purpose("办案")
    assert (asked.purpose, asked.permissions, asked.login) == ("办案", worker.permissions, "worker")


def test_a_sign_nobody_sees_is_neither_kept_in_a_name_nor_taken_for_a_blank_in_a_cell() -> None:
    assert names.written_form("甲\x00公司") == "甲公司"
    # What is no blank is an error of the cell (E102), and must not be tidied away before that is found.
    assert text.normalise_cell("\x1c甲\x1c") == ("\x1c甲\x1c", ())
    assert not text.is_blank_marker("\x1c无")


@pytest.mark.parametrize(
    ("typed", "normalised", "kind", "reason"),
    [
        ("", "", "unknown", "empty"),
        (" - ", "", "unknown", "placeholder"),
        ("无", "无", "unknown", "placeholder"),
        ("000000000000000000", "000000000000000000", "uscc", "placeholder"),
        ("00000 0000", "000000000", "orgcode", "placeholder"),
        ("000000000000", "000000000000", "unknown", "placeholder"),
        ("9.13E+17 ", "9.13E+17", "uscc", "excel_number"),
        ("9.13E+16", "9.13E+16", "unknown", "excel_number"),
        ("911101010000000000", "911101010000000000", "uscc", "excel_number"),
        ("110105199003000000", "110105199003000000", "id18", "excel_number"),
        ("ABCDEFGH@", "ABCDEFGH@", "orgcode", "charset"),
        ("甲BCDEFGHI", "甲BCDEFGHI", "unknown", "charset"),
        ("123@", "123@", "unknown", "charset"),
        ("1111", "1111", "unknown", "length"),
    ],
)
def test_what_is_no_identifier_is_told_whole(typed: str, normalised: str, kind: Any, reason: Any) -> None:
    assert inspect(typed) == Verdict(typed, normalised, kind, "invalid", reason)


def test_seventeen_digits_are_asked_for_and_nothing_else() -> None:
    for wrong in ("1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17):
        with pytest.raises(Invalid, match=r"^公民身份号码前17位应全为数字。"):
            resident.check_character(wrong)


def test_names_and_numbers_keep_what_is_not_latin() -> None:
    assert names.comparison_form("Café甲") == "CAFé甲"
    assert text.written_number("示（2026）1号，补－１") == ("示〔2026〕1号，补－1", ("full_width", "year_brackets"))
    assert trimmed("\u200b\x00甲\u2060") == "甲"


def test_fields_of_the_log_hold_inside_their_block_only() -> None:
    assert dict(log_context.fields()) == {}
    with log_context.bound(request="1"), log_context.bound(job=2):
        assert dict(log_context.fields()) == {"request": "1", "job": 2}
    assert dict(log_context.fields()) == {}


def test_a_day_ends_at_sixteen_hours_of_universal_time() -> None:
    end = end_of_day(DAY)
    assert (end, end.tzinfo) == (datetime(2026, 11, 21, 16, tzinfo=UTC), UTC)
    assert legal_date(end - timedelta(microseconds=1)) == DAY
    assert legal_date(end) == date(2026, 11, 22)


def test_a_notice_of_the_year_before_or_after_names_days_of_this_one() -> None:
    new_year, saturday = date(2027, 1, 1), date(2027, 1, 2)
    for year in (2026, 2028):
        named = YearPlan(year, "official", "试", frozenset({date(2027, 1, 4)}), frozenset({saturday}))
        silent = YearPlan(2027, "official", "试", frozenset(), frozenset())
        calendar = Calendar.of((named, silent))
        assert is_working_day(calendar, saturday)
        assert not is_working_day(calendar, date(2027, 1, 4))
        assert is_working_day(calendar, new_year)


def test_births_begin_with_the_first_day_of_the_earliest_year() -> None:
    year = resident.EARLIEST_YEAR
    assert resident.birth_date(resident_of(f"{year}0101")) == date(year, 1, 1)
    assert resident.birth_date(resident_of(f"{year - 1}1231")) is None
