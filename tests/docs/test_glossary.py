"""The glossary and the code speak of the same notions in the same words, one to one."""

import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import Literal, get_args, get_origin

from written_pages import page, rows

import xinheng
from xinheng.kernel import actor, calendar
from xinheng.kernel.identifiers import verdict

TABLE = rows(page("docs/glossary.md"), 4)
MEMBER = re.compile(r"[A-Z]\w*\.\w+")
# Enumerations outside `values`, and lists of words that are types.
MORE = ("xinheng.engine.declare", "xinheng.tables.refusals", "xinheng.kernel.errors")
WORDS_OF = (verdict, actor, calendar)


def modules() -> Iterator[ModuleType]:
    """Every `values` module of the package, and what is named beside them."""
    for found in pkgutil.walk_packages(xinheng.__path__, "xinheng."):
        parts = found.name.split(".")
        if "values" in parts[2:3]:
            yield import_module(found.name)
    yield from map(import_module, MORE)


def members() -> dict[str, str]:
    """`Class.MEMBER` of every enumeration, with the label people read ('' where there is none)."""
    found = {}
    for module in modules():
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and issubclass(thing, Enum) and thing.__module__ == module.__name__:
                found.update({f"{name}.{one.name}": str(getattr(one, "label", "")) for one in thing})
    return found


def words() -> set[str]:
    """`Type.word` of every list of words that is a type."""
    return {
        f"{name}.{word}"
        for module in (*modules(), *WORDS_OF)
        for name, thing in vars(module).items()
        if get_origin(thing) is Literal and name[0].isupper()
        for word in get_args(thing)
    }


def places() -> list[tuple[str, str]]:
    """(Chinese, place in code) of every row; a row may name several places."""
    return [(chinese, place) for chinese, _, cell, _ in TABLE for place in re.findall(r"`([^`]+)`", cell)]


def resolves(path: str) -> bool:
    """Whether a dotted path leads to something inside the package."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing: object = import_module(".".join(["xinheng", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            # A field without a default is no attribute of its class.
            if not hasattr(thing, name) and name not in getattr(thing, "__dataclass_fields__", {}):
                return False
            thing = getattr(thing, name, None)
        return True
    return False


def test_no_term_and_no_word_stands_twice() -> None:
    for column in (0, 1):
        counted = Counter(row[column].lower() for row in TABLE)
        assert [word for word, count in counted.items() if count > 1] == []


def test_every_row_is_whole() -> None:
    assert len(TABLE) > 150
    assert [row for row in TABLE if not all(row)] == []
    assert [row for row in TABLE if not re.search(r"[\u4e00-\u9fff]", row[0])] == []
    assert [row for row in TABLE if not re.fullmatch(r"[A-Za-z0-9' ]+", row[1])] == []


def test_every_value_of_every_enumeration_stands_once() -> None:
    counted = Counter(place for _, place in places() if MEMBER.fullmatch(place))
    assert sorted((set(members()) | words()) - set(counted)) == []
    assert sorted(set(counted) - set(members()) - words()) == []
    assert [place for place, count in counted.items() if count > 1] == []


def test_the_term_is_the_label_people_read() -> None:
    terms = {place: chinese for chinese, place in places()}
    assert {place: label for place, label in members().items() if label and terms.get(place) != label} == {}


def test_every_other_place_leads_to_something() -> None:
    others = [place for _, place in places() if not MEMBER.fullmatch(place)]
    assert len(others) > 30
    assert [place for place in others if not resolves(place)] == []


def test_the_search_for_enumerations_finds_them() -> None:
    """So that the tests above cannot pass by finding nothing."""
    assert {"Role.AUDITOR", "Rank.LAW", "FileCode.BOMB", "Kind.REFUSED"} <= set(members())
    assert {"Outcome.held", "ActorKind.public", "Publish.never"} <= words()
    assert not resolves("records.models.Nothing")
