"""Batches: progress while they are open, the receipt after, and what to do next."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from workbench.acts import PENALTY, People, dirty_rows, load, penalty_texts, send, sent_and_loaded, words
from world import World
from xinheng.intake.door import receipt
from xinheng.intake.models import Batch
from xinheng.jobs.models import Job
from xinheng.web.tables import Query
from xinheng.workbench.batches.found import problem_page


@pytest.fixture
def reporter(people: People) -> Client:
    return people["reporter.market"]


def open_batch(client: Client, world: World) -> int:
    return int(send(client, world, dirty_rows(world))["Location"].rpartition("/")[2])


def test_an_open_batch_says_how_far_it_is_and_that_leaving_is_safe(reporter: Client, world: World) -> None:
    page = reporter.get(f"/workbench/batches/{open_batch(reporter, world)}")
    body = page.content.decode()
    assert "您可以离开本页" in body
    assert 'hx-trigger="every 2s"' in body
    assert "poll=1" in body
    assert "排队中" in body


def test_the_progress_answers_alone_and_ends_with_the_receipt(reporter: Client, world: World) -> None:
    batch = open_batch(reporter, world)
    still = reporter.get(f"/workbench/batches/{batch}/progress?poll=1")
    assert "<html" not in still.content.decode()
    assert "HX-Refresh" not in still.headers
    load(batch)
    assert reporter.get(f"/workbench/batches/{batch}/progress?poll=1").headers["HX-Refresh"] == "true"


def test_the_receipt_names_every_row_with_field_code_sentence_and_value(reporter: Client, world: World) -> None:
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    text = words(reporter.get(f"/workbench/batches/{batch}"))
    assert "有 1 行退回" in text
    for told in ("第 3 行", "E104", "E109", "E107", "123456789012345678", "是占位填充，不是真实代码"):
        assert told in text


def test_the_same_file_again_doubles_nothing_and_says_so(reporter: Client, world: World) -> None:
    sent_and_loaded(reporter, world, dirty_rows(world))
    again = sent_and_loaded(reporter, world, dirty_rows(world))
    row = Batch.objects.get(pk=again)
    assert (row.accepted, row.unchanged, row.held, row.rejected) == (1, 1, 1, 1)
    assert "已入库的行会被认出，不会重复" in words(reporter.get(f"/workbench/batches/{again}"))


def test_an_unknown_column_is_named_and_a_rewritten_value_listed(reporter: Client, world: World) -> None:
    row = penalty_texts(world, CF_JDRQ="2026年11月18日") | {"内部备注": "x"}
    batch = sent_and_loaded(reporter, world, [row])
    text = words(reporter.get(f"/workbench/batches/{batch}"))
    assert "不认识的列 内部备注 没有入库，也没有保存。" in text
    assert "全部入库" in text
    listed = words(reporter.get(f"/workbench/batches/{batch}/normalised"))
    assert "2026年11月18日" in listed
    assert "2026-11-18" in listed


def test_an_identity_number_stands_on_no_page_of_a_batch(reporter: Client, world: World) -> None:
    row = penalty_texts(world, CF_SY="当事人身份证号990101199001010016。", CF_FR_ZJHM="990101199001010099")
    batch = sent_and_loaded(reporter, world, [row])
    for page in (f"batches/{batch}", f"batches/{batch}/normalised", "batches", "held"):
        body = reporter.get(f"/workbench/{page}").content.decode()
        assert "19900101001" not in body
        assert "1990010100" not in body


def test_a_file_refused_as_a_whole_says_why_and_what_to_do(reporter: Client, world: World) -> None:
    file = SimpleUploadedFile("图片.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "text/csv")
    answer = reporter.post("/workbench/upload", {"item": PENALTY, "file": file})
    batch = int(answer["Location"].rpartition("/")[2])
    load(batch)
    text = words(reporter.get(f"/workbench/batches/{batch}"))
    assert "一行也没有入库" in text
    assert "F01" in text
    assert "改好后重新上传" in text
    assert "整批退回" in words(reporter.get("/workbench/batches?state=refused"))
    assert "1 个批次整批退回" in words(reporter.get("/workbench/"))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("effect=reject", {"E104", "E109"}),
        ("effect=hold", {"E107"}),
        ("code=E109", {"E109"}),
        ("field=CF_XDR_MC", {"E107"}),
        ("field=CF_NR_FK&effect=hold", set()),
    ],
)
def test_the_problems_are_filtered_by_what_the_address_says(
    reporter: Client, world: World, query: str, codes: set[str]
) -> None:
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    body = reporter.get(f"/workbench/batches/{batch}?{query}").content.decode()
    assert {
        code for code in ("E104", "E107", "E109") if f"<span>{code}</span>" in body or f'"code">{code}' in body
    } == codes


def test_a_condition_nobody_knows_answers_422_and_shows_no_rows(reporter: Client, world: World) -> None:
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    answer = reporter.get(f"/workbench/batches/{batch}?effect=other")
    assert answer.status_code == 422
    assert 'role="rowheader"' not in answer.content.decode()


def test_problems_go_on_over_pages_without_a_gap(reporter: Client, world: World) -> None:
    rows: list[Any] = [penalty_texts(world, CF_WSH=f"示市监罚〔2026〕{n}号", CF_NR_FK="") for n in range(1, 61)]
    batch = sent_and_loaded(reporter, world, rows)
    for query in ("", "field=CF_NR_FK"):
        seen: list[str] = []
        address: str | None = f"/workbench/batches/{batch}?{query}"
        while address:
            body = reporter.get(address).content.decode()
            seen += re.findall(r'role="rowheader"[^>]*>第 (\d+) 行', body)
            following = re.search(r'href="(\?[^"#]*)[^"]*" rel="next"', body)
            address = f"/workbench/batches/{batch}{following[1].replace('&amp;', '&')}" if following else None
        assert seen == [str(n) for n in range(2, 62)]


def mixed_rows(world: World) -> list[Any]:
    """A late one, one that waits, one to be withheld and one sent back that is late too: file order is not the order of gravity."""
    return [
        penalty_texts(world, CF_WSH="示市监罚〔2026〕1号", CF_JDRQ="2026/10/09"),
        penalty_texts(world, CF_WSH="示市监罚〔2026〕2号", CF_XDR_MC="示例区远山建材有限公司"),
        penalty_texts(world, CF_WSH="示市监罚〔2026〕3号", CF_SY="联系电话13800138000"),
        penalty_texts(world, CF_WSH="示市监罚〔2026〕4号", CF_JDRQ="2026/10/09", CF_NR_FK=""),
    ]


def listed(body: str) -> list[str]:
    """The numbers of the rows in the order of the table."""
    return re.findall(r'role="rowheader"[^>]*>第 (\d+) 行', body)


def test_what_was_sent_back_stands_above_what_waits_and_above_remarks(reporter: Client, world: World) -> None:
    batch = sent_and_loaded(reporter, world, mixed_rows(world))
    answer = reporter.get(f"/workbench/batches/{batch}")
    assert listed(answer.content.decode()) == ["5", "3", "4", "2", "5"]
    text = words(answer)
    for counted in ("退回，未入库（1 处）", "暂存，待核对（1 处）", "入库后不公示（1 处）", "提醒，不影响入库（2 处）"):
        assert counted in text
    assert listed(reporter.get(f"/workbench/batches/{batch}?effect=warn").content.decode()) == ["2", "5"]
    assert listed(reporter.get(f"/workbench/batches/{batch}?field=CF_JDRQ").content.decode()) == ["2", "5"]
    exported = b"".join(reporter.get(f"/workbench/batches/{batch}/problems.csv").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert [line.partition(",")[0].strip('"') for line in exported.splitlines()[1:]] == ["5", "3", "4", "2", "5"]


@pytest.mark.parametrize("cut", [False, True])
def test_pages_lead_from_the_gravest_to_the_least_without_a_gap(world: World, reporter: Client, cut: bool) -> None:
    batch = sent_and_loaded(reporter, world, mixed_rows(world))
    actor = world.actor("reporter.market")
    told = receipt(batch, actor) | ({"left_out": {"errors": 1}} if cut else {})
    for size in (1, 2, 3):
        seen: list[int] = []
        after: str | None = ""
        while after is not None:
            page = problem_page(batch, told, Query("", 1, size, ()), after=after, limit=size, actor=actor)
            assert len(page.items) == size or not page.onward
            seen += [each.row for each in page.items]
            after = page.onward or None
        assert seen == [5, 3, 4, 2, 5]


def test_a_batch_whose_job_failed_does_not_pretend_to_go_on(reporter: Client, world: World) -> None:
    batch = open_batch(reporter, world)
    Job.objects.filter(pk=Batch.objects.get(pk=batch).job_id).update(state="failed")
    body = reporter.get(f"/workbench/batches/{batch}").content.decode()
    assert "处理没有完成" in body
    assert "every 2s" not in body
