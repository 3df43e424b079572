"""Files in and out: refused before they are read, taken without a name, exported as seen."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from workbench.acts import PENALTY, People, dirty_rows, penalty_file, penalty_texts, send, sent_and_loaded, words
from workbench.tables_text import sheet_of_xlsx
from world import World
from xinheng.intake.models import Batch
from xinheng.web import uploads as files
from xinheng.web.errors import TooLarge


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_becomes_a_batch_and_leads_to_its_page(people: People, world: World) -> None:
    answer = send(people["reporter.market"], world, dirty_rows(world), reason="更正")
    batch = Batch.objects.get()
    assert answer["Location"] == f"/workbench/batches/{batch.pk}"
    assert (batch.unit_id, batch.reason, batch.file_name) == (world.units["market"], "更正", "处罚.csv")


def test_an_upload_without_a_file_asks_for_one_and_keeps_the_rest(people: People) -> None:
    answer = people["reporter.market"].post("/workbench/upload", {"item": PENALTY, "reason": "补报"})
    assert answer.status_code == 422
    assert "请选择文件" in words(answer)
    assert 'value="补报"' in answer.content.decode()
    assert not Batch.objects.exists()


def test_an_empty_file_is_refused_with_its_code(people: People, world: World) -> None:
    empty = penalty_file(world, [])
    empty.file.truncate(0)  # type: ignore[union-attr]
    answer = people["reporter.market"].post("/workbench/upload", {"item": PENALTY, "file": empty})
    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_what_is_announced_as_too_large_is_refused_unread(people: People) -> None:
    huge = people["reporter.market"].post(
        "/workbench/upload", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**12)
    )
    assert huge.status_code == 413
    assert "F06" in words(huge)


def test_a_stream_that_grows_over_the_limit_ends() -> None:
    handler = files.NamelessUpload(limit=10)
    handler.new_file("file", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"12345", 0)
    with pytest.raises(TooLarge):
        handler.receive_data_chunk(b"678901", 5)


def test_a_large_file_lies_on_the_disk_without_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    handler = files.NamelessUpload(limit=10_000_000)
    handler.new_file("file", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"x" * (files.IN_MEMORY + 1), 0)
    taken = handler.file_complete(files.IN_MEMORY + 1)
    assert taken is not None
    assert list(tmp_path.iterdir()) == []
    assert len(taken.read()) == files.IN_MEMORY + 1


def test_an_upload_needs_its_token(people: People, world: World) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = people["reporter.market"].cookies
    assert send(strict, world, dirty_rows(world)).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize("item", [PENALTY, "administrative-licence"])
def test_a_template_has_the_header_and_nothing_else(people: People, item: str) -> None:
    reporter = people["reporter.market"]
    text = content(reporter.get(f"/workbench/templates/{item}.csv")).decode("utf-8-sig")
    (header,) = csv.reader(io.StringIO(text))
    assert header[-1] == "更正原因"
    assert sheet_of_xlsx(content(reporter.get(f"/workbench/templates/{item}.xlsx"))) == [header]


def test_a_template_filled_in_is_read(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    text = content(reporter.get(f"/workbench/templates/{PENALTY}.csv")).decode("utf-8-sig")
    (header,) = csv.reader(io.StringIO(text))
    from xinheng.intake.door import template_columns
    from xinheng.web.clock import today

    codes = {column.name: column.code for column in template_columns(PENALTY, on=today())}
    row = {name: penalty_texts(world).get(codes[name], "") for name in header}
    assert sent_and_loaded(reporter, world, [row])
    assert Batch.objects.get().accepted == 1


@pytest.mark.parametrize(
    ("query", "rows"),
    [("", 3), ("?effect=hold", 1), ("?code=E104", 1), ("?field=CF_NR_FK", 1), ("?field=CF_NR_FK&code=E104", 0)],
)
def test_the_export_is_exactly_what_is_seen(people: People, world: World, query: str, rows: int) -> None:
    reporter = people["reporter.market"]
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    seen = reporter.get(f"/workbench/batches/{batch}{query}").content.decode()
    header, *lines = csv.reader(
        io.StringIO(content(reporter.get(f"/workbench/batches/{batch}/problems.csv{query}")).decode("utf-8-sig"))
    )
    assert header[:2] == ["行号", "处理"]
    assert len(lines) == rows == seen.count('role="rowheader"')
    assert sheet_of_xlsx(content(reporter.get(f"/workbench/batches/{batch}/problems.xlsx{query}"))) == [header, *lines]


def test_an_export_runs_nothing_in_a_spreadsheet(people: People, world: World) -> None:
    reporter = people["reporter.market"]
    evil = penalty_texts(world, CF_JDRQ='=HYPERLINK("http://elsewhere.example","x")')
    batch = sent_and_loaded(reporter, world, [evil])
    text = content(reporter.get(f"/workbench/batches/{batch}/problems.csv")).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
