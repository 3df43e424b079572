"""What is written into the log: every line without the numbers of people, wherever it comes from (an address, a library, a traceback).

Two forms of the same: a line to read, or one JSON object a line for programs. Both carry the ids of the request or job at work.
"""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any

from xinheng.kernel.log_context import fields
from xinheng.kernel.masking import mask_identifiers

FIELDS = ("request_id", "actor", "route", "method", "status", "ms", "job", "job_name", "attempt")
"""The fields a line may have beside time, level, logger and message; ids and counts, in this order."""


class Masked(logging.Formatter):
    """Masks identity numbers, mobile numbers and bank cards in a line as it is written, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole text of the record with its fields, masked; the record itself stays as it is for other handlers."""
        told = " ".join(f"{name}={value}" for name, value in _fields_of(record).items())
        line, newline, traceback = super().format(record).partition("\n")
        return mask_identifiers(f"{line} {told}".rstrip() + newline + traceback)


class File(WatchedFileHandler):
    """A file that may be moved away at any time; a log that cannot be written stops no request and no job."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, to a new file where the old one was moved away."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)


class Json(logging.Formatter):
    """One JSON object a line, each text in it masked."""

    def format(self, record: logging.LogRecord) -> str:
        """The record; `exception` is the traceback, in which the exception's own words are masked too."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields_of(record),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            told["stack"] = self.formatStack(record.stack_info)
        masked = {name: mask_identifiers(value) if isinstance(value, str) else value for name, value in told.items()}
        return json.dumps(masked, ensure_ascii=False, default=lambda value: mask_identifiers(str(value)))


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields the record brings along, else those of the request or job at work."""
    here = fields()
    found = {name: getattr(record, name, here.get(name)) for name in FIELDS}
    return {name: value for name, value in found.items() if value is not None}
