"""Loads that are killed again and again, each kill followed by a repeat: the same for the long run and for the short one in the suite.

A repeat goes through or is killed in its turn; whatever a kill finds, readers see nothing of the batch or all of it.
"""

import random
import time
from dataclasses import dataclass, field

from intake.cast import PENALTY, assert_sound, hand_in
from soak.archive import Opened, differences, leftovers, uploads
from soak.expected import Expected, Tally
from soak.files import Made, Maker
from soak.killing import ONCE, POINTS, Death, die
from soak.traces import Watcher, probes
from world import World, publish
from xinheng.intake import models
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import receipt

GOES_THROUGH = 1 / 3
"""How often the repeat after a kill is let through; otherwise the next kill strikes it."""


@dataclass
class Open:
    """A file handed in, and what it must come to."""

    batch_id: int
    made: Made
    tally: Tally
    watcher: Watcher


@dataclass
class Campaign:
    """One run: so many rows a file, chunks of so many, everything drawn from one seed."""

    world: World
    rows: int
    chunk: int
    seed: int
    deaths: list[str] = field(default_factory=list)
    batches: dict[int, int] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    load_seconds: float = 1.0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.maker = Maker(self.world, self.seed)
        self.last: Made | None = None
        self.uploads_before = uploads()

    def run(self, kills: int) -> None:
        """Kill so many times; then everything is complete, and nothing else is there."""
        while len(self.deaths) < kills:
            file = self.hand_in()
            while self.open(file) and len(self.deaths) < kills and self.strike(file):
                if self.rng.random() < GOES_THROUGH:
                    break
            self.complete(file)
        self.settle()

    def hand_in(self) -> Open:
        """The next file, handed in; nothing of it is seen."""
        made = self.maker.make(self.rows, self.last)
        self.last = made
        tally = self.expected.add(made.content, made.number)
        batch_id = hand_in(self.world, made.content, item=PENALTY, name=f"{made.number}.csv")
        self.batches[made.number] = batch_id
        file = Open(batch_id, made, tally, Watcher(self.world, batch_id, tally, probes(made, tally)))
        file.watcher.require(file.watcher.nothing(), "just handed in")
        return file

    def open(self, file: Open) -> bool:
        """Whether the batch is still to be loaded."""
        return bool(models.Batch.objects.filter(pk=file.batch_id, receipt_digest=b"").exists())

    def strike(self, file: Open) -> bool:
        """One kill; False when the load was quicker. Afterwards nothing is seen, or everything."""
        death = self.draw(file)
        died = die(file.batch_id, self.chunk, death)
        publish(self.world.now)
        watcher = file.watcher
        watcher.require(watcher.nothing() if self.open(file) else watcher.everything(), f"killed at {death}")
        if died:
            self.deaths.append(str(death))
        return died

    def draw(self, file: Open) -> Death:
        """A random moment, or a random pass of a random point."""
        if self.rng.random() < 0.5:
            return Death(seconds=self.rng.random() * self.load_seconds)
        point = self.rng.choice(POINTS)
        chunks = -(-len(file.made.rows) // self.chunk)
        return Death(f"{point}:{1 if point in ONCE else self.rng.randrange(chunks) + 1}")

    def complete(self, file: Open) -> None:
        """The repeat that goes through: the receipt says what the file comes to, everything is seen."""
        began = time.monotonic()
        load_batch(file.batch_id, Way(lambda: self.world.now, chunk=self.chunk))
        self.load_seconds = max(self.load_seconds, time.monotonic() - began)
        publish(self.world.now)
        file.watcher.require(file.watcher.everything(), "repeated")
        told = receipt(file.batch_id, self.world.actor("reporter.market"))
        names = ("rows", "accepted", "held", "rejected", "unchanged", "superseded")
        wanted = {name: file.tally.counts[name] for name in names}
        assert {name: told[name] for name in names} == wanted, (told["batch"], wanted)
        problems = models.Problem.objects.filter(batch_id=file.batch_id)
        assert problems.count() == len(told["errors"]) + told.get("left_out", {}).get("errors", 0)
        held = models.Held.objects.filter(batch_id=file.batch_id).values_list("row", flat=True)
        assert sorted(held) == file.tally.held_rows

    def settle(self) -> None:
        """Exactly the right records, once each; nothing of a dead run; a ledger that verifies."""
        opened = Opened()
        found = differences(self.expected, self.batches, opened)
        assert not found, (len(found), found[:5])
        left = leftovers(opened, self.uploads_before)
        assert not left, left
        assert_sound()
