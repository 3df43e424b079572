"""A number written into whatever column of a penalty or a licence is not stored readable, nor once a reviewer releases the row."""

from collections.abc import Callable
from datetime import datetime

import pytest

from intake.cast import (
    LICENCE,
    PENALTY,
    Row,
    as_csv,
    assert_sound,
    codes_of,
    licence,
    load,
    penalty,
    resident_number,
)
from privacy.places import look_everywhere
from privacy.planting import FULL_WIDTH
from privacy.searching import Search
from world import World, furnish
from xinheng.catalogue.door import package_edition
from xinheng.intake.door import enter_row, held, release, send_back
from xinheng.intake.values.receipts import Taken
from xinheng.kernel.identifiers import uscc

BORN = "19710909"


@pytest.fixture
def world(transactional_db: None, now: datetime) -> World:
    return furnish(now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("item", "make"), [(PENALTY, penalty), (LICENCE, licence)])
def test_a_number_in_any_column_is_not_stored_readable(
    world: World, item: str, make: Callable[[World, int], Row]
) -> None:
    codes = [each.code for each in package_edition("demo").item(item).fields]
    numbers = [resident_number(place, BORN) for place in range(1, len(codes) + 1)]
    rows = [make(world, place) | {code: numbers[place - 1]} for place, code in enumerate(codes, start=1)]
    done = load(world, as_csv(rows, item), item=item)
    assert done.counts.accepted > 5
    search = Search(numbers)
    look_everywhere(search)
    clear = {codes[numbers.index(number)] for found in search.found.values() for number in found}
    assert clear == set(), search.found
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_number_that_passes_as_a_credit_code_is_handed_back_and_kept_nowhere(world: World) -> None:
    every = (resident_number(place, BORN) for place in range(1, 1000))
    numbers = [number for number in every if uscc.is_valid(number)][:5]
    done = load(world, as_csv([penalty(world, n, CF_XDR_SHXYM=number) for n, number in enumerate(numbers, 1)]))
    assert (done.counts.rejected, codes_of(done)) == (5, [(n, "E104", "reject") for n in range(2, 7)])
    reporter = world.actor("reporter.market")
    typed = enter_row(item=PENALTY, texts=penalty(world, 9, CF_XDR_SHXYM=numbers[0]), actor=reporter, now=world.now)
    assert typed.taken is Taken.REJECTED
    search = Search(numbers)
    look_everywhere(search)
    search.text("receipt", f"{done.to_json()} {typed}")
    assert search.found == {}
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_business_is_not_known_by_the_number_of_its_owner(world: World) -> None:
    number = resident_number(99, BORN)
    written = [number, number.lower(), f"{number[:6]} {number[6:]}", f"个体{number}", number.translate(FULL_WIDTH)]
    changed = {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": None}
    rows = [penalty(world, n, **changed, CF_XDR_GSZC=text) for n, text in enumerate(written, 1)]
    done = load(world, as_csv(rows))
    assert (done.counts.rejected, held(world.actor("reviewer")).items) == (len(rows), ())
    search = Search([number])
    look_everywhere(search)
    assert search.found == {}
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_number_in_the_reason_of_settling_is_not_stored_readable(world: World) -> None:
    numbers = [resident_number(place, BORN) for place in (201, 202)]
    load(world, as_csv([penalty(world, place, CF_NR_FK="20000") for place in (1, 2)]))
    first, second = held(world.actor("reviewer")).items
    send_back(held_id=first.id, reason=f"与{numbers[0]}不符", actor=world.actor("operator"), now=world.now)
    release(held_id=second.id, reason=f"已核对{numbers[1]}", actor=world.actor("reviewer"), now=world.now)
    search = Search(numbers)
    look_everywhere(search)
    assert search.found == {}
