"""Tables of the ledger: runs, leaves, tiles of the tree, checkpoints, and how far the sequencer is."""

from django.db import models


class Run(models.Model):
    """One operation or one batch: the header its leaves share, and the number of its first leaf once the sequencer came by."""

    kind = models.CharField(max_length=12)
    operation = models.CharField(max_length=80)
    at = models.DateTimeField()
    legal_date = models.DateField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    unit_id = models.BigIntegerField(null=True)
    behalf_id = models.BigIntegerField(null=True)
    payload = models.TextField()
    count = models.IntegerField(default=0)
    ready = models.BooleanField(default=False)
    # The order in which runs became ready. Ids follow the order in which they began, and who began first may have waited.
    closed = models.BigIntegerField(null=True, db_index=False)
    first = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "ledger_run"
        constraints = [
            models.CheckConstraint(
                name="ledger_run_numbered_is_ready", condition=models.Q(first=None) | models.Q(ready=True)
            ),
            models.CheckConstraint(name="ledger_run_kind", condition=models.Q(kind__in=["operation", "batch"])),
        ]
        indexes = [
            models.Index(fields=["id"], name="ledger_run_waiting", condition=models.Q(first=None)),
            models.Index(fields=["closed"], name="ledger_run_closed"),
            models.Index(fields=["actor_id", "id"], name="ledger_run_actor"),
            models.Index(fields=["operation", "id"], name="ledger_run_operation"),
        ]


class Leaf(models.Model):
    """One row's state (or the bare fact, where no row was saved) at its place in a run."""

    pk = models.CompositePrimaryKey("run_id", "idx")
    # No constraint in the database: a million checks a load buy what `verify` recomputes anyway.
    run = models.ForeignKey(Run, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    idx = models.IntegerField()
    table_name = models.CharField(max_length=60)
    row_id = models.BigIntegerField(null=True)
    # Rows of bulk loads point at their leaf themselves; only single leaves need to be found by row.
    single = models.BooleanField(default=True)
    salt = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "ledger_leaf"
        indexes = [
            models.Index(fields=["table_name", "row_id"], name="ledger_leaf_row", condition=models.Q(single=True)),
        ]


class Tile(models.Model):
    """Up to 256 hashes of complete subtrees of 256**level leaves."""

    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "ledger_tile"
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="ledger_tile_place")]


class State(models.Model):
    """One row: the numbers given so far and the leaves in the tree. No domain state; it writes no entry."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    numbered = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_state"
        constraints = [models.CheckConstraint(name="ledger_state_only_one", condition=models.Q(id=1))]


class SignedCheckpoint(models.Model):
    """A checkpoint as it was signed and written out of the database."""

    size = models.BigIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        db_table = "ledger_checkpoint"
