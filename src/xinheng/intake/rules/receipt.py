"""The receipt: one JSON object with counts, columns, what was normalised and what is wrong. Personal values are masked. Pure."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from xinheng.engine.report import masked
from xinheng.intake.rules.rows import as_text
from xinheng.intake.rules.sheets import Asked
from xinheng.intake.values.receipts import REASON_COLUMN, Receipt
from xinheng.kernel.masking import mask_identifiers
from xinheng.kernel.text import without_controls
from xinheng.tables.values import Header

LISTED: Final = 20_000
"""So many problems and normalised values a stored receipt lists; how many were left out it says beside them."""


def refused(file: str, item: str, code: str, message: str, batch: int | None = None) -> Receipt:
    """The receipt of a file of which nothing was read."""
    # A message may quote what stands in the file, NUL and halves of characters among it, which no database can hold.
    told = mask_identifiers(without_controls(message))
    return Receipt(file, item, status="refused", reason=code, message=told, batch=batch)


def file_name(name: str) -> str:
    """The name of a file fit to be stored: no folders, no identity numbers, no control characters, at most two hundred characters."""
    return mask_identifiers(without_controls(PurePath(name.replace("\\", "/")).name))[:200] or "upload"


def columns_of(header: Header) -> dict[str, list[Any]]:
    """Columns that are not known (by their heading), missing or doubled (by code). The column for reasons is never missed.

    `mapped`, where there are any: the columns that were known only by the unit's own mapping, each with heading and field.
    """
    found: dict[str, list[Any]] = {
        "unknown": [mask_identifiers(text)[:200] for text in header.unknown],
        "missing": [code for code in header.missing if code != REASON_COLUMN],
        "doubled": list(header.doubled),
    }
    if header.mapped:
        found["mapped"] = [
            {"header": mask_identifiers(header.as_found[code])[:200], "field": code} for code in header.mapped
        ]
    return found


def headers_of(header: Header) -> dict[str, str]:
    """The headings as found, by code."""
    return {code: mask_identifiers(text)[:200] for code, text in header.as_found.items()}


def shown_values(asked: Asked, values: Mapping[str, Any]) -> dict[str, str | None]:
    """Normalised values of a row, personal ones masked."""
    person = values.get(asked.code("subject_class")) == "自然人"
    shown: dict[str, str | None] = {}
    for each in asked.full.fields:
        value = values.get(each.code)
        if value is None:
            continue
        text = as_text(value, each.type)
        if person and each.code == asked.code("subject_name"):
            text = text[:1] + "*"
        elif each.personal or each.type.value == "person_id":
            text = masked(each, text) or ""
        else:
            text = mask_identifiers(text)
        shown[each.code] = text
    return shown


def pack(receipt: Receipt) -> tuple[bytes, bytes]:
    """The receipt as it is stored (gzip, always the same bytes for the same content), and the SHA-256 of its JSON."""
    text = json.dumps(receipt.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(text, compresslevel=6, mtime=0), hashlib.sha256(text).digest()


def unpack(content: bytes) -> dict[str, Any]:
    """The JSON of a stored receipt."""
    found: dict[str, Any] = json.loads(gzip.decompress(content))
    return found
