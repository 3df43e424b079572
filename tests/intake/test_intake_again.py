"""What follows a second send: unchanged, a correction with its reason, or a person who settles it."""

from datetime import timedelta

import pytest

from intake.cast import (
    LICENCE,
    as_csv,
    as_workbook,
    assert_sound,
    codes_of,
    everything,
    licence,
    load,
    penalty,
    person,
    resident_number,
)
from world import World, business_code
from xinheng.intake import models
from xinheng.intake.door import held, held_row, release, send_back
from xinheng.intake.values.batches import HeldFilter, HeldKind, HeldState
from xinheng.intake.values.errors import HeldUnknown, IntakeInvalid, NotPossible, Settled
from xinheng.intake.values.receipts import Counts
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed
from xinheng.records.door import by_document, record

NUMBER = "示市监罚〔2026〕1号"
BLOCKED_AND_HELD = [(2, "E113", "block"), (2, "E114", "hold")]


def amounts(world: World) -> list[int | None]:
    """The fines stored under the first document number, the latest first."""
    reader = world.actor("reporter.market")
    [version] = by_document(NUMBER, actor=reader)
    kept = record(version.record_id, actor=reader)
    return [one.core.amount_cents for one in (kept.current, *kept.earlier)]


def higher(world: World, **changed: str | None) -> dict[str, str | None]:
    return penalty(world, 1, CF_NR_FK="0.6", CF_NR="处以罚款人民币6000元。", **changed)


def test_the_same_file_again_is_unchanged(world: World) -> None:
    content = as_csv([*(penalty(world, n) for n in range(1, 6)), person(world, 7)])
    load(world, content)
    again = load(world, content)
    assert again.counts == Counts(rows=6, accepted=6, unchanged=6)
    assert_sound()


