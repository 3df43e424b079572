"""Tables of accounts: units, people, roles, second factors, the register of queries and the watch over it (ledgered); what only
keeps credentials, failures and places (not).
"""

from django.db import models
from django.db.models import F, Q

from xinheng.accounts.rules.roles import ALONE, APART
from xinheng.accounts.rules.watching import AlertKind
from xinheng.accounts.values import PersonKind, QueryKind, Role, UnitKind
from xinheng.storage.guards import Guard, append_only, no_delete, refuse
from xinheng.storage.models import AppendOnlyModel, LedgeredModel


class Unit(LedgeredModel):
    """A unit in the tree. `path` is `/1/4/17/`, ids from the root, the own id last; days are legal dates, `active_to` the last."""

    ledger_table = "accounts.unit/1"
    ledger_operations_only = True
    ledger_fields = (
        "code",
        "name",
        "kind",
        "parent",
        "path",
        "address",
        "telephone",
        "active_from",
        "active_to",
    )

    code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True)
    address = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    active_from = models.DateField()
    active_to = models.DateField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_unit"
        constraints = [
            models.CheckConstraint(name="accounts_unit_kind", condition=Q(kind__in=[kind.value for kind in UnitKind])),
            models.CheckConstraint(
                name="accounts_unit_days", condition=Q(active_to=None) | Q(active_to__gte=F("active_from"))
            ),
        ]


class Person(LedgeredModel):
    """An account. In force from `active_from` until just before `active_to`: moments, because access must end at once.

    `password_hash` is Django's encoded form, `!…` when there is none; the ledger binds it, so a hash put in by hand is found.
    """

    ledger_table = "accounts.person/1"
    ledger_operations_only = True
    ledger_fields = (
        "login",
        "name",
        "kind",
        "unit",
        "password_hash",
        "password_changed_at",
        "must_change",
        "active_from",
        "active_to",
    )

    login = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    password_hash = models.CharField(max_length=200)
    password_changed_at = models.DateTimeField(null=True)
    must_change = models.BooleanField(default=True)
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_person"
        constraints = [
            models.CheckConstraint(
                name="accounts_person_kind", condition=Q(kind__in=[kind.value for kind in PersonKind])
            ),
            models.CheckConstraint(
                name="accounts_person_times", condition=Q(active_to=None) | Q(active_to__gte=F("active_from"))
            ),
        ]


class RoleGrant(LedgeredModel):
    """A role a person has from one moment until just before another. `granted_by` is None for the first ones, made by `init`."""

    ledger_table = "accounts.role_grant/1"
    ledger_operations_only = True
    ledger_fields = ("person", "role", "active_from", "active_to", "granted_by")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_role_grant"
        constraints = [
            models.CheckConstraint(
                name="accounts_role_grant_role", condition=Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="accounts_role_grant_times", condition=Q(active_to=None) | Q(active_to__gte=F("active_from"))
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(active_to=None), name="accounts_role_grant_once"
            ),
        ]


class Query(AppendOnlyModel):
    """One read of non-public data. `subject_id` is a bare number: subjects are a later module."""

    ledger_table = "accounts.query/1"
    ledger_operations_only = True
    ledger_fields = (
        "person",
        "unit",
        "at",
        "subject_id",
        "kind",
        "personal",
        "purpose",
        "reference",
        "fields",
        "scope",
        "count",
    )

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    subject_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=10)
    personal = models.BooleanField()
    purpose = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    fields = models.JSONField()
    scope = models.CharField(max_length=200, blank=True)
    count = models.BigIntegerField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "accounts_query"
        constraints = [
            models.CheckConstraint(
                name="accounts_query_kind", condition=Q(kind__in=[kind.value for kind in QueryKind])
            ),
            # A natural person's data is never read without a purpose, whichever way the row came in.
            models.CheckConstraint(name="accounts_query_purpose", condition=Q(personal=False) | ~Q(purpose="")),
            models.CheckConstraint(name="accounts_query_count", condition=Q(count__gte=0)),
        ]
        indexes = [
            models.Index(fields=["subject_id", "id"], name="accounts_query_subject"),
            models.Index(fields=["person", "id"], name="accounts_query_person"),
        ]


class OldPassword(models.Model):
    """A hash that was in use. Not ledgered: all but the last few are erased (GB/T 22239-2019, 剩余信息保护)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    password_hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_old_password"


class SignInGuard(models.Model):
    """Failed sign-ins in a row. Not ledgered: the events are, as operations; this is only the count between them."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="+")
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_sign_in_guard"


