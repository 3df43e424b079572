"""Halls read licences over the API: by holder, by number, by the code on them; units see what ends; everybody what is public."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from api.calling import Caller, refused
from api.conftest import Issue
from intake import cast
from world import World, publish
from xinheng.accounts.models import Query
from xinheng.records import models
from xinheng.records.door import licence_code, of_batch
from xinheng.web.licences import WRONG_CODES

WINDOW, READ = "records.read_licences", "records.read_unpublished"
FOR = {"purpose": "approval", "reference": "示审批〔2026〕15号"}
NUMBER = "JY13799010000001"
HandIn = Callable[..., models.Version]


@pytest.fixture
def hand_in(world: World) -> HandIn:
    """Hands in a licence of the market bureau; returns the version."""

    def entered(number: int = 1, *, reason: str = "", **changed: str | None) -> models.Version:
        row = cast.licence(world, number) | {"XK_XKZS": "食品经营许可证", "XK_XKBH": NUMBER} | changed
        done = cast.load(world, cast.as_csv([row], cast.LICENCE), item=cast.LICENCE, reason=reason)
        assert done.counts.accepted == 1, done.errors
        assert done.batch is not None
        publish(world.now)
        (found,) = of_batch(done.batch, actor=world.actor("reviewer"))
        return models.Version.objects.get(pk=found.id)

    return entered


def of_a_person(number: int = 7) -> dict[str, str | None]:
    return {
        "XK_XDR_MC": "隐某某",
        "XK_XDR_LB": "自然人",
        "XK_XDR_SHXYM": None,
        "XK_FRDB": None,
        "XK_XDR_ZJLX": "身份证",
        "XK_XDR_ZJHM": cast.resident_number(number),
        "XK_WSH": f"示市监许〔2026〕7{number}号",
    }


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [one["number"] for one in answer.json()["items"]]


def test_a_hall_finds_a_holders_licences_of_every_unit_for_a_purpose(issue: Issue, hand_in: HandIn) -> None:
    hand_in(BZ="申请人要求不公开")
    hall, address = issue("tax", WINDOW), f"licences/by-holder/{cast.firm_code(1)}"
    refused(hall.get(address), 403, "accounts.purpose_missing")
    assert not Query.objects.exists()
    answer = hall.get(address, FOR)
    assert numbers(answer) == [NUMBER]
    (one,) = answer.json()["items"]
    assert (one["state"], one["holder"], one["person"]) == ("valid", "示例区晓岚1号商贸有限公司", False)
    # Whoever has the code has the certificate: the hall asks its holder for it.
    assert one["verification_code"] is None
    (entry,) = Query.objects.all()
    assert (entry.purpose, entry.reference, entry.count) == (*FOR.values(), 1)
    # Another unit's department reads neither this one nor that it is there.
    assert numbers(issue("tax", READ).get(address)) == []


def test_no_holder_and_no_licence_have_the_same_answer(world: World, issue: Issue) -> None:
    cast.load(world, cast.as_csv([cast.penalty(world, 3)]))
    hall = issue("tax", WINDOW)
    answers = [hall.get(f"licences/by-holder/{cast.firm_code(each)}", FOR).json() for each in (3, 999_999)]
    assert answers == [{"holder": "", "items": []}] * 2
    assert [(one.subject_id, one.count) for one in Query.objects.all()] == [(None, 0)] * 2


def test_a_token_without_either_scope_and_no_token_read_nothing(issue: Issue, anybody: Caller, hand_in: HandIn) -> None:
    hand_in()
    places = (f"licences/by-holder/{cast.firm_code(1)}", f"licences/by-number?number={NUMBER}", "licences/expiring")
    for place in places:
        refused(issue("market", "intake.load").get(place), 403, "api.scope")
        refused(anybody.get(place), 401, "accounts.token_refused")
    refused(issue("market", WINDOW).get("licences/expiring"), 403, "api.scope")


def test_a_licence_is_found_by_its_number_or_that_of_its_decision(issue: Issue, hand_in: HandIn) -> None:
    hand_in()
    hand_in(2, XK_XKBH="JY13799010000002")
    market = issue("market", READ)
    asked = (NUMBER, "示市监许〔2026〕1号", "示市监许[2026]1号", NUMBER[:-1], NUMBER + "0")
    found = [numbers(market.get("licences/by-number", {"number": each})) for each in asked]
    assert found == [[NUMBER]] * 3 + [[]] * 2
    (one, *_) = market.get("licences/by-number", {"number": NUMBER}).json()["items"]
    assert one["verification_code"] is not None


def test_by_number_a_natural_persons_licence_asks_for_purpose_and_case(issue: Issue, hand_in: HandIn) -> None:
    hand_in(**of_a_person())
    hall, market = issue("tax", WINDOW), issue("market", READ)
    for number in (NUMBER, "JY13799010099999"):
        asked = {"number": number, "purpose": "approval"}
        # What is there and what is not ask for the same.
        refused(hall.get("licences/by-number", asked), 422, "accounts.query_reference_missing")
    (one,) = hall.get("licences/by-number", {"number": NUMBER, **FOR}).json()["items"]
    assert (one["person"], one["holder"]) == (True, "隐*")
    assert Query.objects.get().personal
    refused(market.get("licences/by-number", {"number": NUMBER}), 403, "accounts.purpose_missing")
    (own,) = market.get("licences/by-number", {"number": NUMBER, **FOR}).json()["items"]
    assert own["holder"] == "隐*"
    assert numbers(issue("tax", READ).get("licences/by-number", {"number": NUMBER})) == []


def test_nobody_is_found_by_the_number_of_a_person(issue: Issue, hand_in: HandIn) -> None:
    hand_in(**of_a_person(), XK_XKBH=None)
    number = cast.resident_number(7)
    for caller in (issue("tax", WINDOW), issue("market", READ)):
        for place in (f"licences/by-holder/{number}", f"licences/by-number?number={number}"):
            said = refused(caller.get(place, FOR if "?" not in place else None), *_refusal(caller, place))
            assert number not in str(said)


def _refusal(caller: Caller, place: str) -> tuple[int, str]:
    windows = caller.get("me").json()["scopes"] == [WINDOW]
    return (403, "accounts.purpose_missing") if windows and "?" in place else (422, "api.parameter")


def test_the_code_on_a_licence_answers_everybody_and_a_wrong_one_learns_nothing(
    anybody: Caller, hand_in: HandIn
) -> None:
    made = hand_in(**of_a_person())
    answer = anybody.get("licences/verify", {"verification_code": licence_code(made.pk).lower()})
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["holder"]) == ("valid", "隐*")
    assert "隐某某" not in answer.content.decode()
    kept = hand_in(3, BZ="申请人要求不公开", XK_XKBH="JY13799010000003")
    wrong = {
        anybody.get("licences/verify", {"verification_code": code}).content
        for code in (licence_code(kept.pk), licence_code(10**9), "X")
    }
    assert len(wrong) == 1
    for _ in range(WRONG_CODES.most):
        anybody.get("licences/verify", {"verification_code": "X"})
    answer = anybody.get("licences/verify", {"verification_code": licence_code(made.pk)})
    refused(answer, 429, "api.too_many_codes")
    assert int(answer["Retry-After"]) == 900
    # The portal counts the same tries.
    assert anybody.client.get("/verify/licence", {"code": "X"}).status_code == 429


def test_a_unit_sees_in_time_what_of_its_own_ends_page_by_page(world: World, issue: Issue, hand_in: HandIn) -> None:
    for number in range(1, 4):
        until = world.now.date() + timedelta(days=number)
        hand_in(number, XK_XKBH=f"JY1379901000000{number}", XK_YXQZI=f"{until:%Y/%m/%d}")
    market = issue("market", READ)
    whole = numbers(market.get("licences/expiring"))
    assert whole == [f"JY1379901000000{number}" for number in range(1, 4)]
    first = market.get("licences/expiring", {"limit": 2}).json()
    rest = market.get("licences/expiring", {"limit": 2, "cursor": first["next"]}).json()
    assert [one["number"] for page in (first, rest) for one in page["items"]] == whole
    assert rest["next"] is None
    assert numbers(issue("tax", READ).get("licences/expiring")) == []
    assert numbers(market.get("licences/expiring", {"renewed": "true"})) == []
    assert {one.scope for one in Query.objects.filter(count=3)} == {"接口：证照到期 coming 30"}


def test_a_token_confined_to_other_items_sees_no_licence(issue: Issue, hand_in: HandIn) -> None:
    hand_in()
    other = issue("market", READ, WINDOW, items=("administrative-penalty",))
    assert numbers(other.get(f"licences/by-holder/{cast.firm_code(1)}", FOR)) == []
    assert numbers(other.get("licences/by-number", {"number": NUMBER, **FOR})) == []
    refused(other.get("licences/expiring"), 403, "api.item_scope")
    own = issue("market", READ, items=(cast.LICENCE,))
    assert numbers(own.get("licences/expiring", {"days": 366})) == []


def test_everybody_reads_what_is_public_and_no_more_and_an_end_is_told_at_once(
    anybody: Caller, hand_in: HandIn
) -> None:
    hand_in()
    hand_in(2, BZ="申请人要求不公开", XK_XKBH="JY13799010000002")
    place = f"publicity/subjects/{cast.firm_code(1)}/licences"
    (one,) = anybody.get(place).json()["items"]
    assert (one["number"], one["state"], one["valid_to"]) == (NUMBER, "valid", "2031-11-16")
    assert not {"hints", "marks", "unit_id"} & set(one)
    refused(anybody.get(f"publicity/subjects/{cast.firm_code(2)}/licences"), 404, "api.code_unknown")
    hand_in(XK_ZT="2", reason="许可被吊销")
    answer = anybody.get("licences/verify", {"verification_code": one["verification_code"]})
    assert answer.json()["state"] == "void"


def test_a_number_is_found_by_index_however_many_licences_there_are(db: None) -> None:
    rows = models.Version.objects.annotate(stated=models.Stated("XK_XKBH"))
    asked = rows.filter(stated__in=[NUMBER], polarity="neutral", item="administrative-licence").order_by()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # With no rows a walk through all is cheaper than any index.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = on")
    assert "records_version_certificate" in asked.values("pk").explain()


def test_the_day_of_asking_is_todays(world: World, issue: Issue, hand_in: HandIn, settings: Any) -> None:
    hand_in(XK_YXQZI="2026/11/30")
    hall, address = issue("tax", WINDOW), f"licences/by-holder/{cast.firm_code(1)}"
    assert hall.get(address, FOR).json()["items"][0]["days_left"] == 9
    settings.XINHENG_CLOCK_SHIFT += timedelta(days=10)
    (one,) = hall.get(address, FOR).json()["items"]
    assert (one["state"], one["days_left"], one["valid_to"]) == ("expired", None, str(date(2026, 11, 30)))
