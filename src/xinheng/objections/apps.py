"""The app of objections: its guards and its procedure."""

from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    """Registers what the database itself refuses, and declares the procedure."""

    name = "xinheng.objections"
    label = "objections"

    def ready(self) -> None:
        """Register the guards; declare the procedure with what its missed limits lead to."""
        from xinheng.objections.models import GUARDS
        from xinheng.objections.operations.silence import EFFECTS
        from xinheng.objections.procedure import OBJECTION
        from xinheng.procedures.door import declare
        from xinheng.storage.guards import register

        register(*GUARDS)
        declare(OBJECTION, EFFECTS)
