"""Every operation leaves its entry, and refused it leaves nothing. A new one fails here until a test performs it.

Whoever lacks the permission is refused by the frame: that is shown for every operation alike. What only the operation itself can refuse,
and its entry, is shown here for those in `ACTS`; for the others by the test of their own module that names their code.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import xinheng
from intake import cast
from world import INIT, World, business_code, furnish, penalty, publish
from xinheng.catalogue.door import import_calendar_year
from xinheng.catalogue.values.views import DayRow
from xinheng.console.demo import marks as demo
from xinheng.console.demo.plan import DemoPlan
from xinheng.intake.door import enter_row, release, send_back
from xinheng.intake.operations import loading
from xinheng.intake.operations.settling import expire_held
from xinheng.intake.values import UploadDraft
from xinheng.kernel.actor import PUBLIC, Actor, system
from xinheng.kernel.errors import XinhengError
from xinheng.ledger import models
from xinheng.ledger.door import OPERATIONS, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.publicity.batch import WORKER
from xinheng.publicity.door import recompute_deadlines
from xinheng.records.door import enter
from xinheng.subjects.door import (
    change_code,
    enter_person,
    erase_person,
    make_provisional,
    merge,
    register_subject,
    rename,
    undo_merge,
)
from xinheng.subjects.values import PersonDraft, Scheme, SubjectDraft, SubjectKind

TESTS = Path(__file__).resolve().parents[1]
DEMO = DemoPlan("demo", 1, 20_000, date(2026, 11, 21))
LOADER = system("worker", "intake.load")
NEXT_YEAR = [DayRow(date(2027, 1, 1), "holiday")]

Act = Callable[[World], Any]


def every_operation() -> dict[str, Any]:
    """All operations of the program: importing a module registers its own."""
    for module in pkgutil.walk_packages(xinheng.__path__, "xinheng."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {code: found for code, found in OPERATIONS.items() if not code.startswith("test.")}


@pytest.fixture
def world(db: None, now: Any) -> World:
    return furnish(now)


def firm(number: int, name: str = "示例区青岩商贸有限公司") -> SubjectDraft:
    return SubjectDraft(SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(number), name, "示例区登记机关")


def human(number: int = 1) -> PersonDraft:
    return PersonDraft(Scheme.ID18, cast.resident_number(number), "丙某某", "示例区登记机关")


def market(world: World) -> Actor:
    return world.actor("reporter.market")


def waiting(world: World) -> int:
    """A typed row that waits: its outer check digit alone is wrong."""
    code = cast.firm_code(2)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    texts = cast.penalty(world, 2, CF_XDR_SHXYM=wrong)
    found = enter_row(item=cast.PENALTY, texts=texts, actor=market(world), now=world.now)
    assert found.held_id is not None
    return found.held_id


def loaded(world: World) -> int:
    return cast.load(world, cast.as_csv([cast.penalty(world, 1)])).batch or 0


def merged(world: World) -> int:
    twin = register_subject(draft=firm(9), actor=INIT, now=world.now).subject_id
    kept = world.subjects["清岚"]
    done = merge(kept=kept, absorbed=twin, reason="重复登记", actor=world.actor("operator"), now=world.now)
    return done.merge_id


def settled(world: World, how: Callable[..., Any], login: str) -> None:
    how(held_id=waiting(world), reason="已核对", actor=world.actor(login), now=world.now)


def decided(world: World) -> None:
    enter(fact=penalty(world), actor=market(world), now=world.now)
    publish(world.now)


def recounted(world: World) -> None:
    decided(world)
    recompute_deadlines(actor=WORKER, now=world.now)


def person_erased(world: World) -> None:
    subject_id = enter_person(draft=human(), actor=market(world), now=world.now).subject_id
    erase_person(subject_id=subject_id, reason="依申请删除", actor=world.actor("reviewer"), now=world.now)


def given_up(world: World) -> None:
    batch_id = cast.hand_in(world, cast.as_csv([cast.penalty(world, 1)]))
    loading.abandon_batch(batch_id=batch_id, actor=LOADER, now=world.now)


def rename_to(world: World, name: str) -> None:
    rename(subject_id=world.subjects["云禾"], name=name, valid_from=date(2026, 11, 21), actor=INIT, now=world.now)


def recode(world: World, code: str) -> None:
    subject_id, on = world.subjects["云禾"], date(2026, 11, 21)
    change_code(subject_id=subject_id, scheme=Scheme.USCC, code=code, valid_from=on, actor=INIT, now=world.now)


def imported(world: World, document: str) -> None:
    import_calendar_year(year=2027, rows=NEXT_YEAR, document=document, actor=INIT, now=world.now)


def at(world: World, **more: Any) -> dict[str, Any]:
    """The arguments of a worker's step."""
    return {"actor": LOADER, "now": world.now, **more}


