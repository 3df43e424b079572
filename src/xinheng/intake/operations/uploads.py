"""The sealed file of a batch: written and read piece by piece, so that memory does not grow with it and nothing readable touches the disk.

file   = piece …        piece = 4 bytes length, big endian, then the sealed megabyte
each piece is bound to its file, its place and whether it is the last: pieces cannot be swapped, and a cut file does not open
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from xinheng.intake.values.errors import IntakeInvalid, UploadNotStored
from xinheng.storage.keys import key_ring
from xinheng.storage.points import reach
from xinheng.storage.sealing import CannotUnseal, seal, unseal
from xinheng.tables.limits import Limits

FOLDER = "uploads"
PIECE = 1024 * 1024
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """A sealed file: its path below `uploads`, the SHA-256 and the size of what is in it."""

    path: str
    digest: bytes
    size: int


def store(stream: BinaryIO, *, now: datetime, limits: Limits | None = None) -> Stored:
    """Seal a stream into a file of its own (0600) and see it safely on the disk. Memory: two pieces.

    Raises: IntakeInvalid F06 for too large a file, F08 for an empty one; UploadNotStored where the disk is full or does not take it;
    nothing is left then.
    """
    limits = limits or Limits()
    name = f"{now:%Y%m}/{secrets.token_hex(16)}.sealed"
    path = _root() / name
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for index, (piece, last) in enumerate(_pieces(stream)):
                size += len(piece)
                _check(size, limits)
                digest.update(piece)
                sealed = seal(key_ring().files, piece, _context(name, index, last=last))
                target.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
                reach("intake.upload")
            _check(size or None, limits)
            target.flush()
            os.fsync(target.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UploadNotStored(error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(name, digest.digest(), size)


def read(name: str) -> bytes:
    """What is in a sealed file, in memory: a reader needs all of it, and readable it must not lie on a disk.

    Raises: OSError when it is not there; CannotUnseal when it was changed, cut, or sealed with another key.
    """
    # Not joined: that would hold every piece beside the whole.
    whole = BytesIO()
    for piece in _opened(name):
        whole.write(piece)
    return whole.getvalue()


def remove(name: str) -> None:
    """Delete a sealed file; one that is not there is no error."""
    if name:
        (_root() / name).unlink(missing_ok=True)


def _opened(name: str) -> Iterator[bytes]:
    with (_root() / name).open("rb") as source:
        index, head = 0, source.read(_LENGTH)
        while head:
            sealed = source.read(int.from_bytes(head, "big"))
            head = source.read(_LENGTH)
            yield unseal(key_ring().files, sealed, _context(name, index, last=not head))
            index += 1
    if index == 0:
        raise CannotUnseal("storage.cannot_unseal", "上传文件是空的，内容被改动过")


def _pieces(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    piece = stream.read(PIECE)
    while piece:
        following = stream.read(PIECE)
        yield piece, not following
        piece = following


def _check(size: int | None, limits: Limits) -> None:
    if size is None:
        raise IntakeInvalid("F08", "文件是空的，没有任何内容。请检查导出是否完成，再上报。", field="file")
    if size > limits.file_bytes:
        raise IntakeInvalid(
            "F06", f"文件超过上限 {limits.file_bytes // PIECE} MB。请分成几个文件再上报。", field="file"
        )


def _context(name: str, index: int, *, last: bool) -> bytes:
    return f"intake.upload:{name}:{index}:{'end' if last else 'more'}".encode()


def _root() -> Path:
    return Path(settings.XINHENG_HOME) / FOLDER


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
