"""A rule changed by one small thing is noticed by a test: at least 85 of 100 times in every area, whatever is not explained."""

import os
from pathlib import Path

import pytest

from soak.mutants import AREAS, HOW, ROOT, Area, Explanation, Mutant, Outcome, explanations, library, run
from soak.results import Stopwatch, note

FLOOR = 0.85
SEED = int(os.environ.get("XINHENG_SOAK_SEED", "1"))


@pytest.mark.soak
@pytest.mark.sqlite
@pytest.mark.parametrize("area", AREAS, ids=[area.name for area in AREAS])
def test_a_changed_rule_is_noticed(area: Area, tmp_path: Path) -> None:
    watch = Stopwatch()
    assert library() is not None, HOW
    done = run(area, tmp_path, sample=area.sample, seed=SEED)
    note(f"mutants of {area.name}", done.tried, done.says, watch)
    alive = "\n".join(f"{mutant.where}\t{mutant.what}" for mutant in done.survivors)
    assert done.rate >= FLOOR, f"{done.says}\n{alive}"
    assert not done.unused, f"explains nothing that lives: {done.unused}"


def test_every_explanation_has_a_function_a_change_and_a_reason() -> None:
    rows = explanations()
    assert len(set(rows)) == len(rows)
    for row in rows:
        assert row.where.startswith("xinheng."), row
        # A pattern that fits every change would explain what nobody has looked at.
        assert len(row.what.replace("*", "").strip()) >= 3, row
        assert len(row.why) >= 10, row


def test_an_explanation_fits_its_function_and_its_change_only() -> None:
    mutant = Mutant("xinheng.kernel.money.wan_text", "- a[1] + b", 0)
    assert Explanation("xinheng.kernel.money.*", "- a[1] + *", "").fits(mutant)
    assert not Explanation("xinheng.kernel.money", "- a[1] + b", "").fits(mutant)
    assert not Explanation("xinheng.kernel.money.*", "- a1 + b", "").fits(mutant)


def test_the_rate_leaves_out_what_is_explained_and_a_sample_says_how_sure_it_is() -> None:
    whole = Outcome("x", 100, 100, 81, 10, (), ())
    assert (whole.rate, whole.interval) == (0.9, (0.9, 0.9))
    low, high = Outcome("x", 1000, 100, 81, 10, (), ()).interval
    # Wilson's score for 81 of 90.
    assert (round(low, 3), round(high, 3)) == (0.821, 0.946)


def test_every_area_names_files_and_tests_that_are_there() -> None:
    """A test that was renamed would be left out without a word, and every change would live."""
    for area in AREAS:
        assert [name for name in area.tests if not (ROOT / name).exists()] == [], area.name
        for pattern in area.files:
            assert list((ROOT / "src" / "xinheng").glob(pattern)), (area.name, pattern)
