"""What the catalogue reads out of a mapping beyond the plain node of `engine`: spans, periods, certainty, lists of known words.

Every key is asked for by name and shape; what nobody asked for is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.law import Certainty
from xinheng.engine import plain
from xinheng.kernel.errors import Invalid
from xinheng.kernel.periods import Period, Span, parse_span

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def invalid(where: str, key: str, value: Any, expected: str) -> CatalogueInvalid:
    """A complaint about what stands in more than one place; the same shape as that of a node."""
    return _as_ours(plain.DeclarationInvalid(where, key, value, expected))


def _as_ours(problem: plain.DeclarationInvalid) -> CatalogueInvalid:
    return CatalogueInvalid("catalogue.value", problem.message, field=problem.field)


class Node(plain.Node):
    """One mapping of a file."""

    def node(self, key: str) -> "Node":
        """A mapping inside; an absent one is empty."""
        value = self.raw(key)
        return Node({} if value is None else value, self.where, self.at(key))

    def nodes(self, key: str) -> list["Node"]:
        """The mappings in a list inside; none when absent."""
        return [Node(child._raw, child.where, child.path) for child in self.children(key)]

    def items(self, key: str) -> list[tuple[str, "Node"]]:
        """A mapping of mappings inside, in its order; none when absent."""
        inner = self.node(key)
        return [(str(name), Node(entry, self.where, inner.at(str(name)))) for name, entry in inner._raw.items()]

    def word(self, key: str, default: str = "") -> str:
        """Text that may be absent or empty."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.wrong(key, "文字（text）")
        return value

    def whole(self, key: str, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, f"不小于 {least} 的整数（integer）")
        return value

    def optional_whole(self, key: str, *, least: int = 0) -> int | None:
        """A whole number, or null; the key must stand there, so that nobody forgets it."""
        self._present(key, "整数或 null（integer or null），不得省略")
        return self.whole(key, least=least) if self.has(key) else None

    def required_day(self, key: str) -> date:
        """A day, `YYYY-MM-DD`."""
        found = self.day(key)
        if found is None:
            raise self.wrong(key, "日期，如 2021-07-15")
        return found

    def span(self, key: str) -> Span:
        """A length of time, `3m`, `1y6m`, `30d`."""
        value = self.raw(key)
        try:
            return parse_span(value if isinstance(value, str) else "")
        except Invalid:
            raise self.wrong(key, "期限（span），例如 3m、1y、30d") from None

    def optional_span(self, key: str) -> Span | None:
        """A length of time, or null; the key must stand there, so that nobody forgets it."""
        self._present(key, "期限或 null（span or null），不得省略")
        return self.span(key) if self.has(key) else None

    def truth(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        return self.flag(key) if self.has(key) else bool(self.raw(key)) or default

    def enum(self, key: str, kind: type[E], default: E | None = None) -> E:
        """A member of a closed list of words."""
        return kind(self.choice(key, [member.value for member in kind], default))

    def strings(self, key: str, *, known: Iterable[str] = (), absent: bool = False) -> tuple[str, ...]:
        """A list of texts without doubles; with `known`, each must be among them; `absent` if it may be missing or empty."""
        found = self.texts(key)
        if not found and not absent:
            raise self.wrong(key, "非空的文字列表（list of text）")
        allowed = tuple(known)
        for entry in found:
            if allowed and entry not in allowed:
                raise plain.DeclarationInvalid(self.where, self.at(key), entry, f"下列之一：{'、'.join(allowed)}")
        return found

    def in_force(self, key: str = "in_force") -> Period:
        """`{from: day, to: day}`, `to` absent while in force; the end must not lie before the beginning."""
        with closed(self.node(key)) as node:
            first, last = node.required_day("from"), node.day("to")
            if last is not None and last < first:
                raise node.wrong("to", f"不早于 from（{first}）的日期")
        return Period(first, last)

    def certainty(self, default: Certainty | None = None) -> Certainty:
        """How sure the statement is."""
        return self.enum("certainty", Certainty, default)

    def _present(self, key: str, expected: str) -> None:
        self.raw(key)
        if key not in self._raw:
            raise self.wrong(key, expected)


@contextmanager
def closed(node: Node) -> Iterator[Node]:
    """Read a node inside the block; what was not read is refused at its end.  Raises: CatalogueInvalid."""
    try:
        yield node
        node.close()
    except plain.DeclarationInvalid as problem:
        raise _as_ours(problem) from problem


def top(raw: Any, where: str) -> Node:
    """The whole of a file.  Raises: CatalogueInvalid when it is no mapping."""
    try:
        return Node(raw, where)
    except plain.DeclarationInvalid as problem:
        raise _as_ours(problem) from problem


def read_all(nodes: Iterable[Node], read: Callable[[Node], T]) -> tuple[T, ...]:
    """Each node read and closed."""
    values = []
    for node in nodes:
        values.append(read(node))
        node.close()
    return tuple(values)


def unique(values: Iterable[T], key: Callable[[T], str], where: str) -> tuple[T, ...]:
    """The values, after making sure that no key stands twice."""
    known: set[str] = set()
    kept = tuple(values)
    for value in kept:
        if key(value) in known:
            raise invalid(where, "", key(value), "不重复的编码（unique key）")
        known.add(key(value))
    return kept
