"""What a file is by its first bytes, against what its name says. Pure apart from reading the head."""

from xinheng.tables.compound import MAGIC
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.source import Source
from xinheng.tables.values import FileKind

_BY_EXTENSION = {
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".txt": FileKind.CSV,
    ".xlsx": FileKind.XLSX,
    ".xls": FileKind.XLS,
    ".json": FileKind.JSON,
    ".jsonl": FileKind.JSONL,
    ".ndjson": FileKind.JSONL,
}
_ZIP, _COMPOUND, _TEXT, _OTHER, _MARKUP, _JSON = "zip", "compound", "text", "other", "markup", "json"
_NAMES = {
    _ZIP: "压缩文件（如 .xlsx）",
    _COMPOUND: "Excel 97–2003 或加密的工作簿",
    _TEXT: "文本",
    _OTHER: "图片、PDF 或压缩包",
    _MARKUP: "网页或 XML",
    _JSON: "JSON",
}
_MAGIC = (
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (MAGIC, _COMPOUND),
    (b"%PDF", _OTHER),
    (b"\x89PNG", _OTHER),
    (b"\xff\xd8\xff", _OTHER),
    (b"GIF8", _OTHER),
    (b"Rar!", _OTHER),
    (b"7z\xbc\xaf", _OTHER),
    (b"\x1f\x8b", _OTHER),
    (b"\x7fELF", _OTHER),
    (b"SQLite format 3", _OTHER),
)
_FITTING = {
    FileKind.CSV: (_TEXT,),
    FileKind.XLSX: (_ZIP, _COMPOUND),
    FileKind.XLS: (_COMPOUND,),
    FileKind.JSON: (_TEXT, _JSON),
    FileKind.JSONL: (_TEXT, _JSON),
}


def kind_of(source: Source) -> FileKind:
    """The kind by name, if the content agrees. An encrypted .xlsx is a compound file and passes here, to be named F02.

    Raises: RefusedFile F01, F03 for .xlsm and its like.
    """
    extension = source.extension
    if extension in (".xlsm", ".xltm", ".xlam", ".xlsb"):
        raise RefusedFile(
            FileCode.MACROS, f"不接受可带宏的工作簿（{extension}）。请另存为「Excel 工作簿（.xlsx）」后再上报。"
        )
    kind = _BY_EXTENSION.get(extension)
    if kind is None:
        raise RefusedFile(
            FileCode.NOT_WHAT_IT_SAYS,
            f"不接受扩展名「{extension or '（无）'}」。可用：{'、'.join(_BY_EXTENSION)}。",
        )
    content = _content(source.head(4096))
    if content not in _FITTING[kind]:
        raise RefusedFile(
            FileCode.NOT_WHAT_IT_SAYS,
            f"扩展名是 {extension}，内容却是{_NAMES[content]}。请在 Excel 或 WPS 中打开并另存为所需格式，不要只改扩展名。",
        )
    return kind


def _content(head: bytes) -> str:
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    # UTF-16 puts zeros between the letters that matter here.
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style", b"<div")):
        return _MARKUP
    compact = b"".join(start[:64].split())
    return _JSON if compact.startswith((b'{"', b'[{"', b"[]", b"{}")) else _TEXT
