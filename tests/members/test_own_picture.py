"""A business sees all of its own archive and nothing of anybody else's; it objects in its own name to what nobody is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake import cast
from members.agents import SECOND, agent, invited, issued, use
from objections.contested import draft, shown_penalty
from world import World, penalty, publish
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed
from xinheng.members.door import agents, session_actor
from xinheng.members.values import ClaimRefused, Scope
from xinheng.objections.door import drop, submit
from xinheng.objections.values import OPEN_AT_MOST, OWN_AT_MOST, TooMany
from xinheng.procedures.door import case, own_cases
from xinheng.procedures.values import CaseUnknown
from xinheng.publicity.door import own_head, own_picture, own_record
from xinheng.publicity.values import NotPublic
from xinheng.records.door import Asked, archive, enter, mark
from xinheng.records.door import record as archived
from xinheng.records.values import MarkKind, RecordUnknown
from xinheng.subjects import door as subjects
from xinheng.subjects.values import PersonalField, PersonDraft, Scheme


def on(world: World):  # type: ignore[no-untyped-def]
    return legal_date(world.now)


def withdrawn(world: World) -> int:
    """A penalty that nobody is shown any more."""
    record_id = shown_penalty(world, number="示市监罚〔2026〕2号")
    mark(
        record_id=record_id,
        kind=MarkKind.WITHDRAWN,
        reason="决定已撤销",
        basis="行政处罚法第四十八条第二款",
        actor=world.actor("reporter.market"),
        now=world.now,
        on=on(world),
    )
    publish(world.now)
    return record_id


def test_the_own_picture_holds_what_is_shown_and_what_is_not(world: World) -> None:
    first = agent(world)
    shown, hidden = shown_penalty(world), withdrawn(world)
    other = shown_penalty(world, number="示市监罚〔2026〕3号", subject="清岚")
    picture = own_picture(actor=first.actor, on=on(world))
    assert picture.head.name == "示例区云禾商贸有限公司"
    assert {one.record_id for one in picture.records} == {shown, hidden}
    assert {record: line.stage.value for record, line in picture.lines.items()} == {shown: "late", hidden: "withdrawn"}
    assert own_record(hidden, actor=first.actor, on=on(world))[0].record_id == hidden
    with pytest.raises(RecordUnknown):
        own_record(other, actor=first.actor, on=on(world))


def test_who_acts_for_nobody_reads_nothing(world: World) -> None:
    record_id = shown_penalty(world)
    first = agent(world)
    for actor in (
        PUBLIC,
        world.actor("operator"),
        replace(first.actor, on_behalf_of=None),
        replace(first.actor, permissions=frozenset({"members.account"})),
    ):
        with pytest.raises(NotAllowed):
            own_picture(actor=actor, on=on(world))
        with pytest.raises(NotAllowed):
            own_head(actor=actor)
        with pytest.raises(NotAllowed):
            own_record(record_id, actor=actor, on=on(world))


def test_a_member_reads_no_archive_but_the_own_through_any_door(world: World) -> None:
    first = agent(world)
    other = shown_penalty(world, subject="清岚")
    assert archive([world.subjects["清岚"]], Asked(), actor=first.actor) == ()
    with pytest.raises(RecordUnknown):
        archived(other, actor=first.actor)


def test_records_of_a_merged_subject_belong_to_the_picture(world: World) -> None:
    first = agent(world, subject="清岚")
    record_id = shown_penalty(world)
    subjects.merge(
        kept=world.subjects["清岚"],
        absorbed=world.subjects["云禾"],
        reason="同一企业",
        actor=world.actor("operator"),
        now=world.now,
    )
    assert [one.record_id for one in own_picture(actor=first.actor, on=on(world)).records] == [record_id]


def test_who_acted_for_a_merged_subject_acts_for_nobody_until_the_merge_is_undone(world: World) -> None:
    first, other = agent(world), agent(world, SECOND, subject="清岚")
    code = issued(world)
    done = subjects.merge(
        kept=world.subjects["清岚"],
        absorbed=world.subjects["云禾"],
        reason="同一企业",
        actor=world.actor("operator"),
        now=world.now,
    )
    assert first.actor.on_behalf_of is None
    assert other.actor.on_behalf_of == world.subjects["清岚"]
    assert [one.login for one in agents(world.subjects["清岚"], actor=other.actor, now=world.now)] == [SECOND]
    with pytest.raises(ClaimRefused):
        use(world, code, "agent.third")
    subjects.undo_merge(merge_id=done.merge_id, reason="不是同一企业", actor=world.actor("operator"), now=world.now)
    assert first.actor.on_behalf_of == world.subjects["云禾"]
    assert {one.login for one in agents(world.subjects["清岚"], actor=other.actor, now=world.now)} == {SECOND}


def test_a_case_goes_with_the_record_it_is_about(world: World) -> None:
    kept, record_id = agent(world, subject="清岚"), shown_penalty(world)
    merged = subjects.merge(
        kept=world.subjects["清岚"],
        absorbed=world.subjects["云禾"],
        reason="同一企业",
        actor=world.actor("operator"),
        now=world.now,
    )
    done = submit(draft=draft(record_id), actor=kept.actor, now=world.now)
    assert [one.id for one in own_cases(actor=kept.actor)] == [done.case_id]
    subjects.undo_merge(merge_id=merged.merge_id, reason="不是同一企业", actor=world.actor("operator"), now=world.now)
    own = agent(world, SECOND)
    assert own_cases(actor=kept.actor) == ()
    assert [one.id for one in own_cases(actor=own.actor)] == [done.case_id]


def test_strangers_objections_never_take_the_room_of_the_subjects_own(world: World) -> None:
    own, record_id = agent(world), shown_penalty(world)
    for _time in range(OPEN_AT_MOST):
        submit(draft=draft(record_id), actor=PUBLIC, now=world.now)
    with pytest.raises(TooMany):
        submit(draft=draft(record_id), actor=PUBLIC, now=world.now)
    for _time in range(OWN_AT_MOST):
        submit(draft=draft(record_id), actor=own.actor, now=world.now)
    with pytest.raises(TooMany):
        submit(draft=draft(record_id), actor=own.actor, now=world.now)


def test_a_business_objects_to_what_nobody_is_shown_and_follows_without_a_code(world: World) -> None:
    first = agent(world)
    hidden = withdrawn(world)
    with pytest.raises(NotPublic):
        submit(draft=draft(hidden), actor=PUBLIC, now=world.now)
    done = submit(draft=draft(hidden), actor=first.actor, now=world.now)
    assert [one.id for one in own_cases(actor=first.actor)] == [done.case_id]
    assert case(done.case_id, actor=first.actor).number == done.number
    drop(case_id=done.case_id, actor=first.actor, now=world.now)
    assert own_cases(actor=first.actor)[0].state.ends


def test_another_business_knows_of_no_case_that_is_not_its_own(world: World) -> None:
    first, other = agent(world), agent(world, "agent.other", subject="清岚")
    done = submit(draft=draft(shown_penalty(world)), actor=first.actor, now=world.now)
    assert own_cases(actor=other.actor) == ()
    for look in (case, drop):
        with pytest.raises(CaseUnknown):
            look(done.case_id, actor=other.actor) if look is case else drop(
                case_id=done.case_id, actor=other.actor, now=world.now
            )
    with pytest.raises(RecordUnknown):
        submit(draft=draft(shown_penalty(world, number="示市监罚〔2026〕9号")), actor=other.actor, now=world.now)


def test_who_may_only_look_objects_to_nothing(world: World) -> None:
    first = agent(world)
    viewer = use(world, invited(first), SECOND)
    record_id = shown_penalty(world)
    with pytest.raises(NotAllowed):
        submit(draft=draft(record_id), actor=viewer.actor, now=world.now)
    done = submit(draft=draft(record_id), actor=first.actor, now=world.now)
    assert case(done.case_id, actor=viewer.actor).id == done.case_id
    with pytest.raises(NotAllowed):
        drop(case_id=done.case_id, actor=viewer.actor, now=world.now)


def test_a_person_sees_the_own_name_in_full_and_loses_it_with_the_erasure(world: World) -> None:
    entered = subjects.enter_person(
        draft=PersonDraft(Scheme.ID18, cast.resident_number(1), "丙某某", "示例区登记机关"),
        actor=world.actor("operator"),
        now=world.now,
    )
    world.subjects["丙"] = entered.subject_id
    oneself = agent(world, subject="丙")
    assert own_head(actor=oneself.actor).name == "丙某某"
    subjects.erase_person(
        subject_id=entered.subject_id, reason="本人申请", actor=world.actor("reviewer"), now=world.now
    )
    assert oneself.actor.on_behalf_of is None


def test_whoever_acts_for_a_business_does_not_read_its_representatives_document(world: World) -> None:
    first, mine = agent(world), world.subjects["云禾"]
    number = cast.resident_number(1)
    [token] = subjects.seal_personal(mine, {PersonalField.ID_NUMBER: number}).values()
    seen = subjects.personal(mine, [token], first.actor)[token]
    assert seen.masked
    assert number not in seen.text


def test_a_chosen_subject_holds_only_while_its_authorisation_does(world: World) -> None:
    first = agent(world)
    code = issued(world, subject="清岚")
    from xinheng.members.door import claim, revoke_agency

    second = claim(number=code.number, code=code.code, draft=None, actor=first.actor, now=world.now)

    def acting_for(agency: int) -> int | None:
        later = world.now + timedelta(minutes=1)
        found = session_actor(
            member_id=first.done.member_id, agency_id=agency, signed_in_at=world.now, seen_at=later, now=later
        )
        return found.actor.on_behalf_of

    assert acting_for(second.agency_id) == world.subjects["清岚"]
    assert acting_for(999_999) == world.subjects["云禾"]
    revoke_agency(agency_id=second.agency_id, reason="离职", actor=world.actor("operator"), now=world.now)
    assert acting_for(second.agency_id) == world.subjects["云禾"]


def test_hidden_content_is_readable_only_with_the_scope(world: World) -> None:
    first = agent(world, scopes=frozenset({Scope.VIEW}))
    entered = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now)
    assert own_record(entered.record_id, actor=first.actor, on=on(world))[1] is None
