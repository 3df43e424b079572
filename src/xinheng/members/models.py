"""Tables of members: accounts of people who act for businesses, claims and authorisations (ledgered); counts of failures (not).

They are no accounts of officials: no row here can ever hold a role, a unit or a permission of an office.
"""

from django.db import models
from django.db.models import F, Q

from xinheng.members.values import LONGEST_EVIDENCE, LONGEST_POST, LONGEST_REASON, Channel, EndedBy
from xinheng.storage.guards import Guard, no_delete, refuse
from xinheng.storage.models import LedgeredModel

OUTCOMES = ("", "used", "withdrawn", "spoiled")


class Member(LedgeredModel):
    """An account. Who stands behind it was checked where the code was handed out: no name, no number, no telephone is kept."""

    ledger_table = "members.member/1"
    ledger_operations_only = True
    ledger_fields = ("login", "password_hash", "password_changed_at", "opened_at")

    login = models.CharField(max_length=32, unique=True)
    password_hash = models.CharField(max_length=200)
    password_changed_at = models.DateTimeField()
    opened_at = models.DateTimeField()

    class Meta(LedgeredModel.Meta):
        db_table = "members_member"


class MemberGuard(models.Model):
    """Failed sign-ins in a row. Not ledgered: the events are, as operations; this is only the count between them."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.PROTECT, related_name="+")
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_guard"


class Claim(LedgeredModel):
    """A code that makes whoever has it an agent of a subject, once. `code_hash` is keyed: what stands here opens nothing."""

    ledger_table = "members.claim/1"
    ledger_operations_only = True
    ledger_fields = (
        "number",
        "subject",
        "channel",
        "scopes",
        "post",
        "evidence",
        "until",
        "code_hash",
        "issued_at",
        "unit",
        "official",
        "agent",
        "expires_at",
        "outcome",
        "ended_at",
    )

    number = models.CharField(max_length=16, unique=True)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    scopes = models.JSONField()
    post = models.CharField(max_length=LONGEST_POST)
    evidence = models.CharField(max_length=LONGEST_EVIDENCE, blank=True)
    until = models.DateField(null=True)
    code_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    official = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "members_claim"
        constraints = [
            models.CheckConstraint(
                name="members_claim_channel", condition=Q(channel__in=[each.value for each in Channel])
            ),
            models.CheckConstraint(name="members_claim_outcome", condition=Q(outcome__in=OUTCOMES)),
            models.CheckConstraint(
                name="members_claim_ended",
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="members_claim_times", condition=Q(expires_at__gt=F("issued_at"))),
            # Made by an official, or by an agent: one of them answers for it.
            models.CheckConstraint(
                name="members_claim_issuer",
                condition=Q(channel="agent", agent__isnull=False) | (~Q(channel="agent") & Q(unit__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["subject", "id"], name="members_claim_subject")]


class ClaimGuard(models.Model):
    """How often a code was tried. Not ledgered: the refusals are, as operations; this is only the count between them."""

    claim = models.OneToOneField(Claim, primary_key=True, on_delete=models.PROTECT, related_name="+")
    tries = models.IntegerField(default=0)

    class Meta:
        db_table = "members_claim_guard"


class Agency(LedgeredModel):
    """A person acts for a subject within a scope, from `since` until its last day, or until it was ended."""

    ledger_table = "members.agency/1"
    ledger_operations_only = True
    ledger_fields = ("member", "subject", "claim", "scopes", "post", "since", "until", "ended_at", "ended_by", "reason")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="+")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="+")
    scopes = models.JSONField()
    post = models.CharField(max_length=LONGEST_POST)
    since = models.DateTimeField()
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "members_agency"
        constraints = [
            models.CheckConstraint(
                name="members_agency_ended",
                condition=Q(ended_at=None, ended_by="")
                | Q(ended_at__isnull=False, ended_by__in=[each.value for each in EndedBy]),
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="members_agency_subject"),
            models.Index(fields=["member", "id"], name="members_agency_member"),
        ]


GUARDS: tuple[Guard, ...] = (
    no_delete("members_member"),
    no_delete("members_claim"),
    no_delete("members_agency"),
    refuse(
        "members_claim_ends_once",
        "members_claim",
        "UPDATE",
        "OLD.outcome <> '' OR NEW.subject_id <> OLD.subject_id OR NEW.code_hash <> OLD.code_hash OR NEW.number <> OLD.number",
        "a claim is used or ended once, and leads nowhere else",
    ),
    refuse(
        "members_agency_ends_once",
        "members_agency",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.subject_id <> OLD.subject_id OR NEW.member_id <> OLD.member_id OR NEW.since <> OLD.since",
        "an authorisation ends once, and is for one subject and one account",
    ),
)
"""What the database refuses by itself."""
