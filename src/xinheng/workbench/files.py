"""Files that come in and go out: streamed, never lying readable under a name on the disk.

What comes in goes piece by piece into a file without a name: when the request ends, or the process dies, it is gone. Django's
own temporary files have names and stay behind after a crash.
"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from xinheng.tables.limits import MIB, Limits
from xinheng.tables.writing import write_csv, write_xlsx
from xinheng.web.errors import TooLarge

IN_MEMORY = 2 * MIB
OVERHEAD = MIB
"""What a form adds to its file: the other fields and the boundaries."""
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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


def table_file(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> FileResponse:
    """A table as a file to keep, safe to open in a spreadsheet. `kind` is `csv` or `xlsx`. Memory does not grow with the rows.

    Its content is masked already by whoever gives the rows; the file loses its name before the first byte is sent.
    """
    write = write_xlsx if kind == "xlsx" else write_csv
    return written_file(name, lambda path: write(path, header, rows), kind)


def written_file(name: str, write: Callable[[Path], object], kind: str = "xlsx") -> FileResponse:
    """What `write` writes to a path, as a file to keep; it loses its name before the first byte is sent, and no cache keeps it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind}"
        write(path)
        stream = path.open("rb")
    response = FileResponse(stream, as_attachment=True, filename=f"{name}.{kind}", content_type=KINDS[kind])
    response["Cache-Control"] = "no-store"
    return response
