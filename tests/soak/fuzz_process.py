"""Reads and checks damaged files until its time is over: `fuzz_process.py FOLDER SECONDS SEED`.

Every file must be read and judged, or refused with a code. Each is written to FOLDER before it is tried, so that whatever ends the
process leaves it there. Prints one line of JSON: how many, and how many of them were refused by which code.
"""

import json
import resource
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import django

MEMORY_BYTES = 6 << 30
SECONDS_A_FILE = 120
ON = date(2026, 11, 21)


def main(folder: Path, seconds: float, seed: int) -> None:
    """Try file after file; whatever is neither a receipt nor a refusal ends the process with its trace."""
    import signal

    from soak.damage import Damager
    from xinheng.intake.batch.check import check_file

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    damager, outcomes, until = Damager(seed), Counter[str](), time.monotonic() + seconds
    while time.monotonic() < until:
        name, content = damager.next()
        path = folder / name
        path.write_bytes(content)
        # Only keeps a file that hangs from hanging the run; its trace names the place.
        signal.alarm(SECONDS_A_FILE)
        receipt = check_file(path, damager.item, ON, region="demo", rows=True)
        json.dumps(receipt.to_json(), ensure_ascii=False)
        counts = receipt.counts
        assert counts.rows == counts.accepted + counts.held + counts.rejected
        assert (receipt.status == "refused") == bool(receipt.reason)
        outcomes[receipt.reason or "read"] += 1
        path.unlink()
    signal.alarm(0)
    print(json.dumps({"files": outcomes.total(), **dict(sorted(outcomes.items()))}))


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
