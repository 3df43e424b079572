"""accounts.audit: unusual looking-up raises an alert, a month is sampled, the trail is taken out; and a hand in it is found."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hands import by_hand
from workbench.acts import People
from workbench.overview_cast import administer, person_with_record
from world import INIT, PASSWORD, World
from xinheng.accounts import door, models
from xinheng.accounts.values import InstallPlan, PersonSeed, QueryDraft, QueryKind, Role
from xinheng.console.duties import WATCH, sample, watch
from xinheng.kernel.errors import XinhengError
from xinheng.ledger.door import checkpoint, public_key, sequence, verify
from xinheng.ledger.values import NotAllowed
from xinheng.storage.keys import key_ring
from xinheng.subjects.door import bearers, enter_person
from xinheng.subjects.values import PersonDraft, Scheme

FRIDAY_NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PURPOSES = {"duty": False}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def context(now: datetime) -> Any:
    """What a handler of the worker is given."""
    return SimpleNamespace(now=lambda: now, between_steps=lambda: None, args={})


def looked(world: World, login: str, at: datetime, subject: int, *, personal: bool = False, times: int = 1) -> None:
    """Somebody looks somebody up so many times, a second apart."""
    for second in range(times):
        draft = QueryDraft(
            kind=QueryKind.VIEW, subject_id=subject, personal=personal, purpose="duty" if personal else "", scope="档案"
        )
        moment = at + timedelta(seconds=second)
        door.register_query(query=draft, purposes=PURPOSES, actor=world.actor(login), now=moment)


def watched(now: datetime) -> int:
    sequence()
    return int(watch(context(now))["raised"])


def kinds() -> list[tuple[str, int, int]]:
    return sorted(models.Alert.objects.values_list("kind", "observed", "threshold"))


def test_a_flood_of_queries_raises_one_alert_that_an_auditor_settles_and_the_watched_never_sees(
    world: World, people: People, now: datetime
) -> None:
    administer(world)
    looked(world, "operator", FRIDAY_NOON, world.subjects["云禾"], times=61)
    assert watched(now) == 1
    assert kinds() == [("hour", 61, 60)]
    # The same once more, also when the place it had reached was lost: nothing new.
    models.WatchState.objects.update(number=-1)
    assert watched(now) == 0

    number = models.Alert.objects.get().id
    auditor = people["auditor"]
    assert "一小时内查询过多" in text(auditor.get("/workbench/audit/alerts"))
    page = text(auditor.get(f"/workbench/audit/alerts/{number}"))
    assert "业务员丙" in page
    assert page.count("主体（编号") == 61
    for login in ("operator", "reporter.tax", "reviewer", "sysadmin", "secadmin"):
        assert people[login].get("/workbench/audit/alerts").status_code in {403, 404}, login
        assert people[login].get(f"/workbench/audit/alerts/{number}").status_code in {403, 404}, login

    settle = f"/workbench/audit/alerts/{number}/settle"
    wrong = auditor.post(settle, {"verdict": "explained", "reason": "", "_step": "confirm"})
    assert wrong.status_code == 422
    done = auditor.post(settle, {"verdict": "pursued", "reason": "移交纪检核查", "_step": "confirm"})
    assert done.status_code == 302
    assert "移交纪检核查" in text(auditor.get(f"/workbench/audit/alerts/{number}"))
    again = auditor.post(settle, {"verdict": "explained", "reason": "x", "_step": "confirm"})
    assert again.status_code == 422


def test_an_alert_about_an_auditor_is_for_the_other_one(world: World, people: People, now: datetime) -> None:
    administer(world)
    looked(world, "auditor", FRIDAY_NOON, world.subjects["云禾"], times=61)
    assert watched(now) == 1
    number = models.Alert.objects.get().id
    own = people["auditor"]
    assert "审计员戊" not in text(own.get("/workbench/audit/alerts")).partition("<main")[2].partition("<form")[0]
    assert own.get(f"/workbench/audit/alerts/{number}").status_code == 404
    with pytest.raises(door.AlertUnknown):
        door.settle_alert(
            alert_id=number,
            verdict=door.AlertVerdict.EXPLAINED,
            reason="x",
            actor=world.actor("auditor"),
            now=now,
        )
    assert people["auditadmin"].get(f"/workbench/audit/alerts/{number}").status_code == 200
    sequence()
    (told,) = door.trail(door_filter("accounts.alert_raised"), world.actor("auditor")).items
    assert json.loads(told.payload) == {"alert_id": number}


def test_a_colleague_of_the_same_name_is_noticed_and_no_name_is_written_down(world: World, now: datetime) -> None:
    colleague = PersonSeed("colleague", "孙同名", world.unit_codes["market"], (Role.INSPECTOR,), PASSWORD)
    install_people(world, colleague, now)
    numbers = ("990101199003072170", "990101199103072178")
    mine, other = (person(world, name, n, now) for n, name in enumerate(("孙同名", "钱路人"), 1))
    assert numbers
    for login in ("reporter.market", "reporter.tax"):
        for subject in (mine, other):
            looked(world, login, FRIDAY_NOON, subject, personal=True)
    assert watched(now) == 1
    alert = models.Alert.objects.get()
    assert (alert.kind, alert.person_id, alert.queries) == ("colleague", world.actor("reporter.market").id, 1)
    assert "孙同名" not in json.dumps([list(row) for row in models.Alert.objects.values_list("mark", "reason")])
    with pytest.raises(NotAllowed):
        bearers([mine], ["孙同名"], actor=world.actor("auditor"))
    assert bearers([mine, other], ["孙 同名"], actor=WATCH) == {mine}


def test_a_colleague_searched_by_number_and_never_opened_is_noticed_too(world: World, now: datetime) -> None:
    colleague = PersonSeed("colleague", "孙同名", world.unit_codes["market"], (Role.INSPECTOR,), PASSWORD)
    install_people(world, colleague, now)
    found = QueryDraft(
        kind=QueryKind.SEARCH, subject_id=person(world, "孙同名", 1, now), personal=True, purpose="duty", count=1
    )
    actor = world.actor("reporter.market")
    door.register_query(query=found, purposes=PURPOSES, actor=actor, now=FRIDAY_NOON)
    assert watched(now) == 1
    assert models.Alert.objects.get().kind == "colleague"


def install_people(world: World, seed: PersonSeed, now: datetime) -> None:
    door.install(plan=InstallPlan((), (seed,)), actor=INIT, now=now - timedelta(days=3))


def person(world: World, name: str, number: int, now: datetime) -> int:
    from intake import cast

    draft = PersonDraft(Scheme.ID18, cast.resident_number(number), name, "市场监管")
    return enter_person(draft=draft, actor=world.actor("reporter.market"), now=now).subject_id


def test_a_person_looked_up_on_a_day_off_raises_an_alert_and_on_a_day_worked_in_its_stead_none(
    world: World, now: datetime
) -> None:
    subject = world.subjects["云禾"]
    looked(world, "operator", FRIDAY_NOON + timedelta(days=1), subject, personal=True)
    # 2026-10-10 is a Saturday worked for the national holiday.
    looked(world, "operator", datetime(2026, 10, 10, 4, 0, tzinfo=UTC), subject, personal=True)
    assert watched(now) == 1
    assert str(models.Alert.objects.get().day) == "2026-11-21"


def test_what_came_while_the_watch_stood_still_is_caught_up(world: World, now: datetime) -> None:
    looked(world, "operator", FRIDAY_NOON - timedelta(days=8), world.subjects["云禾"], times=61)
    sequence()
    looked(world, "operator", FRIDAY_NOON - timedelta(days=1), world.subjects["清岚"], times=61)
    assert watched(now) == 2
    assert sorted(str(day) for day in models.Alert.objects.values_list("day", flat=True)) == [
        "2026-11-12",
        "2026-11-19",
    ]


def test_far_more_than_the_own_usual_is_unusual_though_below_every_limit(world: World, now: datetime) -> None:
    subject = world.subjects["云禾"]
    for days in (2, 3, 4, 7, 8):
        looked(world, "operator", FRIDAY_NOON - timedelta(days=days), subject, times=2)
    looked(world, "operator", FRIDAY_NOON, subject, times=31)
    assert watched(now) == 1
    assert kinds() == [("usual", 31, 30)]


def test_other_figures_count_from_the_next_watch_and_only_auditors_set_them(
    world: World, people: People, now: datetime
) -> None:
    administer(world)
    figures = {name: str(value) for name, value in held_figures().items()} | {"hour_most": "2"}
    figures |= {"work_from": "08:30", "work_to": "18:00"}
    place = "/workbench/audit/watch/set"
    form = {**figures, "reason": "专项核查", "_step": "confirm"}
    assert people["secadmin"].post(place, form).status_code in {403, 404}
    refused = people["auditor"].post(place, {**form, "hour_most": "0"})
    assert refused.status_code == 422
    assert "应在 1 至 10000 之间" in text(refused)
    untold = people["auditor"].post(place, {**form, "work_from": "halb acht"})
    assert "请写成 08:00 这样的时间" in text(untold)
    assert people["auditor"].post(place, form).status_code == 302
    assert door.watch_in_force().work_from == 8 * 60 + 30
    assert "专项核查" in text(people["auditadmin"].get("/workbench/audit/watch"))
    looked(world, "operator", FRIDAY_NOON, world.subjects["云禾"], times=3)
    assert watched(now) == 1


def held_figures() -> dict[str, int]:
    from dataclasses import asdict

    return asdict(door.watch_in_force())


@pytest.fixture
def october(world: World, now: datetime) -> World:
    """Fifty look-ups of October, numbered, and a checkpoint on the first of November and another later."""
    for number in range(50):
        at = datetime(2026, 10, 12, 2, 0, tzinfo=UTC) + timedelta(hours=number)
        looked(world, "operator", at, world.subjects["云禾"])
    sequence()
    checkpoint(now=datetime(2026, 10, 31, 16, 30, tzinfo=UTC))
    looked(world, "operator", datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), world.subjects["清岚"])
    sequence()
    checkpoint(now=datetime(2026, 11, 1, 16, 0, tzinfo=UTC))
    sequence()
    checkpoint(now=now - timedelta(days=2))
    return world


def test_a_month_is_drawn_once_by_what_nobody_could_choose_and_anybody_draws_it_again(
    october: World, people: People, now: datetime
) -> None:
    assert sample(context(now)) == {"drawn": 1}
    assert sample(context(now)) == {"drawn": 0}
    (made,) = door.samples(october.actor("auditor"))
    assert (str(made.month), made.population, made.size) == ("2026-10-01", 51, 20)

    # By the recipe of the page, from the register and the checkpoint alone.
    seed = hashlib.sha256(f"xinheng.sample/1 2026-10 {made.tree_root}".encode()).hexdigest()
    assert seed == made.seed
    ids = models.Query.objects.filter(at__lt=datetime(2026, 10, 31, 16, 0, tzinfo=UTC)).values_list("id", flat=True)
    again = sorted(ids, key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())[:20]
    listed = text(people["auditor"].get(f"/workbench/audit/samples/{made.id}/ids.txt"))
    assert listed == "".join(f"{one}\n" for one in again)
    shown = text(people["auditor"].get(f"/workbench/audit/samples/{made.id}")).replace("<wbr>", "").replace("\n", "")
    assert "怎样重新算出这份抽查" in shown


def test_the_checkpoint_is_the_first_an_hour_after_the_month_whatever_came_later(october: World, now: datetime) -> None:
    sample(context(now))
    (made,) = door.samples(october.actor("auditor"))
    from xinheng.ledger.door import checkpoints

    anchors = sorted((one.at, one.size, one.root.hex()) for one in checkpoints(10))
    # Half an hour after the month's end is too early: the last look-up had no number yet.
    assert (made.tree_size, made.tree_root) == anchors[1][1:]


def test_a_reviewer_says_of_each_whether_it_fits_and_whoever_looked_up_may_not(
    october: World, people: People, now: datetime
) -> None:
    administer(october)
    sample(context(now))
    (made,) = door.samples(october.actor("auditor"))
    first = door.sampled_looks(made.id, october.actor("auditor"))[0]
    place = f"/workbench/audit/samples/{made.id}/{first.id}"
    assert people["operator"].get(place).status_code in {403, 404}
    assert people["auditor"].post(place, {"verdict": "fits", "reason": " ", "_step": "confirm"}).status_code == 422
    done = people["auditor"].post(place, {"verdict": "question", "reason": "案号不清", "_step": "confirm"})
    assert done.status_code == 302
    assert "已审查 1 / 20" in text(people["auditadmin"].get("/workbench/audit/samples"))
    again = people["auditadmin"].post(place, {"verdict": "fits", "reason": "相符", "_step": "confirm"})
    assert again.status_code == 422

    # The auditor looked one up in that month after all: barred from the rest of it.
    looked(october, "auditor", datetime(2026, 10, 20, 4, 0, tzinfo=UTC), october.subjects["云禾"])
    second = door.sampled_looks(made.id, october.actor("auditor"))[1]
    refused = people["auditor"].post(
        f"/workbench/audit/samples/{made.id}/{second.id}", {"verdict": "fits", "reason": "相符", "_step": "confirm"}
    )
    assert refused.status_code == 422
    assert "不能审查该月的抽查" in text(refused)
    assert "您不能审查这个月" in text(people["auditor"].get(f"/workbench/audit/samples/{made.id}"))
    other = f"/workbench/audit/samples/{made.id}/{second.id}"
    assert (
        people["auditadmin"].post(other, {"verdict": "fits", "reason": "相符", "_step": "confirm"}).status_code == 302
    )


def taken(people: People, login: str = "auditor", **fields: str) -> Any:
    return people[login].post("/workbench/audit/trail/export", {"form": "csv", **fields})


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_what_is_taken_out_is_safe_complete_anchored_and_itself_in_the_trail(
    world: World, people: People, now: datetime
) -> None:
    administer(world)
    door.change_person(
        person_id=world.actor("reporter.tax").id or 0,
        name='=HYPERLINK("http://x")',
        unit_id=world.units["tax"],
        actor=world.actor("sysadmin"),
        now=now,
    )
    looked(world, "reporter.tax", FRIDAY_NOON, world.subjects["云禾"])
    sequence()
    signed = checkpoint(now=now)
    sequence()
    answer = taken(people, operation="accounts.query_registered")
    assert answer["Cache-Control"] == "no-store"
    body = whole(answer)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 1
    assert rows[0]["经办人"] == '\'=HYPERLINK("http://x")'
    assert (rows[0]["检查点大小"], rows[0]["检查点根"]) == (str(signed.size), signed.root.hex())

    sequence()
    (told,) = door.trail(door_filter("accounts.trail_exported"), world.actor("auditor")).items
    entered = json.loads(told.payload)
    assert told.actor_name == "审计员戊"
    assert entered["digest"] == hashlib.sha256(body).hexdigest() == answer["X-Content-SHA256"]
    assert (entered["count"], entered["form"], entered["filters"]) == (
        1,
        "csv",
        {"operation": "accounts.query_registered"},
    )

    lines = [json.loads(line) for line in whole(taken(people, "auditadmin", form="jsonl")).splitlines()]
    assert len(lines) > 5
    assert [line["number"] for line in lines] == sorted((line["number"] for line in lines), reverse=True)
    assert {line["checkpoint"]["size"] for line in lines} == {signed.size}


def door_filter(operation: str) -> Any:
    from xinheng.accounts.values import AuditFilter

    return AuditFilter(operation=operation)


@pytest.mark.parametrize("place", ["trail", "queries"])
def test_the_first_and_the_last_day_there_is_can_be_asked_for(place: str, world: World, people: People) -> None:
    for since, until in (("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01")):
        answer = people["auditor"].get(f"/workbench/audit/{place}", {"from": since, "to": until})
        assert answer.status_code in (200, 422)


def test_only_auditors_take_it_out_and_a_refusal_is_no_file(world: World, people: People) -> None:
    administer(world)
    for login in ("operator", "reviewer", "sysadmin", "secadmin"):
        assert taken(people, login).status_code in {403, 404}, login
    assert taken(people, form="xlsx").status_code == 422
    assert taken(people, **{"from": "morgen"}).status_code == 422
    assert taken(people, operation="no.such").status_code == 422


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_alert",
        "UPDATE accounts_alert SET observed = 1",
        "UPDATE accounts_query SET subject_id = 2",
        "DELETE FROM accounts_query WHERE id = (SELECT max(id) FROM accounts_query)",
        "UPDATE accounts_sampled_query SET verdict = 'fits', reason = 'x', reviewed_by_id = 1, reviewed_at = '2026-11-20'",
        "UPDATE accounts_sample SET seed = '0'",
    ],
)
def test_a_hand_that_hides_who_looked_or_what_was_found_is_found(
    october: World, now: datetime, statement: str, refused: Callable[..., None]
) -> None:
    looked(october, "operator", FRIDAY_NOON, october.subjects["云禾"], times=61)
    watched(now)
    sample(context(now))
    sequence()
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()
    refused(statement)
    by_hand(statement)
    assert verify(key=public_key(key_ring().checkpoint)).problems != ()


@pytest.fixture
def refused() -> Callable[[str], None]:
    """Before anybody switches the guards off, the database refuses the statement by itself, or leaves the settling to the ledger."""
    from django.db import DatabaseError, transaction

    from hands import sql

    def try_it(statement: str) -> None:
        if statement.startswith(("DELETE", "UPDATE accounts_query", "UPDATE accounts_sample SET")):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(statement)

    return try_it


def test_a_natural_persons_page_is_in_the_register_and_in_the_watch(
    world: World, people: People, now: datetime
) -> None:
    """From the page itself: 2026-11-21 is a Saturday, and the look-up of a person then is noticed."""
    subject = person_with_record(world)
    client = people["operator"]
    asked = client.get(f"/workbench/subjects/{subject}")
    assert asked.status_code in {200, 302}
    from xinheng.catalogue.door import current_edition

    purpose = next(entry for entry in current_edition(now.date()).purposes if entry.natural_persons)
    form = {"purpose": purpose.code, "reference": "示市监案〔2026〕1号"}
    client.post(f"/workbench/subjects/{subject}/purpose", form)
    client.get(f"/workbench/subjects/{subject}")
    assert models.Query.objects.filter(subject_id=subject, personal=True).exists()
    assert watched(now) >= 1
    assert models.Alert.objects.filter(kind="off_hours", person_id=world.actor("operator").id).exists()


def test_a_watch_without_its_permission_raises_nothing(world: World, now: datetime) -> None:
    looked(world, "operator", FRIDAY_NOON, world.subjects["云禾"], times=61)
    sequence()
    with pytest.raises(XinhengError):
        door.watch_register(
            working_day=lambda day: True,
            bearers=lambda ids, names: frozenset(),
            actor=world.actor("auditor"),
            now=now,
        )
    assert models.Alert.objects.count() == 0
