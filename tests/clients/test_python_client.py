"""`xinheng_client`: typed answers, errors as they were said, and another attempt only where that is safe."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler

from api.calling import PENALTY, Caller, refused
from intake import cast
from world import World, publish
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.models import Batch
from xinheng.ledger.door import sequence
from xinheng.publicity.batch import issue_open_data
from xinheng_client import Client, Problem, Retry, Unreachable, WaitedInVain

pytestmark = pytest.mark.usefixtures("one_connection")


def client_of(caller: Caller, **more: Any) -> Client:
    return Client("http://localhost", token=caller.token, transport=httpx.WSGITransport(app=WSGIHandler()), **more)


def texts(row: cast.Row) -> dict[str, str]:
    return {code: text for code, text in row.items() if text is not None}


def test_a_file_is_sent_waited_for_and_read_back(world: World, market: Caller) -> None:
    content = cast.as_csv([cast.penalty(world, 1), cast.penalty(world, 2, CF_JDRQ="去年")])
    loaded: list[float] = []

    def work(seconds: float) -> None:
        loaded.append(seconds)
        load_batch(batch.id, Way(lambda: world.now))

    with client_of(market, sleep=work) as client:
        batch = client.send_file(("处罚.csv", content), item=PENALTY)
        assert (batch.state, batch.ended) == ("received", False)
        done = client.wait(batch.id)
        assert (done.state, done.counts.accepted, done.counts.rejected) == ("loaded", 1, 1)
        assert loaded == [1.0]
        (problem,) = client.problems(batch.id, effect="reject")
        assert (problem.row, problem.code) == (3, "E108")
        assert client.receipt(batch.id)["rows"] == 2
        assert [one.id for one in client.batches(item=PENALTY)] == [batch.id]
        assert client.who_am_i().unit_id == world.units["market"]
        assert client.deadline(date(2026, 9, 30), 7) == date(2026, 10, 15)


def test_records_are_sent_and_found(world: World, market: Caller) -> None:
    with client_of(market) as client:
        assert client.send_records([texts(cast.penalty(world))], item=PENALTY, check_only=True).accepted == 1
        (taken,) = client.send_records([texts(cast.penalty(world))], item=PENALTY).results
        assert taken.record_id is not None
        record = client.record(taken.record_id)
        assert (record.document_number, record.act_date) == ("示市监罚〔2026〕1号", date(2026, 11, 17))
        subject = client.subject_by_code(cast.firm_code(1))
        assert [one.id for one in client.records_of(subject.id)] == [record.id]
        with pytest.raises(Problem) as caught:
            client.public_record(record.id)
        assert (caught.value.status, caught.value.code) == (404, "publicity.not_public")


def test_a_hall_asks_about_licences(world: World, market: Caller) -> None:
    rows = [cast.licence(world, number) for number in (1, 2)]
    cast.load(world, cast.as_csv(rows, cast.LICENCE), item=cast.LICENCE)
    publish(world.now)
    with client_of(market) as client, client_of(Caller("")) as anybody:
        (found,) = client.licences_of(cast.firm_code(1), purpose="approval", reference="示审批〔2026〕1号")
        assert (found.state, found.valid_to, found.number) == ("valid", date(2031, 11, 16), "示市监许〔2026〕1号")
        same = client.licences_by_number(found.number, purpose="approval", reference="示审批〔2026〕1号")
        assert [one.record_id for one in same] == [found.record_id]
        assert [one.record_id for one in anybody.public_licences(cast.firm_code(1))] == [found.record_id]
        assert anybody.verify_licence(found.verification_code or "").holder == found.holder
        assert list(client.expiring_licences(days=366, renewed=False)) == []
        with pytest.raises(Problem) as caught:
            client.licences_of(cast.firm_code(1))
        assert caught.value.code == "accounts.purpose_missing"


def test_open_data_are_fetched_whole_and_compared(world: World, own_open_data: None) -> None:
    cast.load(world, cast.as_csv([cast.penalty(world, 1)]))
    publish(world.now)
    issue_open_data(now=world.now)
    sequence()
    with client_of(Caller("")) as anybody:
        found = anybody.open_data()
        assert found.present is not None
        assert found.issues == (found.present,)
        manifest = anybody.open_data_file(found.present.name, "manifest.json")
        assert hashlib.sha256(manifest).hexdigest() == found.present.digest
        for each in found.files:
            content = anybody.open_data_file(found.present.name, each.name)
            assert hashlib.sha256(content).hexdigest() == each.packed
        with pytest.raises(Problem) as caught:
            anybody.open_data_changes(found.present.name)
        assert caught.value.code == "publicity.no_snapshot"


def test_a_list_is_read_to_its_end(world: World, market: Caller) -> None:
    rows = [cast.penalty(world, number, CF_JDRQ="去年") for number in range(1, 251)]
    with client_of(market) as client:
        batch = client.send_file(("处罚.csv", cast.as_csv(rows)), item=PENALTY)
        load_batch(batch.id, Way(lambda: world.now))
        assert [one.record for one in client.problems(batch.id)] == list(range(1, 251))


def test_a_refusal_is_said_with_its_fields_and_not_tried_again(world: World, market: Caller) -> None:
    slept: list[float] = []
    with client_of(market, sleep=slept.append) as client, pytest.raises(Problem) as caught:
        client.send_records([{"COLOUR": "red"}], item=PENALTY)
    assert (caught.value.code, caught.value.errors[0].field) == ("api.unknown_field", "records.0.COLOUR")
    assert slept == []


def test_a_lost_answer_is_asked_for_again_with_the_same_key(world: World, market: Caller) -> None:
    """The write happened, its answer was lost on the way: the second attempt brings the first one's answer."""
    inner, keys = httpx.WSGITransport(app=WSGIHandler()), []

    class Losing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            keys.append(request.headers["Idempotency-Key"])
            if len(keys) == 1:
                raise httpx.ReadError("lost")
            return answer

    with Client("http://localhost", token=market.token, transport=Losing(), sleep=lambda _: None) as client:
        batch = client.send_file(("处罚.csv", cast.as_csv([cast.penalty(world)])), item=PENALTY)
    assert (len(keys), len(set(keys))) == (2, 1)
    assert Batch.objects.get().pk == batch.id


