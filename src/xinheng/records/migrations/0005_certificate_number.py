"""Certificates are found by their number."""

from django.db import migrations, models

import xinheng.records.models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_corrected"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                xinheng.records.models.Stated("XK_XKBH"),
                name="records_version_certificate",
                condition=models.Q(("polarity", "neutral")),
            ),
        ),
    ]
