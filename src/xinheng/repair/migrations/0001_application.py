"""Which record an application for repair is about, and how it ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_closed"),
        ("procedures", "0002_one_case_a_secret"),
        ("records", "0005_certificate_number"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("procedure", models.CharField(max_length=20)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.case"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.record"
                    ),
                ),
                (
                    "repaired",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.mark"
                    ),
                ),
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
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.version",
                    ),
                ),
            ],
            options={
                "db_table": "repair_application",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "granted", "rejected", "refused", "dropped"])),
                        name="repair_application_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "granted"), ("repaired__isnull", False)),
                            models.Q(models.Q(("outcome", "granted"), _negated=True), ("repaired", None)),
                            _connector="OR",
                        ),
                        name="repair_application_repaired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("record",), name="repair_application_once"
                    ),
                ],
            },
        ),
    ]
