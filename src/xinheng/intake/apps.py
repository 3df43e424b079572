"""Intake's app: its guards."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers what the database itself enforces about batches and held rows."""

    name = "xinheng.intake"
    label = "intake"

    def ready(self) -> None:
        """Batches stay; held rows stay unless their load never became visible; what was settled stays settled."""
        from xinheng.storage.guards import append_only, no_delete, refuse, register

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
            refuse(
                "intake_submission_no_delete",
                "intake_submission",
                "DELETE",
                "OLD.batch_id IS NULL OR EXISTS (SELECT 1 FROM intake_batch b WHERE b.id = OLD.batch_id AND b.state = 'loaded')",
                "intake_submission keeps every row that counts",
            ),
            refuse(
                "intake_submission_no_update",
                "intake_submission",
                "UPDATE",
                "1 = 1",
                "intake_submission is written once",
            ),
            *append_only("intake_tally"),
            *append_only("intake_nil_report"),
            *append_only("intake_contradiction_note"),
            no_delete("intake_duty"),
            refuse(
                "intake_duty_ended",
                "intake_duty",
                "UPDATE",
                "OLD.until IS NOT NULL OR NEW.since <> OLD.since OR NEW.unit_id <> OLD.unit_id OR NEW.item <> OLD.item",
                "what a duty said until its end stays",
            ),
        )
