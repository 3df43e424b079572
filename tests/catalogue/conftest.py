"""The editions the tests of the catalogue ask: the shipped one, read once; and the actor who keeps it."""

import copy
from datetime import datetime
from typing import Any

import pytest

from laid import laid
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.readers.edition import package_edition
from xinheng.catalogue.readers.source import national_content, region_content
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor, system

_CONTENT = national_content()
_DEMO = region_content("demo")


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The shipped national catalogue."""
    return package_edition()


@pytest.fixture
def content() -> dict[str, Any]:
    """The raw national content, a copy to spoil."""
    return copy.deepcopy(_CONTENT)


@pytest.fixture
def demo() -> dict[str, Any]:
    """The raw profile of the demo region, a copy to spoil."""
    return copy.deepcopy(_DEMO)


@pytest.fixture
def keeper() -> Actor:
    """Init: keeps the catalogue and the calendar."""
    return system("init", "catalogue.manage", "calendar.import")


@pytest.fixture
def loaded(db: None, keeper: Actor, now: datetime) -> None:
    """The edition of the demo region, loaded into an empty database."""
    laid(("edition", now), lambda: load_edition(region="demo", actor=keeper, now=now))
