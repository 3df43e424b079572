"""The watch over the register of queries: what is unusual, and which look-ups are drawn for review. Pure.

Its words and results stand here and go out by the door. Source: 查询使用登记和审查制度 (Heihe 28): monthly sampling by a second
role, alerts on volume, hours and colleagues. The figures are customary and may be changed by an operation.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

from xinheng.kernel.dates import SHANGHAI

MOST_EVIDENCE = 200
"""Lines of the register an alert names; the window it names holds the rest."""
USUAL_DAYS = 30
"""Days before the one looked at from which a person's own usual number is taken."""
LEAST_DAYS = 5
"""Days with at least one look among them, without which nobody has a usual number."""


class AlertKind(StrEnum):
    """In what looking-up is unusual."""

    HOUR = "hour"
    DAY = "day"
    ROWS = "rows"
    USUAL = "usual"
    OFF_HOURS = "off_hours"
    COLLEAGUE = "colleague"

    @property
    def label(self) -> str:
        """The kind's Chinese name."""
        return _ALERT_LABELS[self]


_ALERT_LABELS = {
    AlertKind.HOUR: "一小时内查询过多",
    AlertKind.DAY: "一日内查询过多",
    AlertKind.ROWS: "一日内查看条数过多",
    AlertKind.USUAL: "远多于本人平常",
    AlertKind.OFF_HOURS: "非工作时间查询",
    AlertKind.COLLEAGUE: "疑似查询本单位同事",
}


class AlertVerdict(StrEnum):
    """What an auditor made of an alert."""

    EXPLAINED = "explained"
    PURSUED = "pursued"

    @property
    def label(self) -> str:
        """The verdict's Chinese name."""
        return {"explained": "有正当理由", "pursued": "移交核查"}[self.value]


