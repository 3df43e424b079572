"""Reads of second factors: who has one, who must have one, which rules were set."""

from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import DateField, DateTimeField, Exists, Expression, Field, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xinheng.accounts import models
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.rules.factor import FactorRule, OwnFactor
from xinheng.accounts.values import Role
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed

_now: ContextVar[datetime] = ContextVar("now")


class _Now(Expression):
    """The moment a statement is asked about, put in when it is sent: with a moment inside, it had to be built anew each time."""

    def __init__(self, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        moment: Any = _now.get()
        if isinstance(self.output_field, DateTimeField):
            return "%s", [connection.ops.adapt_datetimefield_value(moment)]
        return "%s", [connection.ops.adapt_datefield_value(legal_date(moment))]


@cache
def _with_factor() -> "QuerySet[models.Person]":
    """People with their unit, and the columns `factor_changed_at`, `has_factor`, `owes_factor` (by the rules in force today)."""
    own = models.Factor.objects.filter(person=OuterRef("pk"))
    latest = own.order_by("-id").values(changed=Coalesce("ended_at", "confirmed_at"))[:1]
    rule = models.FactorPolicy.objects.filter(role=OuterRef("role"), from_on__lte=_Now(DateField())).order_by("-id")
    owing = models.RoleGrant.objects.filter(in_force(_Now(DateTimeField())), person=OuterRef("pk")).annotate(
        asked=Subquery(rule.values("required")[:1])
    )
    return models.Person.objects.select_related("unit").annotate(
        factor_changed_at=Subquery(latest, output_field=DateTimeField()),
        has_factor=Exists(own.filter(ended_at=None)),
        owes_factor=Exists(owing.filter(asked=True)),
    )


def person_with_factor(person_id: int, now: datetime) -> models.Person | None:
    """An account with its unit and what is said of its second factor at a moment; None where there is none. Cost: one query.

    Every request of the workbench asks this; the statement is built once, which took twice as long as to answer it.
    """
    token = _now.set(now)
    try:
        return _with_factor().filter(id=person_id).first()
    finally:
        _now.reset(token)


def open_factor(person_id: int) -> models.Factor | None:
    """The factor of a person that holds, for operations. Cost: one query."""
    return models.Factor.objects.filter(person_id=person_id, ended_at=None).first()


def own_factor(actor: Actor, now: datetime) -> OwnFactor:
    """What the actor's own second factor is. Cost: three queries at most. Raises: NotAllowed for whoever is no person."""
    if actor.kind != "person" or actor.id is None:
        raise NotAllowed("accounts.own_factor", "accounts.enrol_factor")
    row = person_with_factor(actor.id, now)
    factor = open_factor(actor.id)
    left = models.RecoveryCode.objects.filter(factor=factor).count() if factor else 0
    return OwnFactor(factor.confirmed_at if factor else None, left, bool(getattr(row, "owes_factor", False)))


def factor_holders(actor: Actor) -> frozenset[int]:
    """The ids of people whose second factor holds. Cost: one query. Raises: NotAllowed without `accounts.read_people`."""
    if not actor.may("accounts.read_people"):
        raise NotAllowed("accounts.factor_holders", "accounts.read_people")
    return frozenset(models.Factor.objects.filter(ended_at=None).values_list("person_id", flat=True))


def factor_rules(actor: Actor) -> tuple[FactorRule, ...]:
    """Every rule that was set about who must have a second factor, newest first.

    Raises: NotAllowed without `accounts.read_people`. Cost: one query.
    """
    if not actor.may("accounts.read_people"):
        raise NotAllowed("accounts.factor_rules", "accounts.read_people")
    rows = models.FactorPolicy.objects.select_related("set_by").order_by("-id")
    return tuple(
        FactorRule(Role(row.role), row.required, row.from_on, row.reason, row.set_at, row.set_by.name) for row in rows
    )
