"""Whom a row is about: registered, provisional, under an old code, or nobody the register knows."""

import pytest

from intake.cast import PENALTY, as_csv, assert_sound, codes_of, firm_code, load, penalty
from world import INIT, World, business_code
from xinheng.intake.batch import store
from xinheng.intake.door import check_row, held, release
from xinheng.intake.operations import judging
from xinheng.intake.values.receipts import Counts
from xinheng.kernel.identifiers import gs15
from xinheng.records.door import by_document
from xinheng.subjects.door import by_code, register_subject
from xinheng.subjects.values import RegisterState, Scheme, SubjectDraft, SubjectKind

OLD_NUMBER = "99010100000001" + gs15.check_digit("99010100000001")


def test_a_registered_subject_is_found_and_its_name_compared(world: World) -> None:
    known = business_code(1)
    rows = [
        penalty(
            world, 1, CF_XDR_SHXYM=known, CF_XDR_MC="示例区云禾商贸（有限公司）".replace("（", "").replace("）", "")
        ),
        penalty(world, 2, CF_XDR_SHXYM=known, CF_XDR_MC="示例区别家机械有限公司"),
    ]
    done = load(world, as_csv(rows))
    assert codes_of(done) == [(3, "E107", "hold")]
    [version] = by_document("示市监罚〔2026〕1号", actor=world.actor("reviewer"))
    assert version.subject_id == world.subjects["云禾"]
    [waiting] = held(world.actor("reviewer")).items
    release(held_id=waiting.id, reason="企业已更名，尚未变更登记", actor=world.actor("reviewer"), now=world.now)
    [released] = by_document("示市监罚〔2026〕2号", actor=world.actor("reviewer"))
    assert released.subject_id == world.subjects["云禾"]


def test_an_unknown_code_makes_one_provisional_subject(world: World) -> None:
    rows = [penalty(world, n, CF_XDR_SHXYM=firm_code(77)) for n in range(1, 4)]
    load(world, as_csv(rows), chunk=2)
    page = by_code(firm_code(77), actor=world.actor("reviewer"))
    assert page is not None
    assert page.state is RegisterState.PROVISIONAL
    found = {by_document(f"示市监罚〔2026〕{n}号", actor=world.actor("reviewer"))[0].subject_id for n in range(1, 4)}
    assert found == {page.id}


def test_an_unknown_code_waits_where_the_register_is_complete(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (store, judging):
        monkeypatch.setattr(module, "register_complete", lambda _: True)
    row = penalty(world, 1)
    assert codes_of(load(world, as_csv([row]))) == [(2, "E107", "hold")]
    typed = check_row(item=PENALTY, texts=row, actor=world.actor("reporter.market"), now=world.now)
    assert [problem["code"] for problem in typed.problems] == ["E107"]
    assert by_code(firm_code(1), actor=world.actor("reviewer")) is None


def test_one_record_under_two_codes_of_its_subject_waits(world: World) -> None:
    code = firm_code(5, "92")
    draft = SubjectDraft(
        SubjectKind.INDIVIDUAL_BUSINESS,
        Scheme.USCC,
        code,
        "示例区小荷面馆",
        "登记机关",
        more_codes=((Scheme.GS15, OLD_NUMBER),),
    )
    register_subject(draft=draft, actor=INIT, now=world.now)
    shop = {"CF_XDR_LB": "个体工商户", "CF_XDR_MC": "示例区小荷面馆"}
    rows = [
        penalty(world, 1, **shop, CF_XDR_SHXYM=code),
        penalty(world, 1, **shop, CF_XDR_SHXYM=None, CF_XDR_GSZC=OLD_NUMBER),
    ]
    done = load(world, as_csv(rows))
    assert done.counts == Counts(rows=2, accepted=1, held=1)
    assert codes_of(done) == [(3, "E111", "hold")]
    assert "第 2 行" in done.errors[0]["message"]
    assert_sound()
