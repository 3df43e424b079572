"""A file is judged and written in slices, so that a million rows fit into memory: their size changes nothing that is said."""

import sys
from typing import Any

import pytest

from intake.cast import PENALTY, as_csv, load, penalty, person
from intake.test_intake_two_ways import dirty_rows
from world import World
from xinheng.catalogue.door import current_edition
from xinheng.intake.batch import beside, store
from xinheng.intake.batch.check import counts_of, judge_file, told
from xinheng.intake.batch.chunks import Seen
from xinheng.intake.rules.receipt import pack
from xinheng.intake.rules.sheets import expected_of
from xinheng.kernel.dates import legal_date
from xinheng.tables.frames import read_frame


@pytest.fixture
def content(world: World) -> bytes:
    """Five hundred dirty rows, of which some were handed in before and some repeat each other far apart."""
    load(world, as_csv([penalty(world, 1), penalty(world, 2), person(world, 11)]))
    rows = dirty_rows(world)
    return as_csv([*rows, *rows[:20], penalty(world, 3, CF_NR_FK="0.9", CF_NR="处以罚款人民币9000元。")])


def judged(world: World, content: bytes) -> tuple[bytes, Any, Any]:
    """The receipt as it is kept, the values, and the problems in order."""
    on = legal_date(world.now)
    path = world.actor("reporter.market").unit_path
    found = judge_file(lambda: content, "x.csv", item=PENALTY, edition=current_edition(on), on=on, prefix=path)
    receipt = told(found, "x.csv", counts_of(found.effects), rows=True)
    return pack(receipt)[0], found.result.values.rows(), found.result.problems.rows()


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_the_size_of_a_slice_changes_no_byte_of_a_receipt(world, content, at_once, monkeypatch):
    whole = judged(world, content)
    monkeypatch.setattr(store, "AT_ONCE", at_once)
    assert judged(world, content) == whole


@pytest.mark.parametrize("chunk", [3, 100])
def test_the_size_of_a_chunk_changes_no_byte_of_a_receipt(world, content, chunk, monkeypatch, tmp_path):
    on, path = legal_date(world.now), tmp_path / "x.csv"
    path.write_bytes(content)
    asked = {"edition": current_edition(on), "prefix": world.actor("reporter.market").unit_path}
    whole = pack(beside.check_beside(path, PENALTY, on, **asked))
    monkeypatch.setattr(beside, "CHUNK", chunk)
    assert pack(beside.check_beside(path, PENALTY, on, **asked)) == whole


def test_nothing_holds_the_bytes_of_a_file_once_it_was_read(world):
    edition = current_edition(legal_date(world.now))
    for content in (as_csv([penalty(world, 1)]), as_csv([penalty(world, 1)]) + b"a,b\n"):
        before = sys.getrefcount(content)
        read = read_frame(content, expected=expected_of(edition, edition.item(PENALTY)), name="x.csv")
        assert sys.getrefcount(content) == before
        assert read.frame.height


def test_rows_seen_in_several_chunks_are_told_with_what_they_said_and_where():
    first, second = Seen(), Seen()
    marks = [bytes([n]) * 32 for n in range(4)]
    for index, mark in enumerate(marks):
        (first if index < 2 else second).add(mark, mark[::-1], 10 + index)
    first.take(second)
    assert [first[mark] for mark in marks] == [(mark[:16], 10 + index) for index, mark in enumerate(marks)]
    assert b"\xff" * 32 not in first
