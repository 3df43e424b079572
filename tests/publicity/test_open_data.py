"""The day's open data: exactly what everybody sees, whole, hashed; nothing of it once it ended; differences that lead from day to day."""

import gzip
import hashlib
import importlib.util
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinds import resident_number
from world import World, licence, penalty, publish
from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import system
from xinheng.ledger.door import TrailFilter, sequence, trail
from xinheng.publicity import batch, rules
from xinheng.publicity.batch import issue_open_data, set_aside_unknown
from xinheng.publicity.door import changes, issue_number, issues, open_file, present, records_of
from xinheng.publicity.queries import open_data
from xinheng.publicity.values import NoSnapshot, OpenIssue, SnapshotStale
from xinheng.records.door import end_mark, enter, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import ensure_person, erase_person
from xinheng.subjects.values import PersonDraft, Scheme

ON = date(2026, 11, 21)
TOOL = Path(__file__).resolve().parents[2] / "tools" / "apply_open_data.py"


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("apply_open_data", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")
    return tmp_path


@pytest.fixture
def shown(world: World, now: datetime) -> int:
    """A fine that everybody sees; beside it a licence."""
    reporter = world.actor("reporter.market")
    done = enter(fact=penalty(world), actor=reporter, now=now).record_id
    enter(fact=licence(world), actor=reporter, now=now)
    publish(now)
    return done


def issue(now: datetime, on: date = ON) -> OpenIssue:
    assert issue_open_data(now=now) is not None
    sequence()
    found = present(on=on)
    assert found is not None
    return found


def lines(found: OpenIssue, item: str = "administrative-penalty", kind: str = "jsonl") -> list[bytes]:
    return gzip.decompress((found.folder / f"{item}.{kind}.gz").read_bytes()).splitlines(keepends=True)


def keep(found: OpenIssue, folder: Path) -> Path:
    """What a reader has who downloaded an issue."""
    folder.mkdir()
    for name in ("manifest.json", *(file.name for file in found.files)):
        path, _digest = open_file(found.name, name, on=found.day)
        (folder / name).write_bytes(path.read_bytes())
    return folder


def test_it_holds_what_everybody_sees_and_the_manifest_says_so(world: World, now: datetime, shown: int) -> None:
    found = issue(now)
    (line,) = lines(found)
    row = json.loads(line)
    (seen,) = records_of([world.subjects["云禾"]], on=ON)
    assert (row["id"], row["subject"], row["document_number"]) == (shown, seen.subject_name, seen.document_number)
    assert row["fields"] == {field.code: field.value for field in seen.fields}
    assert (row["public_until"], found.rows) == ("2027-11-10", 2)
    manifest = json.loads((found.folder / "manifest.json").read_bytes())
    for file in manifest["files"]:
        content = (found.folder / file["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["packed"]
        assert hashlib.sha256(gzip.decompress(content)).hexdigest() == file["digest"]
    assert len(manifest["catalogue_edition"]) == 64


def test_the_manifest_s_digest_stands_in_the_ledger(world: World, now: datetime, shown: int) -> None:
    found = issue(now)
    number = issue_number(found.name)
    assert number is not None
    (entry,) = trail(TrailFilter(operation="publicity.snapshot_issued"), actor=system("test", "ledger.read"))
    assert (entry.first, entry.header.actor_kind) == (number, "system")
    assert found.digest in entry.header.payload


def test_a_second_time_on_the_same_day_nothing_is_done_and_the_bytes_are_the_same_anywhere(
    world: World, now: datetime, shown: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = issue(now)
    assert issue_open_data(now=now + timedelta(hours=3)) is None
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "elsewhere")
    monkeypatch.setattr(open_data, "CHUNK", 1)
    second = issue(now + timedelta(hours=1))
    assert [file.packed for file in second.files] == [file.packed for file in first.files]


@pytest.mark.parametrize("kind", list(MarkKind))
def test_what_is_marked_this_afternoon_is_not_handed_out_for_a_moment_longer(
    world: World, now: datetime, shown: int, kind: MarkKind
) -> None:
    morning = issue(now)
    made = mark(record_id=shown, kind=kind, reason="x", actor=world.actor("reviewer"), now=now, on=ON)
    assert present(on=ON) is None
    with pytest.raises(SnapshotStale):
        open_file(morning.name, "administrative-penalty.jsonl.gz", on=ON)
    afternoon = issue(now + timedelta(hours=4))
    assert (afternoon.day, afternoon.issue) == (ON, 2)
    told = [json.loads(line) for line in lines(afternoon)]
    assert [row["contested"] for row in told] == (["1"] if kind is MarkKind.CONTESTED else [])
    assert not list(morning.folder.glob("*.jsonl.gz")) + list(morning.folder.glob("*.csv.gz"))
    with pytest.raises(NoSnapshot):
        open_file(morning.name, "administrative-penalty.jsonl.gz", on=ON)
    end_mark(mark_id=made.mark_id, actor=world.actor("reviewer"), now=now, on=ON)
    assert present(on=ON) is None


def test_the_erasure_of_a_person_takes_the_masked_name_away_at_once(world: World, now: datetime, shown: int) -> None:
    issue(now)
    reviewer = world.actor("reviewer")
    draft = PersonDraft(Scheme.ID18, resident_number(3), "欧阳丙某", "测试")
    someone = ensure_person(draft=draft, actor=world.actor("reporter.market"), now=now)
    assert present(on=ON) is not None
    erase_person(subject_id=someone.subject_id, reason="本人依法申请删除", actor=reviewer, now=now)
    assert present(on=ON) is None


def test_another_edition_of_the_catalogue_ends_the_issue(
    world: World, now: datetime, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = issue(now)
    stricter = replace(current_edition(ON), hash="0" * 64)
    monkeypatch.setattr(open_data, "current_edition", lambda on: stricter)
    assert present(on=ON) is None
    with pytest.raises(SnapshotStale):
        open_file(morning.name, "administrative-penalty.jsonl.gz", on=ON)


def test_after_a_restore_only_issues_that_the_ledger_knows_are_left_and_no_name_is_given_twice(
    world: World, now: datetime, shown: int, tmp_path: Path
) -> None:
    known = issue(now)
    strange = tmp_path / "open-data" / "2026-11-21.9"
    shutil.copytree(known.folder, strange)
    manifest = json.loads((strange / "manifest.json").read_bytes()) | {"issue": 9, "ledger_number": 10**6}
    (strange / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    mark(record_id=shown, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=now, on=ON)
    sequence()
    # It claims to know more than the ledger holds, and would be handed out for ever.
    assert present(on=ON) is not None
    assert set_aside_unknown(tmp_path / "aside") == 1
    assert present(on=ON) is None
    assert [one.name for one in issues()] == [known.name]
    assert (tmp_path / "aside" / strange.name / "manifest.json").is_file()
    shutil.rmtree(tmp_path / "open-data")
    assert issue(now + timedelta(hours=1)).name == "2026-11-21.2"


def test_a_correction_takes_the_old_content_away_at_once(world: World, now: datetime, shown: int) -> None:
    morning = issue(now)
    enter(fact=penalty(world, amount=100), reason="更正", actor=world.actor("reporter.market"), now=now)
    with pytest.raises(SnapshotStale):
        open_file(morning.name, "administrative-penalty.csv.gz", on=ON)
    publish(now)
    assert "罚款1元".encode() in lines(issue(now))[0]


def test_what_was_added_waits_for_the_next_day(world: World, now: datetime, shown: int) -> None:
    found = issue(now)
    enter(fact=penalty(world, number="示市监罚〔2026〕2号"), actor=world.actor("reporter.market"), now=now)
    publish(now)
    assert present(on=ON) == found
    assert len(lines(issue(now + timedelta(days=1), ON + timedelta(days=1)))) == 2


def test_yesterday_s_content_is_gone_at_midnight(world: World, now: datetime) -> None:
    enter(fact=licence(world, until=ON), actor=world.actor("reporter.market"), now=now)
    publish(now)
    found = issue(now)
    assert len(lines(found, "administrative-licence")) == 1
    with pytest.raises(SnapshotStale):
        open_file(found.name, "administrative-licence.jsonl.gz", on=ON + timedelta(days=1))
    assert open_file(found.name, "manifest.json", on=ON + timedelta(days=1))[1] == found.digest
    tomorrow = issue(now + timedelta(days=1), ON + timedelta(days=1))
    assert lines(tomorrow, "administrative-licence") == []


def test_nothing_of_persons_and_no_representative_is_in_it(world: World, now: datetime) -> None:
    fact = penalty(world)
    content = dict(fact.content) | {"CF_FRDB": "0123456789abcdef0123456789abcdef"}
    enter(fact=replace(fact, content=content), actor=world.actor("reporter.market"), now=now)
    publish(now)
    found = issue(now)
    text = b"".join(lines(found)) + b"".join(lines(found, kind="csv"))
    assert b"CF_FRDB" not in text
    assert b"0123456789abcdef" not in text


def test_a_cell_that_a_spreadsheet_would_run_is_text(world: World, now: datetime) -> None:
    fact = penalty(world)
    content = dict(fact.content) | {"CF_NR": '=HYPERLINK("http://evil")', "CF_WFXW": "@SUM(1)"}
    enter(fact=replace(fact, content=content), actor=world.actor("reporter.market"), now=now)
    publish(now)
    (_head, line) = lines(issue(now), kind="csv")
    assert b"\"'=HYPERLINK(" in line
    assert b'"\'@SUM(1)"' in line


def test_a_difference_leads_from_an_earlier_day_to_the_present_byte_for_byte(
    world: World, now: datetime, shown: int, own_folder: Path
) -> None:
    reporter = world.actor("reporter.market")
    gone = enter(fact=penalty(world, number="示市监罚〔2026〕9号"), actor=reporter, now=now).record_id
    publish(now)
    first = issue(now)
    kept = keep(first, own_folder / "kept")
    later = now + timedelta(days=1)
    mark(record_id=gone, kind=MarkKind.REPAIRED, reason="x", actor=world.actor("reviewer"), now=later, on=ON)
    enter(fact=penalty(world, amount=100), reason="更正", actor=reporter, now=later)
    enter(fact=licence(world, number="示市监许〔2026〕2号"), actor=reporter, now=later)
    publish(later)
    second = issue(later, ON + timedelta(days=1))
    path, _digest = changes(first.name, on=second.day)
    told = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()[1:]]
    assert sorted(change["op"] for change in told) == ["added", "changed", "ended"]
    assert [change for change in told if change["op"] == "ended"] == [
        {"item": "administrative-penalty", "op": "ended", "id": gone}
    ]
    target = own_folder / "target"
    manifest = str(second.folder / "manifest.json")
    assert tool().main([str(kept), str(path), manifest, str(target)]) == 0
    for file in second.files:
        there, here = (folder / file.name for folder in (second.folder, target))
        assert gzip.decompress(here.read_bytes()) == gzip.decompress(there.read_bytes())
    assert tool().main([str(target), manifest]) == 0
    assert tool().main([str(target), str(path), manifest, str(own_folder / "again")]) == 1
    (target / "administrative-penalty.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    assert tool().main([str(target), manifest]) == 1


def test_what_was_cut_off_leaves_no_folder_and_is_done_again(
    world: World, now: datetime, shown: int, monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    def cut_off(name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batch, "reach", cut_off)
        with pytest.raises(KeyboardInterrupt):
            issue_open_data(now=now)
    assert issues() == ()
    assert list((own_folder / "open-data").iterdir()) == []
    assert issue(now).rows == 2


@pytest.mark.parametrize("name", ["..", "2026-11-21", "2026-11-21.0", "../keys", "2026-11-21.1/../..", ""])
def test_a_name_that_is_none_leads_nowhere(world: World, now: datetime, shown: int, name: str) -> None:
    issue(now)
    with pytest.raises(NoSnapshot):
        open_file(name, "manifest.json", on=ON)
    with pytest.raises(NoSnapshot):
        changes(name, on=ON)


@pytest.mark.parametrize("file", ["../../keys/master", "administrative-penalty.index.gz", "", "x.jsonl.gz"])
def test_a_file_the_manifest_does_not_name_leads_nowhere(world: World, now: datetime, shown: int, file: str) -> None:
    found = issue(now)
    with pytest.raises(NoSnapshot):
        open_file(found.name, file, on=ON)


ROWS = st.dictionaries(st.integers(1, 30), st.text(max_size=6), max_size=20)


def as_lines(rows: dict[int, str]) -> list[tuple[int, bytes]]:
    return [(key, rules.open_line({"id": key, "fields": {"x": rows[key]}})) for key in sorted(rows)]


@given(earlier=ROWS, present_rows=ROWS)
def test_any_difference_applied_gives_the_later_bytes(earlier: dict[int, str], present_rows: dict[int, str]) -> None:
    old, new = as_lines(earlier), as_lines(present_rows)
    index: Iterator[tuple[int, str]] = ((key, rules.line_digest(line)) for key, line in old)
    told = list(rules.difference(index, new))
    assert b"".join(tool().apply((line for _, line in old), told)) == b"".join(line for _, line in new)
    for change in told:
        assert change["op"] != "ended" or set(change) == {"op", "id"}


@given(value=st.text(max_size=8), other=st.none() | st.lists(st.text(max_size=3), max_size=3))
def test_the_tool_writes_tables_as_the_platform_does(value: str, other: list[str] | None) -> None:
    row = {"id": 1, "bases": other, "fields": {"x": value}}
    columns = ("id", "bases", "fields.x", "fields.absent")
    assert tool().table_line(row, columns) == rules.table_line(row, columns)
