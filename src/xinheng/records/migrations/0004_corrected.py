"""Find the corrected records by index: counts over millions of versions ask only of these which version holds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_last_day")]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["record"], name="records_version_corrected", condition=models.Q(seq__gt=1)),
        ),
    ]
