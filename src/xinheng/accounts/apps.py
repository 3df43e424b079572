"""The app of accounts: its guards."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers what the database itself refuses: deleting, changing the register, incompatible roles side by side."""

    name = "xinheng.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the guards; they are installed after each migrate."""
        from xinheng.accounts.models import GUARDS
        from xinheng.storage.guards import register

        register(*GUARDS)