def test_other_content_without_a_reason_waits(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    again = load(world, as_csv([higher(world)]))
    assert codes_of(again) == [(2, "E114", "hold")]
    assert again.counts == Counts(rows=1, held=1)
    assert amounts(world) == [500_000]
    [waiting] = held(world.actor("reporter.market")).items
    assert (waiting.kind, waiting.codes, waiting.row) == (HeldKind.REASON, ("E114",), 2)


@pytest.mark.parametrize("where", ["batch", "column"])
def test_a_correction_of_what_is_not_shown_needs_only_its_reason(world: World, where: str) -> None:
    blocked = {"BZ": "商业秘密"}
    load(world, as_csv([penalty(world, 1, **blocked)]))
    row = higher(world, **blocked)
    if where == "batch":
        again = load(world, as_csv([row]), reason="金额录入有误")
    else:
        again = load(world, as_csv([{**row, "更正原因": "金额录入有误"}], more=["更正原因"]))
    assert again.counts == Counts(rows=1, accepted=1, superseded=1)
    assert amounts(world) == [600_000, 500_000]
    [version] = by_document(NUMBER, actor=world.actor("reporter.market"))
    assert version.reason == "金额录入有误"
    assert_sound()


@pytest.mark.parametrize("said", ["无", "—", "\u200b", "\ufeff / ", "\x00", "&nbsp;"])
def test_a_reason_that_says_nothing_is_none(world: World, said: str) -> None:
    blocked = {"BZ": "商业秘密"}
    load(world, as_csv([penalty(world, 1, **blocked)]))
    row = {**higher(world, **blocked), "更正原因": said}
    for again in (load(world, as_csv([row], more=["更正原因"])), load(world, as_csv([row]), reason=said)):
        assert codes_of(again) == BLOCKED_AND_HELD
    waiting = held(world.actor("reviewer")).items[0]
    for decide in (release, send_back):
        with pytest.raises(IntakeInvalid, match="处理意见"):
            decide(held_id=waiting.id, reason=said, actor=world.actor("reviewer"), now=world.now)


def test_a_reason_is_kept_without_what_no_database_can_hold(world: World) -> None:
    load(world, as_csv([penalty(world, 1, BZ="商业秘密")]))
    row = {**higher(world, BZ="商业秘密"), "更正原因": "金额\x00录入\u200b有误\ufffd"}
    assert load(world, as_csv([row], more=["更正原因"])).counts == Counts(rows=1, accepted=1, superseded=1)
    [version] = by_document(NUMBER, actor=world.actor("reporter.market"))
    assert version.reason == "金额录入有误"
    assert_sound()


@pytest.mark.parametrize("error", ["#N/A", "=1/0"])
def test_a_formula_error_among_the_reasons_is_no_reason_and_the_other_rows_go_on(world: World, error: str) -> None:
    load(world, as_csv([penalty(world, n, BZ="商业秘密") for n in (1, 2)]))
    rows = [{**higher(world, BZ="商业秘密"), "更正原因": error}, penalty(world, 2, BZ="商业秘密")]
    again = load(world, as_workbook(rows, more=["更正原因"]), name="十一月.xlsx")
    assert codes_of(again)[:2] == BLOCKED_AND_HELD
    assert again.counts == Counts(rows=2, accepted=1, held=1, unchanged=1)


def test_of_two_reasons_that_differ_neither_is_taken_and_no_number_of_a_person_is_told(world: World) -> None:
    load(world, as_csv([penalty(world, 1, BZ="商业秘密")]))
    row = {**higher(world, BZ="商业秘密"), "更正原因": f"身份证{resident_number(7)}录入有误", "更正理由": "另一原因"}
    again = load(world, as_csv([row], more=["更正理由", "更正原因"]))
    assert codes_of(again) == BLOCKED_AND_HELD
    told = next(one for one in again.normalised if one["rule"] == "doubled")
    assert told["to"] == "另一原因"
    assert resident_number(7) not in told["from"]


def test_a_correction_keeps_the_day_the_record_first_came_in(world: World) -> None:
    load(world, as_csv([penalty(world, 1, BZ="商业秘密")]))
    later = world.now + timedelta(days=30)
    again = load(world, as_csv([higher(world, BZ="商业秘密")]), reason="金额录入有误", now=later)
    assert "W201" not in [code for _, code, _ in codes_of(again)]
    [version] = by_document(NUMBER, actor=world.actor("reporter.market"))
    assert version.received_at == world.now
    new = load(world, as_csv([penalty(world, 2)]), now=later)
    assert [code for _, code, _ in codes_of(new)] == ["W201"]


def test_a_correction_of_shown_harm_waits_and_is_released_by_the_reviewer(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    again = load(world, as_csv([higher(world)]), reason="金额录入有误")
    assert codes_of(again) == [(2, "E114", "hold")]
    [waiting] = held(world.actor("reviewer")).items
    assert waiting.kind is HeldKind.CORRECTION
    done = release(held_id=waiting.id, reason="已核对决定书", actor=world.actor("reviewer"), now=world.now)
    assert (done.state, amounts(world)) == (HeldState.RELEASED, [600_000, 500_000])
    row = models.Held.objects.get(pk=waiting.id)
    assert (bytes(row.sealed), row.result_record) == (b"", done.record_id)
    assert_sound()


def waiting_corrections(world: World) -> list[int]:
    """Two corrections of what the public sees, sent one after the other; both wait."""
    load(world, as_csv([penalty(world, 1)]))
    for fine in ("0.6", "0.7"):
        yuan = int(float(fine) * 10_000)
        row = penalty(world, 1, CF_NR_FK=fine, CF_NR=f"处以罚款人民币{yuan}元。")
        assert codes_of(load(world, as_csv([row]), reason="金额录入有误")) == [(2, "E114", "hold")]
    return [item.id for item in sorted(held(world.actor("reviewer")).items, key=lambda item: item.id)]


def test_corrections_that_wait_are_released_in_the_order_they_came(world: World) -> None:
    first, second = waiting_corrections(world)
    for held_id in (first, second):
        release(held_id=held_id, reason="已核对决定书", actor=world.actor("reviewer"), now=world.now)
    assert amounts(world) == [700_000, 600_000, 500_000]
    assert_sound()


def test_an_older_correction_does_not_undo_a_newer_one(world: World) -> None:
    first, second = waiting_corrections(world)
    release(held_id=second, reason="已核对决定书", actor=world.actor("reviewer"), now=world.now)
    before = everything()
    with pytest.raises(NotPossible, match="又报送了同一决定的更正"):
        release(held_id=first, reason="已核对决定书", actor=world.actor("reviewer"), now=world.now)
    assert everything() == before
    assert amounts(world) == [700_000, 500_000]
    assert_sound()


def test_a_held_row_does_not_undo_a_correction_that_was_entered_since(world: World) -> None:
    """Sent with its own reason, held because the amount looks as if it were in yuan; meanwhile the unit corrected the record."""
    load(world, as_csv([penalty(world, 1, BZ="商业秘密")]))
    unclear = penalty(world, 1, BZ="商业秘密", CF_NR_FK="20000")
    assert load(world, as_csv([unclear]), reason="金额录入有误").counts.held == 1
    newest = penalty(world, 1, BZ="商业秘密", CF_NR_FK="0.7", CF_NR="处以罚款人民币7000元。")
    assert load(world, as_csv([newest]), reason="以决定书为准").counts.superseded == 1
    [waiting] = held(world.actor("reviewer")).items
    with pytest.raises(NotPossible, match="又报送了同一决定的更正"):
        release(held_id=waiting.id, reason="与执照一致", actor=world.actor("reviewer"), now=world.now)
    assert amounts(world) == [700_000, 500_000]


def test_only_a_reviewer_releases(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    load(world, as_csv([higher(world)]), reason="金额录入有误")
    [waiting] = held(world.actor("operator")).items
    for login in ("operator", "reporter.market"):
        with pytest.raises(NotAllowed):
            release(held_id=waiting.id, reason="核对", actor=world.actor(login), now=world.now)
    assert amounts(world) == [500_000]


def test_a_row_held_for_its_check_digit_enters_when_released(world: World) -> None:
    code = str(penalty(world, 1)["CF_XDR_SHXYM"])
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    done = load(world, as_csv([penalty(world, 1, CF_XDR_SHXYM=wrong)]))
    [waiting] = held(world.actor("reviewer")).items
    assert (waiting.batch_id, waiting.codes, waiting.kind) == (done.batch, ("E104",), HeldKind.CHECK)
    settled = release(held_id=waiting.id, reason="与执照一致", actor=world.actor("reviewer"), now=world.now)
    [version] = by_document(NUMBER, actor=world.actor("reviewer"))
    assert (version.record_id, version.batch_id, version.row_number) == (settled.record_id, done.batch, 2)
    with pytest.raises(Settled):
        release(held_id=waiting.id, reason="再次", actor=world.actor("reviewer"), now=world.now)
    assert_sound()


def test_a_release_waives_what_the_row_was_held_for_and_nothing_else(world: World) -> None:
    code = str(penalty(world, 1)["CF_XDR_SHXYM"])
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    load(world, as_csv([penalty(world, 1, CF_XDR_SHXYM=wrong)]))
    [waiting] = held(world.actor("reviewer")).items
    row = models.Held.objects.get(pk=waiting.id)
    from xinheng.intake.operations.entering import seal_row
    from xinheng.intake.operations.settling import opened

    content = opened(row)
    content["texts"]["CF_NR_FK"] = "20000"
    _reseal(row.pk, seal_row(row.unit_id, row.item, content))
    with pytest.raises(IntakeInvalid, match="E109"):
        release(held_id=waiting.id, reason="与执照一致", actor=world.actor("reviewer"), now=world.now)
    assert by_document(NUMBER, actor=world.actor("reviewer")) == ()


def _reseal(held_id: int, sealed: bytes) -> None:
    from hands import sql

    sql("UPDATE intake_held SET sealed = %s WHERE id = %s", sealed, held_id)


def test_a_row_sent_back_is_erased_and_stays_settled(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    load(world, as_csv([higher(world)]))
    [waiting] = held(world.actor("operator")).items
    with pytest.raises(IntakeInvalid):
        send_back(held_id=waiting.id, reason=" ", actor=world.actor("operator"), now=world.now)
    done = send_back(held_id=waiting.id, reason="请补充更正原因", actor=world.actor("operator"), now=world.now)
    assert done.state is HeldState.RETURNED
    assert held(world.actor("operator")).items == ()
    [settled] = held(world.actor("operator"), HeldFilter(state=None)).items
    assert (settled.decision_reason, settled.decided_name) == ("请补充更正原因", "业务员丙")
    assert held_row(waiting.id, world.actor("operator"), on=legal_date(world.now)).values == {}
    assert_sound()


def test_a_waiting_row_sent_again_does_not_wait_twice(world: World) -> None:
    load(world, as_csv([penalty(world, 1)]))
    content = as_csv([higher(world)])
    assert [load(world, content).counts.held for _ in range(3)] == [1, 1, 1]
    assert len(held(world.actor("reporter.market")).items) == 1
    assert_sound()


def test_a_held_row_shows_its_content_masked_unless_there_is_a_purpose(world: World) -> None:
    load(world, as_csv([person(world, 1)]))
    load(world, as_csv([person(world, 1, CF_NR_FK="0.6", CF_NR="罚款6000元")]))
    reader = world.actor("reporter.market")
    [waiting] = held(reader).items
    on = legal_date(world.now)
    masked = held_row(waiting.id, reader, on=on)
    assert (masked.values["CF_XDR_MC"], masked.values["CF_XDR_ZJHM"][6:14]) == ("丙*", "********")
    assert [problem["code"] for problem in masked.problems if problem["effect"] == "hold"] == ["E114"]
    shown = held_row(waiting.id, reader.for_purpose("supervision"), on=on)
    assert shown.values["CF_XDR_ZJHM"] == person(world, 1)["CF_XDR_ZJHM"]
    with pytest.raises(HeldUnknown):
        held_row(waiting.id, world.actor("reporter.tax"), on=on)


def test_two_rows_of_one_key_both_wait_and_can_both_be_settled(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1), higher(world)]))
    assert codes_of(done) == [(2, "E111", "hold"), (3, "E111", "hold")]
    first, second = held(world.actor("reviewer")).items
    release(held_id=first.id, reason="以此为准", actor=world.actor("reviewer"), now=world.now)
    with pytest.raises(NotPossible):
        release(held_id=second.id, reason="也放行", actor=world.actor("reviewer"), now=world.now)
    send_back(held_id=second.id, reason="以前一行为准", actor=world.actor("operator"), now=world.now)
    assert amounts(world) == [500_000]


def test_the_same_row_twice_is_taken_once(world: World) -> None:
    done = load(world, as_csv([penalty(world, 1), penalty(world, 1)]))
    assert done.counts == Counts(rows=2, accepted=1, rejected=1)
    assert codes_of(done) == [(3, "E111", "reject")]


def test_an_older_held_row_does_not_undo_what_was_sent_since(world: World) -> None:
    right = {**licence(world), "XK_XDR_SHXYM": business_code(1), "XK_XDR_MC": "示例区云禾商贸有限公司"}
    wrong = {**right, "XK_XDR_MC": "示例区云合商贸有限公司"}
    assert codes_of(load(world, as_csv([wrong], LICENCE), item=LICENCE)) == [(2, "E107", "hold")]
    assert load(world, as_csv([right], LICENCE), item=LICENCE).counts == Counts(rows=1, accepted=1)
    [waiting] = held(world.actor("reviewer")).items
    with pytest.raises(NotPossible, match="同一决定已经入库而内容不同"):
        release(held_id=waiting.id, reason="已核对", actor=world.actor("reviewer"), now=world.now)
    [stored] = by_document(str(right["XK_WSH"]), actor=world.actor("reviewer"))
    assert (stored.seq, stored.content["XK_XDR_MC"]) == (1, right["XK_XDR_MC"])
    send_back(held_id=waiting.id, reason="名称有误", actor=world.actor("reviewer"), now=world.now)
    assert_sound()