ACTS: dict[str, tuple[Act, Act | None]] = {
    "subjects.registered": (
        lambda w: register_subject(draft=firm(8), actor=INIT, now=w.now),
        lambda w: register_subject(draft=firm(1), actor=INIT, now=w.now),
    ),
    "subjects.provisional_made": (
        lambda w: make_provisional(draft=firm(8), actor=market(w), now=w.now),
        lambda w: make_provisional(draft=firm(8, ""), actor=market(w), now=w.now),
    ),
    "subjects.renamed": (lambda w: rename_to(w, "示例区新名商贸有限公司"), lambda w: rename_to(w, " ")),
    "subjects.code_changed": (lambda w: recode(w, business_code(8)), lambda w: recode(w, business_code(2))),
    "subjects.merged": (
        merged,
        lambda w: merge(
            kept=w.subjects["云禾"], absorbed=w.subjects["云禾"], reason="x", actor=w.actor("operator"), now=w.now
        ),
    ),
    "subjects.merge_undone": (
        lambda w: undo_merge(merge_id=merged(w), reason="误并", actor=w.actor("operator"), now=w.now),
        lambda w: undo_merge(merge_id=999, reason="误并", actor=w.actor("operator"), now=w.now),
    ),
    "subjects.person_entered": (
        lambda w: enter_person(draft=human(), actor=market(w), now=w.now),
        lambda w: enter_person(draft=PersonDraft(Scheme.ID18, "1", "丙", "x"), actor=market(w), now=w.now),
    ),
    "subjects.person_erased": (
        person_erased,
        lambda w: erase_person(subject_id=w.subjects["云禾"], reason="x", actor=w.actor("reviewer"), now=w.now),
    ),
    "publicity.decided": (decided, None),
    "publicity.deadlines_recomputed": (recounted, None),
    "catalogue.calendar_imported": (lambda w: imported(w, "国办发明电〔2026〕9号"), lambda w: imported(w, " ")),
    "intake.received": (
        lambda w: cast.hand_in(w, cast.as_csv([cast.penalty(w, 1)])),
        lambda w: cast.receive(
            stream=cast.BytesIO(b"x"),
            draft=UploadDraft(cast.PENALTY, w.units["tax"], "x.csv", "", job=False),
            actor=market(w),
            now=w.now,
        ),
    ),
    "intake.load_started": (loaded, lambda w: loading.start_load(batch_id=999, load_run=1, **at(w))),
    "intake.loaded": (
        loaded,
        lambda w: loading.finish_load(batch_id=999, result=loading.Result(1, None, b"", b""), **at(w)),  # type: ignore[arg-type]
    ),
    "intake.refused": (
        lambda w: cast.load(w, b"%PDF-1.7 nothing of ours", name="x.csv"),
        lambda w: loading.refuse_batch(batch_id=999, code="F01", message="", receipt=(b"", b""), **at(w)),
    ),
    "intake.abandoned": (given_up, lambda w: loading.abandon_batch(batch_id=999, **at(w))),
    "intake.upload_erased": (
        lambda w: loading.erase_upload(batch_id=loaded(w), days=90, **at(w)),
        lambda w: loading.erase_upload(batch_id=999, days=90, **at(w)),
    ),
    "intake.row_held": (
        waiting,
        lambda w: enter_row(
            item=cast.PENALTY, texts=cast.penalty(w, 2), unit_id=w.units["tax"], actor=market(w), now=w.now
        ),
    ),
    "intake.held_released": (
        lambda w: settled(w, release, "reviewer"),
        lambda w: release(held_id=999, reason="已核对", actor=w.actor("reviewer"), now=w.now),
    ),
    "intake.held_returned": (
        lambda w: settled(w, send_back, "operator"),
        lambda w: send_back(held_id=999, reason="请改正", actor=w.actor("operator"), now=w.now),
    ),
    "intake.held_expired": (
        lambda w: expire_held(held_id=waiting(w), days=90, **at(w)),
        lambda w: expire_held(held_id=999, days=90, **at(w)),
    ),
    "console.demo_begun": (lambda w: demo.begin(plan=DEMO, actor=INIT, now=w.now), None),
    "console.demo_completed": (lambda w: demo.complete(plan=DEMO, actor=INIT, now=w.now), None),
}
"""What performs an operation, and what it refuses by itself (None: it has nothing to refuse but the permission)."""

ANYBODY = {
    "accounts.query_registered",
    "accounts.sign_in_refused",
    "accounts.signed_in",
    "accounts.signed_out",
    "intake.held_returned",
    "records.mark_ended",
    "records.marked",
}
"""Operations without one permission; each refuses by itself who may not."""


def test_every_operation_is_performed_by_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    named = set(re.findall(r'"([a-z]+\.[a-z_]+)"', "\n".join(texts)))
    assert [code for code in sorted(every_operation()) if code not in ACTS and code not in named] == []
    assert ACTS.keys() <= every_operation().keys()


def test_operations_without_a_permission_are_known() -> None:
    assert {code for code, found in every_operation().items() if found.needs is None} == ANYBODY


def test_whoever_lacks_the_permission_is_refused_by_every_operation_and_nothing_is_left(world: World) -> None:
    before = everything()
    for code, found in sorted(every_operation().items()):
        if found.needs is not None:
            module, _, name = found.function.rpartition(".")
            with pytest.raises(NotAllowed):
                getattr(importlib.import_module(module), name)(actor=PUBLIC, now=world.now)
            assert everything() == before, code


@pytest.mark.parametrize("code", sorted(ACTS))
def test_an_operation_leaves_its_entry(world: World, code: str) -> None:
    before = set(models.Run.objects.filter(operation=code).values_list("id", flat=True))
    ACTS[code][0](world)
    sequence()
    fresh = models.Run.objects.filter(operation=code).exclude(id__in=before)
    assert fresh.exists()
    for run in fresh:
        assert run.ready
        assert run.first is not None
        assert models.Leaf.objects.filter(run_id=run.id).count() == run.count
    cast.assert_sound()


@pytest.mark.parametrize("code", sorted(code for code, (_, refused) in ACTS.items() if refused))
def test_what_an_operation_refuses_leaves_nothing(world: World, code: str) -> None:
    refused = ACTS[code][1]
    assert refused is not None
    before = everything()
    with pytest.raises(XinhengError):
        refused(world)
    assert everything() == before


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but Django's own list of migrations and SQLite's of counters."""
    skipped = ("django_migrations", "sqlite_sequence")
    return {table: cast.rows_of(table) for table in cast.tables() if table not in skipped and "search" not in table}
