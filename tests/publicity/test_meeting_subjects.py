"""What a read learns of the subjects it comes upon, each asked once, is what the conditions in SQL say, asked one by one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.cast import as_csv, firm_code, load, penalty, person, resident_number
from intake.reported_cast import subject_of
from world import INIT, World, publish
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity
from xinheng.publicity.queries.predicate import public
from xinheng.subjects import door
from xinheng.subjects.load.facts import chains
from xinheng.subjects.load.index import family
from xinheng.subjects.models import Merge, Subject, seen
from xinheng.subjects.queries.reach import NOTHING, WHOLE, Meeting, Reach
from xinheng.subjects.values import RegisterState, Scheme, SubjectDraft, SubjectKind, SubjectUnknown

MISSING = 987_654


def report(world: World, number: int, unit: str = "market", **changed: str) -> int:
    """A department reports a firm that stands in no register."""
    texts = {"CF_XDR_MC": f"示例区未登记{number}号商行", "CF_XDR_SHXYM": firm_code(number), **changed}
    row = penalty(world, number, unit=unit, CF_WSH=f"示罚〔2026〕{number}-{unit}号", **texts)
    assert load(world, as_csv([row]), unit=unit).counts.accepted == 1
    return subject_of(firm_code(number))


def register(world: World, number: int) -> int:
    """The register knows a firm."""
    kind, name = SubjectKind.LEGAL_PERSON, f"示例区已登记{number}号有限公司"
    draft = SubjectDraft(kind, Scheme.USCC, firm_code(number), name, "示例登记簿")
    return door.register_subject(draft=draft, actor=INIT, now=world.now).subject_id


def report_person(world: World, number: int) -> int:
    """Market supervision reports a natural person."""
    assert load(world, as_csv([person(world, number, CF_WSH=f"示市监罚〔2026〕9{number}号")])).counts.accepted == 1
    who = door.who(Scheme.ID18, resident_number(number), actor=world.actor("reporter.market"))
    assert who is not None
    return who.entry


@pytest.fixture
def subjects(world: World) -> dict[str, int]:
    """Subjects of every kind, some public, some known to one department, merged and parted in every way."""
    operator = world.actor("operator")

    def unite(kept: int, absorbed: int) -> int:
        return door.merge(kept=kept, absorbed=absorbed, reason="同一企业", actor=operator, now=world.now).merge_id

    stands = world.subjects["云禾"]
    made = {name: report(world, number) for number, name in enumerate(("public", "public, merged", "chain, first"), 21)}
    publish(world.now)
    made |= {
        "hidden": report(world, 31),
        "hidden, merged": report(world, 32),
        "chain, second": report(world, 33),
        "parted": report(world, 34),
        "reported again": report(world, 35),
        "of tax": report(world, 36, "tax"),
        "confirmed": report(world, 37),
        "absorbing": register(world, 41),
        "absorbed": register(world, 42),
        "person": report_person(world, 8),
        "person, merged": report_person(world, 9),
        "stands": stands,
        "missing": MISSING,
    }
    unite(stands, made["public, merged"])
    unite(stands, made["hidden, merged"])
    unite(made["chain, second"], made["chain, first"])
    unite(stands, made["chain, second"])
    merge_id = unite(stands, made["parted"])
    door.undo_merge(merge_id=merge_id, reason="两家企业", actor=operator, now=world.now)
    unite(stands, made["reported again"])
    report(world, 35, "tax")
    assert register(world, 37) == made["confirmed"]
    unite(made["absorbing"], made["absorbed"])
    unite(made["person"], made["person, merged"])
    made |= {f"double {one.id}": one.id for one in Subject.objects.exclude(id__in=made.values())}
    assert {row.register_state for row in Subject.objects.all()} == set(RegisterState)
    return made


def readers(world: World) -> dict[str, tuple[Actor, Reach]]:
    """Who reads, with how far each sees."""
    on = legal_date(world.now)
    people = [world.actor(login) for login in ("reporter.market", "reporter.tax", "operator")]
    return {
        "nobody": (PUBLIC, NOTHING),
        "public": (PUBLIC, publicity.public_reach(on)),
        "whole": (PUBLIC, WHOLE),
        "purpose": (replace(people[0], purpose="data-quality"), publicity.reach_of(people[0], on)),
        **{one.login: (one, publicity.reach_of(one, on)) for one in people},
    }


def known_in_sql(ids: Iterable[int], reach: Reach) -> frozenset[int]:
    """Which subjects are known, by the one condition in SQL."""
    return frozenset(Subject.objects.filter(seen(), reach.known(), id__in=list(ids)).values_list("id", flat=True))


def standing_in_sql(start: int, reach: Reach) -> int | None:
    """Who stands for a subject, with the conditions asked of the database at each step."""
    path = chains([start])[start]
    if not known_in_sql([start], reach):
        return None
    last = start
    for step, before in zip(path[1:], path, strict=False):
        (merge,) = Merge.objects.filter(seen(), absorbed_id=before, undone_at=None).select_related("absorbed", "run")
        firm = merge.absorbed.kind != SubjectKind.NATURAL_PERSON
        if not reach.whole and firm and merge.state_before == RegisterState.PROVISIONAL:
            said = reach.stated([before]).get(before, ())
            if not any(one.since is not None and one.since <= (merge.run.closed or -1) for one in said):
                break
        last = step if known_in_sql([step], reach) else last
    return last


def answer(read: Callable[[], Any]) -> Any:
    """What a read says, or that it knows nothing."""
    try:
        return read()
    except SubjectUnknown as unknown:
        return str(unknown)


def test_whom_a_reader_may_know_of_is_as_the_condition_says(world: World, subjects: dict[str, int]) -> None:
    for reader, (_, reach) in readers(world).items():
        expected = known_in_sql(subjects.values(), reach)
        assert Meeting(reach).known(subjects.values()) == expected, reader
        for name, one in subjects.items():
            assert Meeting(reach).known([one]) == expected & {one}, (reader, name)
    everybody, whole = (known_in_sql(subjects.values(), one) for one in (readers(world)["public"][1], WHOLE))
    assert everybody < whole
    assert subjects["public"] in everybody
    assert subjects["hidden"] not in everybody
    assert subjects["person"] not in everybody


def test_who_stands_for_a_subject_is_as_step_by_step(world: World, subjects: dict[str, int]) -> None:
    for reader, (_, reach) in readers(world).items():
        expected = {one: standing_in_sql(one, reach) for one in subjects.values()}
        known = {one: last for one, last in expected.items() if last is not None}
        assert Meeting(reach).stands(subjects.values()) == known, reader
        meeting = Meeting(reach)
        for name, one in subjects.items():
            members = {each for each in family(one) if standing_in_sql(each, reach) == one} | {one}
            assert meeting.family(one) == members, (reader, name)
            assert meeting.stands([one]).get(one) == expected[one], (reader, name)
    tax, again = readers(world)["reporter.tax"][1], subjects["reported again"]
    assert standing_in_sql(again, tax) == again
    assert standing_in_sql(again, WHOLE) == subjects["stands"]


def test_a_portrait_is_what_the_single_reads_say(world: World, subjects: dict[str, int]) -> None:
    looked_at = 0
    for reader, (actor, reach) in readers(world).items():
        for name, one in subjects.items():
            single = answer(
                lambda one=one, actor=actor, reach=reach: (
                    door.subject(one, actor=actor, reach=reach),
                    door.standing_for(one, reach=reach),
                    door.members_of(one, reach=reach),
                    door.names_of(one, actor=actor, reach=reach),
                    door.identifiers_of(one, actor=actor, reach=reach),
                    door.merges_of(one, actor=actor, reach=reach),
                )
            )
            found = answer(lambda one=one, actor=actor, reach=reach: door.portrait(one, actor=actor, reach=reach))
            if isinstance(found, str):
                assert found == single, (reader, name)
                continue
            looked_at += 1
            past = found.history
            assert (found.head, found.stands, found.family, past.names, past.identifiers, past.merges) == single, (
                reader,
                name,
            )
            assert past == door.history_of(one, actor=actor, reach=reach)
    assert looked_at > 40


def test_what_is_hidden_costs_the_queries_of_what_is_not_there(world: World, subjects: dict[str, int]) -> None:
    for reader in ("public", "reporter.tax"):
        actor, reach = readers(world)[reader]
        counted = {}
        for name in ("hidden", "hidden, merged", "person", "missing"):
            with CaptureQueriesContext(connection) as queries, pytest.raises(SubjectUnknown):
                door.portrait(subjects[name], actor=actor, reach=reach)
            counted[name] = len(queries)
        assert len(set(counted.values())) == 1, (reader, counted)


def test_a_code_of_a_hidden_subject_costs_the_queries_of_a_code_nobody_has(
    world: World, subjects: dict[str, int]
) -> None:
    actor, reach = readers(world)["public"]
    counted = []
    for number in (31, 32, 99):
        with CaptureQueriesContext(connection) as queries:
            assert door.by_code(firm_code(number), actor=actor, reach=reach) is None
        with CaptureQueriesContext(connection) as searched:
            assert door.search(firm_code(number), reach=reach).items == ()
        counted.append((len(queries), len(searched)))
    assert len(set(counted)) == 1, counted


def test_a_registered_subject_is_known_without_asking_any_record(world: World) -> None:
    reach = publicity.public_reach(legal_date(world.now))
    with CaptureQueriesContext(connection) as queries:
        door.portrait(world.subjects["云禾"], actor=PUBLIC, reach=reach)
    assert len(queries) == 5
    assert not any("publicity_publication" in one["sql"] or "records_version" in one["sql"] for one in queries)


def test_counts_of_a_page_are_those_of_all_records(world: World, now: datetime) -> None:
    made = report(world, 21)
    report(world, 21, "tax")
    publish(now + timedelta(minutes=1))
    on = legal_date(now)
    counted = publicity.counts([made], on=on)
    assert sum(counted.values()) == 2
    items = ("", *counted, "administrative-licence")
    for item, offset, limit in [(item, offset, limit) for item in items for offset in (0, 1) for limit in (1, 2, 20)]:
        found = publicity.counted_page([made], on=on, item=item, offset=offset, limit=limit)
        assert found == (counted, publicity.records_page([made], on=on, item=item, offset=offset, limit=limit))


def test_the_condition_of_a_day_that_is_kept_holds_no_rows_and_is_each_days_own(world: World, now: datetime) -> None:
    on, made = legal_date(now), report(world, 21)
    assert not public(on).filter(subject_id=made).exists()
    assert list(public(on)) == []
    publish(now)
    assert [row.subject_id for row in public(on)] == [made]
    assert list(public(on - timedelta(days=1))) == []
    assert list(public(on + timedelta(days=9999))) == []
    assert public(on) is not public(on)
