"""How much of a stranger's file is read: every bound in one frozen value."""

from dataclasses import dataclass

from xinheng.tables.refusals import FileCode, RefusedFile

# The csv module refuses longer fields by itself; its own setting is process-wide, so we stay below it.
_CSV_FIELD_CHARS = 131_072

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. All are inclusive: what equals the bound is still read.

    The defaults serve the largest real case (a city's penalties of a year) on a machine of 4 GiB.
    """

    file_bytes: int = 200 * MIB
    """Size on disk: 300,000 penalty rows with their facts written out, a million short ones."""
    unpacked_bytes: int = 2048 * MIB
    """All members of a workbook together, streamed and never held at once; a million rows are about 1.5 GiB of XML."""
    text_bytes: int = 512 * MIB
    """The shared strings of a workbook, which must be held while its cells are read."""
    members: int = 2_000
    """Members of a workbook; one with 255 sheets, drawings and comments has about 1,100."""
    ratio: int = 250
    """Unpacked to packed, of a member of more than 1 MiB. Sheets reach 20 to 60; zeros reach 1,030."""
    rows: int = 1_000_000
    """Data rows, header and titles not counted."""
    columns: int = 256
    """Columns with content: eight times the widest template."""
    cell_chars: int = 32_767
    """Characters of one cell: what Excel itself allows."""
    merges: int = 100_000
    """Merged ranges of a sheet."""
    value_bytes: int = 16 * MIB
    """One JSON object."""
    title_rows: int = 20
    """Rows above the header."""

    def __post_init__(self) -> None:
        if self.cell_chars > _CSV_FIELD_CHARS:
            raise ValueError(f"cell_chars must not exceed {_CSV_FIELD_CHARS}, got {self.cell_chars}")

    def check_file(self, size: int) -> None:
        """Raises: RefusedFile F06 for too large a file, F08 for an empty one."""
        if size > self.file_bytes:
            raise RefusedFile(
                FileCode.OVER_LIMIT,
                f"文件有 {size / MIB:.1f} MB，超过上限 {self.file_bytes / MIB:.0f} MB。请分成几个文件再上报。",
            )
        if size == 0:
            raise RefusedFile(FileCode.EMPTY, "文件是空的，没有任何内容。请检查导出是否完成，再上报。")

    def check_record(self, record: int) -> None:
        """Raises: RefusedFile F06 at the first data row beyond the bound."""
        if record > self.rows:
            raise RefusedFile(
                FileCode.OVER_LIMIT, f"数据行超过上限 {self.rows} 行。请分成几个文件再上报（已读部分不会入库）。"
            )

    def check_width(self, width: int, row: int) -> None:
        """Raises: RefusedFile F06 for a row with content beyond the last column allowed."""
        if width > self.columns:
            raise RefusedFile(
                FileCode.OVER_LIMIT,
                f"第 {row} 行的内容排到第 {width} 列，超过上限 {self.columns} 列。请删去多余的列再上报。",
            )

    def check_cell(self, chars: int, row: int, column: int) -> None:
        """Raises: RefusedFile F06 for too long a cell; usually a quotation mark that is never closed."""
        if chars > self.cell_chars:
            raise RefusedFile(
                FileCode.OVER_LIMIT,
                f"第 {row} 行第 {column} 列有 {chars} 个字符，超过上限 {self.cell_chars} 个。"
                "请检查是否缺少右引号，或把内容缩短。",
            )
