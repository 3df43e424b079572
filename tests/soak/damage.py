"""Files damaged at random, in every format that is read: bytes, parts of packed files, texts of cells. The same seed
gives the same files."""

import json
import random
import zipfile
from collections.abc import Callable
from io import BytesIO

from engine.penalty_rows import LICENCE as LICENCE_SHEET
from engine.penalty_rows import PENALTY as PENALTY_SHEET
from engine.penalty_rows import licence, penalty, person
from tables.builders import csv_bytes, shared_strings, xls_bytes, xlsx_bytes

PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b"\r",
    b"\n\n",
    b",",
    b"\t",
    b"=1+1",
    b"9" * 400,
    b"{",
    b"]",
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>&e;",
    b"&#0;",
    b"</c></row></sheetData>",
    b'r="XFD1048576"',
    b't="s"><v>99999999</v>',
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "＝１０００".encode(),
    "\u202e".encode(),
    b"1e999",
    b"-0",
    b"NaN",
)
TEXTS = (
    "",
    " ",
    "\x00",
    "无",
    "9.13E+17",
    "1" * 40_000,
    "2026/02/30",
    "1900/02/29",
    "-1",
    "∞",
    "\ud7ff",
    "a\nb",
    '"',
    "'=1",
    "0x1F",
    "１２",
    "43831.5",
)
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", "", ".zip")
LONGEST = 400_000


class Damager:
    """Gives one damaged file after the other."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.count = 0
        self.item = "administrative-penalty"
        self.ways: tuple[Callable[[bytes], bytes], ...] = (
            self._flip,
            self._flip,
            self._cut,
            self._insert,
            self._double,
            self._splice,
            self._shuffle,
            self._inside,
            self._inside,
            self._inside,
        )

    def next(self) -> tuple[str, bytes]:
        """Name and content of the next file."""
        self.count += 1
        self.item = self.rng.choice(["administrative-penalty", "administrative-licence"])
        suffix, content = self._whole()
        for _ in range(self.rng.choice([0, 1, 1, 1, 1, 2, 5])):
            content = self.rng.choice(self.ways)(content)[:LONGEST]
        if self.rng.random() < 0.1:
            suffix = self.rng.choice(SUFFIXES)
        return f"file-{self.count}{suffix}", content

    def _whole(self) -> tuple[str, bytes]:
        rng = self.rng
        sheet = PENALTY_SHEET if self.item == "administrative-penalty" else LICENCE_SHEET
        codes = [each.code for each in sheet.fields]
        make = (penalty, penalty, person) if self.item == "administrative-penalty" else (licence,)
        rows = [rng.choice(make)(n) for n in range(1, rng.randrange(2, 12))]
        for row in rows:
            if rng.random() < 0.4:
                row[rng.choice(codes)] = rng.choice(TEXTS)
        table = [codes, *([row.get(code) or "" for code in codes] for row in rows)]
        if rng.random() < 0.2:
            table.insert(0, ["行政处罚信息汇总表"])
        return self._as_file(table, rows)

    def _as_file(self, table: list[list[str]], rows: list[dict[str, str | None]]) -> tuple[str, bytes]:
        rng = self.rng
        kind = rng.choice(["csv", "csv", "xlsx", "xlsx", "strings", "xls", "json", "jsonl"])
        safe = [["".join(c for c in cell if c >= " ")[:32_000] for cell in row] for row in table]
        if kind == "csv":
            return ".csv", csv_bytes(table, rng.choice([",", "\t", ";"]), rng.choice(["utf-8", "utf-8-sig", "utf-16"]))
        if kind == "xlsx":
            return ".xlsx", xlsx_bytes(safe)
        if kind == "strings":
            return ".xlsx", shared_strings(safe)
        if kind == "xls":
            return ".xls", xls_bytes(safe)
        if kind == "json":
            return ".json", json.dumps(rows, ensure_ascii=rng.random() < 0.5).encode()
        return ".jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()

    def _place(self, content: bytes) -> int:
        return self.rng.randrange(len(content) + 1)

    def _flip(self, content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(self.rng.choice([1, 1, 2, 10, 100])):
            if changed:
                changed[self.rng.randrange(len(changed))] = self.rng.randrange(256)
        return bytes(changed)

    def _cut(self, content: bytes) -> bytes:
        return content[: self._place(content)] if self.rng.random() < 0.7 else content[self._place(content) :]

    def _insert(self, content: bytes) -> bytes:
        place = self._place(content)
        piece = self.rng.choice(PIECES) * self.rng.choice([1, 1, 1, 50])
        return content[:place] + piece + content[place:]

    def _double(self, content: bytes) -> bytes:
        start, stop = sorted((self._place(content), self._place(content)))
        return content[:stop] + content[start:stop] * self.rng.choice([1, 2, 20]) + content[stop:]

    def _splice(self, content: bytes) -> bytes:
        start, stop = sorted((self._place(content), self._place(content)))
        return content[:start] + content[stop:]

    def _shuffle(self, content: bytes) -> bytes:
        lines = content.split(b"\n")
        self.rng.shuffle(lines)
        return b"\n".join(lines)

    def _inside(self, content: bytes) -> bytes:
        """The same damages inside one part of a packed file, which is packed again and whole from outside."""
        try:
            with zipfile.ZipFile(BytesIO(content)) as source:
                parts = {info.filename: source.read(info) for info in source.infolist()}
        except Exception:  # noqa: BLE001 - what is damaged already, or no such file, is damaged from outside instead
            return self._flip(content)
        if not parts:
            return content
        name = self.rng.choice(sorted(parts))
        what = self.rng.random()
        if what < 0.1:
            del parts[name]
        elif what < 0.2:
            parts[self.rng.choice(["../" + name, name.upper(), "xl/vbaProject.bin", "x" * 300])] = parts[name]
        else:
            parts[name] = self.rng.choice(self.ways[:6])(parts[name])
        target = BytesIO()
        with zipfile.ZipFile(target, "w", self.rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as packed:
            for each, data in parts.items():
                packed.writestr(each, data)
        return target.getvalue()
