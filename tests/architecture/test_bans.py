"""The bans of `./xinheng check`, with mistakes planted, and over the repository as it is."""

import pytest

from architecture import bans

PORTAL, WORKBENCH = "src/xinheng/portal/templates/portal/home.html", "src/xinheng/workbench/pages.py"
REGISTRY = bans.REGISTRIES[0]
MACHINE = bans.MACHINE_PATHS[0]


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (PORTAL, "{% url 'workbench:home' %}", "page of another front end (workbench)"),
        (PORTAL, '{% include "workbench/row.html" %}', "page of another front end (workbench)"),
        (WORKBENCH, "reverse('portal:subject')", "page of another front end (portal)"),
        (WORKBENCH, "apps.get_model('records', 'Record')", "model looked up by name"),
        ("src/xinheng/records/queries.py", "cursor.execute('SELECT 1')", "raw SQL"),
        ("src/xinheng/records/queries.py", "Record.objects.raw('SELECT 1')", "raw SQL"),
        ("docs/setup.md", f"see https://{REGISTRY}/simple", "package registry"),
        ("docs/setup.md", f"look into {MACHINE}main/file", "path of a machine"),
    ],
)
def test_a_planted_mistake_is_found(path: str, text: str, name: str) -> None:
    found = list(bans.broken(path, text))
    assert len(found) == 1
    assert found[0].startswith(f"{path}:1: {name}: ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PORTAL, "{% url 'portal:home' %}"),
        (WORKBENCH, "reverse('workbench:home')"),
        ("src/xinheng/records/load.py", "cursor.execute('COPY …')"),
        ("src/xinheng/records/migrations/0002_index.py", "apps.get_models()"),
        ("src/xinheng/storage/bulk.py", "cursor.executemany(sql, rows)"),
        ("docs/setup.md", "https://example.org/homework/root.html"),
    ],
)
def test_a_passing_neighbour_is_left_alone(path: str, text: str) -> None:
    assert list(bans.broken(path, text)) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('"resolved": "https://example.org/x.tgz"', True),
        ('"url": "https://example.org/sponsor"', False),
    ],
)
def test_an_address_in_the_npm_lock_is_found_but_a_funding_link_is_not(line: str, wrong: bool) -> None:
    assert bool(list(bans.broken_lock("package-lock.json", line))) is wrong


def test_an_address_in_the_requirements_is_found() -> None:
    assert list(bans.broken_lock("requirements/core.txt", "--index-url https://example.org/simple"))


@pytest.mark.parametrize("lock", bans.LOCKS)
def test_no_lock_has_an_address(lock: str) -> None:
    assert list(bans.broken_lock(lock, bans.read(lock))) == []


def test_every_exemption_from_the_ban_of_sql_exists_and_has_a_reason() -> None:
    for path, reason in bans.SQL_EXEMPT.items():
        assert (bans.ROOT / path).is_file()
        assert len(reason) > 10
