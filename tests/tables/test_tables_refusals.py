"""Each F code with a passing neighbour that differs in nothing but the fault."""

import io
import json
import struct
import zipfile

import pytest
import xlwt

from tables.builders import (
    FIRST,
    HEADER,
    PENALTY,
    SECOND,
    compound_bytes,
    csv_bytes,
    opened,
    refusal,
    rezip,
    shared_strings,
    xls_bytes,
    xlsx_bytes,
)
from xinheng.tables import text
from xinheng.tables.archive import Archive, open_archive
from xinheng.tables.limits import MIB, Limits
from xinheng.tables.refusals import RefusedFile
from xinheng.tables.source import Source
from xinheng.tables.values import Expected

TABLE = [HEADER, FIRST, SECOND]
CSV, XLSX, XLS = csv_bytes(TABLE), xlsx_bytes(TABLE), xls_bytes(TABLE)
SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/worksheets/_rels/sheet1.xml.rels"


def relation(kind: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        'Target="file:///elsewhere.xlsx" TargetMode="External"/></Relationships>'
    ).encode()


@pytest.mark.parametrize(
    ("content", "name"), [(CSV, "a.csv"), (CSV, "A.TXT"), (XLSX, "a.xlsx"), (XLS, "a.xls")], ids=lambda x: str(x)[:8]
)
def test_the_neighbours_are_taken(content, name):
    assert refusal(content, name) == "taken"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV, "a.xlsx"),
        (XLSX, "a.csv"),
        (XLSX, "a.xls"),
        (XLS, "a.xlsx"),
        (XLS, "a.csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls"),
        (b"<table>", "a.csv"),
        (b'[{"CF_WSH": "1"}]', "a.csv"),
        (b"%PDF-1.7 ...", "a.csv"),
        (CSV, "a.docx"),
        (CSV, "noextension"),
        (CSV + b'"never closed', "a.csv"),
        (XLSX[:-30], "a.xlsx"),
        (compound_bytes("WordDocument"), "a.xls"),
        (rezip(XLSX, {"[Content_Types].xml": None}), "a.xlsx"),
        (rezip(XLSX, {SHEET: lambda data: data[:200]}), "a.xlsx"),
        (b'[{"CF_WSH": 1}] trailing', "a.json"),
        (b'{"a": 1}', "a.json"),
        (b"[" * 100_000, "a.json"),
        (b'{"CF_WSH": 1}\n{"CF_WSH": 1', "a.jsonl"),
    ],
)
def test_f01_a_file_that_is_not_what_it_says_is_refused(content, name):
    assert refusal(content, name) == "F01"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptionInfo"])
def test_f02_an_encrypted_compound_file_is_refused(name, stream):
    assert refusal(compound_bytes(stream), name) == "F02"


def test_f02_the_encryption_bit_of_a_zip_is_refused():
    content = bytearray(XLSX)
    directory = content.find(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert refusal(bytes(content), "a.xlsx") == "F02"


def insert_record(content: bytes, record: bytes) -> bytes:
    """Put a record behind the BOF of the workbook stream, in place of the records whose bytes it takes."""
    start = content.index(struct.pack("<HHH", 0x809, 16, 0x600)) + 20
    end = start
    while end - start < len(record) + 4:
        end += 4 + struct.unpack_from("<H", content, end + 2)[0]
    filler = struct.pack("<HH", 0x0040, end - start - len(record) - 4).ljust(end - start - len(record), b"\0")
    return content[:start] + record + filler + content[end:]


def test_f02_filepass_in_an_xls_is_refused():
    assert refusal(insert_record(XLS, struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2)), "a.xls") == "F02"


def test_a_harmless_record_in_the_same_place_is_taken():
    assert refusal(insert_record(XLS, struct.pack("<HHH", 0x40, 2, 0)), "a.xls") == "taken"


def test_f03_a_vba_project_in_an_xlsx_is_refused_and_another_binary_is_not():
    assert refusal(rezip(XLSX, {"xl/vbaProject.bin": b"x"}), "a.xlsx") == "F03"
    assert refusal(rezip(XLSX, {"xl/macrosheets/sheet1.xml": b"<a/>"}), "a.xlsx") == "F03"
    assert refusal(rezip(XLSX, {"xl/printerSettings/p.bin": b"x"}), "a.xlsx") == "taken"


def test_f03_a_macro_enabled_content_type_and_extension_are_refused():
    types = rezip(XLSX, {"[Content_Types].xml": lambda data: data.replace(b".sheet.main", b".sheet.macroEnabled.main")})
    assert refusal(types, "a.xlsx") == "F03"
    assert refusal(XLSX, "a.xlsm") == "F03"


