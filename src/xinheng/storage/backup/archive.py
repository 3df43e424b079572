"""The one file of a backup: a ZIP of parts, a manifest with the SHA-256 of each, and a signature over the manifest.

It holds no key; it names the key ring it belongs to by fingerprints. Any ZIP program opens it; nothing but this reads it back.
"""

import contextlib
import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xinheng.storage.backup.tables import BackupInvalid
from xinheng.storage.keys import KeyRing
from xinheng.storage.sealing import keyed_hash

FORMAT: Final = "xinheng-backup/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
KEYS: Final = ("master", "search", "files", "checkpoint")
"""The keys without which a backup is worthless; `session` only signs people in again."""
PIECE: Final = 1 << 20
_LARGEST_MANIFEST = 512 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError)
"""What `zipfile` raises on bytes of a stranger. RuntimeError: a member says it is encrypted, or (a subclass of it) packed in a way that
`zipfile` has no reader for."""
_PART = re.compile(
    r"tables/[a-z][a-z0-9_]*\.copy|uploads/[0-9]{6}/[0-9a-f]{32}\.sealed|checkpoints/[0-9a-z]+\.(txt|pub)"
)


def fingerprints(ring: KeyRing) -> dict[str, str]:
    """What tells each key from others and gives nothing of it away: 16 hexadecimal digits of a keyed hash."""
    return {name: keyed_hash(getattr(ring, name), "xinheng.key", name).hex()[:16] for name in KEYS}


class Making:
    """A backup being written beside its name; it comes to the name whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._parts: list[dict[str, Any]] = []
        handle = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> int:
        """Write one part; returns its size. `packed`: worth compressing. Raises: OSError, also for a full disk."""
        digest, size = hashlib.sha256(), 0
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        about.external_attr = 0o600 << 16
        with self._zip.open(about, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self._parts.append({"name": name, "size": size, "sha256": digest.hexdigest()})
        return size

    def finish(self, manifest: Mapping[str, Any], ring: KeyRing) -> tuple[str, int]:
        """Write manifest and signature, see the file safely on the disk, and give it its name.

        Returns the SHA-256 of the manifest, by which a backup is known, and the size of the file.
        """
        whole = {"format": FORMAT, **manifest, "keys": fingerprints(ring), "parts": self._parts}
        text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode()
        signed = Ed25519PrivateKey.from_private_bytes(ring.checkpoint).sign(_signed(text))
        self._zip.writestr(MANIFEST, text)
        self._zip.writestr(SIGNATURE, signed.hex() + "\n")
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        self._aside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return hashlib.sha256(text).hexdigest(), size

    def abandon(self) -> None:
        """Leave nothing behind. For the way out of an error: what a full disk refuses again is no news."""
        with contextlib.suppress(Exception):
            self._zip.close()
        with contextlib.suppress(OSError):
            self._file.close()
        self._aside.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Remove what killed backups of this name left beside it."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        pid = left.name.split(".")[-2]
        if pid.isdecimal() and not _alive(int(pid)):
            left.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Opened:
    """A backup whose manifest was read; `check` reads everything."""

    def __init__(self, path: Path) -> None:
        """Raises: OSError when it cannot be read; BackupInvalid when it is no backup or was cut off."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            names = self._zip.namelist()
            if {MANIFEST, SIGNATURE} - set(names) or self._zip.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
                raise _no_backup(path)
            self.text = self._zip.read(MANIFEST)
            self._signature = bytes.fromhex(self._zip.read(SIGNATURE).decode("ascii").strip())
            self.manifest: dict[str, Any] = json.loads(self.text)
            self._known = {one["name"]: (int(one["size"]), str(one["sha256"])) for one in self.manifest["parts"]}
        except (*_UNREADABLE, ValueError, TypeError) as error:
            raise _no_backup(path) from error
        if self.manifest.get("format") != FORMAT:
            raise BackupInvalid(
                "backup.format", f"“{path}”的备份格式是“{self.manifest.get('format')}”，本程序只认识 {FORMAT}"
            )
        strange = [name for name in self._known if not _PART.fullmatch(name)]
        if strange or sorted(names) != sorted([*self._known, MANIFEST, SIGNATURE]):
            raise BackupInvalid("backup.damaged", f"备份文件“{path}”的组成与清单不符：已损坏或被改动")

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest, by which a backup is known."""
        return hashlib.sha256(self.text).hexdigest()

    def names(self, folder: str) -> list[str]:
        """The parts below a folder."""
        return sorted(name for name in self._known if name.startswith(f"{folder}/"))

    def sizes(self) -> int:
        """What all parts take when unpacked, in bytes."""
        return sum(size for size, _ in self._known.values())

    def part_size(self, name: str) -> int:
        """What a part takes when unpacked, in bytes."""
        return self._known[name][0]

    def part(self, name: str) -> BinaryIO:
        """One part to read. Raises: BackupInvalid."""
        try:
            return cast(BinaryIO, self._zip.open(name))
        except _UNREADABLE as error:
            raise _damaged(self.path, name) from error

    def check(self) -> Iterator[str]:
        """Read every part and compare it with the manifest; gives the name of each that is right.

        Raises: BackupInvalid for the first that is not.
        """
        for name, (size, wanted) in self._known.items():
            digest, count = hashlib.sha256(), 0
            try:
                with self._zip.open(name) as source:
                    while piece := source.read(PIECE):
                        digest.update(piece)
                        count += len(piece)
            except _UNREADABLE as error:
                raise _damaged(self.path, name) from error
            if (count, digest.hexdigest()) != (size, wanted):
                raise _damaged(self.path, name)
            yield name

    def check_keys(self, ring: KeyRing) -> None:
        """Raises: BackupInvalid for the keys of another installation, and for a manifest that was changed."""
        own, wanted = fingerprints(ring), self.manifest["keys"]
        other = [name for name in KEYS if own[name] != wanted.get(name)]
        if other:
            raise BackupInvalid(
                "backup.other_keys",
                f"这份备份属于另一套密钥：{'、'.join(other)} 与备份不符。请把建立备份的那套密钥文件"
                f"（{'、'.join(KEYS)}）放进 XINHENG_HOME 的 keys 目录（权限 0600），再运行 xinheng restore",
            )
        try:
            Ed25519PrivateKey.from_private_bytes(ring.checkpoint).public_key().verify(
                self._signature, _signed(self.text)
            )
        except InvalidSignature:
            raise BackupInvalid(
                "backup.signature", f"备份文件“{self.path}”清单上的签名不对：内容被改动过，不能恢复"
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def _signed(text: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + text


def _no_backup(path: Path) -> BackupInvalid:
    return BackupInvalid("backup.damaged", f"“{path}”不是完整的信衡备份：文件被截断、损坏，或是别的文件")


def _damaged(path: Path, name: str) -> BackupInvalid:
    return BackupInvalid("backup.damaged", f"备份文件“{path}”已损坏：{name} 与清单中的 SHA-256 不符")
