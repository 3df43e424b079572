"""Tables of intake: batches and held rows (ledgered), problems and receipts (the batch's digest binds the receipt)."""

from django.db import models
from django.db.models import Q

from xinheng.intake.rules.quality import BAD
from xinheng.intake.values.batches import BatchState, HeldKind, HeldState
from xinheng.storage.models import AppendOnlyModel, LedgeredModel


class Batch(LedgeredModel):
    """One file handed in by a unit. `upload` is the path of the sealed file below `uploads`, empty once erased."""

    ledger_table = "intake.batch/1"
    ledger_fields = (
        "unit",
        "item",
        "file_name",
        "file_hash",
        "size",
        "submitted_by",
        "received_at",
        "reason",
        "state",
        "refusal",
        "rows",
        "accepted",
        "held",
        "rejected",
        "unchanged",
        "superseded",
        "receipt_digest",
        "load_run",
        "upload",
        "finished_at",
        "erased_at",
    )

    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    file_hash = models.BinaryField()
    size = models.BigIntegerField()
    submitted_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12)
    refusal = models.CharField(max_length=60, blank=True)
    # Plain words for people; the code above is what the ledger binds.
    refusal_message = models.CharField(max_length=500, blank=True)
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    superseded = models.IntegerField(default=0)
    receipt_digest = models.BinaryField(default=b"")
    load_run = models.BigIntegerField(null=True)
    upload = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # The job that loads it; not bound, for a job is no domain state.
    job_id = models.BigIntegerField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "intake_batch"
        constraints = [
            models.CheckConstraint(name="intake_batch_state", condition=Q(state__in=[s.value for s in BatchState])),
            models.CheckConstraint(
                name="intake_batch_erased", condition=Q(erased_at=None) | Q(upload="", erased_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="intake_batch_unit_latest"),
            models.Index(fields=["finished_at"], name="intake_batch_to_erase", condition=~Q(upload="")),
        ]


class Problem(models.Model):
    """One problem of one row of a batch, value masked. Shown when the batch has ended."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    row = models.IntegerField()
    record = models.IntegerField()
    field = models.CharField(max_length=40)
    header = models.CharField(max_length=200, null=True)
    code = models.CharField(max_length=8)
    effect = models.CharField(max_length=8)
    message = models.TextField()
    value = models.TextField(null=True)

    class Meta:
        db_table = "intake_problem"
        indexes = [
            models.Index(fields=["batch", "id"], name="intake_problem_batch"),
            models.Index(fields=["batch", "code", "id"], name="intake_problem_code"),
        ]


class Held(LedgeredModel):
    """A row that waits for a person. `sealed` (what was written, encrypted) is erased when it is settled, so no leaf binds it.

    `fingerprint` is a keyed hash of unit, item and content: the same row sent again does not wait twice.
    """

    ledger_table = "intake.held/1"
    ledger_fields = (
        "batch",
        "unit",
        "item",
        "row",
        "record",
        "codes",
        "kind",
        "fingerprint",
        "received_at",
        "state",
        "decided_by",
        "decided_at",
        "decision_reason",
        "result_record",
        "result_version",
    )

    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    row = models.IntegerField(default=0)
    record = models.IntegerField(default=0)
    codes = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    fingerprint = models.BinaryField()
    received_at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")
    state = models.CharField(max_length=10)
    decided_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    result_record = models.BigIntegerField(null=True)
    result_version = models.BigIntegerField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "intake_held"
        constraints = [
            models.CheckConstraint(name="intake_held_state", condition=Q(state__in=[s.value for s in HeldState])),
            models.CheckConstraint(name="intake_held_kind", condition=Q(kind__in=[k.value for k in HeldKind])),
            models.CheckConstraint(
                name="intake_held_settled",
                condition=Q(state="held", decided_at=None) | (~Q(state="held") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="intake_held_erased", condition=Q(state="held") | Q(sealed=b"")),
        ]
        indexes = [
            models.Index(fields=["unit", "id"], name="intake_held_open", condition=Q(state="held")),
            models.Index(fields=["fingerprint"], name="intake_held_same", condition=Q(state="held")),
            models.Index(fields=["run"], name="intake_held_run"),
        ]


class Answer(models.Model):
    """Row `row` of a batch takes the place of a row that waits: noted while the batch loads, carried out once it shows."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    held = models.ForeignKey(Held, on_delete=models.PROTECT, related_name="+")
    row = models.IntegerField()

    class Meta:
        db_table = "intake_answer"
        constraints = [models.UniqueConstraint(fields=["batch", "held"], name="intake_answer_once")]


class ColumnMapping(LedgeredModel):
    """Which of a unit's own headings stand for which fields of an item: a list of heading and field code; empty once it has ended."""

    ledger_table = "intake.mapping/1"
    ledger_fields = ("unit", "item", "columns", "changed_at", "changed_by")

    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    columns = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(LedgeredModel.Meta):
        db_table = "intake_mapping"
        constraints = [models.UniqueConstraint(fields=["unit", "item"], name="intake_mapping_once")]


class Receipt(models.Model):
    """The receipt of a batch: gzipped JSON, masked. Its SHA-256 stands in the batch, which the ledger binds."""

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()

    class Meta:
        db_table = "intake_receipt"


class Submission(models.Model):
    """What became of one row handed in: where it stood, of which day, by when it was due, its outcome. No personal data, no content.

    Written with the chunk or the operation that judges the row; a batch's rows count when it is loaded. `answers` is the first bad row
    that this one hands in again, `held` the held row it waits as. `number_code` and `number_name` are keyed hashes by which a bad row is
    known again, empty otherwise. Settling a held row adds a row without a batch. Like `intake_problem` it is no domain state: the batch's
    counts, which the ledger binds, are its sums.
    """

    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    row = models.IntegerField()
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    item = models.CharField(max_length=60)
    received_on = models.DateField()
    act_date = models.DateField(null=True)
    due_on = models.DateField(null=True)
    provisional = models.BooleanField()
    outcome = models.CharField(max_length=16)
    answers = models.BigIntegerField(null=True)
    held = models.BigIntegerField(null=True)
    number_code = models.BinaryField()
    number_name = models.BinaryField()

    class Meta:
        db_table = "intake_submission"
        indexes = [
            # One index for what a load writes by the million: lists, and clearing a dead load, know unit, item and day.
            models.Index(fields=["unit", "item", "received_on"], name="intake_submission_place"),
            models.Index(
                fields=["unit", "item"], name="intake_submission_bad", condition=Q(outcome__in=[o.value for o in BAD])
            ),
            models.Index(fields=["answers"], name="intake_submission_answers", condition=Q(answers__isnull=False)),
            models.Index(fields=["held"], name="intake_submission_held", condition=Q(held__isnull=False)),
            models.Index(fields=["unit", "item"], name="intake_submission_single", condition=Q(batch__isnull=True)),
        ]


class Tally(models.Model):
    """How many rows of a loaded batch had which outcome, by month of the decision: sums of its `Submission` rows, kept for speed."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    month = models.DateField()
    act_month = models.DateField(null=True)
    outcome = models.CharField(max_length=16)
    first = models.BooleanField()
    due = models.CharField(max_length=8)
    provisional = models.BooleanField()
    rows = models.IntegerField()

    class Meta:
        db_table = "intake_tally"
        indexes = [
            models.Index(fields=["month", "unit", "item"], name="intake_tally_month"),
            models.Index(fields=["act_month", "unit", "item"], name="intake_tally_act_month"),
        ]


class Duty(LedgeredModel):
    """Which unit owes which item from a day to a day (its last; open while it holds), and who answers for it in which role.

    A contact is an account or a post of the unit, never a private number. A change ends the row and begins another.
    """

    ledger_table = "intake.duty/1"
    ledger_operations_only = True
    ledger_fields = (
        "unit",
        "item",
        "since",
        "until",
        "leader",
        "leader_post",
        "business",
        "business_post",
        "technical",
        "technical_post",
    )

    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)
    leader = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    leader_post = models.CharField(max_length=60, blank=True)
    business = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    business_post = models.CharField(max_length=60, blank=True)
    technical = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    technical_post = models.CharField(max_length=60, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "intake_duty"
        constraints = [
            models.UniqueConstraint(fields=["unit", "item"], name="intake_duty_open", condition=Q(until=None)),
            models.UniqueConstraint(fields=["unit", "item", "since"], name="intake_duty_since"),
        ]


class NilReport(AppendOnlyModel):
    """A unit says that there was nothing to hand in of an item in a month (its first day)."""

    ledger_table = "intake.nil_report/1"
    ledger_operations_only = True
    ledger_fields = ("unit", "item", "month", "reported_by", "reported_at")

    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    month = models.DateField()
    reported_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "intake_nil_report"
        constraints = [models.UniqueConstraint(fields=["unit", "item", "month"], name="intake_nil_report_once")]


class Survey(models.Model):
    """The latest look at the whole archive: coverage and completeness as JSON. Derived; each survey replaces the one before."""

    on = models.DateField()
    made_at = models.DateTimeField()
    content = models.TextField()

    class Meta:
        db_table = "intake_survey"


class Contradiction(models.Model):
    """What units say differently of a subject, as the latest survey found it. Derived. `sides` is JSON, a person's name in it a token."""

    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="+", db_index=False)
    datum = models.CharField(max_length=16)
    document = models.CharField(max_length=200, blank=True)
    fingerprint = models.BinaryField(unique=True)
    sides = models.TextField()

    class Meta:
        db_table = "intake_contradiction"


class ContradictionNote(AppendOnlyModel):
    """That the centre asked the units about a contradiction, or settled it, and why. It holds while they say what they said then."""

    ledger_table = "intake.contradiction_note/1"
    ledger_operations_only = True
    ledger_fields = ("subject", "datum", "document", "fingerprint", "state", "reason", "noted_by", "noted_at")

    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="+", db_index=False)
    datum = models.CharField(max_length=16)
    document = models.CharField(max_length=200, blank=True)
    fingerprint = models.BinaryField()
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    noted_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "intake_contradiction_note"
        indexes = [models.Index(fields=["fingerprint"], name="intake_contradiction_said")]
