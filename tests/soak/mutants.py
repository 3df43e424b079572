"""Changes the rules one small thing at a time, and sees whether a test notices: mutation testing by mutmut, area by area.

The tree is copied, so nothing here touches the checkout. A *mutant* is one function with one change. It is killed when a test of its
area fails; a mutant that no test runs counts as a survivor. What need not be killed stands in `mutants_explained.tsv`, with the reason.
By hand: `python tests/soak/mutants.py AREA FOLDER [SAMPLE [SEED]]`.
"""

import csv
import difflib
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("mutants_explained.tsv")
DATABASE = Path(__file__).with_name("quick_database.py")
VERSION = "3.8.1"
HOW = (
    f"mutmut {VERSION} is missing. It is not among the development requirements; put it into a folder of its own: "
    f"`python -m pip install --target FOLDER mutmut=={VERSION}`, then `XINHENG_MUTMUT=FOLDER ./xinheng soak`"
)
KILLED = frozenset({1, 2, 3, -24, 24, 152, 255, 36, -11, -9})
"""Exit codes of a run that noticed: a test failed, the tests could not even be gathered, or time or memory ran out."""
SKIPPED = 34
MADE = "from mutmut.__main__ import *; copy_src_dir(); copy_also_copy_files(); setup_source_paths(); create_mutants(1)"


