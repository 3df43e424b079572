"""The app of publicity: its guards."""

from django.apps import AppConfig


class PublicityConfig(AppConfig):
    """Registers what the database itself enforces about publications."""

    name = "xinheng.publicity"
    label = "publicity"

    def ready(self) -> None:
        """A decision about a version never changes but for its deadline, and never goes away once visible."""
        from xinheng.storage.guards import refuse, register

        ready = "EXISTS (SELECT 1 FROM ledger_run r WHERE r.id = OLD.run_id AND r.ready)"
        fixed = ("version_id", "record_id", "subject_id", "shown", "rule", "reason", "bases", "edition")
        nullable = ("public_from", "public_until", "first_public_at")
        changed = " OR ".join(
            [f"NEW.{name} <> OLD.{name}" for name in fixed]
            + [f"COALESCE(CAST(NEW.{n} AS text), '') <> COALESCE(CAST(OLD.{n} AS text), '')" for n in nullable]
        )
        register(
            refuse(
                "publicity_fixed",
                "publicity_publication",
                "UPDATE",
                f"{ready} AND ({changed})",
                "only a deadline ever changes",
            ),
            refuse("publicity_no_delete", "publicity_publication", "DELETE", ready, "a publication is never deleted"),
        )
