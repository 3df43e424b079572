"""Search: document number, code, name; former names marked; a person's number is answered, and repeated nowhere."""

import logging
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.pages import main
from subjects.subject_cast import resident_number
from world import INIT, World, business_code
from xinheng.kernel.actor import system
from xinheng.portal.views.search import names_a_person
from xinheng.subjects.door import change_code, make_provisional, register_subject, rename
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

PERSON = resident_number(7)


def hits(visitor: Client, text: str) -> str:
    return main(visitor.get("/search", {"q": text}))


@pytest.mark.parametrize("text", ["云禾", "禾商", "示例区云禾商贸有限公司", "云禾商贸", "云禾　商贸"])
def test_a_name_is_found_by_any_two_characters_and_whatever_the_writing(
    visitor: Client, world: World, text: str
) -> None:
    found = hits(visitor, text)
    assert "示例区云禾商贸有限公司" in found
    assert "清岚" not in found


def test_a_code_is_found_as_people_write_it(visitor: Client, world: World) -> None:
    code = business_code(1)
    for text in (code, code.lower(), f"{code[:8]} {code[8:]}"):
        found = hits(visitor, text)
        assert "示例区云禾商贸有限公司" in found
        assert "代码一致" in found


@pytest.mark.parametrize(
    "written", ["示市监罚〔2026〕1号", "示市监罚[2026]1号", "示市监罚（2026）1号", " 示市监罚〔２０２６〕 １号"]
)
def test_a_document_number_comes_first_and_is_found_as_people_type_it(
    visitor: Client, world: World, fine: int, written: str
) -> None:
    answer = visitor.get("/search", {"q": written})
    assert "文书号完全一致的信息" in main(answer)
    assert f"/records/{fine}" in answer.content.decode()


def test_a_former_name_is_marked_as_one(visitor: Client, world: World, now: Any) -> None:
    rename(
        subject_id=world.subjects["云禾"],
        name="示例区丰穗商贸有限公司",
        valid_from=date(2026, 11, 21),
        actor=INIT,
        now=now,
    )
    found = hits(visitor, "云禾")
    assert "示例区丰穗商贸有限公司" in found
    assert "曾用名 示例区云禾商贸有限公司" in found
    assert "曾用名" not in hits(visitor, "丰穗")


def test_an_old_code_leads_to_the_subject(visitor: Client, world: World, now: Any) -> None:
    change_code(
        subject_id=world.subjects["云禾"],
        scheme=Scheme.USCC,
        code=business_code(77),
        valid_from=date(2026, 11, 21),
        actor=INIT,
        now=now,
    )
    assert "示例区云禾商贸有限公司" in hits(visitor, business_code(1))
    answer = visitor.get(f"/s/{business_code(1)}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/subjects/{world.subjects['云禾']}"


def test_a_provisional_subject_without_a_public_record_is_found_by_nothing(
    visitor: Client, world: World, now: Any
) -> None:
    draft = SubjectDraft(
        SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(88), "示例区松涛建材有限公司", "示例区市场监督管理局"
    )
    made = make_provisional(draft=draft, actor=system("test", "records.enter"), now=now)
    for text in ("松涛", "示例区松涛建材有限公司", business_code(88)):
        assert "没有查到" in hits(visitor, text)
    for address in (f"/subjects/{made.subject_id}", f"/s/{business_code(88)}"):
        assert visitor.get(address).status_code == 404


def test_nothing_found_says_what_to_try(visitor: Client, world: World) -> None:
    found = hits(visitor, "不存在的名字")
    assert "没有查到" in found
    assert "统一社会信用代码" in found
    assert "文书号" in found


def test_pages_follow_one_another_until_all_are_shown(visitor: Client, world: World, now: Any) -> None:
    for number in range(100, 125):
        draft = SubjectDraft(
            SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(number), f"示例区松涛{number}建材有限公司", "登记机关"
        )
        register_subject(draft=draft, actor=INIT, now=now)
    first = visitor.get("/search", {"q": "松涛"})
    assert first.content.decode().count('<h3><a href="/subjects/') == 20
    onward = first.context["next_href"]
    second = visitor.get(onward)
    assert second.content.decode().count('<h3><a href="/subjects/') == 5
    assert "回到第一页" in main(second)
    assert not second.context["next_href"]


@pytest.mark.parametrize(
    "text",
    [PERSON, PERSON.lower(), f" {PERSON[:6]} {PERSON[6:14]} {PERSON[14:]} ", f"赵某某 {PERSON}", "13912345678"],
)
def test_a_persons_number_is_answered_and_repeated_nowhere(
    visitor: Client, world: World, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = visitor.get("/search", {"q": text})
    assert answer.status_code == 302
    assert answer["Location"] == "/search?about=person"
    assert answer["Cache-Control"] == "no-store"
    page = visitor.get(answer["Location"])
    assert "不公示自然人的信息" in main(page)
    logged = "".join(record.getMessage() for record in caplog.records)
    for part in (PERSON[6:14], "12345678"):
        assert part not in page.content.decode() + answer.content.decode() + logged


def test_a_persons_number_in_the_path_is_not_repeated(
    visitor: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = visitor.get(f"/s/{PERSON}")
    assert (answer.status_code, answer["Location"]) == (302, "/search?about=person")
    assert PERSON[6:14] not in answer.content.decode() + caplog.text


@pytest.mark.parametrize(
    "text",
    ["云禾商贸", business_code(1), "示市监罚〔2026〕1号", "990101000000017", "12345", "2026年第3号", "MA0000015"],
)
def test_names_codes_and_document_numbers_are_no_persons(text: str) -> None:
    assert not names_a_person(text)


def test_what_was_typed_is_escaped(visitor: Client, world: World) -> None:
    answer = visitor.get("/search", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert" in answer
