"""The app of members: its guards."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Registers what the database itself refuses: an authorisation or a claim that comes back to life, a deleted account."""

    name = "xinheng.members"
    label = "members"

    def ready(self) -> None:
        """Register the guards; they are installed after each migrate."""
        from xinheng.members.models import GUARDS
        from xinheng.storage.guards import register

        register(*GUARDS)
