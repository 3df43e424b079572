"""A zip from a stranger: judged by its directory before anything is unpacked, and counted while it is."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from xinheng.tables.limits import MIB, Limits
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.source import Source

PIECE = 65_536

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_TAIL = 65_536 + 22 + 20 + 56
# An entry of the directory is 46 bytes, its name and extras; zipfile reads the whole directory at once.
_ENTRY_BYTES = 1_024
_NESTED = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zX")
_XML_NAMES = (".xml", ".rels", ".vml")


class Archive:
    """The members of a zip that passed its checks; `inflated` counts the bytes unpacked so far."""

    def __init__(self, zipped: zipfile.ZipFile, limits: Limits) -> None:
        self._zip = zipped
        self._limits = limits
        self.inflated = 0
        self.names = frozenset(zipped.namelist())

    def pieces(self, name: str) -> Iterator[bytes]:
        """The member in pieces of 64 KiB.  Raises: RefusedFile F05 beyond the bound, F01 when it is not there."""
        if name not in self.names:
            raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, f"工作簿缺少内部文件 {name}。请用 Excel 或 WPS 另存后再上报。")
        with self._zip.open(name) as member:
            while piece := member.read(PIECE):
                self.inflated += len(piece)
                if self.inflated > self._limits.unpacked_bytes:
                    raise _bomb(f"解压后超过 {self._limits.unpacked_bytes // MIB} MB")
                yield piece

    def start(self, name: str, size: int) -> bytes:
        """The first bytes of a member."""
        with self._zip.open(name) as member:
            start = member.read(size)
        self.inflated += len(start)
        return start

    def feed(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Feed a member to a parser made by `xml_parser`, pausing after each piece.

        Raises: RefusedFile F06 for a single tag or attribute that goes on and on, which expat would hold whole.
        """
        fed = 0
        for piece in self.pieces(name):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > self._limits.value_bytes:
                raise RefusedFile(
                    FileCode.OVER_LIMIT, f"内部文件 {name[:60]} 有一处内容过长。请用 Excel 或 WPS 另存后再上报。"
                )
            yield
        parser.Parse(b"", True)
        yield

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed a whole member."""
        for _ in self.feed(name, parser):
            pass

    def refuse_dangerous(self) -> None:
        """Raises: RefusedFile F04 for a DOCTYPE in any XML member, F05 for a zip within the zip."""
        for name in sorted(self.names):
            if name.endswith("/"):
                continue
            if name.lower().endswith(_XML_NAMES):
                self._read_prolog(name)
            elif self.start(name, 6).startswith(_NESTED):
                raise _bomb(f"里面还有压缩文件（{name[:60]}）")

    def _read_prolog(self, name: str) -> None:
        begun: list[bool] = []
        parser = xml_parser()
        parser.StartElementHandler = lambda _name, _attributes: begun.append(True)
        for _ in self.feed(name, parser):
            if begun:
                return


def xml_parser() -> expat.XMLParserType:
    """An expat parser that refuses any DOCTYPE, and with it every entity.

    SpreadsheetML never has one. This is what defusedxml does for the parsers it wraps; it wraps no streaming one.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1_048_576
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise RefusedFile(
        FileCode.EXTERNAL,
        "工作簿的内部文件声明了 DOCTYPE 或实体，可能引用外部内容，不予读取。请用 Excel 或 WPS 另存后再上报。",
    )


@contextmanager
def open_archive(source: Source, limits: Limits) -> Iterator[Archive]:
    """Open a zip after judging its directory; nothing has been unpacked when this refuses.

    Raises: RefusedFile F02 encrypted, F05 bomb, F01 damaged or packed in an unusual way.
    """
    with source.open() as stream:
        _check_directory_size(stream, source.size, limits)
        with zipfile.ZipFile(stream) as zipped:
            _check_members(zipped, limits)
            yield Archive(zipped, limits)


def _check_directory_size(stream: BinaryIO, size: int, limits: Limits) -> None:
    stream.seek(max(size - _TAIL, 0))
    tail = stream.read(_TAIL)
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, "压缩结构不完整，文件可能没有传完。请重新导出后再上报。")
    directory = struct.unpack_from("<I", tail, at + 12)[0]
    at_64 = tail.rfind(_END_64)
    if at_64 >= 0 and len(tail) >= at_64 + 48:
        directory = max(directory if directory != 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, at_64 + 40)[0])
    if directory > limits.members * _ENTRY_BYTES:
        raise _bomb(f"内部文件超过 {limits.members} 个")


def _check_members(zipped: zipfile.ZipFile, limits: Limits) -> None:
    members = zipped.infolist()
    if len(members) > limits.members:
        raise _bomb(f"内部文件有 {len(members)} 个，超过 {limits.members} 个")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedFile(FileCode.ENCRYPTED, "文件加了密码，无法读取。请在 Excel 或 WPS 中取消密码后再上报。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        raise _bomb(f"解压后有 {unpacked // MIB} MB，超过 {limits.unpacked_bytes // MIB} MB")
    for member in members:
        if member.file_size > MIB and member.file_size > limits.ratio * max(member.compress_size, 1):
            raise _bomb(f"{member.filename[:60]} 的压缩比超过 {limits.ratio} 倍")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedFile(
                FileCode.NOT_WHAT_IT_SAYS, "使用了工作簿不该有的压缩方法。请用 Excel 或 WPS 另存后再上报。"
            )
    if len({member.filename for member in members}) != len(members):
        raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, "压缩包里有重名的内部文件。请用 Excel 或 WPS 另存后再上报。")


def _bomb(what: str) -> RefusedFile:
    return RefusedFile(
        FileCode.BOMB, f"文件像是压缩炸弹：{what}，不予解压。请只保留数据工作表，用 Excel 或 WPS 另存后再上报。"
    )
