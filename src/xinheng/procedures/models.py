"""Tables of procedures: cases, their sides, steps, clocks (ledgered), and their sealed texts (not: the ledger binds the tokens)."""

from django.db import models
from django.db.models import F, Q

from xinheng.procedures.values import LONGEST_NOTE, Side
from xinheng.storage.guards import Guard, append_only, no_delete, refuse
from xinheng.storage.models import AppendOnlyModel, LedgeredModel


class Case(LedgeredModel):
    """One run of a procedure. `seq` counts its steps; `secret_hash` opens it to who has no account.

    `edition` is the catalogue it began under.
    """

    ledger_table = "procedures.case/1"
    ledger_operations_only = True
    ledger_fields = (
        "number",
        "procedure",
        "version",
        "subject",
        "title",
        "state",
        "seq",
        "edition",
        "secret_hash",
        "opened_on",
        "ended_on",
        "escalated",
    )

    number = models.CharField(max_length=24, unique=True)
    procedure = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    subject = models.ForeignKey("subjects.Subject", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    edition = models.CharField(max_length=64)
    secret_hash = models.CharField(max_length=64, blank=True)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True)
    escalated = models.BooleanField(default=False)

    class Meta(LedgeredModel.Meta):
        db_table = "procedures_case"
        constraints = [
            models.CheckConstraint(
                name="procedures_case_days", condition=Q(ended_on=None) | Q(ended_on__gte=F("opened_on"))
            ),
            models.UniqueConstraint(
                fields=["secret_hash"], condition=~Q(secret_hash=""), name="procedures_case_secret_once"
            ),
        ]
        indexes = [
            models.Index(fields=["procedure", "state", "id"], name="procedures_case_open", condition=Q(ended_on=None)),
        ]


class Party(AppendOnlyModel):
    """One side of a case: a unit or a subject."""

    ledger_table = "procedures.party/1"
    ledger_operations_only = True
    ledger_fields = ("case", "side", "unit", "subject")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12)
    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("subjects.Subject", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnlyModel.Meta):
        db_table = "procedures_party"
        constraints = [
            models.UniqueConstraint(fields=["case", "side"], name="procedures_party_once"),
            models.CheckConstraint(name="procedures_party_side", condition=Q(side__in=[side.value for side in Side])),
            models.CheckConstraint(name="procedures_party_one", condition=Q(unit=None) | Q(subject=None)),
        ]
        indexes = [models.Index(fields=["unit", "side", "case"], name="procedures_party_unit")]


class StepTaken(AppendOnlyModel):
    """One step of a case: who, when, from where to where, with which reason (a token where it is sealed)."""

    ledger_table = "procedures.step/1"
    ledger_operations_only = True
    ledger_fields = ("case", "seq", "step", "side", "before", "after", "on", "at", "unit", "person", "note", "texts")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    side = models.CharField(max_length=12)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40)
    on = models.DateField()
    at = models.DateTimeField()
    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    # Tokens of the sealed texts that came with the step, by what they are.
    texts = models.JSONField(default=dict)

    class Meta(AppendOnlyModel.Meta):
        db_table = "procedures_step"
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="procedures_step_once"),
            models.CheckConstraint(name="procedures_step_side", condition=Q(side__in=[side.value for side in Side])),
        ]


class RunningClock(LedgeredModel):
    """A time limit of a case. `used`: working days that ran before the last pause; `more_days`: what pauses gave back to a span.

    `deadline` is its last day as counted by the calendar of that version, None while it is paused. `missed_on`: the day from which it
    was late; what follows from that has been done when it is set.
    """

    ledger_table = "procedures.clock/1"
    ledger_operations_only = True
    ledger_fields = (
        "case",
        "clock",
        "limits",
        "working_days",
        "span",
        "more_days",
        "since",
        "started_on",
        "used",
        "paused_on",
        "deadline",
        "provisional",
        "calendar",
        "ended_on",
        "missed_on",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=40)
    # The catalogue's rules that make up its length, in order, joined with `;`.
    limits = models.CharField(max_length=200)
    working_days = models.PositiveIntegerField(null=True)
    span = models.CharField(max_length=20, blank=True)
    more_days = models.PositiveIntegerField(default=0)
    since = models.DateField()
    started_on = models.DateField()
    used = models.PositiveIntegerField(default=0)
    paused_on = models.DateField(null=True)
    deadline = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    calendar = models.CharField(max_length=64)
    ended_on = models.DateField(null=True)
    missed_on = models.DateField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "procedures_clock"
        constraints = [
            models.UniqueConstraint(fields=["case", "clock"], condition=Q(ended_on=None), name="procedures_clock_once"),
            models.CheckConstraint(
                name="procedures_clock_counts",
                condition=Q(working_days__isnull=False, span="") | (Q(working_days=None) & ~Q(span="")),
            ),
            models.CheckConstraint(
                name="procedures_clock_paused",
                condition=Q(deadline__isnull=False, paused_on=None) | Q(deadline=None, paused_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="procedures_clock_case"),
            models.Index(
                fields=["deadline", "id"],
                name="procedures_clock_due",
                condition=Q(ended_on=None, missed_on=None, paused_on=None),
            ),
        ]


class CaseKey(models.Model):
    """The key under which the texts of a case are sealed, itself sealed with the master key. Destroyed, they mean nothing."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()

    class Meta:
        db_table = "procedures_key"


class CaseText(models.Model):
    """One sealed text. The step it came with holds its token, which is a keyed hash of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.CharField(max_length=32)
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "procedures_text"
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="procedures_text_once")]


GUARDS: tuple[Guard, ...] = (
    no_delete("procedures_case"),
    *append_only("procedures_party"),
    *append_only("procedures_step"),
    no_delete("procedures_clock"),
    refuse(
        "procedures_case_ends_once",
        "procedures_case",
        "UPDATE",
        "OLD.ended_on IS NOT NULL OR NEW.number <> OLD.number OR NEW.procedure <> OLD.procedure OR NEW.version <> OLD.version "
        "OR NEW.edition <> OLD.edition OR NEW.opened_on <> OLD.opened_on OR NEW.seq < OLD.seq",
        "a case goes on until it ends, and never again",
    ),
    refuse(
        "procedures_clock_ends_once",
        "procedures_clock",
        "UPDATE",
        "OLD.ended_on IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.clock <> OLD.clock OR NEW.since <> OLD.since "
        "OR (OLD.missed_on IS NOT NULL AND (NEW.missed_on IS NULL OR NEW.missed_on <> OLD.missed_on))",
        "a time limit that ended does not run again, and what was missed stays missed",
    ),
)
"""What the database refuses by itself."""
