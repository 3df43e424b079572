"""What commands print: with `--json` one JSON object to standard output, else lines; messages go to standard error."""

import errno
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

DONE = 0
REFUSED = 1
WRONG_USE = 2


def emit(args: Namespace, payload: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Print `payload` as one JSON object when `--json` was given, else the lines.

    The payload may hold dates, moments (printed as UTC), decimals (as text), enums, sets and dataclasses.
    """
    if getattr(args, "json", False):
        sys.stdout.write(json.dumps(payload, ensure_ascii=False, default=_plain) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def note(text: str) -> None:
    """One line for the person at the terminal, to standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def why(error: OSError) -> str:
    """Why the system refused something, in Chinese where it is one of the usual reasons."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


_REASONS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已有同名文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的文件系统只读",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "名称太长",
    errno.EFBIG: "超过允许的文件大小",
    errno.EDQUOT: "磁盘配额已满",
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | PurePath):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"cannot print {type(value).__name__} as JSON")
