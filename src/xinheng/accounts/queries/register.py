"""Reads of the register of queries: for auditors all of it, for a subject what concerns itself."""

from typing import Any

from xinheng.accounts import models
from xinheng.accounts.values import Query, QueryFilter, QueryKind, QueryPage
from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed

LARGEST_PAGE = 500


def queries_page(filters: QueryFilter, actor: Actor) -> QueryPage:
    """One page of the register, newest first.

    Raises: NotAllowed without `accounts.read_queries`. Cost: one query.
    """
    if not actor.may("accounts.read_queries"):
        raise NotAllowed("accounts.queries_page", "accounts.read_queries")
    limit = max(1, min(filters.limit, LARGEST_PAGE))
    rows = list(_rows().filter(**_conditions(filters)).order_by("-id")[: limit + 1])
    items = tuple(to_query(row, named=True) for row in rows[:limit])
    return QueryPage(items, items[-1].id if len(rows) > limit else None)


def queries_of_subject(subject_id: int, actor: Actor) -> tuple[Query, ...]:
    """Who looked at one subject, newest first: the latest 500.

    The subject itself (an actor on its behalf) learns unit, moment, purpose and fields, not the official's name; an auditor
    learns that too. Raises: NotAllowed for anybody else. Cost: one query. Source: PIPL art. 44–45.
    """
    auditing = actor.may("accounts.read_queries")
    if not auditing and actor.on_behalf_of != subject_id:
        raise NotAllowed("accounts.queries_of_subject", "accounts.read_queries")
    rows = _rows().filter(subject_id=subject_id).order_by("-id")[:LARGEST_PAGE]
    return tuple(to_query(row, named=auditing) for row in rows)


def _rows() -> Any:
    return models.Query.objects.select_related("person", "unit")


def _conditions(filters: QueryFilter) -> dict[str, Any]:
    """The filter as Django's conditions, those that are None left out."""
    asked = {
        "person_id": filters.person_id,
        "unit_id": filters.unit_id,
        "subject_id": filters.subject_id,
        "kind": filters.kind,
        "personal": filters.personal,
        "at__gte": filters.since,
        "at__lt": filters.until,
        "id__lt": filters.before,
    }
    return {name: value for name, value in asked.items() if value is not None}


def to_query(row: models.Query, *, named: bool) -> Query:
    """A line of the register; unnamed, as the subject itself sees it: the unit, not the official."""
    return Query(
        id=row.id,
        at=row.at,
        unit_id=row.unit_id,
        unit_name=row.unit.name if row.unit else "",
        person_id=row.person_id if named else None,
        person_name=row.person.name if named and row.person else "",
        subject_id=row.subject_id,
        kind=QueryKind(row.kind),
        personal=row.personal,
        purpose=row.purpose,
        reference=row.reference if named else "",
        fields=tuple(row.fields),
        scope=row.scope if named else "",
        count=row.count,
    )
