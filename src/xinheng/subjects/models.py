"""Tables of subjects, codes, names, merges (ledgered); keys and sealed values of people (not: they can be destroyed).

A row of a bulk load belongs to the load's run and is visible with it: every reader asks `seen()`.
"""

from django.db import models
from django.db.models import F, Q

from xinheng.storage.guards import Guard, refuse
from xinheng.storage.journal import current
from xinheng.storage.models import LedgeredModel
from xinheng.subjects.values import PERSONAL_SCHEMES, IdentifierState, RegisterState, Scheme, SubjectKind

SEARCH_TABLE = "subjects_search"
"""Made by a migration, per database: no Django model fits FTS5 and tsvector alike. `load.index` writes it, `queries.search` reads it."""


_PERSONAL = sorted(scheme.value for scheme in PERSONAL_SCHEMES)


def seen(prefix: str = "", run_id: int | None = None) -> Q:
    """The condition that a row is visible: its run is ready, or it is of the operation (or the load `run_id`) that asks.

    `prefix` leads to the row from the queried model (`subject__`).
    """
    condition = Q(**{f"{prefix}run__ready": True})
    journal = current()
    for own in (journal.run_id if journal else None, run_id):
        if own is not None:
            condition |= Q(**{f"{prefix}run_id": own})
    return condition


class Subject(LedgeredModel):
    """A 信用主体. Of a natural person neither name nor number stands here, only the token of its sealed name.

    `written` is the `comparison_form` of the name. An absorbed subject keeps everything and points to the one that absorbed it.
    """

    ledger_table = "subjects.subject/1"
    ledger_fields = (
        "kind",
        "scheme",
        "code",
        "name",
        "written",
        "name_token",
        "register_state",
        "source",
        "division",
        "industry",
        "founded",
        "address",
        "merged_into",
        "erased_at",
    )

    kind = models.CharField(max_length=20)
    scheme = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=50, blank=True)
    name = models.CharField(max_length=200, blank=True)
    written = models.CharField(max_length=200, blank=True)
    name_token = models.CharField(max_length=32, blank=True)
    register_state = models.CharField(max_length=12)
    source = models.CharField(max_length=300)
    division = models.CharField(max_length=6, blank=True)
    industry = models.CharField(max_length=20, blank=True)
    founded = models.DateField(null=True)
    address = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    erased_at = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "subjects_subject"
        constraints = [
            models.CheckConstraint(name="subjects_subject_kind", condition=Q(kind__in=[k.value for k in SubjectKind])),
            models.CheckConstraint(
                name="subjects_subject_state", condition=Q(register_state__in=[s.value for s in RegisterState])
            ),
            models.CheckConstraint(
                name="subjects_subject_merged",
                condition=Q(register_state="merged", merged_into__isnull=False)
                | (~Q(register_state="merged") & Q(merged_into=None)),
            ),
            # Whichever way a row comes in: nothing readable about a person, nothing unnamed about anybody else.
            models.CheckConstraint(
                name="subjects_subject_person",
                condition=Q(kind="natural_person", scheme="", code="", name="", written="", address="", founded=None)
                | (~Q(kind="natural_person") & ~Q(code="") & ~Q(name="") & Q(name_token="", erased_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], name="subjects_subject_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["id"], name="subjects_subject_waiting", condition=Q(register_state="provisional")),
            models.Index(fields=["run"], name="subjects_subject_run"),
        ]


class Identifier(LedgeredModel):
    """A code of a subject. Of a person's number `value` is empty, and `value_token` shows it to who may see it.

    `lookup` is what it is found by: the value, or the hex of the keyed hash of a person's number (empty once erased). One column
    for both, because a column that is empty in half the rows misleads a planner into pairing all the empty ones.
    """

    ledger_table = "subjects.identifier/1"
    ledger_fields = (
        "subject",
        "scheme",
        "value",
        "lookup",
        "value_token",
        "state",
        "valid_from",
        "valid_to",
    )

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=50, blank=True)
    lookup = models.CharField(max_length=64, blank=True)
    value_token = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=10)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "subjects_identifier"
        constraints = [
            models.CheckConstraint(
                name="subjects_identifier_scheme", condition=Q(scheme__in=[s.value for s in Scheme])
            ),
            models.CheckConstraint(
                name="subjects_identifier_state", condition=Q(state__in=[s.value for s in IdentifierState])
            ),
            models.CheckConstraint(
                name="subjects_identifier_days", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="subjects_identifier_personal",
                condition=Q(scheme__in=_PERSONAL, value="")
                | (~Q(scheme__in=_PERSONAL) & ~Q(value="") & Q(lookup=F("value"), value_token="")),
            ),
        ]
        indexes = [
            models.Index(fields=["lookup", "scheme"], name="subjects_identifier_lookup"),
            models.Index(fields=["run"], name="subjects_identifier_run"),
        ]