def answering(*answers: Callable[[], httpx.Response]) -> httpx.MockTransport:
    left = list(answers)
    return httpx.MockTransport(lambda request: (left.pop(0) if len(left) > 1 else left[0])())


def test_it_waits_as_long_as_it_is_told(world: World) -> None:
    slept: list[float] = []
    busy = lambda: httpx.Response(429, headers={"Retry-After": "7"}, json={"code": "api.too_many", "detail": "稍后"})  # noqa: E731
    who = {"login": "x", "unit_id": 1, "unit_name": "y", "scopes": [], "items": []}
    transport = answering(busy, lambda: httpx.Response(503), lambda: httpx.Response(200, json=who))
    with Client("http://x", transport=transport, sleep=slept.append) as client:
        assert client.who_am_i().login == "x"
    assert slept == [7.0, 1.0]


def test_it_gives_up_after_the_attempts_it_has(world: World) -> None:
    def gone() -> httpx.Response:
        raise httpx.ConnectError("no route")

    slept: list[float] = []
    with (
        Client("http://x", transport=answering(gone), retry=Retry(attempts=3), sleep=slept.append) as client,
        pytest.raises(Unreachable) as caught,
    ):
        client.send_records([{}], item=PENALTY, key="mine")
    assert (slept, caught.value.key) == ([0.5, 1.0], "mine")


def test_what_stands_between_and_speaks_html_is_a_problem_too(world: World) -> None:
    page = lambda: httpx.Response(403, text="<html>no</html>")  # noqa: E731
    with Client("http://x", transport=answering(page)) as client, pytest.raises(Problem) as caught:
        client.who_am_i()
    assert (caught.value.status, caught.value.code) == (403, "unknown")


def test_waiting_ends(world: World, market: Caller) -> None:
    with client_of(market, sleep=lambda _: None) as client:
        batch = client.send_file(("处罚.csv", cast.as_csv([cast.penalty(world)])), item=PENALTY)
        with pytest.raises(WaitedInVain):
            client.wait(batch.id, seconds=0.5)


def test_the_token_stands_in_no_words_about_the_client(world: World, market: Caller) -> None:
    with client_of(market) as client:
        assert market.token not in repr(client)
    refused(market.get("nothing"), 404, "api.nowhere")
