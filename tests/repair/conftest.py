"""The shipped catalogue, asked of repair."""

import pytest

from xinheng.catalogue.door import package_edition
from xinheng.catalogue.values.edition import Edition


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The shipped national catalogue."""
    return package_edition()