class Name(LedgeredModel):
    """A name of a public subject and its days, both included. People have none here: theirs is sealed."""

    ledger_table = "subjects.name/1"
    ledger_fields = ("subject", "name", "written", "valid_from", "valid_to")

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    written = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "subjects_name"
        constraints = [
            models.CheckConstraint(
                name="subjects_name_days", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]
        indexes = [
            models.Index(fields=["written"], name="subjects_name_written"),
            models.Index(fields=["run"], name="subjects_name_run"),
        ]


class Merge(LedgeredModel):
    """One merge, and when and why it was undone. The subject's `merged_into` says what holds now.

    `state_before` is the absorbed subject's register state, which undoing brings back.
    """

    ledger_table = "subjects.merge/1"
    ledger_fields = ("kept", "absorbed", "state_before", "reason", "at", "undone_at", "undo_reason")

    kept = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    state_before = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "subjects_merge"
        constraints = [
            models.CheckConstraint(name="subjects_merge_two", condition=~Q(kept=F("absorbed"))),
        ]
        indexes = [models.Index(fields=["run"], name="subjects_merge_run")]


class SubjectKey(models.Model):
    """The 32 random bytes that seal one subject's personal values, wrapped by the installation's master key.

    Not ledgered: deleting the row is how a person is erased, and no proof may hang on it.
    """

    subject = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()

    class Meta:
        db_table = "subjects_key"


class PersonalValue(models.Model):
    """One sealed value. Ledgered rows hold only its token.

    `batch_id` is the run of the load that alone wants the value so far: clearing that load removes it; None once anybody
    else has sealed the same value.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.CharField(max_length=32)
    field = models.CharField(max_length=20)
    ciphertext = models.BinaryField()
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "subjects_personal_value"
        constraints = [models.UniqueConstraint(fields=["subject", "token"], name="subjects_personal_value_once")]
        indexes = [
            models.Index(fields=["batch_id"], name="subjects_personal_batch", condition=Q(batch_id__isnull=False)),
        ]


_READY = "EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = OLD.run_id AND r.ready)"

_TAKEN = (
    "NEW.state = 'current' AND EXISTS (SELECT 1 FROM subjects_identifier o JOIN ledger_run r ON r.id = o.run_id "
    "WHERE o.lookup = NEW.lookup AND o.scheme = NEW.scheme AND o.state = 'current' AND o.id <> NEW.id AND r.ready)"
)

# A count and no join: right after a load the planner believes the run has one row, and would walk it once for every other row.
_TWICE = (
    "EXISTS (SELECT 1 FROM subjects_identifier n WHERE n.run_id = NEW.id AND n.state = 'current' AND "
    "(SELECT count(*) FROM subjects_identifier o JOIN ledger_run r ON r.id = o.run_id WHERE o.lookup = n.lookup "
    "AND o.scheme = n.scheme AND o.state = 'current' AND o.id <> n.id AND r.ready) > 0)"
)


def _kept(table: str) -> Guard:
    """Rows stay, except those of a load that never became visible."""
    return refuse(f"{table}_no_delete", table, "DELETE", _READY, f"{table} keeps every row")


GUARDS: tuple[Guard, ...] = (
    _kept("subjects_subject"),
    _kept("subjects_identifier"),
    _kept("subjects_name"),
    _kept("subjects_merge"),
    refuse(
        "subjects_subject_stays",
        "subjects_subject",
        "UPDATE",
        "(NEW.kind = 'natural_person') <> (OLD.kind = 'natural_person') "
        "OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)",
        "a person stays a person, and what is erased stays erased",
    ),
    refuse(
        "subjects_identifier_stays",
        "subjects_identifier",
        "UPDATE",
        "NEW.subject_id <> OLD.subject_id OR NEW.scheme <> OLD.scheme OR NEW.value <> OLD.value "
        "OR NEW.valid_from <> OLD.valid_from "
        "OR (NEW.lookup <> OLD.lookup AND NEW.lookup <> '') "
        "OR (NEW.value_token <> OLD.value_token AND NEW.value_token <> '')",
        "an identifier only ends, or is erased",
    ),
    refuse(
        "subjects_name_stays",
        "subjects_name",
        "UPDATE",
        "NEW.subject_id <> OLD.subject_id OR NEW.name <> OLD.name OR NEW.written <> OLD.written "
        "OR NEW.valid_from <> OLD.valid_from OR OLD.valid_to IS NOT NULL",
        "a name only ever ends, once",
    ),
    refuse(
        "subjects_merge_stays",
        "subjects_merge",
        "UPDATE",
        "NEW.kept_id <> OLD.kept_id OR NEW.absorbed_id <> OLD.absorbed_id OR NEW.reason <> OLD.reason "
        "OR NEW.state_before <> OLD.state_before OR NEW.at <> OLD.at OR OLD.undone_at IS NOT NULL",
        "a merge is only ever undone, once",
    ),
    # One current code among all that is visible. Rows of two loads that run at the same time may hold the same code until
    # the second becomes visible: `load.settle` merges, and the last guard refuses a load that did not.
    refuse("subjects_identifier_taken_i", "subjects_identifier", "INSERT", _TAKEN, "another subject has this code"),
    refuse(
        "subjects_identifier_taken_u",
        "subjects_identifier",
        "UPDATE",
        f"OLD.state <> 'current' AND {_TAKEN}",
        "another subject has this code",
    ),
    refuse(
        "subjects_run_settled",
        "ledger_run",
        "UPDATE",
        f"NEW.ready AND NOT OLD.ready AND NEW.kind = 'batch' AND ({_TWICE})",
        "a load must settle codes that became known meanwhile",
    ),
)
"""What the database refuses by itself."""
