"""A number in an address that leads nowhere is not written into the log by the platform's own handler."""

import logging

import pytest
from django.test import Client

from intake.cast import resident_number
from privacy.searching import Search

NUMBER = resident_number(77, "19710707")


def written(record: logging.LogRecord) -> str:
    """What the handler that the settings declare writes of it."""
    [handler] = [one for one in logging.getLogger().handlers if one.name == "out"]
    return handler.format(record) if handler.filter(record) else ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/{}", "/catalogue/{}", "/catalogue/bases/{}"])
def test_a_number_in_an_unknown_address_is_not_in_the_log(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = Client(raise_request_exception=False).get(address.format(NUMBER))
    assert answer.status_code == 404
    search = Search([NUMBER])
    search.text("log", "\n".join(map(written, caplog.records)))
    assert search.looked > 20
    assert search.found == {}
