"""The app of subjects: its guards."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """Registers what the database itself refuses: losing a row, rewriting history, one code for two subjects."""

    name = "xinheng.subjects"
    label = "subjects"

    def ready(self) -> None:
        """Register the guards; they are installed after each migrate."""
        from xinheng.storage.guards import register
        from xinheng.subjects.models import GUARDS

        register(*GUARDS)
