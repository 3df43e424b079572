"""Real bombs: small files that would fill a machine. Run as a program, it opens each under a bound of memory and prints what came of it.

python bombs.py FOLDER    one line of JSON: name → code of the refusal, or how many rows were read
"""

import gzip
import io
import json
import resource
import struct
import sys
import time
import zipfile
import zlib
from pathlib import Path

from builders import FIRST, HEADER, PENALTY, csv_bytes, xls_bytes, xlsx_bytes

from xinheng.tables.reading import open_table
from xinheng.tables.refusals import RefusedFile

CSV, XLSX = csv_bytes([HEADER, FIRST]), xlsx_bytes([HEADER, FIRST])
MEMORY = 700 * 2**20
BIG = 150
SHEET = "xl/worksheets/sheet1.xml"
MIB = 2**20


def deflated(piece: bytes, times: int) -> bytes:
    """A raw deflate stream of a piece many times over; never held unpacked."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return b"".join([*(packer.compress(piece) for _ in range(times)), packer.flush()])


def zipped(members: dict[str, tuple[bytes, int, int]], copies: int = 0) -> bytes:
    """A zip written by hand: name → (deflate stream, size said in the directory, checksum said); `copies` overlap the first."""
    body, directory, count = io.BytesIO(), b"", 0
    for name, (packed, said, checksum) in members.items():
        at, raw = body.tell(), name.encode()
        body.write(struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, checksum, len(packed), said, len(raw), 0))
        body.write(raw + packed)
        for number in range(1 + (copies if name == next(iter(members)) else 0)):
            entry = raw if not number else f"xl/media/{number}.xml".encode()
            fields = (20, 20, 0, 8, 0, 0, checksum, len(packed), said, len(entry), 0, 0, 0, 0, 0, at)
            directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", *fields) + entry
            count += 1
    size = body.tell()
    return (
        body.getvalue() + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), size, 0)
    )


def workbook(sheet: bytes, said: int, *, copies: int = 0, checksum: int = 0, **others: tuple[bytes, int]) -> bytes:
    """The good workbook with another first sheet, given as a deflate stream."""
    members = {SHEET: (sheet, said, checksum)}
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old:
        for name in old.namelist():
            if name != SHEET:
                content = old.read(name)
                members[name] = (deflated(content, 1), len(content), zlib.crc32(content))
    for name, (packed, size) in others.items():
        members[f"xl/{name}.xml"] = (packed, size, 0)
    return zipped(members, copies)


HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def bombs() -> dict[str, bytes]:
    """Name with ending → content; none is larger than a few MiB."""
    zeros, blanks = deflated(b"\0" * MIB, BIG), deflated(b" " * MIB, BIG)
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 30_000 + b"</t></is></c></row>"
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %s "%s">' % (bytes([98 + n]), b"&%s;" % bytes([97 + n]) * 10) for n in range(9)
    )
    laughs += b"]><a>&j;</a>"
    levels = HEAD + b"".join(b"<a%x>" % (n * 2_654_435_761 % 2**32) for n in range(1_000_000))
    return {
        "zeros.xlsx": workbook(zeros, BIG * MIB),
        "a directory that lies.xlsx": workbook(blanks, 10_000),
        "members that overlap.xlsx": workbook(deflated(b"<a/>" * 2**16, 4), MIB, copies=1_900),
        "rows without end.xlsx": workbook(deflated(HEAD + row * 30, 1)[:-2] + deflated(row * 30, BIG), 10**9),
        "entities.xlsx": workbook(deflated(laughs, 1), len(laughs), checksum=zlib.crc32(laughs)),
        "a million levels.xlsx": workbook(deflated(levels, 1), len(levels), checksum=zlib.crc32(levels)),
        "strings.xlsx": workbook(deflated(HEAD, 1), len(HEAD), sharedStrings=(blanks, BIG * MIB)),
        "a quote that never ends.csv": CSV + b'"' + b"x" * 40 * MIB,
        "a line that never ends.csv": b"x," * 20 * MIB,
        "nothing but line ends.csv": b"\n" * 40 * MIB,
        "brackets.json": b"[" * 20 * MIB,
        "a number.json": b'[{"CF_WSH": ' + b"9" * 20 * MIB + b"}]",
        "packed.csv": gzip.compress(b"\0" * BIG * MIB, 6),
        "a chain that bites its tail.xls": bitten(xls_bytes([["x"] * 5] * 2_000)),
    }


def bitten(content: bytes) -> bytes:
    """A compound file whose allocation table points every sector at the first."""
    table = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    return content[:table] + struct.pack("<I", 0) * 128 + content[table + 512 :]


def outcome(path: Path) -> str:
    """The code of the refusal, or how many rows were read."""
    try:
        return f"{sum(1 for _ in open_table(path, expected=PENALTY).rows())} rows"
    except RefusedFile as refused:
        return refused.code


def main(folder: Path) -> None:
    """Open every file of a folder, this process bounded in memory; print what came of each, and the seconds of the slowest."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found, slowest = {}, 0.0
    for path in sorted(folder.iterdir()):
        began = time.process_time()
        found[path.name] = outcome(path)
        slowest = max(slowest, time.process_time() - began)
    sys.stdout.write(json.dumps({"found": found, "slowest": slowest}, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
