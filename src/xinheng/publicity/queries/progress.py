"""How far publicity is: numbers without content, for whoever watches the platform."""

from xinheng.publicity import models


def read_up_to() -> int:
    """The number of the last entry of the ledger that was decided about. Cost: one query."""
    return models.Cursor.objects.filter(id=1).values_list("number", flat=True).first() or 0


def without_final_deadline() -> int:
    """Publications whose deadline stands on a calendar that is not there yet. Cost: one query by index."""
    return models.Publication.objects.filter(deadline_provisional=True).count()
