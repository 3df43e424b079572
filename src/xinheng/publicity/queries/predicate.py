"""The one predicate of publication, in SQL. `rules.is_public` says the same in plain words."""

from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from xinheng.publicity import models
from xinheng.records.door import is_current, is_hidden


def decided() -> QuerySet[models.Publication]:
    """Decisions that may be read at all (their run is ready) about versions that are their record's latest."""
    return models.Publication.objects.filter(is_current("version"), run__ready=True)


def within_term(on: date) -> Q:
    """Shown by decision, and the day lies in its term; both ends belong to it."""
    return Q(shown=True, public_from__lte=on) & (Q(public_until=None) | Q(public_until__gte=on))


def public_since(day: date, on: date) -> QuerySet[models.Publication]:
    """Of what the public sees on a day, what it has seen since exactly `day`: so asked, the index leads to any place of that day."""
    if day > on:
        return models.Publication.objects.none()
    term = Q(shown=True, public_from=day) & (Q(public_until=None) | Q(public_until__gte=on))
    return decided().filter(term).exclude(is_hidden(on))


def public(on: date) -> QuerySet[models.Publication]:
    """What the public sees on a day: in its term, the latest version, and no mark that ends publication."""
    # Every page asks this several times, and to build the condition takes longer than to ask it. What is kept is never asked itself.
    return _public(on).all()


@lru_cache(maxsize=16)
def _public(on: date) -> QuerySet[models.Publication]:
    return decided().filter(within_term(on)).exclude(is_hidden(on))
