"""One record typed by hand: nothing typed is lost, errors stand at their fields, the review tells what will be public."""

from typing import Any

import pytest
from django.test import Client

from workbench.acts import PENALTY, People, inputs, penalty_texts, words
from world import World, publish
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import held
from xinheng.intake.values.receipts import Outcome, Taken
from xinheng.kernel.identifiers import resident
from xinheng.ledger.door import sequence
from xinheng.ledger.models import Run
from xinheng.records.door import record
from xinheng.web.clock import today
from xinheng.workbench.entry import forms
from xinheng.workbench.entry.outlook import outlook_of

ADDRESS = f"/workbench/entry/{PENALTY}"


@pytest.fixture
def reporter(people: People) -> Client:
    return people["reporter.market"]


def step(client: Client, texts: dict[str, Any], name: str) -> Any:
    return client.post(ADDRESS, {**texts, "_step": name})


def test_the_form_asks_for_every_field_of_the_item_and_knows_the_own_unit(reporter: Client, world: World) -> None:
    page = reporter.get(ADDRESS)
    shown = inputs(page)
    body = page.content.decode()
    for each in current_edition(today()).item(PENALTY).fields:
        assert f'name="{each.code}"' in body, each.code
    assert shown["CF_CFJGDM"] == shown["CF_SJLYDM"] == world.unit_codes["market"]
    assert "法人及非法人组织必须填写统一社会信用代码" in body


def test_what_is_wrong_stands_at_its_field_and_everything_typed_stays(reporter: Client, world: World) -> None:
    texts = penalty_texts(world, CF_XDR_SHXYM="123", CF_JDRQ="2026年13月40日", CF_SY=" 两端有空 ", CF_XDR_LB="别的")
    answer = step(reporter, texts, "review")
    assert answer.status_code == 422
    shown = inputs(answer)
    assert {name: shown[name] for name in texts} == texts
    body = answer.content.decode()
    assert 'href="#f-administrative-penalty-CF_XDR_SHXYM"' in body
    assert all(code in body for code in ("E103", "E104", "E108"))


def test_the_review_shows_what_will_be_stored_and_until_when_it_is_public(reporter: Client, world: World) -> None:
    before = Run.objects.count()
    answer = step(reporter, penalty_texts(world, CF_JDRQ="2026年11月18日"), "review")
    text = words(answer)
    assert answer.status_code == 200
    assert "填写的是“2026年11月18日”，按规范写法入库" in text
    assert "自动停止" in text
    assert "2026年11月27日" in text  # the seventh working day after the decision
    assert "还没有提交" in text
    # Looking at a review enters nothing.
    assert Run.objects.count() == before


def test_a_confirmed_record_is_in_the_archive_with_its_receipt(reporter: Client, world: World) -> None:
    answer = step(reporter, penalty_texts(world), "confirm")
    assert answer.status_code == 302
    number = int(answer["Location"].split("/")[-1].partition("?")[0])
    assert record(number, actor=world.actor("reporter.market")).current.content["CF_NR_FK"] == "0.5"
    assert "正在编号" in words(reporter.get(answer["Location"]))
    publish(world.now)
    sequence()
    done = words(reporter.get(answer["Location"]))
    assert "公示中" in done
    assert "正在编号" not in done


def test_the_same_record_again_is_recognised(reporter: Client, world: World) -> None:
    first = step(reporter, penalty_texts(world), "confirm")["Location"]
    assert "再次提交不会重复入库" in words(step(reporter, penalty_texts(world), "review"))
    again = step(reporter, penalty_texts(world), "confirm")["Location"]
    assert first.partition("?")[0] == again.partition("?")[0]
    assert "没有重复入库" in words(reporter.get(again))


def test_a_correction_asks_for_its_reason_and_then_enters(reporter: Client, world: World) -> None:
    step(reporter, penalty_texts(world), "confirm")
    changed = penalty_texts(world, CF_SY="在经营场所及网店张贴与实际不符的宣传海报。")
    asked = step(reporter, changed, "review")
    assert asked.status_code == 422
    assert 'href="#f-administrative-penalty-GZYY"' in asked.content.decode()
    reasoned = {**changed, "GZYY": "补充违法事实"}
    assert "这是对已报送信息的更正" in words(step(reporter, reasoned, "review"))
    assert step(reporter, reasoned, "confirm")["Location"].endswith("?as=correction")


