"""Intake's app: its guards."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers what the database itself enforces about batches and held rows."""

    name = "xinheng.intake"
    label = "intake"

    def ready(self) -> None:
        """Batches stay; held rows stay unless their load never became visible; what was settled stays settled."""
        from xinheng.storage.guards import no_delete, refuse, register

        register(
            no_delete("intake_batch"),
            no_delete("intake_mapping"),
            refuse(
                "intake_held_no_delete",
                "intake_held",
                "DELETE",
                "EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = OLD.run_id AND r.ready)",
                "intake_held keeps every row",
            ),
            refuse(
                "intake_held_settled",
                "intake_held",
                "UPDATE",
                "OLD.state <> 'held'",
                "a held row is settled once",
            ),
            refuse(
                "intake_batch_ended",
                "intake_batch",
                "UPDATE",
                "OLD.state IN ('loaded', 'refused', 'abandoned') AND NEW.state <> OLD.state",
                "a batch ends once",
            ),
        )
