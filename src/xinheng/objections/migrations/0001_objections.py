"""What a case of an objection is about, and the marks that follow from it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_closed"),
        ("procedures", "0001_procedures"),
        ("records", "0005_certificate_number"),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("about", models.CharField(max_length=12)),
                ("finding", models.CharField(blank=True, max_length=12)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.case"
                    ),
                ),
                (
                    "contested",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.mark"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.record"
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
                    "stopped",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.mark"
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
                "db_table": "objections_objection",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["record", "outcome"], name="objections_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("about__in", ["content", "subject", "period", "ended", "other"])),
                        name="objections_about",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["", "corrected", "withdrawn", "right", "unclear"])),
                        name="objections_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["", "corrected", "withdrawn", "upheld", "unverifiable", "refused", "dropped"],
                            )
                        ),
                        name="objections_outcome",
                    ),
                ],
            },
        ),
    ]
