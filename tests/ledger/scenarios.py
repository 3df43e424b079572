"""How each operation is performed with effect, by whom, which tables that changes, and what it refuses by itself.

`test_every_operation.py` plays every scenario and looks at the ledger and at every row of the database.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

from intake import cast
from ledger.acting import NOBODY, ON, Act, Scenario, act, made_before, subject, unit
from ledger.scenarios_of_accounts import OF_ACCOUNTS
from ledger.scenarios_of_members import OF_MEMBERS
from ledger.scenarios_of_objections import OF_OBJECTIONS
from ledger.scenarios_of_quality import OF_QUALITY
from ledger.scenarios_of_repair import OF_REPAIR
from world import INIT, NARROW, World, business_code, penalty, publish
from xinheng.catalogue.door import import_calendar_year, issue_permit, load_edition, seed_calendar
from xinheng.catalogue.operations import calendar as calendar_operations
from xinheng.catalogue.readers.source import national_content
from xinheng.catalogue.values.views import DayRow
from xinheng.console.backups.operations import BackupMade, Restored, note_backup, note_restore
from xinheng.console.demo import marks as demo
from xinheng.console.demo.plan import DemoPlan
from xinheng.intake.door import enter_row, map_columns, release, send_back
from xinheng.intake.operations import loading
from xinheng.intake.operations.replacing import replace_held
from xinheng.intake.operations.settling import expire_held
from xinheng.intake.values.batches import UploadDraft
from xinheng.jobs import door as jobs
from xinheng.kernel.calendar import YearPlan
from xinheng.kernel.calendar_data import shipped_plans
from xinheng.ledger.door import sequence
from xinheng.publicity.batch import WORKER
from xinheng.publicity.door import issue_snapshot, recompute_deadlines
from xinheng.publicity.values import SnapshotIssued
from xinheng.records.door import end_mark, enter, mark, release_correction
from xinheng.records.values import MarkKind
from xinheng.subjects import door as subjects
from xinheng.subjects.values import PersonDraft, Scheme, SubjectDraft, SubjectKind
from xinheng.workbench.overview.operations import cancel_job, retry_job

DEMO = DemoPlan("demo", 1, 20_000, ON)
RESTORED = Restored("ab" * 32, datetime(2026, 11, 20, tzinfo=UTC), "0.1.0", 1, replaced=False)
NEXT_YEAR = [DayRow(date(2027, 1, 1), "holiday")]


def firm(number: int, name: str = "示例区青岩商贸有限公司") -> SubjectDraft:
    return SubjectDraft(SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(number), name, "示例区登记机关")


def human(number: str = "") -> PersonDraft:
    return PersonDraft(Scheme.ID18, number or cast.resident_number(1), "丙某某", "示例区登记机关")


# --- the catalogue ---------------------------------------------------------------------------------


def ended_basis(world: World, made: Any = None) -> dict[str, Any]:
    """The catalogue, in which one basis has got a last day."""
    content = national_content()
    content["bases"]["order-49"]["versions"][0]["in_force"]["to"] = "2026-12-31"
    return content


def seed_with_a_newer_package(world: World, made: Any) -> None:
    """The package of a later day ships one notice more."""
    later = YearPlan(2031, "official", "国办发明电〔2030〕9号", frozenset({date(2031, 1, 1)}), frozenset())
    with patch.object(calendar_operations, "shipped_plans", lambda: [*shipped_plans(), later]):
        seed_calendar(actor=INIT, now=world.now)


def imported(world: World, document: str = "国办发明电〔2026〕9号") -> None:
    import_calendar_year(year=2027, rows=NEXT_YEAR, document=document, actor=INIT, now=world.now)


OF_CATALOGUE = {
    "catalogue.edition_loaded": Scenario(
        "init",
        ("catalogue_basis", "catalogue_edition", "catalogue_permit", "catalogue_permit_end"),
        act(load_edition, "init", region="demo", national=ended_basis),
        act(load_edition, "init", region="nowhere"),
    ),
    "catalogue.permit_issued": Scenario(
        "init",
        ("catalogue_permit",),
        act(issue_permit, "init", permit=NARROW),
        act(issue_permit, "init", permit=replace(NARROW, basis="order-35")),
    ),
    "catalogue.calendar_seeded": Scenario(
        "init", ("catalogue_calendar_day", "catalogue_calendar_year"), seed_with_a_newer_package
    ),
    "catalogue.calendar_imported": Scenario(
        "init",
        ("catalogue_calendar_day", "catalogue_calendar_year"),
        lambda w, made: imported(w),
        lambda w, made: imported(w, " "),
    ),
}


# --- subjects --------------------------------------------------------------------------------------


def twin(world: World) -> int:
    return subjects.register_subject(draft=firm(9), actor=INIT, now=world.now).subject_id


def merged(world: World, absorbed: int) -> int:
    done = subjects.merge(
        kept=world.subjects["清岚"], absorbed=absorbed, reason="重复登记", actor=world.actor("operator"), now=world.now
    )
    return done.merge_id


REGISTERED = ("subjects_identifier", "subjects_name", "subjects_subject")
PERSON = ("subjects_identifier", "subjects_key", "subjects_personal_value", "subjects_subject")

OF_SUBJECTS = {
    "subjects.registered": Scenario(
        "init",
        REGISTERED,
        act(subjects.register_subject, "init", draft=firm(8)),
        act(subjects.register_subject, "init", draft=firm(1)),
    ),
    "subjects.provisional_made": Scenario(
        "reporter.market",
        REGISTERED,
        act(subjects.make_provisional, "reporter.market", draft=firm(8)),
        act(subjects.make_provisional, "reporter.market", draft=firm(8, "")),
    ),
    "subjects.renamed": Scenario(
        "init",
        ("subjects_name", "subjects_subject"),
        act(subjects.rename, "init", subject_id=subject("云禾"), name="示例区新名商贸有限公司", valid_from=ON),
        act(subjects.rename, "init", subject_id=subject("云禾"), name=" ", valid_from=ON),
    ),
    "subjects.restated": Scenario(
        "init",
        ("subjects_name", "subjects_subject"),
        act(
            subjects.restate,
            "init",
            subject_id=subject("云禾"),
            draft=firm(1, "示例区新名商贸有限公司"),
            valid_from=ON,
        ),
        act(subjects.restate, "init", subject_id=subject("云禾"), draft=firm(8), valid_from=ON),
    ),
    "subjects.code_changed": Scenario(
        "init",
        ("subjects_identifier", "subjects_subject"),
        act(
            subjects.change_code,
            "init",
            subject_id=subject("云禾"),
            scheme=Scheme.USCC,
            code=business_code(8),
            valid_from=ON,
        ),
        act(
            subjects.change_code,
            "init",
            subject_id=subject("云禾"),
            scheme=Scheme.USCC,
            code=business_code(2),
            valid_from=ON,
        ),
    ),
    "subjects.merged": Scenario(
        "operator",
        ("subjects_merge", "subjects_subject"),
        merged,
        act(subjects.merge, "operator", kept=subject("云禾"), absorbed=subject("云禾"), reason="重复登记"),
        twin,
    ),
    "subjects.merge_undone": Scenario(
        "operator",
        ("subjects_merge", "subjects_subject"),
        act(subjects.undo_merge, "operator", merge_id=made_before, reason="误并"),
        act(subjects.undo_merge, "operator", merge_id=NOBODY, reason="误并"),
        lambda w: merged(w, twin(w)),
    ),
    "subjects.person_entered": Scenario(
        "reporter.market",
        PERSON,
        act(subjects.enter_person, "reporter.market", draft=human()),
        act(subjects.enter_person, "reporter.market", draft=human("1")),
    ),
    "subjects.person_erased": Scenario(
        "reviewer",
        PERSON,
        act(subjects.erase_person, "reviewer", subject_id=made_before, reason="依申请删除"),
        act(subjects.erase_person, "reviewer", subject_id=subject("云禾"), reason="依申请删除"),
        lambda w: subjects.enter_person(draft=human(), actor=w.actor("reporter.market"), now=w.now).subject_id,
    ),
}


# --- records and publicity -------------------------------------------------------------------------


def fined(world: World) -> int:
    return enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now).record_id


def shown(world: World) -> int:
    record_id = fined(world)
    publish(world.now)
    return record_id


def lesser(world: World, made: Any = None) -> Any:
    return penalty(world, amount=300_000)


def marking(login: str, kind: MarkKind) -> Act:
    return act(mark, login, record_id=made_before, kind=kind, reason="当事人提出异议", on=ON)


def contested(world: World) -> int:
    marked = marking("reviewer", MarkKind.CONTESTED)(world, fined(world))
    return int(marked.mark_id)


def numbered(world: World) -> None:
    fined(world)
    sequence()


def provisional(world: World) -> World:
    """A fine of late December: its deadline lies in a year without a notice, which then comes in."""
    late = World(world.now + timedelta(days=38), world.units, world.unit_codes, world.subjects)
    on = date(2026, 12, 28)
    enter(fact=penalty(late, number="示市监罚〔2026〕9号", on=on), actor=late.actor("reporter.market"), now=late.now)
    publish(late.now)
    imported(late)
    return late


OF_RECORDS = {
    "records.entered": Scenario(
        "reporter.market",
        ("records_record", "records_version"),
        act(enter, "reporter.market", fact=lambda w, made: penalty(w)),
        act(enter, "reporter.tax", fact=lambda w, made: penalty(w)),
    ),
    "records.correction_released": Scenario(
        "reviewer",
        ("records_version",),
        act(release_correction, "reviewer", fact=lesser, reason="金额录入有误"),
        act(release_correction, "reviewer", fact=lambda w, made: replace(lesser(w), permit=None), reason="金额有误"),
        shown,
    ),
    "records.marked": Scenario(
        "reviewer",
        ("records_mark",),
        marking("reviewer", MarkKind.CONTESTED),
        marking("reporter.market", MarkKind.CONTESTED),
        fined,
    ),
    "records.mark_ended": Scenario(
        "reviewer",
        ("records_mark",),
        act(end_mark, "reviewer", mark_id=made_before, on=ON),
        act(end_mark, "reporter.market", mark_id=made_before, on=ON),
        contested,
    ),
    "publicity.decided": Scenario(
        "publicity",
        ("publicity_cursor", "publicity_publication", "storage_lease"),
        lambda w, made: publish(w.now),
        prepare=numbered,
    ),
    "publicity.snapshot_issued": Scenario(
        "publicity",
        (),
        lambda w, made: issue_snapshot(issued=SnapshotIssued(ON, 1, 1, "00" * 32, 0), actor=WORKER, now=w.now),
    ),
    "publicity.deadlines_recomputed": Scenario(
        "publicity",
        ("publicity_publication",),
        lambda w, late: recompute_deadlines(actor=WORKER, now=late.now),
        prepare=provisional,
    ),
}


# --- intake ----------------------------------------------------------------------------------------


def one_row(world: World) -> bytes:
    return cast.as_csv([cast.penalty(world, 1)])


def handed_in(world: World) -> int:
    return cast.hand_in(world, one_row(world))


def loaded(world: World, made: Any = None) -> int:
    return cast.load(world, one_row(world)).batch or 0


def waiting(world: World, made: Any = None) -> int:
    """A typed row that waits: its outer check digit alone is wrong."""
    code = cast.firm_code(2)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    texts = cast.penalty(world, 2, CF_XDR_SHXYM=wrong)
    found = enter_row(item=cast.PENALTY, texts=texts, actor=world.actor("reporter.market"), now=world.now)
    assert found.held_id is not None
    return found.held_id


def for_another_unit(world: World, made: Any) -> None:
    draft = UploadDraft(cast.PENALTY, world.units["tax"], "x.csv", "", job=False)
    cast.receive(stream=BytesIO(b"x"), draft=draft, actor=world.actor("reporter.market"), now=world.now)


def typed_for_another_unit(world: World, made: Any) -> None:
    texts, actor = cast.penalty(world, 2), world.actor("reporter.market")
    enter_row(item=cast.PENALTY, texts=texts, unit_id=world.units["tax"], actor=actor, now=world.now)


NAMED = ("subjects_key", "subjects_personal_value")
"""The legal representative's name, sealed."""