@dataclass(frozen=True)
class Area:
    """Files of `src/xinheng` that are changed, and the tests that must notice."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    only: str = ""
    """Which functions (a pattern of their mutants' names); empty: all of the files."""
    database: bool = False
    """Whether the tests need tables (SQLite, see `quick_database`)."""
    threads: bool = False
    """Whether what is changed runs threads (polars): a process that has used them cannot be forked, its children would hang."""
    sample: int = 0
    """How many mutants are drawn where all would take too long; 0: all."""


AREAS = (
    Area("kernel", ("kernel/*",), ("tests/kernel",)),
    Area(
        "ledger",
        ("ledger/rules/*",),
        ("tests/ledger/test_tree.py", "tests/ledger/test_checkpoint.py", "tests/ledger/test_leaf.py"),
        sample=300,
    ),
    Area(
        "sequencer",
        ("ledger/operations/sequencer.py", "ledger/queries/proofs.py", "ledger/queries/leaves.py"),
        ("tests/ledger/test_numbering_boundaries.py",),
        database=True,
        sample=150,
    ),
    Area(
        "gate",
        ("catalogue/rules/gate.py", "catalogue/queries.py"),
        ("tests/catalogue/test_gate.py", "tests/catalogue/test_gate_answers.py"),
        only="(.*rules.gate.*|.*x_choose_permit__.*)",
    ),
    Area(
        "checks",
        # Of intake only what makes and judges checks: workbooks, column names and duty figures are no check.
        (
            "engine/*",
            "intake/rules/sheets.py",
            "intake/rules/facts.py",
            "intake/rules/rows.py",
            "intake/rules/items.py",
        ),
        (
            "tests/engine",
            "tests/intake/test_intake_rules.py",
            "tests/intake/test_checks_with_facts.py",
            "tests/intake/test_what_a_row_becomes.py",
        ),
        threads=True,
        sample=300,
    ),
    Area(
        "quality",
        ("intake/rules/quality.py", "intake/rules/survey.py"),
        ("tests/intake/test_duty_and_survey_rules.py",),
    ),
    Area(
        "publicity",
        ("publicity/rules.py", "catalogue/rules/publicity.py", "catalogue/rules/tiers.py"),
        (
            "tests/catalogue/test_tiers.py",
            "tests/catalogue/test_cases.py",
            "tests/catalogue/test_publicity_answers.py",
            "tests/publicity/test_publicity_states.py",
        ),
    ),
)


@dataclass(frozen=True)
class Mutant:
    """One change: `where` is module and function, `what` the lines that differ (`- old` and `+ new`, joined by a blank)."""

    where: str
    what: str
    code: int | None

    @property
    def killed(self) -> bool:
        """Whether a test noticed it."""
        return self.code in KILLED


@dataclass(frozen=True)
class Explanation:
    """Why some mutants may live; `*` in either pattern stands for anything."""

    where: str
    what: str
    why: str

    def fits(self, mutant: Mutant) -> bool:
        """Whether it speaks of this mutant."""
        return _like(self.where, mutant.where) and _like(self.what, mutant.what)


@dataclass(frozen=True)
class Outcome:
    """What an area came to. `survivors`: neither killed nor explained."""

    area: str
    made: int
    tried: int
    killed: int
    explained: int
    survivors: tuple[Mutant, ...]
    unused: tuple[Explanation, ...]

    @property
    def rate(self) -> float:
        """Killed of those tried that are not explained."""
        return self.killed / (self.tried - self.explained)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % by Wilson's score; the rate itself twice where all mutants were tried."""
        if self.tried == self.made:
            return self.rate, self.rate
        n, z = self.tried - self.explained, 1.959964
        middle = (self.rate + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(self.rate * (1 - self.rate) / n + z * z / (4 * n * n))
        return middle - half, middle + half

    @property
    def says(self) -> str:
        """One line for people."""
        low, high = self.interval
        spread = "" if self.tried == self.made else f" (95 %: {low:.1%} to {high:.1%})"
        return (
            f"{self.area}: {self.rate:.1%} killed{spread}; {self.made} mutants, {self.tried} tried, {self.killed} killed, "
            f"{self.explained} explained, {len(self.survivors)} alive"
        )


def explanations() -> list[Explanation]:
    """The committed list."""
    with EXPLAINED.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Explanation(*row) for row in rows[1:]]


def library() -> dict[str, str] | None:
    """The environment in which `python -m mutmut` works, or None."""
    folder = os.environ.get("XINHENG_MUTMUT", "")
    environment = {**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "XINHENG_DATABASE": ""}
    words = [sys.executable, "-c", "import mutmut.__main__"]
    found = subprocess.run(words, env=environment, capture_output=True, check=False, cwd=ROOT)
    return environment if found.returncode == 0 else None


def run(area: Area, folder: Path, *, sample: int = 0, seed: int = 1) -> Outcome:
    """Try the mutants of an area in a copy below `folder`; `sample` of them drawn by `seed`, or all (0). Minutes."""
    environment = library()
    if environment is None:
        raise AssertionError(HOW)
    copy = _copy(area, folder)
    subprocess.run([sys.executable, "-c", MADE], cwd=copy, env=environment, check=True, capture_output=True)
    everything = [
        name for meta in copy.glob("mutants/**/*.meta") for name in json.loads(meta.read_text())["exit_code_by_key"]
    ]
    names = sorted(name for name in everything if re.fullmatch(area.only or ".*", name))
    whole = not 0 < sample < len(names)
    drawn = names if whole else random.Random(seed).sample(names, sample)
    asked = [] if len(drawn) == len(everything) else drawn
    with (copy / "log").open("wb") as log:
        words = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *asked]
        ran = subprocess.run(words, cwd=copy, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ran.returncode:
        raise AssertionError((copy / "log").read_text(errors="replace")[-4000:])
    return outcome(area, read(copy), len(names), complete=whole)


def outcome(area: Area, mutants: Iterable[Mutant], made: int, *, complete: bool) -> Outcome:
    """Count; mutants that were not tried are left out."""
    tried = [mutant for mutant in mutants if mutant.code is not None]
    alive = [mutant for mutant in tried if not mutant.killed]
    listed = explanations()
    left = tuple(mutant for mutant in alive if not any(row.fits(mutant) for row in listed))
    prefixes = {f"xinheng.{file.removesuffix('.py').removesuffix('/*').replace('/', '.')}" for file in area.files}
    own = [row for row in listed if any(row.where.startswith(prefix) for prefix in prefixes)]
    unused = tuple(row for row in own if complete and not any(row.fits(mutant) for mutant in alive))
    return Outcome(area.name, made, len(tried), len(tried) - len(alive), len(alive) - len(left), left, unused)


def read(copy: Path) -> list[Mutant]:
    """Every mutant of a copy with its exit code, None where it was not tried."""
    found = []
    for meta in sorted(copy.glob("mutants/**/*.meta")):
        lines = meta.with_suffix("").read_text(encoding="utf-8").splitlines()
        spans = json.loads(meta.with_suffix(".spans").read_text(encoding="utf-8"))["spans"]
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            module, _, key = name.rpartition(".")
            mangled = key.rpartition("__mutmut_")[0]
            original = _body(lines, spans[f"{mangled}__mutmut_orig"], f"{mangled}__mutmut_orig")
            changed = _body(lines, spans[key], key)
            where = f"{module}.{mangled.removeprefix('x').strip('ǁ').removeprefix('_').replace('ǁ', '.')}"
            found.append(Mutant(where, _difference(original, changed), code))
    return found


def _copy(area: Area, folder: Path) -> Path:
    copy = folder / area.name
    left_out = shutil.ignore_patterns("__pycache__", "vendor", "*.pyc")
    for name in ("src", "tests", "clients/python/src", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=left_out)
    if area.database:
        with (copy / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
            conftest.write("\n\n" + DATABASE.read_text(encoding="utf-8"))
    # The rules are found below the folder that mutmut runs in; whatever is not changed is only copied there.
    # No deadlines: on a busy machine they would kill mutants that no assertion noticed.
    settings = {
        "source_paths": ["src/xinheng"],
        "only_mutate": [f"src/xinheng/{file}" for file in area.files],
        "do_not_mutate": ["*/__init__.py", "*/migrations/*"],
        "also_copy": ["clients", "tools"],
        "process_isolation": "forkserver" if area.threads else "fork",
        # Seconds of the processor, twice (tests took + constant) times multiplier: a loop without end costs that much.
        "timeout_multiplier": 3.0,
        "timeout_constant": 5.0,
        "pytest_add_cli_args": ["-p", "no:xdist", "-W", "ignore", "--hypothesis-profile=ci"],
        "pytest_add_cli_args_test_selection": list(area.tests),
    }
    written = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (copy / "pyproject.toml").write_text(f"{text}\n[tool.mutmut]\n{written}\n", encoding="utf-8")
    return copy


def _body(lines: list[str], span: tuple[int, int], name: str) -> list[str]:
    return [line.replace(name, "NAME").strip() for line in lines[span[0] - 1 : span[1]] if line.strip()]


def _difference(original: list[str], changed: list[str]) -> str:
    lines = difflib.ndiff(original, changed)
    return " ".join(line for line in lines if line.startswith(("- ", "+ ")))


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def main(words: list[str]) -> None:
    """Run one area by hand and list what lives."""
    area = next(area for area in AREAS if area.name == words[0])
    sample, seed = (int(word) for word in [*words[2:], "0", "1"][:2]) if len(words) != 3 else (int(words[2]), 1)
    done = run(area, Path(words[1]), sample=sample, seed=seed)
    print(done.says)
    for mutant in done.survivors:
        print(f"{mutant.where}\t{mutant.what}\t{mutant.code}")
    for row in done.unused:
        print(f"unused: {row.where}\t{row.what}")


if __name__ == "__main__":
    main(sys.argv[1:])
