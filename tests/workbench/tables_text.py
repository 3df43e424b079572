"""Reading a workbook back, for tests of what is written."""

import io

import openpyxl


def sheet_of_xlsx(content: bytes) -> list[list[str]]:
    """The cells of the first sheet as text."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return [[str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]
