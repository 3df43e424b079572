"""A department hands in every item of the catalogue: received, loaded, on the subject's page and in the public lists as the item says."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from journeys.handing import as_csv, hand_in, reporter, row, sender_of, text
from kinds import firm_code, firm_name
from world import World
from xinheng.catalogue.readers.edition import package_edition
from xinheng.intake.batch.check import check_file
from xinheng.intake.door import enter_row
from xinheng.intake.values.receipts import Taken
from xinheng.kernel.actor import PUBLIC
from xinheng.publicity.door import public_reach
from xinheng.records.door import Asked, archive
from xinheng.subjects.door import by_code, subject
from xinheng.subjects.values import RegisterState

EDITION = package_edition("demo")
CODES = [item.code for item in EDITION.items]
PUBLIC_ITEMS = [code for code in CODES if EDITION.open_level(code, "legal_person") == "public"]
SECTIONS = {"administrative-licence": "/licences", "administrative-penalty": "/penalties"}


def address(item: str) -> str:
    """Where the public records of an item are listed."""
    return SECTIONS.get(item, f"/lists/{item}")


def test_every_item_is_loaded_and_stands_in_the_archive_of_its_subject(world: World, visitor: Client) -> None:
    for number, code in enumerate(CODES, 1):
        done = hand_in(world, code, [row(world, code, number), row(world, code, number + 100)])
        assert (done.status, done.counts.accepted, done.errors) == ("done", 2, done.errors), code
        assert {error["effect"] for error in done.errors} <= {"warn", "block"}, code
    operator = world.actor("operator")
    for number, code in enumerate(CODES, 1):
        found = by_code(firm_code(number), actor=operator)
        assert found is not None, code
        [kept] = archive([found.id], Asked(), actor=operator)
        assert kept.current.item == code
        page = visitor.get(f"/subjects/{found.id}")
        listed = visitor.get(address(code))
        if code in PUBLIC_ITEMS:
            assert firm_name(number) in text(listed), code
            assert EDITION.item(code).name in text(page), code
        else:
            # Nothing is public of it, not even that there is such a subject; a list of it does not exist.
            assert (page.status_code, listed.status_code) == (404, 404), code


def test_the_page_of_all_lists_leads_to_every_public_item(world: World, visitor: Client) -> None:
    shown = text(visitor.get("/lists"))
    for code in CODES:
        assert (f'href="{address(code)}"' in shown) == (code in PUBLIC_ITEMS), code
        assert visitor.get(f"/catalogue/{code}").status_code == 200
        assert EDITION.item(code).name in text(visitor.get("/catalogue"))


@pytest.mark.parametrize("code", CODES)
def test_what_is_typed_by_hand_gets_the_same_answer_as_a_file(code: str, world: World) -> None:
    sender = sender_of(world, code)
    done = enter_row(item=code, texts=row(world, code, 1), actor=reporter(world, sender), now=world.now)
    assert (done.taken, done.standing) == (Taken.ACCEPTED, "new")
    again = hand_in(world, code, [row(world, code, 1)])
    assert again.counts.unchanged == 1


@pytest.mark.parametrize("code", [code for code in CODES if EDITION.item(code).submitters])
def test_who_is_not_entitled_cannot_hand_in_what_only_others_may(code: str, world: World) -> None:
    stranger = "court" if "court" not in EDITION.item(code).submitters else "tax"
    wrong = row(world, code, 1, sender=stranger)
    done = hand_in(world, code, [wrong], sender=stranger)
    assert done.counts.rejected == 1
    assert {"E110"} == {error["code"] for error in done.errors if error["effect"] == "reject"}
    typed = enter_row(item=code, texts=wrong, actor=reporter(world, stranger), now=world.now)
    assert typed.taken is Taken.REJECTED


@pytest.mark.parametrize("code", CODES)
def test_a_file_of_another_item_is_told_apart_by_its_header(code: str, world: World, tmp_path: Path) -> None:
    for other in CODES:
        path = tmp_path / f"{other}.csv"
        path.write_text(as_csv(EDITION.item(other), [row(world, other, 1)]), encoding="utf-8")
        refused = check_file(path, code, world.now.date(), edition=EDITION)
        assert (refused.reason in ("F09", "F11")) == (other != code), (code, other, refused.message)


def test_the_register_enters_renames_and_confirms_subjects(world: World) -> None:
    operator = world.actor("operator")
    # A penalty came first: its subject is only reported. The register knows it, another one, and the new name of 云禾.
    hand_in(world, "administrative-penalty", [row(world, "administrative-penalty", 1)])
    reported = by_code(firm_code(1), actor=operator)
    assert reported is not None
    assert reported.state is RegisterState.PROVISIONAL
    known = subject(world.subjects["云禾"], actor=operator)
    renamed = row(world, "subject-register", 3) | {"DJ_XDR_MC": "示例区云禾实业有限公司", "DJ_XDR_SHXYM": known.code}
    done = hand_in(
        world, "subject-register", [row(world, "subject-register", 1), row(world, "subject-register", 2), renamed]
    )
    assert done.counts.accepted == 3
    states = {number: by_code(firm_code(number), actor=operator) for number in (1, 2)}
    assert all(one is not None and one.state is RegisterState.REGISTERED for one in states.values())
    assert states[2] is not None
    assert states[2].founded is not None
    assert subject(known.id, actor=operator).name == "示例区云禾实业有限公司"
    # What names are compared with is the register: E107 holds another name, and lets the new one pass.
    for name, held in (("示例区别家机械有限公司", 1), ("示例区云禾实业有限公司", 0)):
        said = row(world, "administrative-inspection", 9) | {"JC_XDR_MC": name, "JC_XDR_SHXYM": known.code}
        done = hand_in(world, "administrative-inspection", [said])
        assert done.counts.held == held, name


def test_what_the_register_says_besides_the_name_is_followed_too(world: World) -> None:
    operator, first = world.actor("operator"), row(world, "subject-register", 1)
    hand_in(world, "subject-register", [first])
    moved = first | {"DJ_BGLX": "变更登记", "DJ_HY": "批发和零售业", "DJ_HZRQ": "2026/11/20"}
    hand_in(world, "subject-register", [moved], now=world.now + timedelta(days=1))
    found = by_code(firm_code(1), actor=operator)
    assert found is not None
    assert found.industry == "批发和零售业"
    typed = moved | {"DJ_XZQH": "990199", "DJ_HZRQ": "2026/11/21"}
    done = enter_row(item="subject-register", texts=typed, actor=reporter(world, "market"), now=world.now)
    assert done.taken is Taken.ACCEPTED, done
    found = by_code(firm_code(1), actor=operator)
    assert found is not None
    assert (found.industry, found.division) == ("批发和零售业", "990199")


@pytest.mark.parametrize("way", ["file", "typed"])
def test_what_another_registrar_confirmed_earlier_names_nobody_back(way: str, world: World) -> None:
    operator, first = world.actor("operator"), row(world, "subject-register", 1)
    hand_in(world, "subject-register", [first | {"DJ_XDR_MC": "示例区新名实业有限公司", "DJ_HZRQ": "2026/11/20"}])
    # The region has two registrars, each with a record of its own.
    older = row(world, "subject-register", 1, sender="approval") | {"DJ_XDR_MC": "示例区旧名实业有限公司"}
    older |= {"DJ_CLRQ": "2020/01/02", "DJ_HZRQ": "2026/11/02"}
    if way == "file":
        assert hand_in(world, "subject-register", [older], sender="approval").counts.accepted == 1
    else:
        done = enter_row(item="subject-register", texts=older, actor=reporter(world, "approval"), now=world.now)
        assert done.taken is Taken.ACCEPTED, done
    found = by_code(firm_code(1), actor=operator)
    assert found is not None
    assert found.name == "示例区新名实业有限公司"


def test_a_later_state_of_the_register_needs_no_reason_and_an_earlier_one_does(world: World) -> None:
    first = row(world, "subject-register", 1)
    hand_in(world, "subject-register", [first])
    later = world.now + timedelta(days=3)
    gone = first | {"DJ_BGLX": "注销登记", "DJ_ZT": "注销", "DJ_HZRQ": "2026/11/20"}
    assert hand_in(world, "subject-register", [gone], now=later).counts.superseded == 1
    stale = first | {"DJ_HZRQ": "2026/11/18", "DJ_NR": "食品销售"}
    done = hand_in(world, "subject-register", [stale], now=later)
    assert (done.counts.held, [error["code"] for error in done.errors]) == (1, ["E114"])


def test_what_only_departments_share_stays_unknown_to_the_public(world: World) -> None:
    hand_in(world, "utility-payment", [row(world, "utility-payment", 1)])
    hand_in(world, "court-judgment", [row(world, "court-judgment", 2)])
    for number in (1, 2):
        assert by_code(firm_code(number), actor=PUBLIC, reach=public_reach(world.now.date())) is None
