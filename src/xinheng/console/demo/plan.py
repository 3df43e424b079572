"""What a demonstration is made from: region, seed, number of subjects, day. The same plan gives the same data."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from xinheng.console.demo.register import LEAST_SUBJECTS, MOST_SUBJECTS
from xinheng.kernel.errors import Invalid

EARLIEST: Final = date(2024, 9, 1)
"""Three years of acts lie before the day, and penalties need the law in force since 2021-07-15."""
LATEST: Final = date(2099, 12, 31)

RECORDS_A_SUBJECT: Final = 4


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The demonstration asked for."""

    region: str
    seed: int
    subjects: int
    today: date

    def __post_init__(self) -> None:
        if not LEAST_SUBJECTS <= self.subjects <= MOST_SUBJECTS:
            raise Invalid(
                "console.demo_subjects",
                f"--subjects {self.subjects} 超出范围：应为 {LEAST_SUBJECTS} 至 {MOST_SUBJECTS}",
                field="subjects",
            )
        if not EARLIEST <= self.today <= LATEST:
            raise Invalid(
                "console.demo_today", f"--today {self.today} 超出范围：应为 {EARLIEST} 至 {LATEST}", field="today"
            )
        if not 0 <= self.seed < 2**31:
            raise Invalid("console.demo_seed", f"--seed {self.seed} 超出范围：应为 0 至 {2**31 - 1}", field="seed")

    @property
    def records(self) -> int:
        """About how many records the departments hand in."""
        return self.subjects * RECORDS_A_SUBJECT
