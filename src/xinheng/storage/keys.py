"""Key files: outside the database and outside every backup, made once by `init`, readable by their owner only."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings

from xinheng.kernel.errors import XinhengError

NAMES = ("master", "search", "files", "session", "checkpoint")
KEY_BYTES = 32


class KeysMissing(XinhengError):
    """The key files are not there, or somebody else could read them."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The installation's keys, 32 bytes each.

    `master` wraps the keys of subjects, `search` makes keyed hashes, `files` seals uploads, `session` is Django's secret,
    `checkpoint` is the Ed25519 seed that signs checkpoints of the ledger.
    """

    master: bytes = field(repr=False)
    search: bytes = field(repr=False)
    files: bytes = field(repr=False)
    session: bytes = field(repr=False)
    checkpoint: bytes = field(repr=False)


def make_keys(home: Path) -> list[str]:
    """Make the key files that are missing under `home`/keys with mode 0600; returns the names made. Never overwrites."""
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in NAMES:
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
        made.append(name)
    return made


def missing_keys(home: Path) -> list[str]:
    """The names of the keys that have no file under `home`/keys."""
    return [name for name in NAMES if not (home / "keys" / name).exists()]


def read_keys(home: Path) -> KeyRing:
    """Read the key files under `home`/keys.

    Raises: KeysMissing when one is missing, malformed, or open to group or others.
    """
    return KeyRing(**{name: _read(home / "keys" / name) for name in NAMES})


def key_ring() -> KeyRing:
    """The keys of this installation (read once a process)."""
    return _cached(Path(settings.XINHENG_HOME))


@cache
def _cached(home: Path) -> KeyRing:
    return read_keys(home)


def _read(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise KeysMissing(
            "storage.key_missing", f"缺少密钥文件 {path}：请先运行 xinheng init；以前运行过的，请从备份恢复这个文件"
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise KeysMissing(
            "storage.key_open", f"密钥文件 {path.name} 的权限是 {mode:04o}，应为 0600：他人可读的密钥不予使用"
        )
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysMissing("storage.key_malformed", f"密钥文件 {path.name} 内容不对：应为 64 个十六进制字符")
    return key
