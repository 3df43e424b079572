"""No identity number handed in can be found readable anywhere: tables, database file, write-ahead log, files, logs, job payloads."""

import gzip
import io
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from openpyxl import Workbook

from intake.cast import PENALTY, Row, as_csv, hand_in, load, penalty, person, resident_number, rows_of, tables
from world import World, furnish, publish
from xinheng.catalogue.door import package_edition
from xinheng.intake import models
from xinheng.intake.batch.handlers import erase_uploads, expire_rows
from xinheng.intake.door import enter_row, receive
from xinheng.intake.operations import uploads
from xinheng.intake.values.batches import HeldState, UploadDraft
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.ledger.door import sequence
from xinheng.storage.sealing import CannotUnseal
from xinheng.tables.limits import Limits

PLANTED = 50


@pytest.fixture
def furnished(transactional_db: None, now: Any) -> World:
    return furnish(now)


def planted(world: World) -> tuple[list[str], list[Row]]:
    """Fifty numbers, and rows that hold them: where they belong, in free text, in fields of other things, in unknown columns."""
    numbers = [resident_number(n) for n in range(101, 101 + PLANTED)]
    each = iter(numbers)
    rows: list[Row] = [person(world, n, CF_XDR_ZJHM=next(each)) for n in range(1, 11)]
    rows += [penalty(world, n, CF_FR_ZJLX="身份证", CF_FR_ZJHM=next(each)) for n in range(11, 21)]
    rows += [penalty(world, n, CF_SY=f"当事人（身份证号{next(each)}）销售不合格商品") for n in range(21, 26)]
    rows += [penalty(world, n, CF_YJ=f"《产品质量法》{next(each)}", BZ=f"附{next(each)}") for n in range(26, 29)]
    rows += [penalty(world, n, CF_CFJG=f"某局{next(each)}") for n in range(29, 31)]
    rows += [penalty(world, n, CF_NR_FK="20000", BZ=next(each)) for n in range(31, 34)]
    rows += [penalty(world, n, CF_WFXW="无", CF_SY=next(each)) for n in range(34, 37)]
    rows += [penalty(world, n, CF_XDR_SHXYM=next(each)) for n in range(37, 39)]
    rows += [penalty(world, n, CF_XDR_LB=next(each)) for n in range(39, 41)]
    rows += [{**penalty(world, n), "内部备注": next(each)} for n in range(41, 45)]
    rows += [penalty(world, n, CF_JDRQ=next(each)) for n in range(45, 48)]
    return numbers, rows


def as_xlsx(rows: list[Row], more: str) -> bytes:
    names = {field.code: field.name for field in package_edition("demo").item(PENALTY).fields}
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*names.values(), more])
    for row in rows:
        sheet.append([row.get(code) for code in (*names, more)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def everything() -> bytes:
    """All that is stored, unpacked where it is packed."""
    parts = [repr(row).encode() for table in tables() for row in rows_of(table)]
    parts += [gzip.decompress(bytes(row.content)) for row in models.Receipt.objects.all()]
    for file in Path(settings.XINHENG_HOME).rglob("*"):
        if file.is_file():
            parts.append(file.read_bytes())
    return b"\n".join(parts)


@pytest.mark.django_db(transaction=True)
def test_planted_identity_numbers_are_found_nowhere(furnished: World, caplog: pytest.LogCaptureFixture) -> None:
    numbers, rows = planted(furnished)
    with caplog.at_level(logging.DEBUG):
        first = load(furnished, as_csv(rows, more=["内部备注"]), name=f"名单{numbers[0]}.csv", reason=f"见{numbers[1]}")
        draft = UploadDraft(PENALTY, furnished.units["market"], f"{numbers[2]}.xlsx")
        actor = furnished.actor("reporter.market")
        receive(stream=io.BytesIO(as_xlsx(rows, "内部备注")), draft=draft, actor=actor, now=furnished.now)
        second = load(furnished, as_xlsx(rows, f"备注{numbers[3]}"), name="名单.xlsx")
        for row in rows[:3]:
            enter_row(item=PENALTY, texts=row, actor=actor, now=furnished.now)
        publish(furnished.now)
    assert first.counts.accepted > 30
    assert second.counts.unchanged > 30
    assert first.columns["unknown"] == ["内部备注"]
    stored = everything() + caplog.text.encode() + repr(first.to_json()).encode() + repr(second.to_json()).encode()
    assert [number for number in numbers if number.encode() in stored] == []
    assert "示例区晓岚21号商贸有限公司".encode() in stored


def test_an_upload_opens_again_and_is_bound_to_its_place(world: World, tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    stored = uploads.store(io.BytesIO(data), now=world.now)
    assert (uploads.read(stored.path), stored.size) == (data, len(data))
    path = Path(settings.XINHENG_HOME) / uploads.FOLDER / stored.path
    assert path.stat().st_mode & 0o777 == 0o600
    whole = path.read_bytes()
    length = int.from_bytes(whole[:4], "big") + 4
    path.write_bytes(whole[:length])
    with pytest.raises(CannotUnseal):
        uploads.read(stored.path)
    path.write_bytes(whole[length:])
    with pytest.raises(CannotUnseal):
        uploads.read(stored.path)
    uploads.remove(stored.path)


@pytest.mark.parametrize(("data", "code"), [(b"", "F08"), (b"x" * 101, "F06")])
def test_an_upload_out_of_bounds_leaves_no_file(world: World, data: bytes, code: str) -> None:
    root = Path(settings.XINHENG_HOME) / uploads.FOLDER
    before = set(root.rglob("*.sealed"))
    with pytest.raises(IntakeInvalid) as caught:
        uploads.store(io.BytesIO(data), now=world.now, limits=Limits(file_bytes=100))
    assert (caught.value.code, set(root.rglob("*.sealed"))) == (code, before)


def test_a_refused_receipt_of_a_file_removes_what_was_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from xinheng.intake.operations import receiving

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no queue")

    root = Path(settings.XINHENG_HOME) / uploads.FOLDER
    before = set(root.rglob("*.sealed"))
    monkeypatch.setattr(receiving, "enqueue", fail)
    draft = UploadDraft(PENALTY, world.units["market"], "x.csv")
    with pytest.raises(RuntimeError):
        receive(
            stream=io.BytesIO(as_csv([penalty(world, 1)])),
            draft=draft,
            actor=world.actor("reporter.market"),
            now=world.now,
        )
    assert set(root.rglob("*.sealed")) == before
    assert models.Batch.objects.count() == 0


def test_uploads_are_erased_when_the_days_of_the_catalogue_are_over(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1)]))
    row = models.Batch.objects.get(pk=done.batch)
    path = Path(settings.XINHENG_HOME) / uploads.FOLDER / row.upload
    assert erase_uploads(world.now + timedelta(days=29)) == 0
    assert path.is_file()
    assert erase_uploads(world.now + timedelta(days=31)) == 1
    row.refresh_from_db()
    assert (path.exists(), row.upload, row.erased_at) == (False, "", world.now + timedelta(days=31))
    sequence()


def test_a_batch_that_still_waits_keeps_its_upload(world: World) -> None:
    hand_in(world, as_csv([penalty(world, 1)]))
    assert erase_uploads(world.now + timedelta(days=400)) == 0


def test_held_rows_nobody_settled_are_sent_back_and_erased(world: World) -> None:
    load(world, as_csv([penalty(world, 1, CF_NR_FK="20000")]))
    assert expire_rows(world.now + timedelta(days=181)) == 1
    row = models.Held.objects.get()
    assert (row.state, bytes(row.sealed)) == (HeldState.RETURNED, b"")
