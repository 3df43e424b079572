"""A secret opens one case: what was sent twice cannot become two."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_closed"),
        ("procedures", "0001_procedures"),
        ("subjects", "0002_search"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("secret_hash", ""), _negated=True),
                fields=("secret_hash",),
                name="procedures_case_secret_once",
            ),
        ),
    ]
