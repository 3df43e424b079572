"""The app of repair: its guards and its procedure."""

from django.apps import AppConfig


class RepairConfig(AppConfig):
    """Registers what the database itself refuses, and declares the procedure."""

    name = "xinheng.repair"
    label = "repair"

    def ready(self) -> None:
        """Register the guards; declare the procedure: its missed limits lead to nothing but that everybody sees them."""
        from xinheng.procedures.door import declare
        from xinheng.repair.models import GUARDS
        from xinheng.repair.procedure import REPAIR
        from xinheng.storage.guards import register

        register(*GUARDS)
        declare(REPAIR, {})
