"""Tables of objections: what a case of the procedure is about, and which marks follow from it."""

from django.db import models
from django.db.models import Q

from xinheng.objections.values import About, Finding, Outcome
from xinheng.storage.guards import Guard, no_delete, refuse
from xinheng.storage.models import LedgeredModel


class Objection(LedgeredModel):
    """An objection to a record, in the version of that day. `contested` and `stopped` are the marks it set on the record."""

    ledger_table = "objections.objection/1"
    ledger_operations_only = True
    ledger_fields = ("case", "record", "version", "about", "finding", "outcome", "contested", "stopped")

    case = models.OneToOneField("procedures.Case", on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("records.Version", on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.CharField(max_length=12)
    finding = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    contested = models.ForeignKey("records.Mark", null=True, on_delete=models.PROTECT, related_name="+")
    stopped = models.ForeignKey("records.Mark", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(LedgeredModel.Meta):
        db_table = "objections_objection"
        constraints = [
            models.CheckConstraint(name="objections_about", condition=Q(about__in=[each.value for each in About])),
            models.CheckConstraint(
                name="objections_finding", condition=Q(finding__in=["", *(each.value for each in Finding)])
            ),
            models.CheckConstraint(
                name="objections_outcome", condition=Q(outcome__in=["", *(each.value for each in Outcome)])
            ),
        ]
        indexes = [models.Index(fields=["record", "outcome"], name="objections_record")]


GUARDS: tuple[Guard, ...] = (
    no_delete("objections_objection"),
    refuse(
        "objections_objection_ends_once",
        "objections_objection",
        "UPDATE",
        "OLD.outcome <> '' OR NEW.record_id <> OLD.record_id OR NEW.case_id <> OLD.case_id OR NEW.version_id <> OLD.version_id",
        "an objection is answered once",
    ),
)
"""What the database refuses by itself."""
