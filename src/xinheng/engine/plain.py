"""Reading declarations out of plain mappings: every key is asked for once, and what nobody asked for is refused.

A message names the file, the key and what is expected there, because the people who write declarations are not always programmers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from xinheng.kernel.errors import Invalid

Parsed = TypeVar("Parsed")

_MISSING = object()


class DeclarationInvalid(Invalid):
    """A declaration is not what it should be."""

    def __init__(self, where: str, path: str, found: object, expected: str) -> None:
        shown = "缺少" if found is _MISSING else f"值为 {found!r}"
        message = f"文件 {where}，键 {path or '（整个文件）'}：{shown}，应为{expected}"
        super().__init__("engine.declaration", message, field=path or None)
        self.where = where
        self.path = path


class Node:
    """One mapping of a declaration, read key by key; `close` refuses the keys that were not read."""

    def __init__(self, raw: object, where: str, path: str = "") -> None:
        self.where = where
        self.path = path
        if not isinstance(raw, Mapping):
            raise DeclarationInvalid(where, path, raw, "键值对")
        self._raw = raw
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key, as messages name it."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, expected: str) -> DeclarationInvalid:
        """The error for the value under `key`."""
        return DeclarationInvalid(self.where, self.at(key), self._raw.get(key, _MISSING), expected)

    def has(self, key: str) -> bool:
        """Whether the key is written and not null."""
        return self._raw.get(key) is not None

    def raw(self, key: str) -> Any:
        """The plain value, or None; marks the key as read."""
        self._read.add(key)
        return self._raw.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; required unless there is a default."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "非空文本")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """A text out of a closed list."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(key, "下列之一：" + "、".join(allowed))
        return value

    def number(self, key: str) -> int | None:
        """A whole number above zero, or None."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self.wrong(key, "正整数")
        return value

    def flag(self, key: str) -> bool:
        """true or false; false if not written."""
        value = self.raw(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, "true 或 false")
        return value

    def day(self, key: str) -> date | None:
        """A date written `2021-07-15` (as text or as a date), or None."""
        value = self.raw(key)
        if value is None:
            return None
        try:
            return read_day(value)
        except ValueError:
            raise self.wrong(key, "日期，如 2021-07-15") from None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repetition; empty if not written."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self.wrong(key, "文本列表")
        if len(set(value)) != len(value):
            raise self.wrong(key, "不重复的文本列表")
        return tuple(value)

    def child(self, key: str) -> "Node":
        """The mapping under a key."""
        return Node(self.raw(key), self.where, self.at(key))

    def children(self, key: str) -> Iterator["Node"]:
        """The mappings in the list under a key; none if not written."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.wrong(key, "列表")
        for index, each in enumerate(value):
            yield Node(each, self.where, f"{self.at(key)}[{index}]")

    def keyed(self, key: str, parse: Callable[["Node"], Parsed]) -> dict[str, Parsed]:
        """The named mappings under a key, each parsed."""
        inner = self.child(key)
        return {str(name): parse(Node(value, self.where, inner.at(str(name)))) for name, value in inner._raw.items()}

    def opaque(self, key: str) -> Mapping[str, Any]:
        """The mapping under a key as it stands; empty if not written. Somebody else validates it."""
        value = self.raw(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.wrong(key, "键值对")
        return dict(value)

    def close(self) -> None:
        """Refuse what nobody read."""
        unknown = [str(key) for key in self._raw if key not in self._read]
        if unknown:
            allowed = "、".join(sorted(self._read))
            raise DeclarationInvalid(
                self.where, self.at(unknown[0]), self._raw[unknown[0]], f"不写此键（可用的键：{allowed}）"
            )


def read_day(value: object) -> date:
    """A date, or its ISO text: declarations that went through JSON hold text.  Raises: ValueError."""
    if type(value) is date:
        return value
    # Years by weeks (`2021-W28-4`) are ISO too, and as long.
    if isinstance(value, str) and len(value) == len("2021-07-15") and value[7] == "-":
        return date.fromisoformat(value)
    raise ValueError(value)
