"""Tables of the catalogue: editions, bases, items, permits, calendar years. All of them the ledger speaks of."""

from django.db import models
from django.db.models import F, Q

from xinheng.catalogue.values.law import HARM_FLOOR, SUBJECT_KINDS, Certainty, Rank
from xinheng.storage.guards import Guard, append_only, no_delete, refuse
from xinheng.storage.models import AppendOnlyModel, LedgeredModel


class Edition(AppendOnlyModel):
    """A catalogue as it was loaded: the raw content from which the values are built again. The latest row whose day has come holds."""

    ledger_table = "catalogue.edition/1"
    ledger_operations_only = True
    ledger_fields = ("name", "kind", "region", "hash", "content", "in_force_from", "loaded_at")

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    region = models.CharField(max_length=40, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    in_force_from = models.DateField()
    loaded_at = models.DateTimeField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_edition"
        constraints = [
            models.CheckConstraint(
                name="catalogue_edition_kind",
                condition=Q(kind="national", region="") | (Q(kind="profile") & ~Q(region="")),
            ),
        ]


class Basis(AppendOnlyModel):
    """One article of one version of an instrument, as an edition states it; a change makes a new `version` of the same key."""

    ledger_table = "catalogue.basis/1"
    ledger_operations_only = True
    ledger_fields = (
        "edition",
        "key",
        "version",
        "instrument",
        "title",
        "number",
        "issuer",
        "article",
        "about",
        "rank",
        "in_force_from",
        "in_force_to",
        "certainty",
        "note",
    )

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    instrument = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=120)
    article = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=400)
    rank = models.PositiveSmallIntegerField()
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True)
    certainty = models.CharField(max_length=10)
    note = models.CharField(max_length=400, blank=True)

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_basis"
        constraints = [
            models.UniqueConstraint(name="catalogue_basis_version", fields=["key", "version"]),
            models.CheckConstraint(name="catalogue_basis_rank", condition=Q(rank__in=[rank.value for rank in Rank])),
            models.CheckConstraint(
                name="catalogue_basis_certainty", condition=Q(certainty__in=[word.value for word in Certainty])
            ),
            models.CheckConstraint(
                name="catalogue_basis_days", condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from"))
            ),
        ]


class Item(LedgeredModel):
    """An information item and whether it is switched on. Code and polarity never change: harmful rows elsewhere refer to both."""

    ledger_table = "catalogue.item/1"
    ledger_operations_only = True
    ledger_fields = ("edition", "code", "polarity", "name", "category", "enabled", "reason")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, unique=True)
    polarity = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=10)
    enabled = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta(LedgeredModel.Meta):
        db_table = "catalogue_item"
        constraints = [
            models.UniqueConstraint(name="catalogue_item_polarity", fields=["code", "polarity"]),
        ]


class Permit(AppendOnlyModel):
    """The gate's word in the database: on this basis, for this item, authority (empty: any), kind of subject and matter, from when to when.

    Rows that harm refer to `id`, `item_code`, `subject_kind`, `rank`, `valid_from` and `valid_to` all together.
    """

    ledger_table = "catalogue.permit/1"
    ledger_operations_only = True
    ledger_fields = (
        "basis",
        "basis_version",
        "item",
        "item_code",
        "authority",
        "subject_kind",
        "matter",
        "rank",
        "valid_from",
        "valid_to",
    )

    basis = models.ForeignKey(Basis, on_delete=models.PROTECT, related_name="+")
    basis_version = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    authority = models.CharField(max_length=18, blank=True)
    subject_kind = models.CharField(max_length=24)
    matter = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_permit"
        constraints = [
            models.UniqueConstraint(
                name="catalogue_permit_terms",
                fields=["id", "item_code", "subject_kind", "rank", "valid_from", "valid_to"],
            ),
            models.CheckConstraint(name="catalogue_permit_rank", condition=Q(rank__gte=HARM_FLOOR.value)),
            models.CheckConstraint(name="catalogue_permit_days", condition=Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(name="catalogue_permit_subject", condition=Q(subject_kind__in=SUBJECT_KINDS)),
            models.CheckConstraint(name="catalogue_permit_matter", condition=~Q(matter="")),
        ]


class PermitEnd(AppendOnlyModel):
    """A permit carries no act after `last_day` any more: the basis fell, or the item was switched off. What it carried stays."""

    ledger_table = "catalogue.permit_end/1"
    ledger_operations_only = True
    ledger_fields = ("permit", "last_day", "reason")

    permit = models.OneToOneField(Permit, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_permit_end"


class CalendarYear(AppendOnlyModel):
    """One version of one year's holiday notice; the highest version holds. `digest` is that of its content, days included."""

    ledger_table = "catalogue.calendar_year/1"
    ledger_operations_only = True
    ledger_fields = ("year", "version", "status", "document", "digest", "imported_at")

    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=12)
    document = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_calendar_year"
        constraints = [
            models.UniqueConstraint(name="catalogue_calendar_version", fields=["year", "version"]),
            models.CheckConstraint(
                name="catalogue_calendar_status", condition=Q(status__in=["official", "provisional"])
            ),
        ]


class CalendarDay(AppendOnlyModel):
    """A day a version of a year's notice names."""

    ledger_table = "catalogue.calendar_day/1"
    ledger_operations_only = True
    ledger_fields = ("calendar_year", "day", "kind")

    calendar_year = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=10)

    class Meta(AppendOnlyModel.Meta):
        db_table = "catalogue_calendar_day"
        constraints = [
            models.UniqueConstraint(name="catalogue_calendar_day_once", fields=["calendar_year", "day"]),
            models.CheckConstraint(name="catalogue_calendar_day_kind", condition=Q(kind__in=["holiday", "workday"])),
        ]


GUARDS: tuple[Guard, ...] = (
    *append_only("catalogue_edition"),
    *append_only("catalogue_basis"),
    *append_only("catalogue_permit"),
    *append_only("catalogue_permit_end"),
    *append_only("catalogue_calendar_year"),
    *append_only("catalogue_calendar_day"),
    no_delete("catalogue_item"),
    refuse(
        "catalogue_item_frozen",
        "catalogue_item",
        "UPDATE",
        "NEW.code <> OLD.code OR NEW.polarity <> OLD.polarity",
        "code and polarity of an item never change",
    ),
    # A permit says no more than its basis: the item it names harms and is on, rank and days are within those of the basis.
    refuse(
        "catalogue_permit_basis",
        "catalogue_permit",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM catalogue_item i, catalogue_basis b WHERE i.id = NEW.item_id AND i.code = NEW.item_code "
        "AND i.polarity = 'harm' AND i.enabled AND b.id = NEW.basis_id AND b.version = NEW.basis_version "
        "AND b.rank = NEW.rank AND NEW.valid_from >= b.in_force_from "
        "AND NEW.valid_to <= COALESCE(b.in_force_to, NEW.valid_to))",
        "a permit needs an enabled item that harms and a basis of its rank in force on all its days",
    ),
)
