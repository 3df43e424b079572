"""Tables of publicity: what was decided about each version, and how far the ledger was read."""

from django.db import models
from django.db.models import F, Q

from xinheng.storage.models import LedgeredModel


class Publication(LedgeredModel):
    """The decision about one version. Only a deadline ever changes, when a year's holiday notice comes."""

    ledger_table = "publicity.publication/1"
    ledger_fields = (
        "version",
        "record",
        "item",
        "subject",
        "shown",
        "public_from",
        "public_until",
        "rule",
        "reason",
        "bases",
        "tier",
        "edition",
        "deadline",
        "deadline_provisional",
        "calendar",
        "first_public_at",
    )

    version = models.OneToOneField("records.Version", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    item = models.CharField(max_length=60)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    shown = models.BooleanField()
    public_from = models.DateField(null=True)
    public_until = models.DateField(null=True)
    rule = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    bases = models.CharField(max_length=400, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    edition = models.CharField(max_length=64, blank=True)
    deadline = models.DateField(null=True)
    deadline_provisional = models.BooleanField()
    calendar = models.CharField(max_length=64, blank=True)
    first_public_at = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "publicity_publication"
        constraints = [
            models.CheckConstraint(
                name="publicity_shown_has_from", condition=Q(shown=False) | Q(public_from__isnull=False)
            ),
            models.CheckConstraint(
                name="publicity_days", condition=Q(public_until=None) | Q(public_until__gte=F("public_from"))
            ),
        ]
        indexes = [
            models.Index(fields=["item", "-public_from", "-id"], name="publicity_latest", condition=Q(shown=True)),
            models.Index(fields=["public_until"], name="publicity_ending", condition=Q(shown=True)),
            models.Index(fields=["deadline"], name="publicity_provisional", condition=Q(deadline_provisional=True)),
        ]


class Cursor(models.Model):
    """How far the ledger was read, and the bulk run under way. No domain state; it writes no entry."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    open_run = models.BigIntegerField(null=True)

    class Meta:
        db_table = "publicity_cursor"
        constraints = [models.CheckConstraint(name="publicity_cursor_only_one", condition=Q(id=1))]
