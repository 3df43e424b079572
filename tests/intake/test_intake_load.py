"""A file becomes records: once, all of it or nothing of it, and the ledger knows every row."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hands import sql
from intake.cast import LICENCE, as_csv, assert_sound, codes_of, hand_in, licence, load, penalty, person
from world import World
from xinheng.intake import models
from xinheng.intake.door import batch, batches, counts, problems, receipt
from xinheng.intake.values.batches import BatchState
from xinheng.intake.values.errors import BatchUnknown
from xinheng.intake.values.receipts import Counts
from xinheng.ledger.door import entries, sequence
from xinheng.records.door import Asked, archive, by_document
from xinheng.subjects.door import WHOLE, by_code


def test_a_clean_file_becomes_records_and_one_entry_for_each(world: World) -> None:
    sequence()
    before = entries(limit=10_000)[-1].number
    done = load(world, as_csv([penalty(world, n) for n in range(1, 8)]), chunk=3)
    assert done.counts == Counts(rows=7, accepted=7)
    fresh = [entry for entry in entries(after=before, limit=1000) if entry.header.operation == "intake.batch_loaded"]
    assert sorted({entry.table for entry in fresh}) == [
        "records.version/1",
        "subjects.identifier/1",
        "subjects.name/1",
        "subjects.subject/1",
    ]
    assert sum(entry.table == "records.version/1" for entry in fresh) == 7
    assert_sound()


def test_a_loaded_record_says_where_it_came_from(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1), penalty(world, 2)]))
    reader = world.actor("reporter.market")
    [version] = by_document("示市监罚〔2026〕2号", actor=reader)
    assert (version.batch_id, version.row_number, version.core.amount_cents) == (done.batch, 3, 500_000)
    found = by_code(str(penalty(world, 2)["CF_XDR_SHXYM"]), actor=reader, reach=WHOLE)
    assert found is not None
    assert found.source == f"示例区市场监督管理局 报送批次 {done.batch}"
    assert [one.record_id for one in archive([found.id], Asked(), actor=reader)] == [version.record_id]


def test_personal_fields_are_tokens_in_the_archive(world: World) -> None:
    load(world, as_csv([penalty(world, 1), person(world, 2)]))
    reader = world.actor("reporter.market")
    for number in ("示市监罚〔2026〕1号", "示市监罚〔2026〕2号"):
        [version] = by_document(number, actor=reader)
        assert not {"甲某某", "丙某某", str(person(world, 2)["CF_XDR_ZJHM"])} & set(version.content.values())
    [version] = by_document("示市监罚〔2026〕2号", actor=reader)
    assert version.subject_kind == "natural_person"
    assert len(version.content["CF_XDR_MC"]) == len(version.content["CF_XDR_ZJHM"]) == 32


def test_dirty_rows_are_told_and_the_others_taken(world: World) -> None:
    rows = [penalty(world, n) for n in range(1, 5)]
    rows[1]["CF_WFXW"] = "无"
    rows[2]["CF_XDR_SHXYM"] = str(rows[2]["CF_XDR_SHXYM"])[:-1] + (
        "A" if str(rows[2]["CF_XDR_SHXYM"])[-1] != "A" else "B"
    )
    rows[3]["CF_SY"] = "当事人电话13800138000。"
    done = load(world, as_csv(rows))
    assert done.counts == Counts(rows=4, accepted=2, held=1, rejected=1)
    assert codes_of(done) == [(3, "E101", "reject"), (4, "E104", "hold"), (5, "E112", "block")]
    reader = world.actor("reporter.market")
    page = problems(done.batch or 0, reader)
    assert [(one.row, one.code) for one in page.items] == [(3, "E101"), (4, "E104"), (5, "E112")]
    assert receipt(done.batch or 0, reader) == done.to_json()
    [version] = by_document("示市监罚〔2026〕4号", actor=reader)
    assert version.blocks == ("E112:personal_data_in_text",)
    assert_sound()


def test_a_licence_file_is_loaded_too(world: World) -> None:
    done = load(world, as_csv([licence(world, 9)], LICENCE), item=LICENCE)
    assert (done.counts, codes_of(done)) == (Counts(rows=1, accepted=1), [])
    [version] = by_document("示市监许〔2026〕9号", actor=world.actor("reporter.market"))
    assert (version.polarity, version.core.valid_to) == ("neutral", date(2031, 11, 16))


def test_a_file_of_nothing_but_rejected_rows_ends_well(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1, CF_WFXW="无")]))
    assert done.counts == Counts(rows=1, rejected=1)
    assert_sound()


def test_a_file_that_is_none_is_refused_as_a_whole(world: World) -> None:
    done = load(world, b"%PDF-1.7 nothing of ours", name="x.csv")
    assert (done.status, done.counts) == ("refused", Counts())
    view = batch(done.batch or 0, world.actor("reporter.market"))
    assert (view.state, view.refusal) == (BatchState.REFUSED, done.reason)
    assert_sound()


def test_loading_an_ended_batch_again_gives_its_receipt(world: World) -> None:
    from xinheng.intake.batch.load import Way, load_batch

    done = load(world, as_csv([penalty(world, 1)]))
    again = load_batch(done.batch or 0, Way(lambda: world.now))
    assert again.to_json() == done.to_json()
    assert models.Batch.objects.count() == 1


def test_a_batch_is_seen_by_its_unit_and_the_centre_only(world: World) -> None:
    number = hand_in(world, as_csv([penalty(world, 1)]))
    for login in ("reporter.market", "operator", "auditor"):
        assert batch(number, world.actor(login)).state is BatchState.RECEIVED
    with pytest.raises(BatchUnknown):
        batch(number, world.actor("reporter.tax"))
    assert batches(world.actor("reporter.tax")).items == ()
    assert counts(world.actor("reporter.tax")).open_batches == 0


def test_a_misconduct_version_without_a_permit_is_refused_by_the_database(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    columns = (
        [row[0] for row in sql("SELECT name FROM pragma_table_info('records_version')")]
        if _is_sqlite()
        else [
            row[0]
            for row in sql(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'records_version' ORDER BY ordinal_position"
            )
        ]
    )
    without = {"id": "id + 1000", "seq": "seq + 1", "permit_id": "NULL", "permit_rank": "NULL"}
    listed = ", ".join(columns)
    chosen = ", ".join(without.get(name, name) for name in columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"INSERT INTO records_version ({listed}) SELECT {chosen} FROM records_version")


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"
