"""The archive's app: its guards."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from xinheng.storage.guards import Guard


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
            *_days_of_marks(),
            harm_guard("records_version", run="run_id"),
        )


def _days_of_marks() -> "list[Guard]":
    """A mark's last day is at earliest the day before its first: a CHECK could not say that alike in both databases."""
    from xinheng.storage.guards import refuse

    says = "a mark ends at earliest on the day before it begins"
    found = []
    for event, name in (("INSERT", "records_mark_days_i"), ("UPDATE", "records_mark_days_u")):
        # SQLite has no days, only texts: what is no day makes DATE empty.
        day = "DATE(JULIANDAY(NEW.{0})) IS NOT NEW.{0}"
        wrong = f"{day.format('since')} OR (NEW.until IS NOT NULL AND ({day.format('until')} OR NEW.until < DATE(NEW.since, '-1 day')))"
        lite = refuse(name, "records_mark", event, wrong, says)
        full = refuse(name, "records_mark", event, "NEW.until < NEW.since - 1", says)
        found.append(replace(lite, postgresql=full.postgresql))
    return found
