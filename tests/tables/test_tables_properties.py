"""What always holds: writing is undone by reading, both ways of reading agree, and no bytes end in a traceback."""

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tables.builders import (
    FIRST,
    HEADER,
    PENALTY,
    SECOND,
    csv_bytes,
    opened,
    refusal,
    rezip,
    values,
    xls_bytes,
    xlsx_bytes,
)
from xinheng.tables.frames import read_frame
from xinheng.tables.limits import Limits
from xinheng.tables.writing import neutral, write_csv, write_xlsx

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]

TEXT = st.text(
    st.one_of(
        st.sampled_from(" ,;\t\"'=+-@\n\r甲乙丙（）0123X"),
        st.characters(exclude_categories=["Cs", "Cc", "Cn"], max_codepoint=0xFFFF),
    ),
    max_size=12,
)
CELL = st.one_of(st.none(), TEXT.filter(bool))
ROWS = st.lists(st.tuples(*[CELL] * 6).filter(any), min_size=1, max_size=6)


@QUICK
@given(rows=ROWS, encoding=st.sampled_from(ENCODINGS), delimiter=st.sampled_from([",", "\t", ";"]))
def test_reading_undoes_writing_of_csv(tmp_path: Path, rows, encoding, delimiter):
    path = tmp_path / "a.csv"
    assert write_csv(path, HEADER, rows, encoding=encoding, delimiter=delimiter) == len(rows)
    assert values(opened(path, "a.csv")) == rows


@QUICK
@given(rows=st.lists(st.tuples(*[CELL] * 6).filter(any), min_size=1, max_size=6))
def test_reading_undoes_writing_of_xlsx(tmp_path: Path, rows):
    path = tmp_path / "a.xlsx"
    assert write_xlsx(path, HEADER, rows) == len(rows)
    assert values(opened(path, "a.xlsx")) == rows
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_written_cell_is_a_formula(tmp_path: Path, cell):
    assert neutral(cell) == f"'{cell}"
    write_csv(tmp_path / "a.csv", [cell], [[cell]])
    assert all(
        line.lstrip('"').startswith("'")
        for line in (tmp_path / "a.csv").read_text("utf-8-sig").split("\n")
        if line[:1] not in ("", "=")
    )
    write_xlsx(tmp_path / "a.xlsx", [cell], [[cell]])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert {c.data_type for row in sheet.iter_rows() for c in row} == {"s"}


def test_a_cell_too_long_for_a_workbook_is_no_silent_cut(tmp_path: Path):
    with pytest.raises(ValueError, match="32768"):
        write_xlsx(tmp_path / "a.xlsx", ["a"], [["x" * 32_768]])


def same_both_ways(content: bytes, limits: Limits | None = None) -> bool:
    """Compare columns with rows; returns whether the fast way was taken."""
    code = refusal(content, "a.csv", limits)
    if code != "taken":
        with pytest.raises(Exception, match=code):
            read_frame(content, expected=PENALTY, limits=limits, name="a.csv")
        return False
    rows = list(opened(content, "a.csv", limits=limits).rows())
    read = read_frame(content, expected=PENALTY, limits=limits, name="a.csv")
    assert read.frame.columns == ["__row", "__record", *read.table.header.codes]
    assert read.frame.rows() == [(row.number, row.record, *row.values) for row in rows]
    noted = [(row.number, row.record, *note) for row in rows for note in row.notes]
    assert sorted(read.notes.rows(), key=repr) == sorted(((*n[:3], str(n[3]), *n[4:]) for n in noted), key=repr)
    return read.fast


DIRTY = st.lists(
    st.lists(
        st.sampled_from(
            ["", "a", "'1", "'", '"q"', '"a,b"', '"x\ny"', '"d""d"', '""', 'm"i', " ", "甲", "\r", '"', "\x00"]
        ),
        max_size=9,
    ),
    max_size=7,
)


@settings(QUICK, max_examples=300)
@given(rows=DIRTY, end=st.sampled_from(["\n", "\r\n"]), tail=st.sampled_from(["", "\n", "\r\n\r\n", ",,,,,"]))
def test_columns_and_rows_agree_on_any_dirt(rows, end, tail):
    body = end.join(",".join(row) for row in rows)
    same_both_ways((",".join(HEADER) + ",备注" + end + body + tail).encode())


