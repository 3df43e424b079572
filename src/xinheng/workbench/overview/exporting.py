"""A table as a workbook: exactly what is seen, every cell as text, nothing a spreadsheet would run."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from xinheng.kernel.dates import SHANGHAI
from xinheng.tables.writing import write_xlsx
from xinheng.web import parts
from xinheng.web.tables import Row, Table, export_rows

MOST_ROWS = 20_000
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(table: Table, rows: Iterable[Row], name: str) -> HttpResponse:
    """The rows with the columns chosen as an XLSX download, never kept by a browser."""
    lines = ([as_text(cell) for cell in line] for line in export_rows(table, rows))
    header = next(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write_xlsx(path, header, lines)
        response = HttpResponse(path.read_bytes(), content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def as_text(value: Any) -> str:
    """A cell as people read it: words for parts, ISO for days, moments in Asia/Shanghai."""
    if value is None:
        return ""
    if isinstance(value, parts.Code):
        return value.text
    if isinstance(value, parts.Status | parts.Link):
        return value.label
    if isinstance(value, parts.Deadline):
        return value.day.isoformat()
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "\n".join(map(as_text, value))
    return str(value)