class LookVerdict(StrEnum):
    """What a reviewer made of a sampled look-up."""

    FITS = "fits"
    MISUSED = "misused"
    QUESTION = "question"

    @property
    def label(self) -> str:
        """The verdict's Chinese name."""
        return {"fits": "符合目的", "misused": "不符合目的", "question": "需要说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Watch:
    """Thresholds: more than the figure raises an alert. Times are minutes after midnight in Asia/Shanghai; shares per mille.

    `hour_most`, `day_most` count look-ups, `rows_most` the rows they showed; `usual_times` multiplies a person's own mean of a
    day, from `usual_least` look-ups on; `off_personal_most`, `off_others_most` count look-ups outside working time.
    """

    hour_most: int = 60
    day_most: int = 200
    rows_most: int = 20_000
    usual_times: int = 3
    usual_least: int = 30
    work_from: int = 8 * 60
    work_to: int = 19 * 60
    off_personal_most: int = 0
    off_others_most: int = 20
    sample_permille: int = 20
    sample_least: int = 20
    sample_most: int = 200


LIMITS: dict[str, tuple[int, int]] = {
    "hour_most": (1, 10_000),
    "day_most": (1, 100_000),
    "rows_most": (1, 10_000_000),
    "usual_times": (2, 100),
    "usual_least": (1, 10_000),
    "work_from": (0, 24 * 60),
    "work_to": (0, 24 * 60),
    "off_personal_most": (0, 1_000),
    "off_others_most": (0, 10_000),
    "sample_permille": (1, 1_000),
    "sample_least": (1, 1_000),
    "sample_most": (1, 5_000),
}
"""Least and most of each figure: nobody can turn the watch off by a figure."""

WATCH_LABELS = {
    "hour_most": "一小时最多查询次数",
    "day_most": "一日最多查询次数",
    "rows_most": "一日最多查看条数",
    "usual_times": "超过本人日均的倍数",
    "usual_least": "与平常比较的起算次数",
    "work_from": "上班时间",
    "work_to": "下班时间",
    "off_personal_most": "非工作时间最多查询自然人次数",
    "off_others_most": "非工作时间最多查询其他信息次数",
    "sample_permille": "抽查比例（千分比）",
    "sample_least": "每月最少抽查条数",
    "sample_most": "每月最多抽查条数",
}


def watch_faults(watch: Watch) -> tuple[tuple[str, str], ...]:
    """What is wrong with proposed figures: (name, sentence)."""
    found = []
    for item in fields(watch):
        least, most = LIMITS[item.name]
        value = getattr(watch, item.name)
        if not least <= value <= most:
            found.append((item.name, f"“{WATCH_LABELS[item.name]}”为 {value}，应在 {least} 至 {most} 之间"))
    if watch.work_from >= watch.work_to:
        found.append(("work_to", "下班时间应晚于上班时间"))
    if watch.sample_least > watch.sample_most:
        found.append(("sample_most", "每月最多抽查条数不得少于最少条数"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the register as the watch reads it."""

    id: int
    at: datetime
    subject_id: int | None
    personal: bool
    count: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual: `mark` names it once a person, `looks` are the lines that show it."""

    kind: AlertKind
    mark: str
    on: date
    observed: int
    threshold: int
    looks: tuple[int, ...]


def findings(
    looks: Sequence[Look],
    on: date,
    watch: Watch,
    *,
    earlier: Mapping[date, int],
    working_day: Callable[[date], bool],
) -> tuple[Finding, ...]:
    """What is unusual in one person's look-ups of one legal date, given how many there were on each of the days before.

    Nothing here depends on when it is asked: read twice, the same day gives the same marks.
    """
    ids = tuple(look.id for look in looks)
    rows = sum(look.count for look in looks)
    found = list(_hours(looks, on, watch))
    if len(looks) > watch.day_most:
        found.append(Finding(AlertKind.DAY, f"day/{on}", on, len(looks), watch.day_most, ids))
    if rows > watch.rows_most:
        found.append(Finding(AlertKind.ROWS, f"rows/{on}", on, rows, watch.rows_most, ids))
    usual = usual_most(earlier, watch)
    if usual is not None and len(looks) > usual:
        found.append(Finding(AlertKind.USUAL, f"usual/{on}", on, len(looks), usual, ids))
    outside = [look for look in looks if not in_working_time(look.at, watch, working_day)]
    for personal, most, mark in (
        (True, watch.off_personal_most, f"off_hours/{on}/personal"),
        (False, watch.off_others_most, f"off_hours/{on}/others"),
    ):
        these = tuple(look.id for look in outside if look.personal is personal)
        if len(these) > most:
            found.append(Finding(AlertKind.OFF_HOURS, mark, on, len(these), most, these))
    return tuple(found)


def _hours(looks: Sequence[Look], on: date, watch: Watch) -> Iterable[Finding]:
    """The clock hours with more look-ups than may be."""
    hours: dict[int, list[int]] = {}
    for look in looks:
        hours.setdefault(look.at.astimezone(SHANGHAI).hour, []).append(look.id)
    for hour, these in sorted(hours.items()):
        if len(these) > watch.hour_most:
            yield Finding(AlertKind.HOUR, f"hour/{on}/{hour:02d}", on, len(these), watch.hour_most, tuple(these))


def usual_most(earlier: Mapping[date, int], watch: Watch) -> int | None:
    """How many look-ups a day are still usual for a person; None where there is too little to say.

    The mean of the days with any, times `usual_times`, and never less than `usual_least`.
    """
    days = [count for count in earlier.values() if count > 0]
    if len(days) < LEAST_DAYS:
        return None
    mean = -(-sum(days) // len(days))
    return max(watch.usual_least, mean * watch.usual_times)


def in_working_time(at: datetime, watch: Watch, working_day: Callable[[date], bool]) -> bool:
    """Whether a moment lies in working time of a working day, Asia/Shanghai."""
    local = at.astimezone(SHANGHAI)
    return watch.work_from <= local.hour * 60 + local.minute < watch.work_to and working_day(local.date())


def sample_seed(month: date, tree_root: str) -> str:
    """The seed of a month's sample: SHA-256 of the month and the root of the first checkpoint signed after it, in hex.

    The root holds every look-up of the month and everything else entered, so nobody knew it while looking.
    """
    return hashlib.sha256(f"xinheng.sample/1 {month:%Y-%m} {tree_root}".encode()).hexdigest()


def sample_size(population: int, watch: Watch) -> int:
    """How many of a month's look-ups are drawn."""
    share = -(-population * watch.sample_permille // 1000)
    return min(population, max(watch.sample_least, min(watch.sample_most, share)))


def drawn(ids: Iterable[int], seed: str, size: int) -> tuple[int, ...]:
    """The `size` ids whose SHA-256 of "seed id" is smallest, in that order: the same for everybody who knows seed and ids."""
    return tuple(sorted(ids, key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())[:size])


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something unusual was found in one person's looking-up.

    In the trail stands only that there is an alert: an auditor may be the one it is about.
    """

    alert_id: int
    person_id: int = field(metadata={"secret": True})
    kind: AlertKind = field(metadata={"secret": True})
    observed: int = field(metadata={"secret": True})
    threshold: int = field(metadata={"secret": True})


@dataclass(frozen=True, slots=True)
class AlertSettled:
    """An auditor settled an alert."""

    alert_id: int
    verdict: AlertVerdict


@dataclass(frozen=True, slots=True)
class WatchSet:
    """The watch has new figures."""

    setting_id: int
    figures: dict[str, int]
    reason: str


@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """The look-ups of a month to be reviewed are drawn."""

    sample_id: int
    month: date
    tree_size: int
    seed: str
    population: int
    size: int


@dataclass(frozen=True, slots=True)
class LookReviewed:
    """A reviewer said whether a sampled look-up fits its purpose."""

    sampled_id: int
    query_id: int
    verdict: LookVerdict


@dataclass(frozen=True, slots=True)
class TrailExported:
    """The audit trail, or a part of it, was taken out: which part, how much, and the digest of the file."""

    form: str
    filters: dict[str, str]
    count: int
    digest: str
    tree_size: int
    tree_root: str
