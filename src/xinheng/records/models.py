"""Tables of the archive: the record's identity, its versions, its marks."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Q

from xinheng.records.values import MarkKind, Polarity
from xinheng.storage.models import AppendOnlyModel, LedgeredModel


class Record(models.Model):
    """The identity of a fact. It has no leaf of its own: every version's leaf binds its key."""

    item = models.CharField(max_length=60)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    key_hash = models.BinaryField(unique=True)

    class Meta:
        db_table = "records_record"


class Stated(Func):
    """The text that a version's stored content holds under a field's code; NULL where there is none.

    The code stands in the SQL itself: the databases use an index over it only where the words are the same.
    """

    output_field = models.CharField()

    def __init__(self, code: str) -> None:
        if not (code.isascii() and code.isidentifier()):
            raise ValueError(code)
        super().__init__(F("content"))
        self.code = code

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """For SQLite."""
        return super().as_sql(compiler, connection, template=f"JSON_EXTRACT(%(expressions)s, '$.{self.code}')", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """For PostgreSQL."""
        template = f"((%(expressions)s)::jsonb ->> '{self.code}')"
        return super().as_sql(compiler, connection, template=template, **extra)


class Version(AppendOnlyModel):
    """What was known about a fact from a ledger number on. Written once; a later `seq` supersedes it when its run is ready."""

    ledger_table = "records.version/1"
    ledger_related = ("record",)
    ledger_same = (("record__item", "item"), ("record__unit", "unit"))
    ledger_fields = (
        "record__key_hash",
        "seq",
        "item",
        "polarity",
        "subject",
        "subject_kind",
        "unit",
        "authority_name",
        "authority_code",
        "source_name",
        "source_code",
        "document_title",
        "document_number",
        "act_date",
        "valid_from",
        "valid_to",
        "kinds",
        "amount_cents",
        "confiscation_cents",
        "state",
        "content",
        "content_hash",
        "blocks",
        "reason",
        "received_at",
        "batch_id",
        "row_number",
        "permit",
        "permit_rank",
        "permit_from",
        "permit_to",
    )

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.SmallIntegerField()
    item = models.CharField(max_length=60)
    polarity = models.CharField(max_length=8)
    # No constraint and no own index where `ledger verify` and the composite ones do the work: this is the table of bulk loads.
    subject = models.ForeignKey(
        "subjects.Subject", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    subject_kind = models.CharField(max_length=24)
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    authority_name = models.CharField(max_length=200, blank=True)
    authority_code = models.CharField(max_length=18, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    source_code = models.CharField(max_length=18, blank=True)
    document_title = models.CharField(max_length=200, blank=True)
    document_number = models.CharField(max_length=200, blank=True)
    act_date = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    kinds = models.CharField(max_length=300, blank=True)
    amount_cents = models.BigIntegerField(null=True)
    confiscation_cents = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, blank=True)
    content = models.TextField()
    content_hash = models.BinaryField()
    blocks = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    batch_id = models.BigIntegerField(null=True)
    row_number = models.IntegerField(null=True)
    permit = models.ForeignKey(
        "catalogue.Permit", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    permit_rank = models.IntegerField(null=True)
    permit_from = models.DateField(null=True)
    permit_to = models.DateField(null=True)

    class Meta(AppendOnlyModel.Meta):
        db_table = "records_version"
        constraints = [
            models.UniqueConstraint(fields=["record", "seq"], name="records_version_seq"),
            models.CheckConstraint(
                name="records_version_polarity", condition=Q(polarity__in=[polarity.value for polarity in Polarity])
            ),
            models.CheckConstraint(
                name="records_harm_has_document",
                condition=~Q(polarity="harm")
                | (Q(permit__isnull=False, act_date__isnull=False) & ~Q(document_number="")),
            ),
            models.CheckConstraint(
                name="records_harm_within_permit",
                condition=~Q(polarity="harm")
                | Q(permit_rank__isnull=False, act_date__gte=F("permit_from"), act_date__lte=F("permit_to")),
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "item"], name="records_version_subject"),
            models.Index(fields=["document_number"], name="records_version_document"),
            models.Index(fields=["run", "run_index"], name="records_version_run"),
            # Certificates by their last day; neither fines nor what never ends lies in it.
            models.Index(
                fields=["item", "valid_to"],
                name="records_version_last_day",
                condition=Q(polarity="neutral", valid_to__isnull=False),
            ),
            models.Index(fields=["record"], name="records_version_corrected", condition=Q(seq__gt=1)),
            # Certificates by the number on them, where it is not that of the decision.
            models.Index(Stated("XK_XKBH"), name="records_version_certificate", condition=Q(polarity="neutral")),
        ]


class Mark(LedgeredModel):
    """What has become of a record, from a day to a day (its last; open while it holds).

    One that was ended on its first day holds on none: its last day is the one before. A guard refuses any earlier one.
    """

    ledger_table = "records.mark/1"
    ledger_operations_only = True
    ledger_fields = ("record", "kind", "since", "until", "reason", "basis")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=120, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "records_mark"
        constraints = [
            models.CheckConstraint(name="records_mark_kind", condition=Q(kind__in=[kind.value for kind in MarkKind])),
        ]
