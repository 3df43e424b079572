"""Figures read from database and disk at the moment somebody asks: the same whichever process answers."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from xinheng.accounts.door import sign_in_failures
from xinheng.intake.door import batches_by_state, held_rows
from xinheng.jobs import door as jobs
from xinheng.kernel.actor import system
from xinheng.kernel.dates import legal_date
from xinheng.ledger import door as ledger
from xinheng.publicity import door as publicity
from xinheng.publicity.values import Stage
from xinheng.storage.measures import database_bytes
from xinheng.web.monitoring.health import readiness

WATCHER = system("monitor", "publicity.read_plan", "accounts.see_all_units")
BACKUP = "console.backup_made"
Values = dict[str, float]


class Gauges(Collector):
    """One family a figure. Cost: about twenty queries a question; what the database does not answer is left out."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All families."""
        checks = readiness(self._now)
        up = GaugeMetricFamily("xinheng_check", "State of a check: 0 ok, 1 late, 2 fail", labels=["check"])
        for check in checks:
            up.add_metric([check.name], {"ok": 0, "late": 1, "fail": 2}[check.state])
        yield up
        for name, help_text, label, ask in self._asked():
            try:
                found = ask()
            except (DatabaseError, OSError):
                continue
            family = GaugeMetricFamily(f"xinheng_{name}", help_text, labels=[label] if label else None)
            for value, number in found.items():
                family.add_metric([value] if label else [], number)
            yield family

    def _asked(self) -> list[tuple[str, str, str, Callable[[], Values]]]:
        return [
            ("jobs", "Background jobs by state", "state", self._jobs),
            ("job_oldest_seconds", "Seconds the oldest job has waited", "", self._oldest_job),
            ("worker_beat_seconds", "Seconds since a worker gave a sign of life", "", self._beat),
            (
                "ledger_entries",
                "Entries of the ledger: numbered, in the tree, waiting for a number",
                "kind",
                self._ledger,
            ),
            ("ledger_oldest_seconds", "Seconds the oldest entry has waited for its number", "", self._oldest_entry),
            ("batches", "Batches by state", "state", self._batches),
            ("held_rows", "Held rows that wait for a decision", "", lambda: {"": held_rows()}),
            ("publicity_behind", "Entries of the ledger publicity has not read", "", self._behind),
            ("publications", "Publications at stages that ask for attention", "stage", self._stages),
            ("deadlines_provisional", "Deadlines that wait for a calendar", "", self._provisional),
            ("sign_in_failures", "Failed sign-ins in a row, over all accounts", "", self._failures),
            ("accounts_locked", "Accounts locked now", "", self._locked),
            ("disk_free_bytes", "Free bytes where the data lie", "", self._disk),
            ("database_bytes", "Size of the database", "", lambda: {"": database_bytes()}),
            ("backup_age_seconds", "Seconds since the last backup; absent without one", "", self._backup),
        ]

    def _jobs(self) -> Values:
        found = jobs.pressure()
        return {"queued": found.queued, "running": found.running, "failed": found.failed}

    def _oldest_job(self) -> Values:
        oldest = jobs.pressure().oldest_at
        return {"": (datetime.now(UTC) - oldest).total_seconds() if oldest else 0}

    def _beat(self) -> Values:
        last = next(iter(jobs.workers()), None)
        return {"": (self._now - last.beat_at).total_seconds()} if last else {}

    def _ledger(self) -> Values:
        found = ledger.lag()
        return {"numbered": found.numbered, "in_tree": found.size, "waiting": found.waiting}

    def _oldest_entry(self) -> Values:
        oldest = ledger.lag().oldest_at
        return {"": (self._now - oldest).total_seconds() if oldest else 0}

    def _batches(self) -> Values:
        return {state.value: count for state, count in batches_by_state().items()}

    def _behind(self) -> Values:
        return {"": max(ledger.lag().numbered - publicity.read_up_to(), 0)}

    def _stages(self) -> Values:
        found = publicity.stage_counts(on=legal_date(self._now), actor=WATCHER)
        return {stage.value: found.get(stage, 0) for stage in (Stage.DUE, Stage.LATE, Stage.WITHHELD)}

    def _provisional(self) -> Values:
        return {"": publicity.without_final_deadline()}

    def _failures(self) -> Values:
        return {"": sign_in_failures(self._now).failures}

    def _locked(self) -> Values:
        return {"": sign_in_failures(self._now).locked}

    def _disk(self) -> Values:
        return {"": shutil.disk_usage(Path(settings.XINHENG_HOME)).free}

    def _backup(self) -> Values:
        last = ledger.last_done(BACKUP)
        return {"": (self._now - last).total_seconds()} if last else {}
