"""What an objection is about and how it stands; the case itself is read through `procedures`."""

from xinheng.kernel.actor import Actor
from xinheng.objections.models import Objection
from xinheng.objections.values import About, Finding, ObjectionView, Outcome
from xinheng.procedures.door import case


def objection(case_id: int, *, actor: Actor, secret: str = "") -> ObjectionView:
    """The objection of a case, for who may see the case. Cost: six queries. Raises: CaseUnknown."""
    case(case_id, actor=actor, secret=secret)
    return _view(Objection.objects.select_related("contested", "stopped").get(case_id=case_id))


def _view(row: Objection) -> ObjectionView:
    return ObjectionView(
        row.case_id,
        row.record_id,
        row.version_id,
        About(row.about),
        Finding(row.finding) if row.finding else None,
        Outcome(row.outcome) if row.outcome else None,
        row.contested.since if row.contested is not None else None,
        row.stopped.since if row.stopped is not None else None,
    )