class ServiceToken(LedgeredModel):
    """A token of a department's service account. `digest` is a keyed hash of its text; nobody can read the text again."""

    ledger_table = "accounts.service_token/1"
    ledger_operations_only = True
    ledger_fields = (
        "person",
        "unit",
        "name",
        "prefix",
        "digest",
        "scopes",
        "items",
        "issued_at",
        "issued_by",
        "expires_at",
        "revoked_at",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # The unit the account belonged to then: where it moves to, its tokens do not follow.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    items = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_service_token"
        constraints = [
            models.CheckConstraint(name="accounts_service_token_times", condition=Q(expires_at__gt=F("issued_at"))),
        ]


class TokenUse(models.Model):
    """When a token was last used, to the minute. Not ledgered: no state follows from it."""

    token = models.OneToOneField(ServiceToken, primary_key=True, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_token_use"


class IdempotencyKey(models.Model):
    """A write under a key: in progress while `status` is None, else its first answer. Not ledgered: forgotten after a day."""

    token = models.ForeignKey(ServiceToken, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    mark = models.BinaryField()
    holder = models.CharField(max_length=16)
    since = models.DateTimeField(db_index=True)
    status = models.IntegerField(null=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)

    class Meta:
        db_table = "accounts_idempotency_key"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="accounts_idempotency_key_once")]


class Factor(LedgeredModel):
    """A person's second factor, from `confirmed_at` until just before `ended_at`.

    The sealed key is not bound itself but by its digest: what a proof shows must not carry it, and it is erased with the end
    (GB/T 22239-2019, 剩余信息保护), while a key put in by hand is still found.
    """

    ledger_table = "accounts.factor/1"
    ledger_operations_only = True
    ledger_fields = ("person", "seal_digest", "confirmed_at", "ended_at", "ended_reason")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True)
    seal_digest = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_factor"
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="accounts_factor_once"),
            models.CheckConstraint(
                name="accounts_factor_ended",
                condition=Q(ended_at=None, sealed__isnull=False) | Q(ended_at__isnull=False, sealed=None),
            ),
        ]


class FactorUse(models.Model):
    """The last time step whose code was used. Not ledgered: each use is entered as the sign-in it was for."""

    factor = models.OneToOneField(Factor, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last_step = models.BigIntegerField()

    class Meta:
        db_table = "accounts_factor_use"


class RecoveryCode(models.Model):
    """A code for whoever lost the authenticator, as a keyed hash; a used one is gone. Not ledgered: it is a credential."""

    factor = models.ForeignKey(Factor, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "accounts_recovery_code"
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="accounts_recovery_code_once")]


class FactorPolicy(AppendOnlyModel):
    """Whether holders of a role must have a second factor, from a legal date on. Of those begun the last one counts."""

    ledger_table = "accounts.factor_policy/1"
    ledger_operations_only = True
    ledger_fields = ("role", "required", "from_on", "reason", "set_at", "set_by")

    role = models.CharField(max_length=20)
    required = models.BooleanField()
    from_on = models.DateField()
    reason = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnlyModel.Meta):
        db_table = "accounts_factor_policy"
        constraints = [
            models.CheckConstraint(
                name="accounts_factor_policy_role", condition=Q(role__in=[role.value for role in Role])
            ),
        ]


class WatchSetting(AppendOnlyModel):
    """Thresholds of the watch over the register and the size of the sample, as JSON (`rules.watching.Watch`). The last one counts."""

    ledger_table = "accounts.watch_setting/1"
    ledger_operations_only = True
    ledger_fields = ("figures", "reason", "set_at", "set_by")

    figures = models.JSONField()
    reason = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnlyModel.Meta):
        db_table = "accounts_watch_setting"


