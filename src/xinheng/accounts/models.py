"""Tables of accounts: units, people, roles, the register of queries (ledgered); old passwords and failed sign-ins (not)."""

from django.db import models
from django.db.models import F, Q

from xinheng.accounts.rules.roles import ALONE, APART
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
)
"""What the database refuses by itself. The rule `may_hold` and the trigger read the same tables of roles."""
