"""The app that installs the guards of every module after each migrate."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StorageConfig(AppConfig):
    """Nothing of its own in the database; it puts back what Django's table rebuilds drop."""

    name = "xinheng.storage"
    label = "storage"

    def ready(self) -> None:
        """Install guards once all migrations ran (this app's signal is as good as any: all tables exist by then)."""
        post_migrate.connect(_install, sender=self, dispatch_uid="xinheng.storage.guards")


def _install(using: str, **_: Any) -> None:
    from xinheng.storage.guards import install

    install(using)
