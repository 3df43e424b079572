"""Tables of repair: which record an application is about, how it ended, and the mark that followed."""

from django.db import models
from django.db.models import Q

from xinheng.repair.values import RepairDecision
from xinheng.storage.guards import Guard, no_delete, refuse
from xinheng.storage.models import LedgeredModel


class Application(LedgeredModel):
    """An application for the repair of a record, in the version of that day. `procedure` is the key of the rules it was made under."""

    ledger_table = "repair.application/1"
    ledger_operations_only = True
    ledger_fields = ("case", "record", "version", "procedure", "outcome", "repaired")

    case = models.OneToOneField("procedures.Case", on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("records.Version", on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12, blank=True)
    repaired = models.ForeignKey("records.Mark", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(LedgeredModel.Meta):
        db_table = "repair_application"
        constraints = [
            models.CheckConstraint(
                name="repair_application_outcome",
                condition=Q(outcome__in=["", *(each.value for each in RepairDecision)]),
            ),
            # Granted without the mark would be a word without effect.
            models.CheckConstraint(
                name="repair_application_repaired",
                condition=Q(outcome="granted", repaired__isnull=False) | (~Q(outcome="granted") & Q(repaired=None)),
            ),
            models.UniqueConstraint(fields=["record"], condition=Q(outcome=""), name="repair_application_once"),
        ]


GUARDS: tuple[Guard, ...] = (
    no_delete("repair_application"),
    refuse(
        "repair_application_ends_once",
        "repair_application",
        "UPDATE",
        "OLD.outcome <> '' OR NEW.record_id <> OLD.record_id OR NEW.case_id <> OLD.case_id OR NEW.version_id <> OLD.version_id",
        "an application is decided once",
    ),
)
"""What the database refuses by itself."""
