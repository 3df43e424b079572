"""A key no table can hold is no address of the workbench either, whoever asks."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from workbench.acts import People
from world import World
from xinheng.web.addresses import KeyConverter
from xinheng.workbench import urls

LARGE = ("9223372036854775808", "9" * 40)


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def with_keys() -> list[str]:
    """Every address of the workbench with a key in it, keys as `{}`."""
    found = []
    for one in patterns(urls.urlpatterns):
        text = str(one.pattern)
        if any(isinstance(each, KeyConverter) for each in one.pattern.converters.values()):
            for name, converter in one.pattern.converters.items():
                text = text.replace(f"<key:{name}>", "{}") if isinstance(converter, KeyConverter) else text
            found.append(text.replace("<slug:act>", "release").replace("<slug:kind>", "csv").replace("<str:role>", "x"))
    return found


def test_every_number_in_an_address_is_bounded() -> None:
    assert len(with_keys()) > 25
    assert [one for one in patterns(get_resolver().url_patterns) if "<int:" in str(one.pattern)] == []


def test_a_key_no_table_can_hold_is_no_address(world: World, people: People) -> None:
    client = people["auditor"]
    for address in with_keys():
        for key in LARGE:
            asked = "/workbench/" + address.replace("{}", key)
            assert client.get(asked).status_code == 404, asked
