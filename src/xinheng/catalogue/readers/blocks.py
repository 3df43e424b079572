"""What several items declare alike: a block of fields and checks, taken in by name with its parameters filled in; no Django.

An item writes `{use: subject, p: QZ, who: 行政相对人}` among its fields, and again among its checks, where those of the block are to
stand. `leave` names what the item does without, `change` gives a field of the block other attributes. In the block `<p>` stands for the
parameter. What comes out is the item written out in full: editions are stored, hashed and read that way.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xinheng.catalogue.readers.nodes import invalid

Raw = Mapping[str, Any]

USE: Final = "use"
_PARTS: Final = {"fields": "code", "checks": "name"}
_OWN: Final = frozenset({"parameters", "note", *_PARTS})
_WORDS: Final = frozenset({USE, "leave", "change"})
_PLACE: Final = re.compile(r"<([a-z]+)>")
_DEEPEST: Final = 4


def written_out(item: Any, blocks: Raw, where: str) -> Any:
    """The item with every `use` replaced by what the block says; anything that is no mapping is left to the reader of items.

    Raises: CatalogueInvalid for a block, parameter, field or check that is not there.
    """
    if not isinstance(item, dict):
        return item
    return {
        key: list(_entries(value, key, blocks, where, 0)) if key in _PARTS and isinstance(value, list) else value
        for key, value in item.items()
    }


def _entries(entries: list[Any], part: str, blocks: Raw, where: str, depth: int) -> Iterator[Any]:
    for entry in entries:
        if isinstance(entry, dict) and USE in entry:
            yield from _used(entry, part, blocks, where, depth)
        else:
            yield entry


def _used(entry: Raw, part: str, blocks: Raw, where: str, depth: int) -> Iterator[Any]:
    name = entry[USE]
    block = blocks.get(name) if isinstance(name, str) else None
    if not isinstance(block, dict) or depth >= _DEEPEST:
        raise invalid(where, f"{part}.{USE}", name, f"已有的共用块，且不套叠：{'、'.join(sorted(blocks))}")
    if unknown := set(block) - _OWN:
        raise invalid(f"blocks/{name}.yaml", "", sorted(unknown)[0], f"可用的键：{'、'.join(sorted(_OWN))}")
    given = {key: value for key, value in entry.items() if key not in _WORDS}
    wanted = block.get("parameters", [])
    if set(given) != set(wanted) or not all(isinstance(value, str) for value in given.values()):
        raise invalid(where, f"{part}.{USE}.{name}", "、".join(given), f"恰好这些参数，值为文字：{'、'.join(wanted)}")
    filled = [_filled(each, given, f"blocks/{name}.yaml") for each in block.get(part, [])]
    found = list(_entries(filled, part, blocks, where, depth + 1))
    yield from _chosen(found, entry, part, f"{where}：{part}.{USE}.{name}")


def _chosen(found: list[Any], entry: Raw, part: str, where: str) -> Iterator[Any]:
    """What of a block is taken, changed as the item wants it."""
    key = _PARTS[part]
    leave, change = entry.get("leave", []), entry.get("change", {})
    names = [each.get(key) for each in found]
    for name in (*leave, *change):
        if name not in names:
            raise invalid(
                where, "leave" if name in leave else "change", name, f"这个块里的：{'、'.join(map(str, names))}"
            )
    for each in found:
        if each.get(key) not in leave:
            yield {**each, **change.get(each.get(key), {})}


def _filled(value: Any, given: Raw, where: str) -> Any:
    """Text with its parameters, inside whatever it stands in."""
    if isinstance(value, dict):
        return {_filled(key, given, where): _filled(each, given, where) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, given, where) for each in value]
    if not isinstance(value, str):
        return value

    def parameter(place: re.Match[str]) -> str:
        if place[1] not in given:
            raise invalid(where, "", place[0], f"声明过的参数：{'、'.join(given)}")
        return str(given[place[1]])

    return _PLACE.sub(parameter, value)
