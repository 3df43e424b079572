"""Files that come in: streamed, never lying readable under a name on the disk.

They go piece by piece into a file without a name: when the request ends, or the process dies, it is gone. Django's own temporary files have
names and stay behind after a crash.
"""

import tempfile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xinheng.tables.limits import MIB, Limits
from xinheng.web.errors import TooLarge

IN_MEMORY = 2 * MIB
OVERHEAD = MIB
"""What a form adds to its file: the other fields and the boundaries."""


class NamelessUpload(FileUploadHandler):
    """Takes a file up to the limit into a spooled file without a name."""

    def __init__(self, request: HttpRequest | None = None, limit: int | None = None) -> None:
        super().__init__(request)
        self.limit = limit if limit is not None else Limits().file_bytes
        self.content: IO[bytes] | None = None
        self.taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.content, self.taken = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY), 0  # noqa: SIM115 - closed with the request

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it; one byte over the limit ends the request."""
        self.taken += len(raw_data)
        if self.taken > self.limit:
            raise too_large(self.taken, self.limit)
        if self.content is not None:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]
        """The file, ready to be read from its beginning."""
        if self.content is None:
            return None
        self.content.seek(0)
        return UploadedFile(self.content, self.file_name, self.content_type or "", file_size, self.charset)


def stream_uploads(request: HttpRequest) -> None:
    """Take this request's files without names, and refuse at once what is announced as too large.

    Must run before anything reads the form. Raises: TooLarge.
    """
    limit = Limits().file_bytes
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if announced.isdecimal() and int(announced) > limit + OVERHEAD:
        raise too_large(int(announced), limit)
    request.upload_handlers = [NamelessUpload(request, limit)]


def too_large(size: int, limit: int) -> TooLarge:
    """The refusal of a file of at least `size` bytes."""
    return TooLarge(
        "F06",
        _("文件超过上限 %(limit)s MB（已收到 %(size)s MB），没有接收。请分成几个文件，分次上报。")
        % {"size": size // MIB, "limit": limit // MIB},
    )
