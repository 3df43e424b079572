"""Typed readers of the environment: a wrong value stops the start with a sentence that names the variable.

Every variable that is read here is described in `docs/settings.md`; a test holds the two together.
"""

import os
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})

EARLIEST_YEAR, LATEST_YEAR = 1990, 2099


class SettingError(Exception):
    """A setting that cannot be used; its text is Chinese and names variable, value and what is allowed."""


class Environment:
    """Reads settings from a mapping, the process environment unless told otherwise; an empty value counts as absent."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str = "") -> str:
        """The value without blanks around it."""
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no. Raises: SettingError."""
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS | FALSE_WORDS:
            return word in TRUE_WORDS
        raise SettingError(f"环境变量 {name} 的值“{word}”无法识别：只能写 1、true、yes、on 或 0、false、no、off。")

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`. Raises: SettingError."""
        word = self.text(name)
        if not word:
            return default
        if not word.isdecimal() or not least <= int(word) <= most:
            raise SettingError(f"环境变量 {name} 的值“{word}”不可用：应为 {least} 至 {most} 之间的整数。")
        return int(word)

    def day(self, name: str) -> date | None:
        """A date `YYYY-MM-DD` in the years that working days can be counted in, or None when absent. Raises: SettingError."""
        word = self.text(name)
        if not word:
            return None
        try:
            found = date.fromisoformat(word)
        except ValueError:
            raise SettingError(f"环境变量 {name} 的值“{word}”不是日期：应写成 2026-11-21 这样的形式。") from None
        if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            raise SettingError(f"环境变量 {name} 的值“{word}”不可用：应在 {EARLIEST_YEAR} 年至 {LATEST_YEAR} 年之间。")
        return found

    def words(self, name: str, default: tuple[str, ...]) -> list[str]:
        """Words separated by commas."""
        found = [word.strip() for word in self.text(name).split(",")]
        return [word for word in found if word] or list(default)

    def secret(self, name: str, *, least: int) -> str:
        """A secret of at least so many signs, '' when absent. Raises: SettingError; the message never repeats it."""
        found = self.text(name)
        if found and len(found) < least:
            raise SettingError(f"环境变量 {name} 太短：至少 {least} 个字符，例如用 openssl rand -hex 32 生成。")
        return found

    def networks(self, name: str) -> list[str]:
        """Addresses or networks (`10.0.0.0/8`) separated by commas. Raises: SettingError."""
        found = self.words(name, ())
        for word in found:
            try:
                ip_network(word, strict=False)
            except ValueError:
                raise SettingError(
                    f"环境变量 {name} 的值“{word}”不是地址或网段：应写成 10.1.2.3 或 10.1.0.0/16。"
                ) from None
        return found

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of the words allowed, in any case. Raises: SettingError."""
        word = self.text(name, default).upper()
        if word not in allowed:
            raise SettingError(f"环境变量 {name} 的值“{word}”不可用：只能是 {'、'.join(allowed)} 之一。")
        return word

    def folder(self, name: str, default: Path) -> Path:
        """An absolute path; a leading `~` is the home directory. Raises: SettingError when a file is in its place."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise SettingError(f"环境变量 {name} 指向的“{path}”不是目录：请改为一个目录，或先移开同名文件。")
        return path

    def file(self, name: str) -> str:
        """The absolute path of a file in a folder that is there, '' when absent. Raises: SettingError."""
        word = self.text(name)
        if not word:
            return ""
        path = Path(word).expanduser().absolute()
        if not path.parent.is_dir() or path.is_dir():
            raise SettingError(f"环境变量 {name} 指向的“{path}”不可用：所在目录必须已存在，且该路径不能是目录。")
        return str(path)

    def database(self, name: str, home: Path) -> dict[str, object]:
        """Django's description of the one database: SQLite in `home` when absent, else a PostgreSQL address.

        Raises: SettingError for any other kind of address; the message never repeats the password.
        """
        address = self.text(name)
        return _postgresql(name, address) if address else _sqlite(home)


def _sqlite(home: Path) -> dict[str, object]:
    return {
        # Django's backend with a turnstile for writers.
        "ENGINE": "xinheng.storage.sqlite",
        "NAME": home / "db.sqlite3",
        "OPTIONS": {
            # Take the write lock at BEGIN: a transaction that reads first and writes later would otherwise fail at once
            # with "database is locked" instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,  # seconds a writer waits for another
            # NORMAL in WAL mode: safe against a crash of the process; a power cut may lose the last
            # transactions, never the file.
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
        },
    }


def _postgresql(name: str, address: str) -> dict[str, object]:
    wanted = "postgresql://用户:密码@主机:端口/数据库名"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise SettingError(f"环境变量 {name} 不是可用的数据库地址：应写成 {wanted}。") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError(f"环境变量 {name} 的数据库类型“{parts.scheme}”不支持：留空使用 SQLite，或写成 {wanted}。")
    if not parts.path.strip("/"):
        raise SettingError(f"环境变量 {name} 没有写数据库名：应写成 {wanted}。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
    }
