"""The archive's app: its guards."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers what the database itself enforces about versions and marks."""

    name = "xinheng.records"
    label = "records"

    def ready(self) -> None:
        """Versions are append-only once their run is ready; harm needs a permit; marks are never deleted."""
        from xinheng.catalogue.door import harm_guard
        from xinheng.storage.guards import append_only, no_delete, refuse, register

        register(
            *append_only(
                "records_version", unless="NOT EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = OLD.run_id AND r.ready)"
            ),
            refuse(
                "records_record_fixed",
                "records_record",
                "UPDATE",
                "TRUE",
                "the identity of a record never changes",
            ),
            no_delete("records_mark"),
            harm_guard("records_version"),
        )
