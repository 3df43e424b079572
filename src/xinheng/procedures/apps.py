"""The app of procedures: its guards."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Registers what the database itself refuses: changing what was done, ending twice."""

    name = "xinheng.procedures"
    label = "procedures"

    def ready(self) -> None:
        """Register the guards; they are installed after each migrate."""
        from xinheng.procedures.models import GUARDS
        from xinheng.storage.guards import register

        register(*GUARDS)
