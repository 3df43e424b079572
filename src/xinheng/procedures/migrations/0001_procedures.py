"""Cases of procedures with their sides, steps, clocks and sealed texts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0007_sample"),
        ("ledger", "0002_closed"),
        ("subjects", "0002_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("procedure", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=40)),
                ("seq", models.PositiveIntegerField()),
                ("edition", models.CharField(max_length=64)),
                ("secret_hash", models.CharField(blank=True, max_length=64)),
                ("opened_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("escalated", models.BooleanField(default=False)),
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
                    "subject",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
            ],
            options={
                "db_table": "procedures_case",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_on", None)),
                        fields=["procedure", "state", "id"],
                        name="procedures_case_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("opened_on")), _connector="OR"
                        ),
                        name="procedures_case_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseKey",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="procedures.case",
                    ),
                ),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "procedures_key",
            },
        ),
        migrations.CreateModel(
            name="CaseText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=32)),
                ("ciphertext", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.case",
                    ),
                ),
            ],
            options={
                "db_table": "procedures_text",
                "constraints": [models.UniqueConstraint(fields=("case", "token"), name="procedures_text_once")],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("side", models.CharField(max_length=12)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.case"
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
                    "subject",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "db_table": "procedures_party",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["unit", "side", "case"], name="procedures_party_unit")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "side"), name="procedures_party_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["applicant", "source", "determining", "centre", "time"])),
                        name="procedures_party_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", None), ("subject", None), _connector="OR"),
                        name="procedures_party_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunningClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("clock", models.CharField(max_length=40)),
                ("limits", models.CharField(max_length=200)),
                ("working_days", models.PositiveIntegerField(null=True)),
                ("span", models.CharField(blank=True, max_length=20)),
                ("more_days", models.PositiveIntegerField(default=0)),
                ("since", models.DateField()),
                ("started_on", models.DateField()),
                ("used", models.PositiveIntegerField(default=0)),
                ("paused_on", models.DateField(null=True)),
                ("deadline", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("calendar", models.CharField(max_length=64)),
                ("ended_on", models.DateField(null=True)),
                ("missed_on", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.case"
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
            ],
            options={
                "db_table": "procedures_clock",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["case"], name="procedures_clock_case"),
                    models.Index(
                        condition=models.Q(("ended_on", None), ("missed_on", None), ("paused_on", None)),
                        fields=["deadline", "id"],
                        name="procedures_clock_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("case", "clock"), name="procedures_clock_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("span", ""), ("working_days__isnull", False)),
                            models.Q(("working_days", None), models.Q(("span", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="procedures_clock_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("deadline__isnull", False), ("paused_on", None)),
                            models.Q(("deadline", None), ("paused_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="procedures_clock_paused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_index", models.IntegerField(editable=False)),
                ("seq", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=40)),
                ("side", models.CharField(max_length=12)),
                ("before", models.CharField(blank=True, max_length=40)),
                ("after", models.CharField(max_length=40)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=2000)),
                ("texts", models.JSONField(default=dict)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
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
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "db_table": "procedures_step",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "seq"), name="procedures_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["applicant", "source", "determining", "centre", "time"])),
                        name="procedures_step_side",
                    ),
                ],
            },
        ),
    ]
