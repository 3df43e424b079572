"""Files that are small and would fill a machine: each is refused in a process that may have only 700 MiB."""

import json
import os
import subprocess
import sys
from pathlib import Path

import bombs

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

REFUSED = {
    "a chain that bites its tail.xls": "F01",
    "a directory that lies.xlsx": "F01",
    "a line that never ends.csv": "F06",
    "a million levels.xlsx": "F01",
    "a number.json": "F11",
    "a quote that never ends.csv": "F06",
    "brackets.json": "F01",
    "entities.xlsx": "F04",
    "members that overlap.xlsx": "F01",
    "nothing but line ends.csv": "F08",
    "packed.csv": "F01",
    "rows without end.xlsx": "F05",
    "strings.xlsx": "F05",
    "zeros.xlsx": "F05",
}


def test_real_bombs_are_refused_within_a_bound_of_memory(tmp_path: Path) -> None:
    for name, content in bombs.bombs().items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(HERE / "bombs.py"), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{HERE}"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["found"] == REFUSED
