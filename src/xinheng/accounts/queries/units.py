"""Reads of units. What a unit is called and where it is found is public: people must know whom to turn to."""

from datetime import date

from django.db.models import Q

from xinheng.accounts import models
from xinheng.accounts.rules.scope import visible_prefix
from xinheng.accounts.values import Unit, UnitKind, UnitUnknown
from xinheng.kernel.actor import Actor


def unit_row(unit_id: int) -> models.Unit:
    """The row of a unit, for operations. Raises: UnitUnknown. Cost: one query."""
    row = models.Unit.objects.filter(id=unit_id).first()
    if row is None:
        raise UnitUnknown("accounts.unit_unknown", f"没有编号为 {unit_id} 的单位")
    return row


def unit(unit_id: int) -> Unit:
    """One unit, closed or not. Public. Raises: UnitUnknown. Cost: one query."""
    return to_unit(unit_row(unit_id))


def unit_by_code(code: str) -> Unit:
    """The unit with a unified social credit code, closed or not. Public. Raises: UnitUnknown. Cost: one query."""
    row = models.Unit.objects.filter(code=code).first()
    if row is None:
        raise UnitUnknown("accounts.unit_unknown", f"单位名录中没有代码为“{code}”的单位")
    return to_unit(row)


def unit_directory(on: date | None = None) -> dict[str, int]:
    """Code → id of every unit active on a legal date; without a date, of every unit that has no last day. Public.

    Cost: one query, one row a unit.
    """
    active = Q(active_to=None) if on is None else Q(active_from__lte=on) & (Q(active_to=None) | Q(active_to__gte=on))
    return dict(models.Unit.objects.filter(active).values_list("code", "id"))


def unit_names() -> dict[int, str]:
    """Id → name of every unit there ever was, in order of name: for readers who choose whose acts they want. Public. Cost: one query."""
    return dict(models.Unit.objects.order_by("name", "id").values_list("id", "name"))


def unit_kinds(on: date) -> dict[str, UnitKind]:
    """Code → kind of every unit active on a legal date. Public. Cost: one query, one row a unit."""
    active = Q(active_from__lte=on) & (Q(active_to=None) | Q(active_to__gte=on))
    return {code: UnitKind(kind) for code, kind in models.Unit.objects.filter(active).values_list("code", "kind")}


def active_units(on: date) -> tuple[Unit, ...]:
    """Every unit active on a legal date, a parent before its children. Public. Cost: one query, one row a unit."""
    rows = models.Unit.objects.filter(Q(active_from__lte=on) & (Q(active_to=None) | Q(active_to__gte=on)))
    return tuple(sorted(map(to_unit, rows), key=_tree_order))


def ids_under(prefix: str) -> tuple[int, ...]:
    """The ids of the units whose path begins so. Public. Cost: one query."""
    return tuple(models.Unit.objects.filter(path__startswith=prefix).values_list("id", flat=True))


def units(actor: Actor) -> tuple[Unit, ...]:
    """The units an actor has to do with, a parent before its children: the own subtree; for offices of the whole, all.

    Cost: one query.
    """
    prefix = "/" if actor.may("accounts.read_people") else visible_prefix(actor)
    if prefix is None:
        return ()
    return tuple(sorted(map(to_unit, models.Unit.objects.filter(path__startswith=prefix)), key=_tree_order))


def _tree_order(item: Unit) -> tuple[int, ...]:
    return tuple(int(step) for step in item.path.strip("/").split("/"))


def to_unit(row: models.Unit) -> Unit:
    """A row as a value."""
    return Unit(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=UnitKind(row.kind),
        parent_id=row.parent_id,
        path=row.path,
        address=row.address,
        telephone=row.telephone,
        active_from=row.active_from,
        active_to=row.active_to,
    )
