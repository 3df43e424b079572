"""The main job, as a department does it: a file is checked, loaded, published where it may be, and the ledger signed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any, Final

from xinheng.accounts.door import actor_by_login, unit
from xinheng.console.demo.acts import PENALTY
from xinheng.console.demo.people import reporter_of
from xinheng.intake.batch.check import check_file
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import receive
from xinheng.intake.values.batches import UploadDraft
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import checkpoint, sequence
from xinheng.ledger.values import Checkpoint
from xinheng.publicity.batch import project
from xinheng.publicity.values import Projected

SAMPLE: Final = "sample_penalties.xlsx"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load said: its receipt as JSON, and the unit it was for."""

    receipt: Mapping[str, Any]
    unit: str


def sample_path() -> str:
    """Where the sample penalty file lies, for who wants to open it or hand it in by hand."""
    return str(files("xinheng.console") / "data" / SAMPLE)


def check_sample(region: str, now: datetime) -> Mapping[str, Any]:
    """Check the sample penalty file without a database; its receipt as JSON."""
    with as_file(files("xinheng.console") / "data" / SAMPLE) as path:
        return check_file(path, PENALTY, legal_date(now), region=region).to_json()


def load_sample(unit_key: str, now: datetime, progress: Callable[[int, int, str], None]) -> Loaded:
    """Load the sample file as the department's reporter would. Sent a second time, what was taken is recognised."""
    reporter = actor_by_login(reporter_of(unit_key), now)
    if reporter.unit_id is None:
        raise RuntimeError(f"the reporter of {unit_key} belongs to no unit")
    content = (files("xinheng.console") / "data" / SAMPLE).read_bytes()
    draft = UploadDraft(PENALTY, reporter.unit_id, SAMPLE, job=False)
    batch = receive(stream=BytesIO(content), draft=draft, actor=reporter, now=now)
    receipt = load_batch(batch.batch_id, Way(clock=lambda: now, progress=progress))
    return Loaded(receipt.to_json(), unit(reporter.unit_id).name)


def publish(now: datetime) -> Projected:
    """Number what came in and decide what of it the public sees."""
    sequence()
    done = project(now=now)
    sequence()
    return done


def sign(now: datetime) -> Checkpoint:
    """Make a checkpoint and write it out of the database."""
    return checkpoint(now=now)
