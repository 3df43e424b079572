"""Every address of the platform, from the URL map, with arguments that name things of one department."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PART = re.compile(r"<(?:(?P<kind>[^<>:]+):)?(?P<name>[^<>:]+)>")
NOT_OURS = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name with namespaces, its route, and the names of what stands in it."""

    name: str
    route: str
    arguments: tuple[str, ...]

    def filled(self, things: Mapping[str, Any]) -> str:
        """The path with its arguments.  Raises: KeyError naming an argument nobody gave a value for."""
        return "/" + PART.sub(lambda found: str(things[f"{self.name}.{found['name']}"]), self.route)


def every_address() -> list[Address]:
    """All of them, in order of their names; those only for styles and preferences of the page too."""
    found = {}
    for prefix, names, pattern in _walk(get_resolver().url_patterns, "", ()):
        name = ":".join((*names, pattern.name or str(pattern.pattern)))
        route = prefix + str(pattern.pattern)
        found[name, route] = Address(name, route, tuple(part["name"] for part in PART.finditer(route)))
    return sorted(found.values(), key=lambda each: (each.name, each.route))


def every_page() -> list[Address]:
    """All of them but for the API's, which no session opens: `test_api_matrix.py` asks those."""
    return [each for each in every_address() if not each.name.startswith("api:")]


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, names: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = (*names, each.namespace) if each.namespace else names
            yield from _walk(each.url_patterns, prefix + str(each.pattern), inner)
        else:
            yield prefix, names, each
