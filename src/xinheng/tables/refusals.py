"""A whole file refused: the codes F01 to F12 of the intake receipt, and the one error that carries them."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from xinheng.kernel.errors import Invalid


class FileCode(StrEnum):
    """Why a whole file is refused (Source: regulation digest §2.6)."""

    NOT_WHAT_IT_SAYS = "F01"
    ENCRYPTED = "F02"
    MACROS = "F03"
    EXTERNAL = "F04"
    BOMB = "F05"
    OVER_LIMIT = "F06"
    NO_HEADER = "F07"
    EMPTY = "F08"
    OTHER_ITEM = "F09"
    UNDECODABLE = "F10"
    COLUMNS = "F11"
    SEVERAL_SHEETS = "F12"


class RefusedFile(Invalid):
    """The file is not read any further; `code` is F01 to F12, `message` says in Chinese what to do."""

    def __init__(self, code: FileCode, message: str) -> None:
        super().__init__(code.value, message)


@contextmanager
def damage_is_refused(what: str = "文件") -> Iterator[None]:
    """Turn whatever a parser raises on damaged input into a refusal, so that no stranger's bytes end in a traceback.

    The parsers below (zip, expat, csv, json) raise dozens of types; a list of them would never be complete.
    Not for opening the file: an `OSError` of the caller's own disk must stay one.
    """
    try:
        yield
    except RefusedFile:
        raise
    except MemoryError as error:
        raise RefusedFile(FileCode.OVER_LIMIT, f"{what}太大，内存容纳不下。请分成几个文件再上报。") from error
    except RecursionError as error:
        raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, f"{what}嵌套层数过多，无法读取。请重新导出后再上报。") from error
    except Exception as error:
        raise _damaged(what) from error


def _damaged(what: str) -> RefusedFile:
    return RefusedFile(
        FileCode.NOT_WHAT_IT_SAYS,
        f"{what}已损坏或不完整，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx，或重新导出，再上报。",
    )
