"""What every line of the log says beside its words while a request is answered or a job runs: ids, never names or values."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_fields: ContextVar[Mapping[str, object] | None] = ContextVar("xinheng_log_fields", default=None)


def fields() -> Mapping[str, object]:
    """The fields of this moment."""
    return _fields.get() or {}


@contextmanager
def bound(**more: object) -> Iterator[None]:
    """Add fields inside the block."""
    token = _fields.set({**fields(), **more})
    try:
        yield
    finally:
        _fields.reset(token)
