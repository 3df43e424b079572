"""The description in the repository is the program's; every operation has an example, and every example works as it stands."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.calling import Caller
from intake import cast
from world import World, licence, penalty, publish
from xinheng.api.application import API, description
from xinheng.api.describing import written
from xinheng.api.examples import EXAMPLES
from xinheng.intake.batch.load import Way, load_batch
from xinheng.ledger.door import checkpoint, sequence
from xinheng.publicity.batch import issue_open_data
from xinheng.records.door import enter, licence_code

KEPT = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"
DESCRIBED = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {"paths": {}}
OPERATIONS = [
    (path, method, operation["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]
KEYS = ("batch_id", "record_id", "held_id", "subject_id", "size", "verification_code")
"""What differs from one database to the next: in an address real keys stand for those of the example."""


def test_the_kept_description_is_the_programs() -> None:
    """Made anew by `python -m xinheng.api`."""
    assert written(description()) == KEPT.read_text(encoding="utf-8")


def test_every_operation_has_an_example_and_every_example_an_operation() -> None:
    assert {name for _, _, name in OPERATIONS} == set(EXAMPLES)
    for path, method, name in OPERATIONS:
        described = DESCRIBED["paths"][path][method]
        named = {each["name"] for each in described["parameters"]}
        assert set(EXAMPLES[name].parameters) <= named, name
        assert ("requestBody" in described) == (EXAMPLES[name].body is not None), name
        required = {each["name"] for each in described["parameters"] if each["required"]}
        assert required <= set(EXAMPLES[name].parameters), name


def test_every_operation_says_what_it_does_in_chinese() -> None:
    for path, method, name in OPERATIONS:
        described = DESCRIBED["paths"][path][method]
        for words in (described["summary"], described["description"]):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words), name


@pytest.fixture
def keys(world: World, market: Caller, own_open_data: None) -> dict[str, Any]:
    """A world with something of everything: a loaded batch, a held row, public records, two issues of open data, a checkpoint."""
    clerk = world.actor("reporter.market")
    record = enter(fact=penalty(world), actor=clerk, now=world.now).record_id
    granted = enter(fact=licence(world), actor=clerk, now=world.now)
    code = cast.firm_code(2)
    waiting = cast.penalty(world, 2, CF_XDR_SHXYM=code[:-1] + ("0" if code[-1] != "0" else "1"))
    batch = market.send(cast.as_csv([cast.penalty(world, 1), waiting])).json()["id"]
    load_batch(batch, Way(lambda: world.now))
    publish(world.now)
    for moment in (world.now - timedelta(days=1), world.now):
        assert issue_open_data(now=moment) is not None
    sequence()
    size = checkpoint(now=world.now).size
    held = market.get("held").json()["items"][0]["id"]
    return {
        "batch_id": batch,
        "record_id": record,
        "held_id": held,
        "subject_id": world.subjects["云禾"],
        "size": size,
        "verification_code": licence_code(granted.version_id or 0),
    }


def test_every_example_works_as_it_stands(world: World, market: Caller, keys: dict[str, Any]) -> None:
    wrong = {}
    for path, method, name in OPERATIONS:
        answer = performed(path, method, market, keys)
        if answer.status_code not in (200, 202):
            wrong[name] = (answer.status_code, answer.content.decode()[:300])
    assert wrong == {}


def performed(path: str, method: str, caller: Caller, keys: dict[str, Any]) -> Any:
    """Send the example of an operation."""
    described = DESCRIBED["paths"][path][method]
    query, headers = {}, {"Authorization": f"Bearer {caller.token}"} if "security" in described else {}
    for each in described["parameters"]:
        if "example" not in each:
            continue
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(keys.get(each["name"], each["example"])))
        elif each["in"] == "query":
            query[each["name"]] = keys.get(each["name"], each["example"]) if each["name"] in KEYS else each["example"]
        else:
            headers[each["name"]] = each["example"]
    client = Client(raise_request_exception=False)
    if method == "get":
        return client.get(path, query, headers=headers)
    ((kind, content),) = described["requestBody"]["content"].items()
    if kind == "application/json":
        return client.post(path, content["example"], content_type=kind, headers=headers)
    file = SimpleUploadedFile("示例.csv", str(content["example"]["file"]).encode())
    return client.post(path, content["example"] | {"file": file}, headers=headers)


def test_the_page_and_the_file_are_served_offline_and_agree(world: World) -> None:
    client = Client()
    assert client.get("/api/v1/openapi.json").json() == DESCRIBED
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "style=" not in text
    assert "http" not in text.replace("http-equiv", "").split("<main", 1)[-1].split("</main>")[0]
    for path, method, name in OPERATIONS:
        assert f'id="{name}"' in text
        assert f"{method.upper()} {path}" in text


def test_everything_written_over_the_api_honours_a_key() -> None:
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            named = {each["name"] for each in operation["parameters"]}
            reads = method == "get" or operation["operationId"] == "look_up_person"
            assert ("Idempotency-Key" in named) != reads, path


def test_the_api_is_built_once() -> None:
    assert API.get_openapi_schema(path_prefix="")["info"]["title"] == "信衡 接口"
