"""What the placeholders in `pages` stand for: a subject, a record, a batch, a held row of the running demonstration."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from xinheng.accounts.door import actor_by_login, alerts_page, people, sampled_looks, samples, tokens, unit_by_code
from xinheng.catalogue.door import current_edition, load_profile
from xinheng.console.demo import codes
from xinheng.console.demo.acts import PENALTY
from xinheng.console.demo.cast import LEAD
from xinheng.console.demo.register import cast_code
from xinheng.console.installation import region_of
from xinheng.console.pages import AUDITOR, OPERATOR, REPORTER, REVIEWER, SYSTEM_ADMIN
from xinheng.intake.door import batches, held
from xinheng.intake.values.batches import BatchFilter, HeldFilter
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Refused
from xinheng.publicity.door import latest
from xinheng.records.door import Asked, archive
from xinheng.subjects.door import by_code, merges_of, provisional

NOBODY: Final = "0"
"""Where there is no such thing: the page says so, and the picture shows it."""
SAMPLE_PERSON: Final = codes.identity_number(date(1979, 11, 3), 21)
"""The person in the sample file, as invented as everybody else."""
LOOKED_AT: Final = "inspector"
"""The account that pages about people show."""


def targets(now: datetime) -> dict[str, str]:
    """The placeholders with their values. Cost: about twenty queries.

    Raises: Refused where this database holds no demonstration.
    """
    on, operator = legal_date(now), actor_by_login(OPERATOR, now)
    head = by_code(cast_code("hanqiao"), actor=PUBLIC)
    lines = latest(PENALTY, on=on, limit=1).items
    if head is None or not lines:
        raise Refused("console.no_demo", "本库没有演示数据：请先运行 xinheng demo")
    batch = batches(actor_by_login(REPORTER, now), BatchFilter(limit=1)).items
    waiting = held(actor_by_login(REVIEWER, now), HeldFilter(limit=1)).items
    return {
        "subject": str(head.id),
        "record": str(lines[0].record_id),
        "own_record": _first(one.record_id for one in archive([head.id], Asked(), actor=operator)),
        "basis": current_edition(on).bases[0].key,
        "batch": _first(one.id for one in batch),
        "held": _first(one.id for one in waiting),
        "provisional": _first(one.id for one in provisional(actor=operator, limit=1).items),
        "merge": _first(one.id for one in merges_of(head.id, actor=operator)),
        "person_subject": _person_subject(operator),
        **_withdrawn(operator),
        **_accounts(now),
        **_watched(actor_by_login(AUDITOR, now)),
    }


def _accounts(now: datetime) -> dict[str, str]:
    code = next(unit.code for unit in load_profile(region_of()).units if unit.key == LEAD)
    known = people(actor_by_login(SYSTEM_ADMIN, now), now)
    return {
        "unit": str(unit_by_code(code).id),
        "token": _first(one.id for one in tokens(actor_by_login("security.admin", now), now)),
        "person": _first(person.id for person in known if person.login == LOOKED_AT),
    }


def _watched(auditor: Actor) -> dict[str, str]:
    """An alert, and a look-up of the newest sample."""
    drawn = samples(auditor)[:1]
    return {
        "alert": _first(one.id for one in alerts_page(auditor, limit=1).items),
        "sample": _first(one.id for one in drawn),
        "sampled": _first(look.id for one in drawn for look in sampled_looks(one.id, auditor)),
    }


def _withdrawn(operator: Actor) -> dict[str, str]:
    head = by_code(cast_code("weixing"), actor=operator)
    records = archive([head.id], Asked(), actor=operator) if head else ()
    marks = [(one.record_id, mark.id) for one in records for mark in one.marks]
    return {"withdrawn": _first(one for one, _ in marks), "mark": _first(one for _, one in marks)}


def _person_subject(operator: Actor) -> str:
    """The natural person of the sample file."""
    head = by_code(SAMPLE_PERSON, actor=operator.for_purpose("data-quality"))
    return str(head.id) if head else NOBODY


def _first(some: Iterable[object]) -> str:
    return str(next(iter(some), NOBODY))
