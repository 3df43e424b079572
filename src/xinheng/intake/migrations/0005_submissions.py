import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("intake", "0004_mapping"),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField()),
                ("item", models.CharField(max_length=60)),
                ("received_on", models.DateField()),
                ("act_date", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("provisional", models.BooleanField()),
                ("outcome", models.CharField(max_length=16)),
                ("answers", models.BigIntegerField(null=True)),
                ("held", models.BigIntegerField(null=True)),
                ("number_code", models.BinaryField()),
                ("number_name", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.batch",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "db_table": "intake_submission",
                "indexes": [
                    models.Index(fields=["unit", "item", "received_on"], name="intake_submission_place"),
                    models.Index(
                        condition=models.Q(("outcome__in", ["held", "held_change", "rejected"])),
                        fields=["unit", "item"],
                        name="intake_submission_bad",
                    ),
                    models.Index(
                        condition=models.Q(("answers__isnull", False)),
                        fields=["answers"],
                        name="intake_submission_answers",
                    ),
                    models.Index(
                        condition=models.Q(("held__isnull", False)), fields=["held"], name="intake_submission_held"
                    ),
                    models.Index(
                        condition=models.Q(("batch__isnull", True)),
                        fields=["unit", "item"],
                        name="intake_submission_single",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=60)),
                ("month", models.DateField()),
                ("act_month", models.DateField(null=True)),
                ("outcome", models.CharField(max_length=16)),
                ("first", models.BooleanField()),
                ("due", models.CharField(max_length=8)),
                ("provisional", models.BooleanField()),
                ("rows", models.IntegerField()),
                (
                    "batch",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.batch"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "db_table": "intake_tally",
                "indexes": [
                    models.Index(fields=["month", "unit", "item"], name="intake_tally_month"),
                    models.Index(fields=["act_month", "unit", "item"], name="intake_tally_act_month"),
                ],
            },
        ),
    ]
