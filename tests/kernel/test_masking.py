from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.strategies import registration_numbers, resident_numbers, usccs
from xinheng.kernel.identifiers import resident, uscc
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.masking import (
    _is_like_a_person,
    find_personal,
    mask_bank_card,
    mask_document,
    mask_identifiers,
    mask_name,
    mask_phone,
    mask_resident,
    mask_verdict,
)

PERSON = "44010119900307123" + resident.check_character("44010119900307123")
BAD_CHECK = PERSON[:17] + ("1" if PERSON[17] != "1" else "2")
BAD_DATE = "44010119901307123" + resident.check_character("44010119901307123")
OLD = "440101900307123"
CODE = "91990101MA0000015" + uscc.check_digit("91990101MA0000015")
CARD = "6222021234567890128"
FULL_WIDTH = PERSON.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})


def luhn(body: str) -> str:
    return next(
        body + d
        for d in "0123456789"
        if sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(reversed(body + d))) % 10 == 0
    )


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        (f"当事人张某，身份证号{PERSON}，住某地", "id18", PERSON),
        (f"身份证号码：{PERSON}。", "id18", PERSON),
        (f"（{PERSON}）号", "id18", PERSON),
        (f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}", "id18", f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}"),
        (f"{PERSON[:6]}-{PERSON[6:14]}－{PERSON[14:]}", "id18", f"{PERSON[:6]}-{PERSON[6:14]}－{PERSON[14:]}"),
        (f"身份证{FULL_WIDTH}的", "id18", FULL_WIDTH),
        (f"2020 {PERSON}", "id18", PERSON),
        (f"\u200b{PERSON[:9]}\u200b{PERSON[9:]}", "id18", f"{PERSON[:9]}\u200b{PERSON[9:]}"),
        (f"身份证{OLD}", "id15", OLD),
        (f"ID{PERSON}", "id18", PERSON),
        (f"No.{PERSON}", "id18", PERSON),
        ("Tel13812345678", "phone", "13812345678"),
        ("Tel.13812345678", "phone", "13812345678"),
        ("联系电话13812345678", "phone", "13812345678"),
        ("电话：138 1234 5678；", "phone", "138 1234 5678"),
        ("电话138-1234-5678", "phone", "138-1234-5678"),
        ("+8613812345678", "phone", "13812345678"),
        ("+86 13812345678", "phone", "13812345678"),
        ("008613812345678", "phone", "13812345678"),
        ("手机１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
        ("卡号" + luhn("622202123456789012"), "bank_card", luhn("622202123456789012")),
        ("卡号" + luhn("411111111111111"), "bank_card", luhn("411111111111111")),
        ("账户6222 0212 3456 7894", "bank_card", None),
    ],
)
def test_personal_data_in_free_text_is_found(text: str, kind: str, found: str | None) -> None:
    if found is None:
        number = luhn("622202123456789")
        found = " ".join(number[i : i + 4] for i in range(0, 16, 4))
        text = f"账户{found}，"
    (one,) = find_personal(text)
    assert (one.kind, text[one.start : one.end]) == (kind, found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有个人信息",
        f"统一社会信用代码{CODE}",
        "统一社会信用代码91330100799655058B，91320100748204660Q",
        f"身份证号{BAD_CHECK}",
        f"身份证号{BAD_DATE}",
        f"编号A{PERSON}",
        f"编号{PERSON}0",
        f"〔2020〕{PERSON}号",
        "沪市监处〔2020〕13812345678号",
        "沪市监处（2020）第13812345678号",
        "许可证第13812345678号",
        "京食字13812345678号",
        "罚款13812345678元",
        "共13812345678.5元",
        "电话12812345678",
        "电话138123456789",
        "电话1381234567",
        "注册号440101900307123",
        "注册号：440101900307123",
        "注册号998613000000008",
        "440101901307123",
        "440101000113123",
        "990101900307123",
        "卡号6222021234567890129",
        "6222 0212 3456",
        "2020年9月1日，第12条第3款，处罚款人民币30000.00元",
        "浓度0.13812345678",
        "GB 13812345678A",
    ],
)
def test_what_only_looks_like_personal_data_is_not_found(text: str) -> None:
    assert find_personal(text) == ()


def test_several_are_found_in_their_order_without_overlap() -> None:
    text = f"13812345678、{PERSON}，{CODE}，{OLD}；{luhn('622202123456789')}"
    found = find_personal(text)
    assert [f.kind for f in found] == ["phone", "id18", "id15", "bank_card"]
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert mask_identifiers(text) == (
        f"138****5678、440101********{PERSON[-4:]}，{CODE}，440101********7123；****{luhn('622202123456789')[-4:]}"
    )


@given(resident_numbers(division="440101"), st.sampled_from(["", "某人", "：", "（", "\n", " "]))
def test_a_number_of_a_person_is_found_in_any_text(number: str, before: str) -> None:
    assert [f.kind for f in find_personal(f"{before}{number}，处罚")] == ["id18"]


@given(usccs())
def test_a_valid_code_of_a_business_is_never_found(code: str) -> None:
    assert find_personal(f"当事人{code}。") == ()
    assert mask_identifiers(f"当事人{code}。") == f"当事人{code}。"


@given(registration_numbers())
def test_a_registration_number_called_so_is_never_found(number: str) -> None:
    assert find_personal(f"注册号{number}") == ()


@given(st.text(st.sampled_from("0123456789Xx 　-第号〔〕元a.１２"), max_size=60))
def test_nothing_is_left_to_find_after_masking(text: str) -> None:
    masked = mask_identifiers(text)
    assert find_personal(masked) == ()
    assert mask_identifiers(masked) == masked


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    find_personal(text)
    mask_identifiers(text)