def test_f03_vba_storages_and_macro_sheets_of_an_xls_are_refused():
    assert refusal(compound_bytes("Workbook", "_VBA_PROJECT_CUR"), "a.xls") == "F03"
    content = bytearray(XLS)
    sheet = content.index(struct.pack("<H", 0x85), content.index(struct.pack("<HHH", 0x809, 16, 0x600)))
    content[sheet + 9] = 1
    assert refusal(bytes(content), "a.xls") == "F03"


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "docProps/core.xml"])
@pytest.mark.parametrize(
    "doctype", [b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'], ids=["plain", "entity"]
)
def test_f04_a_doctype_in_any_member_is_refused(member, doctype):
    def planted(data: bytes) -> bytes:
        head, _, body = data.rpartition(b"?>") if data.startswith(b"<?xml") else (b"", b"", data)
        return (head + b"?>" if head else b"") + doctype + body

    assert refusal(rezip(XLSX, {member: planted}), "a.xlsx") == "F04"
    harmless = rezip(XLSX, {member: lambda data: planted(data).replace(doctype, b"<!-- DOCTYPE -->")})
    assert refusal(harmless, "a.xlsx") == "taken"


def test_f04_external_links_and_connections_are_refused_and_hyperlinks_are_not():
    assert refusal(rezip(XLSX, {RELS: relation("oleObject")}), "a.xlsx") == "F04"
    assert refusal(rezip(XLSX, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "a.xlsx") == "F04"
    assert refusal(rezip(XLSX, {"xl/connections.xml": b"<a/>"}), "a.xlsx") == "F04"
    assert refusal(rezip(XLSX, {RELS: relation("hyperlink")}), "a.xlsx") == "taken"


def test_f04_an_external_book_in_an_xls_is_refused():
    assert refusal(insert_record(XLS, struct.pack("<HHHH", 0x1AE, 4, 0, 3)), "a.xls") == "F04"


def zeros(megabytes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w") as member:
            for _ in range(megabytes):
                member.write(b"\0" * MIB)
    return stream.getvalue()


def test_f05_a_bomb_is_refused_by_its_directory_before_anything_is_unpacked(monkeypatch):
    """Five gigabytes as the directory says; the bytes need not be there to show that none is unpacked."""
    content = bytearray(zeros(8))
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    struct.pack_into("<I", content, entry + 24, 0xFFFF0000)
    unpacked = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *a, **k: unpacked.append(a))
    assert refusal(bytes(content), "a.xlsx") == "F05"
    assert unpacked == []


def test_f05_a_high_ratio_alone_is_refused_and_a_small_member_is_not():
    assert refusal(zeros(2), "a.xlsx") == "F05"
    assert refusal(rezip(XLSX, {"xl/printerSettings/p.bin": b"\0" * (MIB // 2)}), "a.xlsx") == "taken"


def test_f05_no_member_is_inflated_past_the_limit():
    limits = Limits(unpacked_bytes=len(CSV) + 200_000, ratio=10**9)
    source = Source.of(rezip(XLSX, {SHEET: b"<a>" + b" " * 150_000}), "a.xlsx")
    with open_archive(source, limits) as archive:
        tight = Archive(archive._zip, Limits(unpacked_bytes=100_000))
        with pytest.raises(RefusedFile, match="F05"):
            for _ in tight.pieces(SHEET):
                pass
        assert tight.inflated <= 100_000 + 65_536


@pytest.mark.parametrize(
    "endless",
    [
        b'<c r="A2" t="' + b"x" * 300_000,
        b'<c r="A2" t="str"><v>' + b"x" * 300_000,
        b'<c r="A2" t="str"><v>' + b"x&amp;\n" * 400_000,
    ],
)
def test_f06_an_endless_tag_or_cell_is_not_held(endless):
    """Refused while it goes on: the rest of the member, which would be an error of its own, is never reached."""
    grown = rezip(
        XLSX, {SHEET: lambda data: data.replace(b"</sheetData>", b'<row r="9">' + endless.replace(b"A2", b"A9"))}
    )
    assert refusal(grown, "a.xlsx", Limits(value_bytes=100_000, ratio=10**6)) == "F06"


def test_f01_an_xls_that_was_cut_off_is_refused():
    long = xls_bytes([HEADER, *[FIRST] * 500])
    assert refusal(long, "a.xls") == "taken"
    assert {refusal(long[: len(long) * part // 10], "a.xls") for part in range(1, 10)} == {"F01"}


def test_f05_a_zip_within_the_zip_and_too_many_members_are_refused():
    assert refusal(rezip(XLSX, {"xl/embeddings/a.bin": XLSX}), "a.xlsx") == "F05"
    many = rezip(XLSX, {f"xl/media/{n}.bin": b"" for n in range(40)})
    assert refusal(many, "a.xlsx", Limits(members=40)) == "F05"
    assert refusal(many, "a.xlsx", Limits(members=60)) == "taken"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_a_far_flung_cell_lays_no_grid(name):
    """A reader of grids would want a million cells for these; rows are numbered, and nothing is held between them."""
    if name == "a.xls":
        content = xls_bytes(TABLE, lambda book: book.get_sheet(0).write(65_000, 200, "x"))
    else:
        content = xlsx_bytes(TABLE, lambda book: book.active.cell(1_048_576, 201, "x"))
    *_, last = opened(content, name).rows()
    assert (last.record, last.notes[0].before) == (3, "201")


@pytest.mark.parametrize(("content", "name"), [(CSV, "a.csv"), (XLSX, "a.xlsx"), (XLS, "a.xls")])
def test_f06_one_row_more_than_allowed_is_refused(content, name):
    assert refusal(content, name, Limits(rows=1)) == "F06"
    assert refusal(content, name, Limits(rows=2)) == "taken"


def test_f06_the_rest_is_not_read_once_the_bound_is_passed():
    table = opened(csv_bytes([HEADER, *[FIRST] * 5000]), "a.csv", limits=Limits(rows=3))
    taken = []
    with pytest.raises(RefusedFile, match="F06"):
        taken.extend(table.rows())
    rows = table.rows()
    assert [next(rows).record for _ in range(3)] == [1, 2, 3]


def test_f06_bytes_columns_and_cells_are_bounded():
    assert refusal(CSV, "a.csv", Limits(file_bytes=len(CSV) - 1)) == "F06"
    assert refusal(CSV, "a.csv", Limits(file_bytes=len(CSV))) == "taken"
    for content, name in ((CSV, "a.csv"), (XLSX, "a.xlsx"), (XLS, "a.xls")):
        assert refusal(content, name, Limits(columns=5)) == "F06"
        assert refusal(content, name, Limits(columns=6)) == "taken"
        assert refusal(content, name, Limits(cell_chars=17)) == "F06"
        assert refusal(content, name, Limits(cell_chars=18)) == "taken"


def test_f06_a_quotation_mark_that_swallows_the_file_is_named():
    assert refusal(csv_bytes([HEADER, FIRST]) + b'"' + b"a,b\r\n" * 40_000, "a.csv") == "F06"


def test_f06_strings_merges_and_json_values_are_bounded():
    shared = shared_strings(TABLE)
    assert refusal(shared, "a.xlsx", Limits(text_bytes=1_000)) == "F06"
    assert refusal(shared, "a.xlsx", Limits(text_bytes=2_000)) == "taken"
    merged = xlsx_bytes(TABLE, lambda b: [b.active.merge_cells(f"H{n}:H{n + 1}") for n in (2, 4, 6)])
    assert refusal(merged, "a.xlsx", Limits(merges=2)) == "F06"
    assert refusal(merged, "a.xlsx", Limits(merges=3)) == "taken"
    long = json.dumps([dict(zip(HEADER, FIRST, strict=True))] * 2 + [{"备注": "x" * 200_000}]).encode()
    assert refusal(long, "a.json", Limits(value_bytes=70_000)) == "F06"


@pytest.mark.parametrize("rows", [[FIRST, SECOND], [("甲", "乙")] * 30, [(f"第{n}行",) for n in range(25)] + TABLE])
def test_f07_no_header_among_the_first_rows_is_refused(rows):
    assert refusal(csv_bytes(rows), "a.csv") == "F07"
    assert refusal(xlsx_bytes(rows), "a.xlsx") == "F07"


def test_twenty_title_rows_are_taken():
    assert refusal(csv_bytes([*[("标题",)] * 20, *TABLE]), "a.csv") == "taken"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"\r\n\r\n", "a.csv"),
        (b"[]", "a.json"),
        (csv_bytes([HEADER]), "a.csv"),
        (csv_bytes([HEADER, [""] * 6]), "a.csv"),
        (xlsx_bytes([]), "a.xlsx"),
        (xlsx_bytes([HEADER]), "a.xlsx"),
        (xls_bytes([]), "a.xls"),
        (xls_bytes([HEADER]), "a.xls"),
    ],
)
def test_f08_an_empty_file_or_a_header_without_rows_is_refused(content, name):
    assert refusal(content, name) == "F08"


def test_f09_the_header_of_another_item_is_named():
    licence = PENALTY.others["administrative-licence"]
    with pytest.raises(RefusedFile, match=r"administrative-licence.*F09"):
        opened(csv_bytes([licence, FIRST]), "a.csv")
    assert refusal(CSV, "a.csv", expected=Expected("x", PENALTY.columns, {"y": HEADER})) == "taken"


@pytest.mark.parametrize(
    "content", [b"\xff\xff\xff", CSV + b"\xff", "行政".encode("utf-16")[:-1], b"\xef\xbb\xbf\xb0\xa1"]
)
def test_f10_bytes_that_are_no_text_are_refused(content):
    assert refusal(content, "a.csv") == "F10"


def pasted(content: str, *, header: str, cell: str) -> bytes:
    """A CSV with one cell in another encoding than the rest; the header in codes, so that either encoding finds it."""
    head = ",".join(column.code for column in PENALTY.columns).encode()
    row = ",".join(("{}", *FIRST[1:])).encode(header).replace(b"{}", content.encode(cell))
    return head + b"\r\n" + row + b"\r\n"


@pytest.mark.parametrize("size", [4, 6, 30, 30_000])
def test_f10_a_cell_of_utf8_in_a_file_of_gb18030_is_no_guess(size):
    with pytest.raises(RefusedFile, match=r"混有两种文字编码"):
        opened(pasted("新岭甲商贸公" * (size // 6) or "新岭甲商", header="gb18030", cell="utf-8"), "a.csv")
    assert refusal(pasted("新岭甲商贸公", header="utf-8", cell="gb18030"), "a.csv") == "F10"
    for encoding in ("gb18030", "utf-8"):
        assert refusal(pasted("新岭甲商贸公", header=encoding, cell=encoding), "a.csv") == "taken"


def test_f10_utf8_is_found_wherever_the_file_is_cut_into_pieces(monkeypatch):
    good = ("新岭甲商贸有限公司," * 20).encode("gb18030")
    for size in range(1, 40):
        monkeypatch.setattr(text, "MIB", size)
        assert text._holds_utf8(Source.of(good + "甲乙丙丁".encode() + b"," + good, "a.csv"))
        assert not text._holds_utf8(Source.of(good, "a.csv"))


def test_f11_a_missing_or_doubled_obligatory_column_is_named():
    with pytest.raises(RefusedFile, match="缺少必填列：行政处罚决定书文号（CF_WSH）"):
        opened(csv_bytes([HEADER[:2] + HEADER[3:], FIRST[:5]]), "a.csv")
    with pytest.raises(RefusedFile, match="重复出现必填列：行政处罚决定书文号"):
        opened(csv_bytes([(*HEADER, "CF_WSH"), (*FIRST, "x")]), "a.csv")
    assert refusal(csv_bytes([HEADER[:1] + HEADER[2:], FIRST[:1] + FIRST[2:]]), "a.csv") == "taken"


def second_sheet(rows, state="visible"):
    def change(book):
        sheet = book.create_sheet("另一张")
        sheet.sheet_state = state
        for row in rows:
            sheet.append(list(row))

    return xlsx_bytes(TABLE, change)


@pytest.mark.parametrize(
    ("rows", "state", "code"),
    [
        (TABLE, "visible", "F12"),
        (TABLE, "hidden", "F12"),
        ([FIRST, SECOND], "visible", "F12"),
        ([FIRST, SECOND], "hidden", "taken"),
        ([HEADER], "visible", "taken"),
        ([("填表说明",), ("一、不得合并单元格",)], "visible", "taken"),
        ([], "visible", "taken"),
    ],
)
def test_f12_a_second_sheet_with_data_is_refused(rows, state, code):
    assert refusal(second_sheet(rows, state), "a.xlsx") == code


def test_f12_two_sheets_of_an_xls_are_refused():
    def second(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("另一张")
        for number, row in enumerate(TABLE):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)

    assert refusal(xls_bytes(TABLE, second), "a.xls") == "F12"


def test_f12_two_arrays_in_one_object_are_refused():
    row = dict(zip(HEADER, FIRST, strict=True))
    assert refusal(json.dumps({"a": [row], "b": [row]}).encode(), "a.json") == "F12"
    assert refusal(json.dumps({"total": 1, "b": [row]}).encode(), "a.json") == "taken"


def test_ignored_sheets_are_named():
    table = opened(second_sheet([("填表说明",)]), "a.xlsx")
    assert (table.sheet, table.ignored_sheets) == ("Sheet", ("另一张",))


def test_a_missing_file_stays_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "none.csv", "none.csv")
    with pytest.raises(IsADirectoryError):
        opened(tmp_path, "none.csv")
