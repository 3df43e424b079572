"""Keys of writes over the API, kept for a day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_service_token")]

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("mark", models.BinaryField()),
                ("holder", models.CharField(max_length=16)),
                ("since", models.DateTimeField(db_index=True)),
                ("status", models.IntegerField(null=True)),
                ("body", models.TextField(blank=True)),
                ("headers", models.JSONField(default=dict)),
                (
                    "token",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.servicetoken",
                    ),
                ),
            ],
            options={
                "db_table": "accounts_idempotency_key",
                "constraints": [models.UniqueConstraint(fields=["token", "key"], name="accounts_idempotency_key_once")],
            },
        ),
    ]
