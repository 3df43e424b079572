"""The sign that a restore began and did not end: while it lies in the home, nothing but another restore may use the installation."""

import json
import os
from pathlib import Path
from typing import Final

from django.conf import settings

from xinheng.kernel.errors import Refused

NAME: Final = "restore.unfinished"


def _path() -> Path:
    return Path(settings.XINHENG_HOME) / NAME


def unfinished() -> bool:
    """Whether a restore was cut off here."""
    return _path().exists()


def begin(backup: Path, digest: str) -> None:
    """Say that a restore has begun; safely on the disk before anything else is touched."""
    handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"backup": backup.name, "digest": digest}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def end() -> None:
    """The restore is whole."""
    _path().unlink(missing_ok=True)


def refuse_unfinished() -> None:
    """Raises: Refused while a restore is unfinished."""
    if unfinished():
        raise Refused(
            "backup.unfinished",
            f"这套安装的恢复没有完成（{_path()}），数据不完整：请重新运行 xinheng restore 备份文件",
        )
