from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_sequence(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL draws the order of closing from a sequence; on SQLite there is one writer, and the highest number is known."""
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE SEQUENCE IF NOT EXISTS ledger_run_closed_seq")


def drop_sequence(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Undo."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP SEQUENCE IF EXISTS ledger_run_closed_seq")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]

    operations = [
        migrations.AddField(model_name="run", name="closed", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(model_name="run", index=models.Index(fields=["closed"], name="ledger_run_closed")),
        migrations.RunPython(make_sequence, drop_sequence),
    ]
