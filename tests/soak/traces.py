"""What every kind of reader sees of one batch: of a load there is nothing to be seen, or all of it."""

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from soak.expected import Tally
from soak.files import Made
from world import World
from xinheng.console import main
from xinheng.intake.door import batch, counts, held, problems
from xinheng.intake.values.batches import BatchState, HeldFilter
from xinheng.ledger.door import TrailFilter, trail
from xinheng.portal import figures
from xinheng.records.door import by_document, documents_of_others, of_batch
from xinheng.subjects.door import WHOLE, search

SAMPLE = 3


@dataclass(frozen=True)
class Probe:
    """A record of a firm that only one file names, and that the public may see."""

    code: str
    name: str
    number: str


def probes(made: Made, tally: Tally) -> list[Probe]:
    """A few of a file, for readers that are asked one by one."""
    fresh = {number for _, number, _ in tally.fresh}
    found: dict[str, Probe] = {}
    for row in (row for row in made.own if str(row["CF_WSH"]) in fresh):
        probe = Probe(str(row["CF_XDR_SHXYM"]), str(row["CF_XDR_MC"]), str(row["CF_WSH"]))
        found.setdefault(probe.code, probe)
    return list(found.values())[:SAMPLE]


class Watcher:
    """Asks every kind of reader about one batch; `nothing` and `everything` are the only answers there may be."""

    def __init__(self, world: World, batch_id: int, tally: Tally, some: list[Probe]) -> None:
        self.world, self.batch_id, self.tally, self.probes = world, batch_id, tally, some
        self.visitor = Client()
        self.reader, self.auditor = world.actor("reporter.market"), world.actor("auditor")
        self.before = self._totals()

    def nothing(self) -> dict[str, Any]:
        """What is seen of a batch that is not visible."""
        return dict.fromkeys(self.everything(), 0) | {"state": False}

    def everything(self) -> dict[str, Any]:
        """What is seen of a batch that is."""
        counts, asked = self.tally.counts, len(self.probes)
        return {
            "archive": asked,
            "versions": len(self.tally.fresh) + counts["superseded"],
            "documents of others": len(self.tally.fresh),
            "held": counts["held"],
            "waiting": counts["held"],
            "entries": 1,
            "public": self.tally.public,
            "search": asked,
            "subject show": asked,
            "portal by code": asked,
            "portal by document": asked,
            "problems": True,
            "state": True,
        }

    def require(self, wanted: dict[str, Any], when: str) -> None:
        """Fail, naming the readers that see something else."""
        seen = self.seen()
        other = {name: (seen[name], wanted[name]) for name in wanted if seen[name] != wanted[name]}
        assert not other, f"batch {self.batch_id}, {when}: seen and wanted {other}"

    def seen(self) -> dict[str, Any]:
        """What is seen now."""
        now = self._totals()
        numbers = [number for _, number, _ in self.tally.fresh]
        return {
            "archive": sum(len(by_document(probe.number, actor=self.reader)) for probe in self.probes),
            "versions": len(of_batch(self.batch_id, actor=self.reader, limit=1_000_000)),
            "documents of others": sum(map(len, documents_of_others(self.world.units["market"], numbers).values())),
            "held": self._held(),
            **{name: now[name] - self.before[name] for name in now},
            "search": sum(self._searched(probe) for probe in self.probes),
            "subject show": sum(self._shown(probe) for probe in self.probes),
            "portal by code": sum(self._status(f"/s/{probe.code}") == 302 for probe in self.probes),
            "portal by document": sum(self._finds(probe.number) for probe in self.probes),
            "problems": bool(problems(self.batch_id, self.reader).items),
            "state": batch(self.batch_id, self.reader).state is BatchState.LOADED,
        }

    def _totals(self) -> dict[str, int]:
        figures.forget()
        loads = trail(TrailFilter("intake.batch_loaded"), actor=self.auditor, limit=10_000)
        public = self.visitor.get("/").context["figures"][1].value
        return {"waiting": counts(self.reader).held, "entries": len(loads), "public": public}

    def _held(self) -> int:
        count, narrow = 0, HeldFilter(batch_id=self.batch_id, limit=200)
        while items := held(self.reader, narrow).items:
            count += len(items)
            narrow = HeldFilter(batch_id=self.batch_id, limit=200, after=items[-1].id)
        return count

    @staticmethod
    def _searched(probe: Probe) -> bool:
        # A name that is not there finds those most like it.
        return any(hit.code == probe.code for hit in search(probe.name, reach=WHOLE).items)

    def _shown(self, probe: Probe) -> bool:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            status = main.run(["subject", "show", probe.code, "--as", "operator", "--json"])
        return status == 0 and probe.number in json.dumps(json.loads(said.getvalue()), ensure_ascii=False)

    def _status(self, address: str) -> int:
        return int(self.visitor.get(address).status_code)

    def _finds(self, number: str) -> bool:
        return "/records/" in self.visitor.get("/search", {"q": number}).content.decode()
