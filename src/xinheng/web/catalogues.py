"""Message catalogues: `django.po` is kept, `django.mo` is made from it at start, without the gettext programs.

Every front end keeps its own `locale/<language>/LC_MESSAGES/django.po`; the messages themselves are the Chinese texts.
"""

import ast
import logging
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)
FRONT_ENDS = ("web", "portal", "workbench")


def catalogue_files(package: Path | None = None) -> list[Path]:
    """All `django.po` of the front ends."""
    root = package or Path(__file__).resolve().parents[1]
    return sorted(path for name in FRONT_ENDS for path in root.glob(f"{name}/locale/*/LC_MESSAGES/django.po"))


def compile_stale() -> int:
    """Compile what is missing or older than its source; how many were made. A read-only installation ships them built."""
    made = 0
    for source in catalogue_files():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _write(target, to_mo(read_po(source.read_text(encoding="utf-8"))))
        except OSError as error:
            logger.warning("message catalogue %s could not be compiled: %s", source.name, error.strerror)
            continue
        made += 1
    return made


def _write(target: Path, content: bytes) -> None:
    # Two processes may start at once: each writes its own file, and the last rename wins with the same bytes.
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".django.", suffix=".mo")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(target)


def read_po(text: str) -> dict[str, str]:
    """Message → translation; the entry of the empty message is the header. Fuzzy and untranslated entries are left out.

    Understands what this project uses: `msgid`, `msgstr`, continued lines, comments. Raises: ValueError with the line number
    for anything else (plural forms and contexts among it: Chinese has no plural, and English texts avoid it).
    """
    messages: dict[str, str] = {}
    for entry, fuzzy in _entries(text):
        if entry.get("msgstr") and (not fuzzy or not entry.get("msgid")):
            messages[entry["msgid"]] = entry["msgstr"]
    return messages


def _entries(text: str) -> Iterator[tuple[dict[str, str], bool]]:
    entry: dict[str, str] = {}
    fuzzy, part = False, ""
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        line = raw.strip()
        if not line:
            if entry:
                yield entry, fuzzy
            entry, fuzzy, part = {}, False, ""
        elif line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif line.startswith('"') and part:
            entry[part] += ast.literal_eval(line)
        elif line.startswith(("msgid ", "msgstr ")):
            part, quoted = line.split(" ", 1)
            entry[part] = ast.literal_eval(quoted)
        else:
            raise ValueError(f"line {number}: not understood: {line}")


def to_mo(messages: dict[str, str]) -> bytes:
    """The binary form of GNU gettext: sorted tables of lengths and offsets, then the texts, each ended by a zero byte."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    keys_at = 7 * 4
    values_at = keys_at + len(pairs) * 8
    offset = values_at + len(pairs) * 8
    tables: list[bytes] = []
    texts: list[bytes] = []
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset))
            texts.append(pair[column] + b"\0")
            offset += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), keys_at, values_at, 0, 0)
    return head + b"".join(tables) + b"".join(texts)
