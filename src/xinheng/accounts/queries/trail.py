"""Reading the audit trail: the numbered runs of the ledger, with the names of units beside them."""

from collections.abc import Iterable

from xinheng.accounts import models
from xinheng.accounts.queries.register import LARGEST_PAGE
from xinheng.accounts.values import AuditFilter, AuditLine, AuditPage
from xinheng.kernel.actor import Actor
from xinheng.ledger import door as ledger
from xinheng.ledger.values import Header


def trail(filters: AuditFilter, actor: Actor) -> AuditPage:
    """One page of the audit trail, newest first. Only numbered entries are seen, as by every reader of the ledger.

    Raises: NotAllowed without `ledger.read`. Cost: two queries, three for the history of one row (which is one page).
    """
    if filters.table and filters.row_id is not None:
        history = ledger.history_of(filters.table, filters.row_id, actor=actor)
        return AuditPage(_lines((entry.number, entry.run_id, 1, entry.header) for entry in reversed(history)), None)
    limit = max(1, min(filters.limit, LARGEST_PAGE))
    wanted = ledger.TrailFilter(
        operation=filters.operation,
        actor_id=filters.actor_id,
        unit_id=filters.unit_id,
        since=filters.since,
        until=filters.until,
        before=filters.before,
    )
    runs = ledger.trail(wanted, actor=actor, limit=limit + 1)
    items = _lines((run.first, run.id, run.count, run.header) for run in runs[:limit])
    return AuditPage(items, items[-1].number if len(runs) > limit else None)


def _lines(runs: Iterable[tuple[int, int, int, Header]]) -> tuple[AuditLine, ...]:
    found = list(runs)
    wanted = {header.unit_id for *_, header in found if header.unit_id is not None}
    names = dict(models.Unit.objects.filter(id__in=wanted).values_list("id", "name"))
    return tuple(
        AuditLine(
            number=number,
            run_id=run_id,
            count=count,
            operation=header.operation,
            at=header.at,
            actor_kind=header.actor_kind,
            actor_id=header.actor_id,
            actor_name=header.actor_name,
            unit_id=header.unit_id,
            unit_name=names.get(header.unit_id, "") if header.unit_id is not None else "",
            payload=header.payload,
        )
        for number, run_id, count, header in found
    )
