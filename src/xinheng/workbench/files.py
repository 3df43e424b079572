"""Files that go out: they lose their name on the disk before the first byte is sent. (Files that come in: `web.uploads`.)"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.http import FileResponse

from xinheng.tables.writing import write_csv, write_xlsx

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
