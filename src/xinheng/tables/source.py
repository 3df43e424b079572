"""Where the bytes come from: a file, or bytes already in memory (an upload that was decrypted must not touch disk)."""

from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes that can be opened again and again, and the name the sender gave them."""

    name: str
    size: int
    path: Path | None
    content: bytes | None

    @classmethod
    def of(cls, content: Path | bytes, name: str | None) -> "Source":
        """Raises: OSError when the path cannot be read."""
        if isinstance(content, bytes):
            return cls(name or "", len(content), None, content)
        # Opened once here, so that a path that cannot be read is no damaged file later.
        with content.open("rb") as stream:
            size = stream.seek(0, SEEK_END)
        return cls(name or content.name, size, content, None)

    @property
    def extension(self) -> str:
        """The last extension in lower case, with its dot; '' when there is none."""
        return Path(self.name).suffix.lower()

    def open(self) -> BinaryIO:
        """A fresh seekable reader from the first byte."""
        if self.path is not None:
            return self.path.open("rb")
        return BytesIO(self.content or b"")

    def head(self, size: int) -> bytes:
        with self.open() as stream:
            return stream.read(size)

    def read(self) -> bytes:
        """Everything; the caller has checked the size."""
        if self.content is not None:
            return self.content
        with self.open() as stream:
            return stream.read()
