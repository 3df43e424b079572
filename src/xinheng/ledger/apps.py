"""The ledger's app: its guards."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the guards that keep what was entered."""

    name = "xinheng.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Runs and leaves never change once ready; checkpoints never change."""
        from xinheng.storage.guards import append_only, refuse, register

        register(
            refuse(
                "ledger_run_no_update",
                "ledger_run",
                "UPDATE",
                "OLD.ready AND (NOT NEW.ready OR OLD.first IS NOT NULL OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind "
                "OR NEW.operation <> OLD.operation OR NEW.at <> OLD.at OR NEW.legal_date <> OLD.legal_date "
                "OR NEW.actor_kind <> OLD.actor_kind OR NEW.actor_name <> OLD.actor_name "
                "OR COALESCE(NEW.actor_id, 0) <> COALESCE(OLD.actor_id, 0) "
                "OR COALESCE(NEW.unit_id, 0) <> COALESCE(OLD.unit_id, 0) "
                "OR COALESCE(NEW.behalf_id, 0) <> COALESCE(OLD.behalf_id, 0) OR COALESCE(NEW.closed, 0) <> COALESCE(OLD.closed, 0) "
                "OR NEW.payload <> OLD.payload OR NEW.count <> OLD.count)",
                "a ready run is only ever numbered",
            ),
            refuse("ledger_run_no_delete", "ledger_run", "DELETE", "OLD.ready", "ledger_run is append-only"),
            *append_only(
                "ledger_leaf", unless="NOT EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = OLD.run_id AND r.ready)"
            ),
            *append_only("ledger_checkpoint"),
        )