ENTERED = ("records_record", "records_version", *REGISTERED, *NAMED)
COUNTED = ("intake_submission", "intake_tally")
ENDED = ("intake_batch", "storage_lease", "intake_receipt")
NO_RESULT = loading.Result(1, None, b"", b"")  # type: ignore[arg-type]

OF_INTAKE = {
    "intake.received": Scenario("reporter.market", ("intake_batch",), lambda w, made: handed_in(w), for_another_unit),
    "intake.load_started": Scenario(
        "reporter.market",
        (*ENDED, *ENTERED, *COUNTED),
        loaded,
        act(loading.start_load, "worker", batch_id=NOBODY, load_run=1),
    ),
    "intake.loaded": Scenario(
        "reporter.market",
        (*ENDED, *ENTERED, *COUNTED),
        loaded,
        act(loading.finish_load, "worker", batch_id=NOBODY, result=NO_RESULT),
    ),
    "intake.refused": Scenario(
        "reporter.market",
        ENDED,
        lambda w, made: cast.load(w, b"%PDF-1.7 nothing of ours", name="x.csv"),
        act(loading.refuse_batch, "worker", batch_id=NOBODY, code="F01", message="", receipt=(b"", b"")),
    ),
    "intake.abandoned": Scenario(
        "worker",
        ("intake_batch",),
        act(loading.abandon_batch, "worker", batch_id=made_before),
        act(loading.abandon_batch, "worker", batch_id=NOBODY),
        handed_in,
    ),
    "intake.upload_erased": Scenario(
        "worker",
        ("intake_batch",),
        act(loading.erase_upload, "worker", batch_id=made_before, days=90),
        act(loading.erase_upload, "worker", batch_id=NOBODY, days=90),
        loaded,
    ),
    "intake.row_held": Scenario(
        "reporter.market", ("intake_held", "intake_submission"), waiting, typed_for_another_unit
    ),
    "intake.held_released": Scenario(
        "reviewer",
        ("intake_held", "intake_submission", *ENTERED),
        act(release, "reviewer", held_id=made_before, reason="已核对"),
        act(release, "reviewer", held_id=made_before, reason=" "),
        waiting,
    ),
    "intake.held_returned": Scenario(
        "operator",
        ("intake_held", "intake_submission"),
        act(send_back, "operator", held_id=made_before, reason="已核对"),
        act(send_back, "reporter.market", held_id=made_before, reason="已核对"),
        waiting,
    ),
    "intake.held_replaced": Scenario(
        "reporter.market",
        ("intake_held",),
        act(replace_held, "reporter.market", held_ids=lambda w, made: [made], batch_id=1),
        None,
        waiting,
    ),
    "intake.columns_mapped": Scenario(
        "reporter.market",
        ("intake_mapping",),
        act(map_columns, "reporter.market", unit_id=unit("market"), item=cast.PENALTY, columns=[("文号", "CF_WSH")]),
        act(map_columns, "reporter.market", unit_id=unit("tax"), item=cast.PENALTY, columns=[("文号", "CF_WSH")]),
    ),
    "intake.held_expired": Scenario(
        "worker",
        ("intake_held", "intake_submission"),
        act(expire_held, "worker", held_id=made_before, days=90),
        act(expire_held, "worker", held_id=NOBODY, days=90),
        waiting,
    ),
}