def test_a_row_that_must_wait_says_why_and_leads_to_its_page(reporter: Client, world: World) -> None:
    texts = penalty_texts(world, CF_XDR_MC="示例区远山建材有限公司")
    assert "提交后将先暂存" in words(step(reporter, texts, "review"))
    answer = step(reporter, texts, "confirm")
    (row,) = held(world.actor("reviewer")).items
    assert answer["Location"] == f"/workbench/held/{row.id}?entered=1"
    assert "已提交，暂存等待核对" in words(reporter.get(answer["Location"]))


def test_a_person_penalised_is_archived_and_not_shown(reporter: Client, world: World) -> None:
    texts = penalty_texts(world, CF_XDR_MC="钱样例", CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_FRDB="")
    body = "99010119900101001"
    number = body + resident.check_character(body)
    texts |= {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": number}
    answer = step(reporter, texts, "review")
    assert "只入档，不向社会公示" in words(answer)
    # Who typed it sees it whole, to check it; the page is never kept.
    assert number in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    done = reporter.get(step(reporter, texts, "confirm")["Location"])
    assert number not in done.content.decode()
    assert "钱样例" not in done.content.decode()


def test_edit_brings_back_the_form_with_everything(reporter: Client, world: World) -> None:
    review = step(reporter, penalty_texts(world), "review")
    carried = {name: value for name, value in inputs(review).items() if name != "csrfmiddlewaretoken"}
    shown = inputs(step(reporter, carried, "edit"))
    assert {name: shown[name] for name in penalty_texts(world)} == penalty_texts(world)


def test_an_item_that_does_not_exist_is_not_found(reporter: Client) -> None:
    assert reporter.get("/workbench/entry/no-such-item").status_code == 404


def test_several_kinds_and_one_of_ones_own_become_one_value(world: World) -> None:
    item, lists, bound = form_of(world, CF_CFLB=["警告", "罚款"], CF_CFLB__other="公开道歉")
    assert forms.texts_of(item, lists, bound)["CF_CFLB"] == "警告;罚款;其他-公开道歉"


def test_a_chosen_value_beside_another_written_one_is_a_question(world: World) -> None:
    item, lists, bound = form_of(world, CF_FR_ZJLX=["护照号"], CF_FR_ZJLX__other="军官证")
    (error,) = forms.doubtful(item, lists, bound)
    assert (error.field, error.code) == ("CF_FR_ZJLX__other", "form.two_values")


def test_a_note_beside_other_is_the_value(world: World) -> None:
    item, lists, bound = form_of(world, CF_FR_ZJLX=["其他"], CF_FR_ZJLX__other="军官证")
    assert forms.doubtful(item, lists, bound) == []
    assert forms.texts_of(item, lists, bound)["CF_FR_ZJLX"] == "其他-军官证"


def form_of(world: World, **typed: Any) -> Any:
    edition = current_edition(today())
    item = edition.item(PENALTY)
    spec = forms.form_of(item, edition.code_lists, ())
    return item, edition.code_lists, spec.read_data(typed)


@pytest.mark.parametrize(
    ("changes", "public", "words_of_it"),
    [
        ({}, True, "自动停止"),
        ({"CF_JDRQ": ""}, False, "没有决定日期"),
        ({"CF_JDRQ": "2015-01-05"}, False, ""),
        ({"CF_XDR_LB": "自然人"}, False, "只入档"),
    ],
)
def test_the_outlook_is_what_the_catalogue_says(
    world: World, changes: dict[str, str], public: bool, words_of_it: str
) -> None:
    outcome = Outcome(Taken.ACCEPTED, values=penalty_texts(world, CF_YXQ="2099-12-31", **changes))
    found = outlook_of(current_edition(today()), PENALTY, outcome, on=today())
    assert found.public is public
    assert words_of_it in found.words


def test_the_choice_of_items_names_each_basis_that_is_not_confirmed(people: People, world: World) -> None:
    edition = current_edition(world.now.date())
    text = words(people["reporter.market"].get("/workbench/entry"))
    for item in ("administrative-penalty", "administrative-licence"):
        for key in edition.item(item).legal_bases:
            basis = edition.find_basis(key, world.now.date())
            if basis is not None and basis.certainty.value != "sure":
                assert f"{basis.citation} 需核对：{basis.certainty.label}" in text
            elif basis is not None:
                assert f"{basis.citation} 需核对" not in text
    assert "项依据需核对" in text