class Alert(LedgeredModel):
    """Unusual looking-up of one person, until an auditor settles it with a reason.

    `mark` says what and when (`day/2026-11-21`) and stands once a person, so the watch may look twice. `evidence` are ids of
    the register, at most some hundred; `queries` is how many there were.
    """

    ledger_table = "accounts.alert/1"
    ledger_operations_only = True
    ledger_fields = (
        "person",
        "unit",
        "kind",
        "mark",
        "day",
        "observed",
        "threshold",
        "queries",
        "evidence",
        "raised_at",
        "settled_at",
        "settled_by",
        "verdict",
        "reason",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    mark = models.CharField(max_length=60)
    day = models.DateField()
    observed = models.BigIntegerField()
    threshold = models.BigIntegerField()
    queries = models.BigIntegerField()
    evidence = models.JSONField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_alert"
        constraints = [
            models.UniqueConstraint(fields=["person", "mark"], name="accounts_alert_once"),
            models.CheckConstraint(
                name="accounts_alert_kind", condition=Q(kind__in=[kind.value for kind in AlertKind])
            ),
            models.CheckConstraint(
                name="accounts_alert_settled",
                condition=Q(settled_at=None, settled_by=None, verdict="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(verdict="") & ~Q(reason="")),
            ),
        ]


class WatchState(models.Model):
    """How far the watch has read the register, as a number of the ledger. Not ledgered: a second reading finds the same."""

    name = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=-1)

    class Meta:
        db_table = "accounts_watch_state"


class Sample(AppendOnlyModel):
    """The look-ups of one month drawn for review; whoever has the checkpoint and the register can draw them again."""

    ledger_table = "accounts.sample/1"
    ledger_operations_only = True
    ledger_fields = ("month", "tree_size", "tree_root", "seed", "population", "size", "drawn_at")

    month = models.DateField(unique=True)
    tree_size = models.BigIntegerField()
    tree_root = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    population = models.BigIntegerField()
    size = models.BigIntegerField()
    drawn_at = models.DateTimeField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "accounts_sample"


class SampledQuery(LedgeredModel):
    """One look-up of a sample and what its reviewer found."""

    ledger_table = "accounts.sampled_query/1"
    ledger_operations_only = True
    ledger_fields = ("sample", "query", "place", "verdict", "reason", "reviewed_by", "reviewed_at")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="+")
    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="+")
    place = models.BigIntegerField()
    verdict = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta(LedgeredModel.Meta):
        db_table = "accounts_sampled_query"
        constraints = [
            models.UniqueConstraint(fields=["sample", "query"], name="accounts_sampled_query_once"),
            models.CheckConstraint(
                name="accounts_sampled_query_reviewed",
                condition=Q(reviewed_at=None, reviewed_by=None, verdict="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(verdict="") & ~Q(reason="")),
            ),
        ]


def _words(roles: frozenset[Role]) -> str:
    return ", ".join(f"'{role.value}'" for role in sorted(roles))


def _excluded() -> str:
    """SQL over `held.role` and `NEW.role`: whether the two exclude each other, from the tables the rule reads."""
    pairs = [
        f"(held.role = '{one.value}' AND NEW.role = '{other.value}')"
        for pair in APART
        for one in sorted(pair)
        for other in sorted(pair - {one})
    ]
    return " OR ".join([f"held.role IN ({_words(ALONE)})", f"NEW.role IN ({_words(ALONE)})", *pairs])


GUARDS: tuple[Guard, ...] = (
    no_delete("accounts_unit"),
    no_delete("accounts_person"),
    no_delete("accounts_role_grant"),
    *append_only("accounts_query"),
    no_delete("accounts_service_token"),
    refuse(
        "accounts_service_token_stays",
        "accounts_service_token",
        "UPDATE",
        "OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR NEW.digest <> OLD.digest OR NEW.person_id <> OLD.person_id "
        "OR NEW.unit_id <> OLD.unit_id OR NEW.expires_at <> OLD.expires_at OR NEW.scopes <> OLD.scopes OR NEW.items <> OLD.items",
        "a token is only ever revoked, once",
    ),
    refuse(
        "accounts_role_grant_apart",
        "accounts_role_grant",
        "INSERT",
        "EXISTS (SELECT 1 FROM accounts_role_grant held WHERE held.person_id = NEW.person_id AND held.active_to IS NULL "
        f"AND held.role <> NEW.role AND ({_excluded()}))",
        "these two roles exclude each other",
    ),
    refuse(
        "accounts_role_grant_ends_once",
        "accounts_role_grant",
        "UPDATE",
        "OLD.active_to IS NOT NULL OR NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role "
        "OR NEW.active_from <> OLD.active_from",
        "a grant only ever ends, once",
    ),
    refuse(
        "accounts_unit_code_stays",
        "accounts_unit",
        "UPDATE",
        "NEW.code <> OLD.code OR NEW.kind <> OLD.kind",
        "code and kind of a unit never change",
    ),
    refuse(
        "accounts_person_login_stays",
        "accounts_person",
        "UPDATE",
        "NEW.login <> OLD.login OR NEW.kind <> OLD.kind",
        "login and kind of an account never change",
    ),
    no_delete("accounts_factor"),
    refuse(
        "accounts_factor_ends_once",
        "accounts_factor",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.person_id <> OLD.person_id OR NEW.seal_digest <> OLD.seal_digest "
        "OR NEW.confirmed_at <> OLD.confirmed_at",
        "a second factor only ever ends, once",
    ),
    *append_only("accounts_factor_policy"),
    *append_only("accounts_watch_setting"),
    *append_only("accounts_sample"),
    no_delete("accounts_alert"),
    refuse(
        "accounts_alert_settled_once",
        "accounts_alert",
        "UPDATE",
        "OLD.settled_at IS NOT NULL OR NEW.person_id <> OLD.person_id OR NEW.mark <> OLD.mark",
        "an alert is settled once",
    ),
    no_delete("accounts_sampled_query"),
    refuse(
        "accounts_sampled_query_reviewed_once",
        "accounts_sampled_query",
        "UPDATE",
        "OLD.reviewed_at IS NOT NULL OR NEW.query_id <> OLD.query_id OR NEW.sample_id <> OLD.sample_id",
        "a sampled look-up is reviewed once",
    ),
)
"""What the database refuses by itself. The rule `may_hold` and the trigger read the same tables of roles."""
