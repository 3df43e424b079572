"""How much there is of batches and held rows: numbers without content, for whoever watches the platform."""

from django.db.models import Count

from xinheng.intake import models
from xinheng.intake.values.batches import BatchState, HeldState


def batches_by_state() -> dict[BatchState, int]:
    """How many batches stand where, zero for none. Cost: one query."""
    found = dict(models.Batch.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state.value, 0) for state in BatchState}


def held_rows() -> int:
    """How many held rows wait for a decision, over all units. Cost: one query."""
    return models.Held.objects.filter(state=HeldState.HELD.value, run__ready=True).count()
