"""Certificates are found by their last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_mark_days"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                fields=["item", "valid_to"],
                name="records_version_last_day",
                condition=models.Q(("polarity", "neutral"), ("valid_to__isnull", False)),
            ),
        ),
    ]
