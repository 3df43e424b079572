"""Codes of merged subjects: nobody is judged by a merge it may not know of, nothing doubles, and undoing parts exactly."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

import pytest

from intake.cast import PENALTY, Row, as_csv, assert_sound, firm_code, load, penalty
from intake.reported_cast import CODE, NAME, NEVER_SEEN, compared, report, subject_of
from world import INIT, World
from xinheng.intake.door import check_row, enter_row, held
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import reach_of
from xinheng.records.door import by_document
from xinheng.subjects.door import WHOLE, change_code, history_of, merge, register_subject, search, subject, undo_merge
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

OWN: Final = "示例区同码贸易有限公司"
NUMBER: Final = "示税罚〔2026〕8号"


def unite(world: World, absorbed: int, kept: int | None = None) -> int:
    """The centre lets a registered business (by default 云禾) absorb a subject; returns the merge."""
    kept = world.subjects["云禾"] if kept is None else kept
    return merge(kept=kept, absorbed=absorbed, reason="同一企业", actor=world.actor("operator"), now=world.now).merge_id


def by_tax(world: World, **changed: str | None) -> Row:
    return penalty(world, 8, unit="tax", **{"CF_XDR_MC": OWN, "CF_XDR_SHXYM": CODE, "CF_WSH": NUMBER, **changed})


def without_ids(answer: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in answer.items() if k not in ("batch", "record_id", "version_id", "held_id")}


def typed(world: World, row: Row) -> dict[str, Any]:
    actor = world.actor("reporter.tax")
    checked = check_row(item=PENALTY, texts=row, actor=actor, now=world.now)
    entered = enter_row(item=PENALTY, texts=row, actor=actor, now=world.now)
    return {
        "checked": without_ids(asdict(checked)),
        "entered": without_ids(asdict(entered)),
        "held": len(held(actor).items),
    }


def filed(world: World, row: Row) -> dict[str, Any]:
    first = load(world, as_csv([row]), unit="tax").to_json()
    again = load(world, as_csv([row]), unit="tax").to_json()
    return {"first": without_ids(first), "again": without_ids(again)}


@pytest.mark.parametrize("hand_in", [typed, filed])
@pytest.mark.parametrize("changed", [{}, {"CF_XDR_LB": "个体工商户"}, {"CF_XDR_MC": NAME}, {"CF_SY": "无"}])
def test_a_code_that_the_centre_merged_unregistered_is_judged_as_if_nobody_had_known_it(
    world: World, hand_in: Callable[[World, Row], dict[str, Any]], changed: dict[str, str]
) -> None:
    def ask(subject_id: int) -> dict[str, Any]:
        if subject_id != NEVER_SEEN:
            unite(world, subject_id)
        return hand_in(world, by_tax(world, **changed))

    answers = compared(world, ask)
    assert b"E107" not in b"".join(answers.values())


def test_two_hidden_subjects_that_were_merged_are_two_to_another_department(world: World) -> None:
    def ask(subject_id: int) -> dict[str, Any]:
        first = typed(world, by_tax(world, CF_XDR_SHXYM=firm_code(70)))
        if subject_id != NEVER_SEEN:
            unite(world, subject_of(firm_code(70)), subject_id)
        # The same document number for another code: the warning about it must not turn into a correction.
        return {"first": first, "other code": typed(world, by_tax(world))}

    assert b"W202" in compared(world, ask)["other code"]


def test_what_a_unit_reported_before_a_merge_is_recognised_after_it(world: World) -> None:
    made = report(world)
    [record] = by_document("示市监罚〔2026〕7号", actor=world.actor("reporter.market"))
    unite(world, made)
    row = penalty(world, 7, CF_XDR_MC=NAME, CF_XDR_SHXYM=CODE)
    done = load(world, as_csv([row]))
    assert (done.counts.accepted, done.counts.unchanged, list(done.errors)) == (1, 1, [])
    again = enter_row(item=PENALTY, texts=row, actor=world.actor("reporter.market"), now=world.now)
    assert (again.standing, again.record_id) == ("unchanged", record.record_id)
    assert_sound()


def registered(world: World, number: int, name: str) -> int:
    draft = SubjectDraft(SubjectKind.LEGAL_PERSON, Scheme.USCC, firm_code(number), name, "登记机关")
    return register_subject(draft=draft, actor=INIT, now=world.now).subject_id


@pytest.mark.parametrize("way", ["file", "typed"])
def test_records_of_merged_entries_are_found_under_either_code_and_never_doubled(world: World, way: str) -> None:
    one, two = registered(world, 31, "示例区并甲商贸有限公司"), registered(world, 32, "示例区并乙商贸有限公司")
    row = penalty(world, 32, CF_XDR_MC="示例区并乙商贸有限公司")
    [before] = [enter_row(item=PENALTY, texts=row, actor=world.actor("reporter.market"), now=world.now)]
    unite(world, two, one)
    other = {**row, "CF_XDR_SHXYM": firm_code(31), "CF_NR": "处以罚款人民币5000元整。"}
    actor = world.actor("reporter.market")
    if way == "typed":
        again = enter_row(item=PENALTY, texts=row, actor=actor, now=world.now)
        corrected = enter_row(item=PENALTY, texts=other, reason="更正代码", actor=actor, now=world.now)
        assert [again.standing, corrected.standing] == ["unchanged", "correction"]
    else:
        assert load(world, as_csv([row])).counts.unchanged == 1
        assert load(world, as_csv([other]), reason="更正代码").counts.superseded == 1
    versions = by_document("示市监罚〔2026〕32号", actor=actor)
    assert {version.record_id for version in versions} == {before.record_id}
    assert {version.subject_id for version in versions} == {two}


def test_two_rows_of_one_file_under_two_codes_of_one_subject_are_one(world: World) -> None:
    one, two = registered(world, 31, "示例区并甲商贸有限公司"), registered(world, 32, "示例区并乙商贸有限公司")
    unite(world, two, one)
    rows = [
        penalty(world, 31, CF_XDR_MC="示例区并甲商贸有限公司", CF_WSH="示市监罚〔2026〕31号"),
        penalty(world, 32, CF_XDR_MC="示例区并乙商贸有限公司", CF_WSH="示市监罚〔2026〕31号"),
    ]
    done = load(world, as_csv(rows))
    assert done.counts.accepted == 1
    assert [(error["row"], error["code"]) for error in done.errors] == [(3, "E111")]


def test_undoing_a_merge_parts_what_was_reported_meanwhile_by_code(world: World) -> None:
    one, two = registered(world, 31, "示例区并甲商贸有限公司"), registered(world, 32, "示例区并乙商贸有限公司")
    merge_id = unite(world, two, one)
    rows = [
        penalty(world, 31, CF_XDR_MC="示例区并乙商贸有限公司"),
        penalty(world, 32, CF_XDR_MC="示例区并甲商贸有限公司"),
    ]
    # Names of either are names of the one that stands.
    assert load(world, as_csv(rows)).counts.accepted == 2
    undo_merge(merge_id=merge_id, reason="两家企业", actor=world.actor("operator"), now=world.now)
    actor = world.actor("reporter.market")
    held_by = {n: by_document(f"示市监罚〔2026〕{n}号", actor=actor)[0].subject_id for n in (31, 32)}
    assert held_by == {31: one, 32: two}
    assert_sound()


def test_a_name_of_any_absorbed_entry_passes_in_a_file_as_it_does_typed(world: World) -> None:
    ids = [registered(world, n, f"示例区并{n}商贸有限公司") for n in (41, 42, 43)]
    for absorbed in ids[1:]:
        unite(world, absorbed, ids[0])
    row = penalty(world, 42, CF_XDR_MC="示例区并43商贸有限公司")
    answer = check_row(item=PENALTY, texts=row, actor=world.actor("reporter.market"), now=world.now)
    assert (answer.taken.value, load(world, as_csv([row])).counts.accepted) == ("accepted", 1)


def test_once_the_register_gives_the_code_to_who_absorbed_it_it_is_judged_by_the_register(world: World) -> None:
    made = report(world)
    unite(world, made)
    stands = world.subjects["云禾"]
    change_code(
        subject_id=stands,
        scheme=Scheme.USCC,
        code=CODE,
        valid_from=legal_date(world.now),
        actor=world.actor("operator"),
        now=world.now + timedelta(minutes=1),
    )
    answer = check_row(item=PENALTY, texts=by_tax(world), actor=world.actor("reporter.tax"), now=world.now)
    assert [problem["code"] for problem in answer.problems] == ["E107"]
    right = by_tax(world, CF_XDR_MC=subject(stands, actor=PUBLIC).name)
    entered = enter_row(item=PENALTY, texts=right, actor=world.actor("reporter.tax"), now=world.now)
    [version] = by_document(NUMBER, actor=world.actor("reporter.tax"))
    assert (entered.taken.value, version.subject_id) == ("accepted", stands)
    assert_sound()


def test_whoever_sees_all_units_finds_what_was_reported_under_the_merged_code_with_the_one_that_stands(
    world: World,
) -> None:
    unite(world, report(world))
    typed(world, by_tax(world))
    assert [hit.id for hit in search(OWN, reach=WHOLE).items] == [world.subjects["云禾"]]


def test_reads_after_the_own_report_tell_nothing_of_a_merge_that_was_before(world: World) -> None:
    actor = world.actor("reporter.tax")

    def ask(subject_id: int) -> dict[str, Any]:
        if subject_id != NEVER_SEEN:
            unite(world, subject_id)
        typed(world, by_tax(world))
        reach = reach_of(actor, legal_date(world.now))
        [version] = by_document(NUMBER, actor=actor)
        hits = [asdict(hit) for text in (CODE, OWN, NAME) for hit in search(text, reach=reach).items]
        head = asdict(subject(version.subject_id, actor=actor, reach=reach))
        return {
            "hits": [hit | {"id": 0} for hit in hits],
            "head": head | {"id": 0},
            "history": history_of(version.subject_id, actor=actor, reach=reach),
        }

    compared(world, ask)
