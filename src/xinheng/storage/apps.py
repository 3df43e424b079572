"""The app that installs the guards of every module after each migrate."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class StorageConfig(AppConfig):
    """The table of leases; and it puts back what Django's table rebuilds drop."""

    name = "xinheng.storage"
    label = "storage"

    def ready(self) -> None:
        """Take SQLite's triggers out of the way of table rebuilds, and install all guards once all migrations ran."""
        pre_migrate.connect(_drop, sender=self, dispatch_uid="xinheng.storage.guards.drop")
        post_migrate.connect(_install, sender=self, dispatch_uid="xinheng.storage.guards")


def _drop(using: str, **_: Any) -> None:
    from xinheng.storage.guards import drop

    drop(using)


def _install(using: str, **_: Any) -> None:
    from xinheng.storage.guards import install

    install(using)
