"""A row that waits can be replaced by the row its unit sends back for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_lease_moved"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="held", name="intake_held_state"),
        migrations.AddConstraint(
            model_name="held",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["held", "released", "returned", "replaced"])),
                name="intake_held_state",
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.batch",
                    ),
                ),
                (
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.held",
                    ),
                ),
            ],
            options={
                "db_table": "intake_answer",
                "constraints": [models.UniqueConstraint(fields=("batch", "held"), name="intake_answer_once")],
            },
        ),
    ]
