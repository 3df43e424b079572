"""Pages of workbooks and column names: fetched, put right, sent back from the upload page; mapped from a refused file."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from workbench.acts import PENALTY, People, dirty_rows, load, refused, sent_and_loaded, words
from world import World, business_code
from xinheng.accounts.models import Query
from xinheng.intake.models import Batch, ColumnMapping, Held
from xinheng.intake.values.batches import HeldState
from xinheng.workbench.batches import views


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_fetched_workbook_is_put_right_and_sent_from_the_upload_page(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    assert (
        f'href="/workbench/batches/{batch}/rows.xlsx"' in reporter.get(f"/workbench/batches/{batch}").content.decode()
    )
    answer = reporter.get(f"/workbench/batches/{batch}/rows.xlsx")
    assert "no-store" in answer["Cache-Control"]
    book = load_workbook(io.BytesIO(content(answer)))
    sheet = book.worksheets[0]
    places = {str(cell.value): cell.column for cell in sheet[1]}
    for row in (2, 3):
        sheet.cell(row, places["行政相对人代码_1(统一社会信用代码)"]).value = business_code(1)
        sheet.cell(row, places["罚款金额(万元)"]).value = "0.5"
        sheet.cell(row, places["行政相对人名称"]).value = "示例区云禾商贸有限公司"
    target = io.BytesIO()
    book.save(target)
    file = SimpleUploadedFile("改正.xlsx", target.getvalue())
    sent = reporter.post("/workbench/upload", {"item": PENALTY, "file": file})
    again = int(sent["Location"].rpartition("/")[2])
    load(again)
    told = words(reporter.get(f"/workbench/batches/{again}"))
    assert "全部入库" in told
    assert "由本批代替的暂存行" in told
    assert "不认识的列" not in told
    assert Held.objects.get().state == HeldState.REPLACED
    assert "已由新报送代替" in words(reporter.get(f"/workbench/held/{Held.objects.get().pk}"))


def test_the_look_is_registered_and_shown_in_the_register(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    assert not Query.objects.exists()
    reporter.get(f"/workbench/batches/{batch}/rows.xlsx")
    assert Query.objects.get().scope == f"取回本单位批次 {batch} 需要改正的行"


def test_who_asks_for_very_many_rows_is_told_how_long_it_takes(
    people: People, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MANY", 2)
    batch = sent_and_loaded(people["reporter.market"], world, dirty_rows(world))
    assert "生成工作簿约需 1 分钟" in words(people["reporter.market"].get(f"/workbench/batches/{batch}"))
    assert "生成工作簿" not in words(people["operator"].get(f"/workbench/batches/{batch}"))


def test_others_do_not_see_the_way_to_the_rows(people: People, world: World) -> None:
    batch = sent_and_loaded(people["reporter.market"], world, dirty_rows(world))
    for login in ("reviewer", "operator", "auditor"):
        assert "rows.xlsx" not in people[login].get(f"/workbench/batches/{batch}").content.decode()


def test_a_refused_file_is_mapped_and_handed_in_again_with_one_button(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    batch = refused(reporter, world)
    page = f"/workbench/batches/{batch}/columns"
    assert f'href="{page}"' in reporter.get(f"/workbench/batches/{batch}").content.decode()
    shown = reporter.get(page).content.decode()
    assert "行政处罚决定书文号" in words(reporter.get(page))
    (name,) = re.findall(r'<select[^>]*name="(column-\d+)"', shown)
    assert re.search(r'<option value="CF_WSH" selected', shown)

    answer = reporter.post(page, {name: "CF_WSH"})
    again = int(answer["Location"].rpartition("/")[2])
    assert again != batch
    load(again)
    assert Batch.objects.get(pk=again).accepted == 1
    assert "处罚决定文书号码 → 行政处罚决定书文号" in words(reporter.get(f"/workbench/batches/{again}"))
    assert "处罚决定文书号码" in words(reporter.get("/workbench/columns"))


def test_nothing_chosen_is_said_and_nothing_is_stored(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    answer = reporter.post(f"/workbench/batches/{refused(reporter, world)}/columns", {})
    assert answer.status_code == 422
    assert "还没有对应任何一列" in words(answer)
    assert not ColumnMapping.objects.exists()


def test_column_names_are_written_by_hand_changed_and_ended(people: People, world: World) -> None:
    reporter, page = people["reporter.market"], f"/workbench/columns/{PENALTY}"
    assert reporter.post(page, {"CF_WSH": "案号", "CF_YJ": "依据条款"}).status_code == 302
    assert 'value="案号"' in reporter.get(page).content.decode()
    twice = reporter.post(page, {"CF_WSH": "案号", "CF_YJ": "案号"})
    assert twice.status_code == 422
    assert "一列只能对应一个字段" in words(twice)
    assert 'value="案号"' in twice.content.decode()
    own = reporter.post(page, {"CF_WSH": "处罚依据"})
    assert "本来就是模板的列名" in words(own)
    assert reporter.post(page, {"end": "1"}).status_code == 302
    assert ColumnMapping.objects.get().columns == []
    assert "还没有说明过列名" in words(reporter.get("/workbench/columns"))


def test_another_unit_sees_nothing_of_them(people: People, world: World) -> None:
    people["reporter.market"].post(f"/workbench/columns/{PENALTY}", {"CF_WSH": "案号"})
    for login in ("reporter.tax", "operator"):
        assert "案号" not in words(people[login].get("/workbench/columns"))
        assert "案号" not in people[login].get(f"/workbench/columns/{PENALTY}").content.decode()


def test_the_template_bears_the_units_own_words(people: People, world: World) -> None:
    people["reporter.market"].post(f"/workbench/columns/{PENALTY}", {"CF_XDR_MC": "当事人"})
    first = {
        login: load_workbook(io.BytesIO(content(people[login].get(f"/workbench/templates/{PENALTY}.xlsx"))))
        .worksheets[0]["A1"]
        .value
        for login in ("reporter.market", "reporter.tax")
    }
    assert first == {"reporter.market": "当事人", "reporter.tax": "行政相对人名称"}
