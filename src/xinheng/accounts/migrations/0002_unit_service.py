"""A role for the service accounts of departments."""

from django.db import migrations, models

ROLES = [
    "reporter",
    "reviewer",
    "centre_operator",
    "supervisor",
    "inspector",
    "auditor",
    "system_admin",
    "security_admin",
    "audit_admin",
    "console_service",
    "unit_service",
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts")]

    operations = [
        migrations.RemoveConstraint(model_name="rolegrant", name="accounts_role_grant_role"),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(condition=models.Q(("role__in", ROLES)), name="accounts_role_grant_role"),
        ),
    ]