@QUICK
@given(rows=ROWS, encoding=st.sampled_from(ENCODINGS), delimiter=st.sampled_from([",", "\t", ";"]))
def test_columns_and_rows_agree_in_every_encoding(tmp_path: Path, rows, encoding, delimiter):
    write_csv(tmp_path / "a.csv", HEADER, rows, encoding=encoding, delimiter=delimiter)
    same_both_ways((tmp_path / "a.csv").read_bytes())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_regular_file_takes_the_fast_way(encoding):
    rows = [
        ("标题",),
        (*HEADER, "", "备注"),
        (*FIRST, "", "无"),
        (*SECOND[:5], "'一,\n二"),
        [""] * 8,
        (*FIRST, "", "别的"),
    ]
    rows = [(*row, *[""] * (9 - len(row))) for row in rows]
    assert same_both_ways(csv_bytes(rows, encoding=encoding))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", "\r\n\r\n\r\n"])
def test_a_heading_over_two_lines_and_blank_lines_at_the_end_keep_the_fast_way(mark, end):
    title = '"标题\n两行"' + "," * (len(HEADER) - 1)
    quoted = [f'"{each}"' for each in HEADER]
    lines = [title, ",".join(quoted), *(",".join(map(str, row)) for row in (FIRST, FIRST))]
    assert same_both_ways((mark + "\n".join(lines) + end).encode())


@pytest.mark.parametrize(
    "damage", [b"a,b\r\n", b"\r\n" + b"a," * 9 + b"\r\n", b'a,x"y,1,2,3,4\r\n', b"a\r,1,2,3,4,5\n"]
)
def test_an_irregular_file_takes_the_slow_way(damage):
    assert not same_both_ways(csv_bytes([HEADER, FIRST]) + damage + csv_bytes([SECOND]))


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_both_ways_stop_at_the_same_row(rows):
    same_both_ways(csv_bytes([HEADER, FIRST, SECOND]), Limits(rows=rows))


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_workbooks_become_columns_too(name):
    make = xlsx_bytes if name == "a.xlsx" else xls_bytes
    read = read_frame(make([HEADER, FIRST, (*SECOND[:5], 2017)]), expected=PENALTY, name=name)
    assert read.frame.rows() == [(2, 1, *FIRST), (3, 2, *SECOND[:5], "2017")]
    assert read.notes.rows() == [(3, 2, "BZ", "number_as_text", read.notes["before"][0], "2017")]


@QUICK
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.json", "a.jsonl"]))
def test_random_bytes_are_refused_or_read_and_nothing_else(content, name):
    assert len(refusal(content, name)) > 2


MAGICS = {"a.xlsx": b"PK\x03\x04", "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.json": b'[{"', "a.jsonl": b'{"'}


@QUICK
@given(content=st.binary(max_size=1500), name=st.sampled_from(sorted(MAGICS)))
def test_random_bytes_behind_the_right_magic_are_refused(content, name):
    assert refusal(MAGICS[name] + content, name).startswith("F")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.json"])
def test_mutated_files_are_refused_or_read_and_nothing_else(name):
    chance = random.Random(7)
    table = [HEADER, FIRST, SECOND]
    make = {"a.csv": csv_bytes, "a.xlsx": xlsx_bytes, "a.xls": xls_bytes}.get(name)
    content = make(table) if make else b'[{"CF_WSH":"1","CF_XDR_MC":"x","CF_JDRQ":1.5e3,"BZ":[1,{"a":null}]}]'
    for _ in range(150):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        assert refusal(bytes(changed[: chance.choice([len(changed), chance.randrange(len(changed))])]), name)


def test_mutated_members_of_a_workbook_are_refused_or_read_and_nothing_else():
    chance = random.Random(11)
    content = xlsx_bytes([HEADER, FIRST, SECOND], lambda book: book.active.merge_cells("A2:A3"))
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()

    def changed(data: bytes) -> bytes:
        grown = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            grown[chance.randrange(len(grown))] = chance.choice(b"<>&\"'/= 09azAZ:\x00\xff")
        return bytes(grown)

    for _ in range(150):
        assert refusal(rezip(content, {chance.choice(names): changed}, zipfile.ZIP_STORED), "a.xlsx")
