"""The predicate in plain words and in SQL say the same; what is kept with a decision."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hands import by_hand
from world import World, furnish, licence, penalty, publish
from xinheng.publicity import models
from xinheng.publicity.queries.plan import decision_of
from xinheng.publicity.queries.predicate import public
from xinheng.publicity.rules import is_public
from xinheng.records.door import enter, hidden, mark
from xinheng.records.values import MarkKind

DAY = date(2026, 11, 21)
days = st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n))


@pytest.fixture
def publication(world: World, now: datetime) -> models.Publication:
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    return models.Publication.objects.get()


@dataclass(frozen=True)
class Case:
    """A decision, a mark (from, until) or none, and the day of asking."""

    shown: bool
    since: date
    until: date | None
    on: date
    mark: tuple[date, date | None] | None


spans = st.tuples(days, st.none() | days).map(lambda span: (span[0], max(span) if span[1] else None))  # type: ignore[type-var]
cases = st.builds(
    lambda shown, term, on, marked: Case(shown, *term, on, marked), st.booleans(), spans, days, st.none() | spans
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases)
def test_the_predicate_in_sql_and_in_words_are_equal(
    world: World, now: datetime, publication: models.Publication, case: Case
) -> None:
    by_hand(
        "UPDATE publicity_publication SET shown = %s, public_from = %s, public_until = %s",
        case.shown,
        case.since,
        case.until,
    )
    by_hand("DELETE FROM records_mark")
    if case.mark is not None:
        since, until = case.mark
        reviewer, record_id = world.actor("reviewer"), publication.record_id
        mark(record_id=record_id, kind=MarkKind.WITHDRAWN, reason="x", actor=reviewer, now=now, on=since)
        by_hand("UPDATE records_mark SET until = %s", until)
    publication.refresh_from_db()
    hides = publication.record_id in hidden([publication.record_id], on=case.on)
    words = is_public(decision_of(publication), on=case.on, current=True, hidden=hides)
    assert public(case.on).exists() is words


@pytest.mark.django_db
def test_what_is_kept_with_a_decision_to_show_says_what_its_end_follows_from(now: datetime) -> None:
    world = furnish(now)
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    enter(fact=licence(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    kept = dict(models.Publication.objects.values_list("item", "reason"))
    until = dict(models.Publication.objects.values_list("item", "public_until"))
    assert kept == {
        "administrative-penalty": f"R2026“一般”：公示至 {until['administrative-penalty']}",
        "administrative-licence": f"在有效期内公示，至 {until['administrative-licence']}",
    }
