"""Service tokens, and when each was last used."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_unit_service"), ("ledger", "0002_closed")]

    operations = [
        migrations.CreateModel(
            name="ServiceToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("name", models.CharField(max_length=100)),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField()),
                ("items", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("issued_by", models.ForeignKey(null=True, to="accounts.person", **KEEP)),
                ("person", models.ForeignKey(to="accounts.person", **KEEP)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.run",
                    ),
                ),
                ("unit", models.ForeignKey(to="accounts.unit", **KEEP)),
            ],
            options={
                "db_table": "accounts_service_token",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                        name="accounts_service_token_times",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(primary_key=True, serialize=False, to="accounts.servicetoken", **KEEP),
                ),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "accounts_token_use"},
        ),
    ]
