"""A department gets its rejected and held rows back as a workbook, puts them right there, and sends that workbook as it is."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.cast import as_csv, as_workbook, assert_sound, codes_of, firm_code, hand_in, load, penalty, person
from world import World
from xinheng.accounts.models import Query
from xinheng.intake import models
from xinheng.intake.batch import load as loading
from xinheng.intake.batch.handlers import erase_uploads
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import fetch_rows, held, release
from xinheng.intake.values.batches import HeldState
from xinheng.intake.values.errors import BatchUnknown, NotPossible
from xinheng.ledger.models import Run
from xinheng.records.models import Record

OUTCOME, SAID, PLACE = "信衡：处理结果", "信衡：问题说明", "信衡：原位置"


def fetched(world: World, batch_id: int, folder: Path, login: str = "reporter.market") -> Path:
    path = folder / f"{batch_id}.xlsx"
    fetch_rows(batch_id, path, actor=world.actor(login), now=world.now)
    return path


class Book:
    """A fetched workbook as a person works in it: cells by the name of the column and the number of the document."""

    def __init__(self, path: Path) -> None:
        self.book = load_workbook(path)
        self.sheet: Worksheet = self.book.worksheets[0]
        self.columns = {str(cell.value): cell.column for cell in self.sheet[1]}

    def cell(self, row: int, name: str) -> Any:
        return self.sheet.cell(row, self.columns[name])

    def column(self, name: str) -> list[Any]:
        return [self.cell(row, name).value for row in range(2, self.sheet.max_row + 1)]

    def sent(self) -> bytes:
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()


NUMBER, CODE, FINE = "行政处罚决定书文号", "行政相对人代码_1(统一社会信用代码)", "罚款金额(万元)"


def wrong_rows(world: World) -> list[dict[str, str | None]]:
    """One clean row, three rejected, two held (an outer check digit, a fine of more than 10,000 万元)."""
    outer = firm_code(5)[:17] + ("A" if firm_code(5)[17] != "A" else "B")
    return [
        penalty(world, 1),
        penalty(world, 2, CF_NR_FK=None),
        penalty(world, 3, CF_CFLB="罚宽"),
        person(world, 4, CF_JDRQ="2026/13/01"),
        penalty(world, 5, CF_XDR_SHXYM=outer),
        penalty(world, 6, CF_NR_FK="20000"),
    ]


def put_right(book: Book) -> None:
    for row in range(2, book.sheet.max_row + 1):
        number = str(book.cell(row, NUMBER).value)
        if number.endswith("2号"):
            book.cell(row, FINE).value = "0.5"
        if number.endswith("3号"):
            book.cell(row, "处罚类别").value = "罚款"
        if number.endswith("4号"):
            book.cell(row, "处罚决定日期").value = "2026/11/17"
        if number.endswith("5号"):
            book.cell(row, CODE).value = firm_code(5)
        if number.endswith("6号"):
            book.cell(row, FINE).value = "0.5"


def test_what_was_wrong_is_marked_put_right_and_taken(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv(wrong_rows(world)))
    assert (first.counts.accepted, first.counts.held, first.counts.rejected) == (1, 2, 3), codes_of(first)
    book = Book(fetched(world, first.batch or 0, tmp_path))

    assert book.column(OUTCOME) == ["退回", "退回", "退回", "暂存，等待核对", "暂存，等待核对"]
    assert book.column(PLACE)[0] == f"批次{first.batch}第3行"
    fine = book.cell(2, FINE)
    assert fine.comment is not None
    assert "E109" in fine.comment.text
    kind = book.cell(3, "处罚类别")
    assert "“罚宽”不在代码表中，可填：警告" in kind.comment.text
    assert kind.fill.fgColor.rgb != book.cell(3, NUMBER).fill.fgColor.rgb
    held_code = book.cell(5, CODE)
    assert held_code.fill.fgColor.rgb not in (kind.fill.fgColor.rgb, book.cell(5, NUMBER).fill.fgColor.rgb)
    assert "E104" in str(book.cell(5, SAID).value)

    put_right(book)
    second = load(world, book.sent(), name="改正.xlsx")
    assert (second.counts.accepted, second.counts.held, second.counts.rejected) == (5, 0, 0), codes_of(second)
    assert second.columns["unknown"] == []
    assert second.replaced == 2
    assert {row.state for row in models.Held.objects.all()} == {HeldState.REPLACED}
    assert not held(world.actor("reviewer")).items
    assert Record.objects.count() == 6
    assert Run.objects.filter(operation="intake.held_replaced").count() == 1
    assert_sound()


def test_personal_values_come_back_whole_and_the_look_is_registered(world: World, tmp_path: Path) -> None:
    row = person(world, 4, CF_JDRQ="2026/13/01")
    first = load(world, as_csv([row]))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    assert book.column("证件号码") == [row["CF_XDR_ZJHM"]]
    assert str(row["CF_XDR_ZJHM"]) not in str(first.to_json())
    looked = Query.objects.get()
    assert (looked.personal, looked.purpose, looked.count) == (True, "data-quality", 1)
    assert looked.unit_id == world.units["market"]


def test_only_the_units_own_people_get_their_rows_back(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv([penalty(world, 2, CF_NR_FK=None)]))
    with pytest.raises(BatchUnknown):
        fetched(world, first.batch or 0, tmp_path, "reporter.tax")
    for login in ("reviewer", "operator", "auditor"):
        with pytest.raises((NotPossible, BatchUnknown)):
            fetched(world, first.batch or 0, tmp_path, login)
    assert not Query.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_once_the_upload_is_erased_the_answer_says_so(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv([penalty(world, 2, CF_NR_FK=None)]))
    assert erase_uploads(world.now + timedelta(days=400)) == 1
    with pytest.raises(NotPossible, match="已按规定期限清除"):
        fetched(world, first.batch or 0, tmp_path)


def test_what_is_sent_back_unchanged_is_answered_as_before(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv(wrong_rows(world)))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    again = load(world, book.sent(), name="没有改.xlsx")
    assert (again.counts.accepted, again.counts.held, again.counts.rejected) == (0, 2, 3)
    assert sorted((code, effect) for _, code, effect in codes_of(again)) == sorted(
        (code, effect) for _, code, effect in codes_of(first)
    )
    assert again.replaced is None
    assert models.Held.objects.filter(state=HeldState.HELD).count() == 2

    third = Book(fetched(world, again.batch or 0, tmp_path))
    assert third.column(PLACE)[-1] == f"批次{first.batch}第7行"
    put_right(third)
    assert load(world, third.sent(), name="改好了.xlsx").counts.accepted == 5
    assert not models.Held.objects.filter(state=HeldState.HELD).exists()


def test_formulas_nobody_calculated_cannot_pass_by_being_sent_back(world: World, tmp_path: Path) -> None:
    content = as_workbook([penalty(world, 2, CF_SY="=1+1"), penalty(world, 3, CF_NR_FK=None)])
    first = load(world, content, name="公式.xlsx")
    assert ("E102", "reject") in [(code, effect) for _, code, effect in codes_of(first)]
    again = load(world, Book(fetched(world, first.batch or 0, tmp_path)).sent(), name="没有改.xlsx")
    assert (again.counts.accepted, again.counts.rejected) == (0, 2)


def test_no_value_of_a_stranger_becomes_a_formula(world: World, tmp_path: Path) -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"]
    rows = [penalty(world, number, CF_SY=text, CF_NR_FK=None) for number, text in enumerate(evil, 1)]
    first = load(world, as_csv(rows))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    assert {cell.data_type for row in book.sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not [cell for row in book.sheet.iter_rows() for cell in row if cell.data_type == "n" and cell.value]
    assert [str(text) for text in book.column("违法事实")] == evil


def test_a_file_that_is_no_fetched_workbook_withdraws_nothing_that_is_being_looked_at(world: World) -> None:
    load(world, as_csv([penalty(world, 6, CF_NR_FK="20000")]))
    second = load(world, as_csv([penalty(world, 6)]), name="本单位系统导出.csv")
    assert (second.counts.accepted, second.replaced) == (1, None)
    assert models.Held.objects.get().state == HeldState.HELD


def test_another_unit_cannot_answer_a_row_that_waits(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv([penalty(world, 6, CF_NR_FK="20000")]))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    put_right(book)
    for name in ("处罚机关统一社会信用代码", "数据来源单位统一社会信用代码"):
        book.cell(2, name).value = world.unit_codes["tax"]
    assert load(world, book.sent(), unit="tax", name="改正.xlsx").counts.accepted == 1
    assert models.Held.objects.get().state == HeldState.HELD


def test_what_was_released_meanwhile_is_not_sent_back_again(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv([penalty(world, 5, CF_NR_FK="20000"), penalty(world, 6, CF_NR_FK=None)]))
    before = fetched(world, first.batch or 0, tmp_path)
    (waiting,) = held(world.actor("reviewer")).items
    release(held_id=waiting.id, reason="已核对", actor=world.actor("reviewer"), now=world.now)
    assert len(Book(before).column(NUMBER)) == 2
    assert len(Book(fetched(world, first.batch or 0, tmp_path)).column(NUMBER)) == 1


def test_a_place_filled_down_by_mistake_replaces_nothing_else(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv([penalty(world, 5, CF_NR_FK="20000"), penalty(world, 6, CF_NR_FK=None)]))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    book.cell(3, PLACE).value = book.cell(2, PLACE).value
    book.cell(3, FINE).value = "0.5"
    book.sheet.delete_rows(2)
    assert load(world, book.sent(), name="改正.xlsx").counts.accepted == 1
    assert models.Held.objects.get().state == HeldState.HELD


def test_a_row_of_which_only_the_platforms_own_columns_are_left_is_none(world: World, tmp_path: Path) -> None:
    first = load(world, as_csv(wrong_rows(world)))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    for name in book.columns:
        if not name.startswith("信衡"):
            book.cell(2, name).value = None
    put_right(book)
    assert load(world, book.sent(), name="改正.xlsx").counts.rows == 4


def test_a_correction_without_a_reason_is_given_one_in_the_workbook(world: World, tmp_path: Path) -> None:
    licence_row = penalty(world, 7, CF_NR="处以罚款人民币5000元整。", CF_BZ=None)
    load(world, as_csv([licence_row]))
    changed = load(world, as_csv([penalty(world, 7, CF_NR="处以罚款人民币5000元，限期缴纳。")]))
    assert codes_of(changed)[0][1:] == ("E114", "hold")
    book = Book(fetched(world, changed.batch or 0, tmp_path))
    assert book.cell(2, "更正原因").comment is not None
    book.cell(2, "更正原因").value = "原文漏写缴纳期限"
    last = load(world, book.sent(), name="改正.xlsx")
    assert (last.counts.superseded, last.replaced) == (1, 1), codes_of(last)


def test_a_load_that_died_after_it_showed_is_finished_by_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(world, as_csv([penalty(world, 6, CF_NR_FK="20000")]))
    book = Book(fetched(world, first.batch or 0, tmp_path))
    put_right(book)
    batch = hand_in(world, book.sent(), name="改正.xlsx")
    with monkeypatch.context() as broken:
        broken.setattr(loading, "carry_out", lambda *args: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            load_batch(batch, Way(lambda: world.now))
    assert models.Held.objects.get().state == HeldState.HELD
    assert load_batch(batch, Way(lambda: world.now)).counts.accepted == 1
    assert models.Held.objects.get().state == HeldState.REPLACED
    assert_sound()
