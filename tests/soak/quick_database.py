"""The end of `tests/conftest.py` in a copy whose tests need a database: it is laid out once, and each mutant gets a copy of the file.

Migrations take ten seconds; a thousand mutants would spend three hours on them. Not a test and not a plugin: `soak.mutants` appends it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(home: Path, django_db_blocker: Any) -> Iterator[None]:
    """A database file of this run, copied from the one the first run laid out."""
    laid, own = Path.cwd() / "laid.sqlite3", home / "db.sqlite3"
    with django_db_blocker.unblock():
        connection.close()
        if not laid.exists():
            settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(laid)
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connection.close()
        shutil.copyfile(laid, own)
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = str(own)
    yield
    with django_db_blocker.unblock():
        connection.close()
