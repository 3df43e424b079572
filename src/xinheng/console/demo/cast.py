"""What happens to the few that the demonstration speaks of: filed late, held, corrected, withdrawn, ending tomorrow, merged, renamed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from xinheng.catalogue.door import public_until
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import ActFacts
from xinheng.console.demo.acts import LICENCE, PENALTY, Grant, Offence, Row, licence_row, penalty_row, wan
from xinheng.console.demo.chance import chance
from xinheng.console.demo.handings import Clerk, Handing, licence_number
from xinheng.console.demo.register import Business, cast_code
from xinheng.console.demo.timetable import timely_days, working_day_until

LEAD: Final = "market"
"""The department all this happens at."""

OFFENCE: Final = Offence(("罚款",), "未按规定公示年度报告", "《企业信息公示暂行条例》第十八条", (5000, 50000))
GRANT: Final = Grant("食品经营许可决定书", "普通", "食品经营许可证", "食品销售", 5)
PENALISED: Final = ("yunhe", "shuolin", "weixing", "hanqiao", "hanqiao-double", "ruiting")
LICENSED: Final = ("qinglan", "jinghe", "anlan")
CORRECTION_REASON: Final = "原报送内容录入有误，依决定书更正"
NEW_NAME: Final = "示例区睿庭数字技术有限公司"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that is withdrawn: whose, and under which document number."""

    code: str
    document: str


@dataclass
class Cast:
    """Writes the files of the cast, oldest first, and remembers what is withdrawn later."""

    clerk: Clerk
    edition: Edition
    withdrawal: Withdrawal | None = None
    _sent: Mapping[str, Row] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of the demonstration."""
        return self.clerk.plan.today

    def days(self) -> tuple[date, date, date]:
        """When the three lots are handed in: the oldest act, a month ago, and the last working day."""
        calendar = self.clerk.calendar
        oldest = self.ending_act()
        first = oldest + timedelta(days=1) if oldest else self.today - timedelta(days=90)
        return (
            working_day_until(calendar, first + timedelta(days=3)),
            working_day_until(calendar, self.today - timedelta(days=30)),
            working_day_until(calendar, self.today - timedelta(days=1)),
        )

    def ending_act(self) -> date | None:
        """The day of a fine whose publicity ends tomorrow; None where no regime has such a day."""
        tomorrow = self.today + timedelta(days=1)
        around = (tomorrow - timedelta(days=span + shift) for span in (1095, 365, 90) for shift in range(-3, 4))
        fits = (
            day for day in around if public_until(self.edition, ActFacts(day, frozenset(OFFENCE.kinds))) == tomorrow
        )
        return next(fits, None)

    def oldest(self, day: date) -> Iterator[Handing]:
        """The fine whose publicity ends tomorrow."""
        act = self.ending_act()
        if act is not None:
            yield self._file(PENALTY, day, [self._penalty("shuolin", act)])

    def month_ago(self, day: date) -> Iterator[Handing]:
        """Ordinary penalties and licences, one of the penalties late, one of the licences ending tomorrow."""
        act = timely_days(self.clerk.calendar, day)[-1]
        rows = {key: self._penalty(key, act) for key in PENALISED}
        self.withdrawal = Withdrawal(cast_code("weixing"), rows["weixing"]["CF_WSH"])
        late = self._penalty("chengyuan", day - timedelta(days=40))
        yield self._file(PENALTY, day, [*rows.values(), late])
        licences = {key: self._licence(key, act) for key in LICENSED}
        ending = self._licence("xuanlou", act, until=self.today + timedelta(days=1))
        yield self._file(LICENCE, day, [*licences.values(), ending])
        self._sent = rows | licences

    def yesterday(self, day: date) -> Iterator[Handing]:
        """Corrections with a reason (one of them must wait for the reviewer), and rows that are held."""
        dearer = self._sent["yunhe"] | {"CF_NR": "罚款60000元", "CF_NR_FK": wan(60_000)}
        clearer = self._sent["hanqiao"] | {"CF_SY": "经查，当事人未按规定公示上一年度的年度报告，事实清楚，证据充分。"}
        wider = self._sent["qinglan"] | {"XK_NR": "食品销售；热食类食品制售"}
        yield self._file(PENALTY, day, [dearer, clearer], reason=CORRECTION_REASON)
        yield self._file(LICENCE, day, [wider], reason=CORRECTION_REASON)
        act = timely_days(self.clerk.calendar, day)[-1]
        misnamed = self._penalty("linghai", act) | {"CF_XDR_MC": "示例区溪泊仓储服务有限公司"}
        yield self._file(PENALTY, day, [misnamed, self._penalty("anlan", act)])

    def _file(self, item: str, day: date, rows: list[Row], *, reason: str = "") -> Handing:
        return self.clerk.file(LEAD, item, day, rows, reason=reason)

    def _penalty(self, key: str, act: date) -> Row:
        decision = self.clerk.decision(LEAD, PENALTY, act)
        return penalty_row(self._draw(key), OFFENCE, decision, self._business(key))

    def _licence(self, key: str, act: date, until: date | None = None) -> Row:
        decision = self.clerk.decision(LEAD, LICENCE, act)
        return licence_row(GRANT, decision, self._business(key), number=licence_number(LEAD, decision), until=until)

    def _draw(self, key: str) -> Random:
        return chance(self.clerk.plan.seed, "cast", key)

    def _business(self, key: str) -> Business:
        code = cast_code(key)
        return next(one for one in self.clerk.businesses if one.code == code)
