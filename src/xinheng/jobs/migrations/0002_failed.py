"""Failed jobs are counted at each look at the platform's health."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_queue")]

    operations = [
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["id"], condition=models.Q(state="failed"), name="jobs_job_failed"),
        ),
    ]
