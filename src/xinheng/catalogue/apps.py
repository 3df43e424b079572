"""The app of the catalogue: its guards."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers what the database itself refuses: changing editions, bases, permits and notices."""

    name = "xinheng.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Register the guards; they are installed after each migrate."""
        from xinheng.catalogue.models import GUARDS
        from xinheng.storage.guards import register

        register(*GUARDS)