@pytest.mark.parametrize("number", [BAD_CHECK, BAD_DATE, PERSON, OLD])
def test_masking_is_wider_than_finding(number: str) -> None:
    masked = mask_identifiers(f"证件号码“{number}”有误")
    assert masked == f"证件号码“440101********{number[-4:]}”有误"


@pytest.mark.parametrize(
    ("mask", "written", "shown"),
    [
        (mask_resident, PERSON.lower(), f"440101********{PERSON[-4:]}"),
        (mask_resident, OLD, "440101********7123"),
        (mask_resident, "E12345678", "E****78"),
        (mask_name, "张三", "张*"),
        (mask_name, " 张三丰 ", "张*"),
        (mask_name, "欧阳某某", "欧阳*"),
        (mask_name, "欧阳", "欧*"),
        (mask_name, "阿甲·乙丙", "阿*"),
        (mask_name, "John Doe", "J*"),
        (mask_name, "  ", ""),
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "+86 138-1234-5678", "138****5678"),
        (mask_phone, "010-12345678", "010****5678"),
        (mask_phone, "12345", "****"),
        (mask_document, "e12345678", "E****78"),
        (mask_document, "1234", "****"),
        (mask_bank_card, "6222 0212 3456 7894", "****7894"),
        (mask_bank_card, "12345", "****"),
        (mask_bank_card, "123456789012", "****9012"),
        (mask_bank_card, "12345678901", "****"),
        (mask_document, "E1234", "E****34"),
        (mask_document, "", "****"),
        (mask_phone, "0571234567", "057****4567"),
        (mask_phone, "057123456", "****"),
        (mask_phone, "861381234567", "861****4567"),
        (mask_phone, "8613812345678", "138****5678"),
        (mask_phone, "8713812345678", "871****5678"),
        (mask_phone, "86138123456789", "861****6789"),
        (mask_phone, "１３８１２３４５６７８", "138****5678"),
        (mask_resident, "44010190030712", "4****12"),
        (mask_name, "司马", "司*"),
        (mask_name, "司马懿", "司马*"),
    ],
)
def test_the_table_of_masking(mask: Callable[[str], str], written: str, shown: str) -> None:
    assert mask(written) == shown


def test_a_verdict_is_shown_masked_where_it_is_about_a_person() -> None:
    assert mask_verdict(inspect(f" {PERSON}")) == (f"440101********{PERSON[-4:]}",) * 2
    assert mask_verdict(inspect(BAD_CHECK))[0] == f"440101********{BAD_CHECK[-4:]}"
    assert "19900307" not in "".join(mask_verdict(inspect(PERSON[:17])))
    assert "19900307" not in "".join(mask_verdict(inspect(f"身份证{PERSON}")))
    assert mask_verdict(inspect(f" {CODE}")) == (f" {CODE}", CODE)
    assert mask_verdict(inspect("110108000000016"))[1] == "110108000000016"


@given(resident_numbers(division="440101"), st.integers(0, 17))
def test_no_mistyped_number_is_shown_in_full(number: str, place: int) -> None:
    mistyped = number[:place] + number[place + 1 :]
    shown = mask_verdict(inspect(mistyped))
    assert mistyped not in shown or inspect(mistyped).kind != "id18"


@pytest.mark.parametrize(
    ("number", "likely"),
    [
        (PERSON, True),
        (PERSON[:17], True),
        (PERSON[:16], False),
        (PERSON + "1", True),
        (PERSON + "12", False),
        (PERSON[:17] + "X", True),
        (PERSON[:17] + "A", False),
        ("A" + PERSON[1:], False),
        ("9" + "1" + PERSON[2:], False),
        ("9" + "2" + PERSON[2:], False),
        ("9" + "3" + PERSON[2:], False),
        (PERSON[:6] + "20" + PERSON[8:], True),
        (PERSON[:6] + "18" + PERSON[8:], False),
        (PERSON[:6] + "21" + PERSON[8:], False),
        (PERSON[:8] + "٣" + PERSON[9:], False),
    ],
)
def test_a_mistyped_number_is_told_by_its_shape(number: str, likely: bool) -> None:
    assert _is_like_a_person(number) is likely


@pytest.mark.parametrize("mistyped", [BAD_CHECK, BAD_DATE, PERSON[:17], PERSON + "1"])
def test_a_number_that_was_mistyped_is_masked_in_its_verdict(mistyped: str) -> None:
    shown = f"{mistyped[:6]}********{mistyped[-4:]}"
    assert mask_verdict(inspect(mistyped)) == (shown, shown)


def test_what_is_longer_than_a_code_is_searched_for_a_number_inside() -> None:
    written, normalised = mask_verdict(inspect(f"身份证 {PERSON}"))
    assert written == f"身份证 440101********{PERSON[-4:]}"
    assert PERSON not in normalised
    assert mask_verdict(inspect("9199 0101 MA00 0001 5A"))[0] == "9199 0101 MA00 0001 5A"


def test_an_old_number_of_somebody_born_before_1920_is_taken_for_a_registration() -> None:
    assert [find_personal(f"证件{number}") != () for number in ("440101200307123", "440101190307123")] == [True, False]


def test_eighteen_digits_of_somebody_born_before_1900_are_not_a_person() -> None:
    found = []
    for year in ("1900", "1899"):
        body = f"440101{year}0307123"
        found.append(find_personal(f"证件{body}{resident.check_character(body)}") != ())
    assert found == [True, False]
