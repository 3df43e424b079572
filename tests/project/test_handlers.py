"""Names of jobs and periodic work lead somewhere."""

from django.conf import settings
from django.utils.module_loading import import_string

from xinheng.project.handlers import HANDLERS, SCHEDULE


def test_every_handler_can_be_imported_and_called() -> None:
    assert [name for name, place in HANDLERS.items() if not callable(import_string(place))] == []


def test_periodic_work_has_a_handler_and_an_interval_of_seconds() -> None:
    assert set(SCHEDULE) <= set(HANDLERS)
    assert [name for name, seconds in SCHEDULE.items() if seconds < 1] == []


def test_the_worker_is_given_these_names() -> None:
    assert (settings.XINHENG_HANDLERS, settings.XINHENG_SCHEDULE) == (HANDLERS, SCHEDULE)
