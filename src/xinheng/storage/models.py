"""Bases of the tables the ledger speaks of, and the table of leases.

A ledgered row points at its latest leaf by `run_id` and `run_index`; the leaf binds the row's canonical form. Rows of a bulk load
become visible with their run: every reader of such a table asks that the run is *ready*.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Never, TypeVar

from django.db import models

from xinheng.kernel.canonical import canonical
from xinheng.storage.journal import OutsideOperation, RowState, current

M = TypeVar("M", bound="LedgeredModel")


class LedgeredQuerySet(models.QuerySet[M]):
    """Reads as any query set; writes only row by row, through `save()` inside an operation."""

    def update(self, **_: Any) -> Never:
        """Refuse: a set update would leave no leaf."""
        raise OutsideOperation(self.model._meta.db_table, "update")

    def delete(self) -> Never:
        """Refuse: what was, stays; ends are dates."""
        raise OutsideOperation(self.model._meta.db_table, "delete")

    def bulk_create(self, *_: Any, **__: Any) -> Never:
        """Refuse: bulk rows go through `storage.bulk` and `ledger.load`."""
        raise OutsideOperation(self.model._meta.db_table, "bulk_create")

    def bulk_update(self, *_: Any, **__: Any) -> Never:
        """Refuse: a set update would leave no leaf."""
        raise OutsideOperation(self.model._meta.db_table, "bulk_update")


class LedgeredManager(models.Manager[M]):
    """The manager of ledgered rows."""

    def get_queryset(self) -> LedgeredQuerySet[M]:
        """The guarded query set."""
        return LedgeredQuerySet(self.model, using=self._db)

    def bulk_create(self, *_: Any, **__: Any) -> Never:
        """Refuse: bulk rows go through `storage.bulk` and `ledger.load`."""
        raise OutsideOperation(self.model._meta.db_table, "bulk_create")

    def bulk_update(self, *_: Any, **__: Any) -> Never:
        """Refuse: a set update would leave no leaf."""
        raise OutsideOperation(self.model._meta.db_table, "bulk_update")

    def update(self, **_: Any) -> Never:
        """Refuse: a set update would leave no leaf."""
        raise OutsideOperation(self.model._meta.db_table, "update")


class LedgeredModel(models.Model):
    """A row the ledger speaks of; saved only inside an operation.

    `ledger_table` names the table and the version of its field list (`accounts.unit/1`): when the list changes, the version does,
    and `ledger_history` keeps the older lists so that old leaves can still be recomputed. A field `parent__column` binds a column of
    a parent row that has no leaf of its own; `ledger_related` names such parents, so that verifying reads them in one query, and
    `ledger_same` pairs a parent's column with the row's own that must equal it. `ledger_operations_only`: no bulk load writes the
    table, and its readers do not ask for the run; a row of it under a run that is not ready was put there by hand.
    """

    ledger_table: ClassVar[str]
    ledger_fields: ClassVar[tuple[str, ...]]
    ledger_history: ClassVar[dict[str, tuple[str, ...]]] = {}
    ledger_related: ClassVar[tuple[str, ...]] = ()
    ledger_same: ClassVar[tuple[tuple[str, str], ...]] = ()
    ledger_operations_only: ClassVar[bool] = False

    run_id: int

    # Named as a string: every concrete ledgered table lies above the ledger. No constraint and no index in the database: a million
    # checks a load would buy what `ledger verify` recomputes anyway, and the way goes from row to run.
    run = models.ForeignKey(
        "ledger.Run", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, editable=False
    )
    run_index = models.IntegerField(editable=False)

    objects = LedgeredManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save and note the row's state in the journal of the running operation.

        Raises: OutsideOperation when none is running.
        """
        journal = current()
        if journal is None:
            raise OutsideOperation(self._meta.db_table, "save")
        self.run_id = journal.run_id
        self.run_index = journal.place(self.ledger_table, self.pk)
        if update_fields is not None:
            update_fields = {*update_fields, "run", "run_index"}
        super().save(*args, update_fields=update_fields, **kwargs)
        journal.note(RowState(self.ledger_table, self.pk, canonical(self.ledger_values())))

    def delete(self, *_: Any, **__: Any) -> Never:
        """Refuse: what was, stays; ends are dates."""
        raise OutsideOperation(self._meta.db_table, "delete")

    def ledger_values(self, table: str | None = None) -> tuple[Any, ...]:
        """The values the leaf binds, in declared order (of the field list `table` names; default: today's)."""
        names = self.ledger_fields if table in (None, self.ledger_table) else self.ledger_history[str(table)]
        return tuple(_value(self, name) for name in names)

    def ledger_disagreements(self) -> tuple[str, ...]:
        """Columns of a parent without a leaf (`parent__column`) that are not what the row itself says."""
        return tuple(above for above, own in self.ledger_same if _value(self, above) != _value(self, own))


class AppendOnlyModel(LedgeredModel):
    """A ledgered row that is written once and never again."""

    class Meta(LedgeredModel.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new row.

        Raises: OutsideOperation for a row that is already there.
        """
        if not self._state.adding:
            raise OutsideOperation(self._meta.db_table, "change")
        super().save(*args, **{**kwargs, "force_insert": True})


class Lease(models.Model):
    """Who is at a task that only one may be at, until when without a sign of life (`storage.leases`). No domain state.

    `fence` counts the holds: with `holder` it tells one from every other, so that who was replaced writes nothing more.
    """

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=120, blank=True, default="")
    fence = models.BigIntegerField(default=0)
    task = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "storage_lease"


def _value(row: models.Model, name: str) -> Any:
    """The value as the database will give it back, so that saving and verifying see the same."""
    parent, separator, rest = name.partition("__")
    if separator:
        return _value(getattr(row, parent), rest)
    field = row._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{row._meta.db_table}: {name} is no column")
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey) or value is None:
        return value
    value = field.to_python(value)
    if isinstance(field, models.JSONField):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return value