# --- the front ends --------------------------------------------------------------------------------


def queued(world: World) -> int:
    return jobs.enqueue("ledger.verify", {})


def cancelled(world: World) -> int:
    job_id = queued(world)
    jobs.cancel(job_id, now=world.now)
    return job_id


OF_FRONT_ENDS = {
    "workbench.job_retried": Scenario(
        "operator",
        ("jobs_job",),
        act(retry_job, "operator", job_id=made_before),
        act(retry_job, "operator", job_id=NOBODY),
        cancelled,
    ),
    "workbench.job_cancelled": Scenario(
        "operator",
        ("jobs_job",),
        act(cancel_job, "operator", job_id=made_before),
        act(cancel_job, "operator", job_id=NOBODY),
        queued,
    ),
    "console.backup_made": Scenario("sysadmin", (), act(note_backup, "sysadmin", made=BackupMade("ab" * 32, 1, 1))),
    "console.restored": Scenario("restore", (), act(note_restore, "restore", done=RESTORED)),
    "console.demo_begun": Scenario("init", (), act(demo.begin, "init", plan=DEMO)),
    "console.demo_completed": Scenario("init", (), act(demo.complete, "init", plan=DEMO)),
}

SCENARIOS = (
    OF_ACCOUNTS
    | OF_CATALOGUE
    | OF_SUBJECTS
    | OF_RECORDS
    | OF_INTAKE
    | OF_QUALITY
    | OF_MEMBERS
    | OF_OBJECTIONS
    | OF_REPAIR
    | OF_FRONT_ENDS
)
