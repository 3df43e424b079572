"""Requests made from the description: whatever they hold, no error of the server, and every answer as described."""

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from api.calling import Caller
from world import World, licence, penalty, publish
from xinheng.api.application import description
from xinheng.records.door import enter

pytestmark = pytest.mark.usefixtures("one_connection")

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
FEW, MANY = 8, 400
SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}


@pytest.fixture
def peopled(world: World, settings: Any) -> World:
    settings.XINHENG_API_RATE = 1_000_000
    clerk = world.actor("reporter.market")
    enter(fact=penalty(world), actor=clerk, now=world.now)
    enter(fact=licence(world), actor=clerk, now=world.now)
    publish(world.now)
    return world


def tried(label: str, caller: Caller, examples: int) -> None:
    """Requests to one operation, the same ones each time."""

    application = WSGIHandler()

    @given(case=OPERATIONS[label].as_strategy())
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def try_one(case: Any) -> None:
        answer = case.call(app=application, headers={"Authorization": f"Bearer {caller.token}"})
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]

    try_one()


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_nothing_made_from_the_description_breaks_the_server(peopled: World, market: Caller, label: str) -> None:
    tried(label, market, FEW)


@pytest.mark.soak
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_for_long_nothing_breaks_the_server(peopled: World, market: Caller, label: str) -> None:
    tried(label, market, MANY)
