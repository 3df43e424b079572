"""Making the demonstration: the installation three years ago, the register, then every file on its day through the real load."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from io import BytesIO
from time import perf_counter
from typing import Final

from xinheng.accounts.door import LONGEST_LIFE, TokenDraft, actor_by_login, install, issue_token, unit_by_code
from xinheng.accounts.values import InstallPlan
from xinheng.catalogue.door import calendar, current_edition, load_profile
from xinheng.catalogue.values.region import Profile
from xinheng.console.demo import looks, marks, others
from xinheng.console.demo.acts import practices
from xinheng.console.demo.cast import LEAD, NEW_NAME, Cast
from xinheng.console.demo.handings import Clerk, Handing
from xinheng.console.demo.people import MEMBER, PASSWORD, SYSTEM, accounts, reporter_of, reporting, seeds, system_seed
from xinheng.console.demo.plan import DemoPlan
from xinheng.console.demo.register import REGISTER, businesses, cast_code, drafts, people
from xinheng.console.demo.timetable import BEGIN_DAYS, PEOPLE_DAYS, Turn, turns
from xinheng.console.installation import CONSOLE, INIT, Say, console_account, furnish
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import receive
from xinheng.intake.values.batches import UploadDraft
from xinheng.intake.values.receipts import Counts
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import SHANGHAI
from xinheng.ledger.door import sequence
from xinheng.members.door import claim, issue_claim, member_by_id
from xinheng.members.values import Channel, ClaimDraft, MemberDraft, Scope
from xinheng.publicity.batch import project
from xinheng.records.door import by_document, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.batch import load_register
from xinheng.subjects.door import by_code, merge, rename

OFFICE_OPENS: Final = time(10)
BUSINESSES_A_PERSON: Final = 100
"""One natural person is reported about for so many businesses."""

Appointment = tuple[date, int, Callable[[date], Iterator[Handing]]]


@dataclass
class Stages:
    """How long each stage took, in seconds, and how many rows came in."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[str] = field(default_factory=Counter)

    def timed(self, stage: str, begun: float) -> float:
        """Add the time since `begun` to a stage; returns the present."""
        present = perf_counter()
        self.seconds[stage] += present - begun
        return present


@dataclass
class Builder:
    """Builds one demonstration. `now` is the present moment, on the plan's day."""

    plan: DemoPlan
    now: datetime
    say: Say
    stages: Stages = field(default_factory=Stages)

    def build(self) -> Stages:
        """Make everything; the database is empty but for its tables.

        Raises: whatever the operations refuse; then the database says that it is not whole.
        """
        begun = perf_counter()
        profile = self._profile
        opening = self.moment(self.plan.today - timedelta(days=BEGIN_DAYS))
        marks.begin(plan=self.plan, actor=INIT, now=opening)
        furnish(profile, (console_account(profile),), now=opening, say=self.say)
        begun = self.stages.timed("installation", begun)
        clerk = self._clerk(profile, opening)
        begun = self.stages.timed("generation", begun)
        self.say(f"正在登记 {len(clerk.businesses)} 个经营主体 …")
        load_register(drafts(clerk.businesses), source=REGISTER, actor=INIT, now=opening)
        begun = self.stages.timed("register", begun)
        cast = Cast(clerk, current_edition(self.plan.today))
        self._hand_in_all(profile, clerk, cast)
        begun = perf_counter()
        self._events(cast)
        marks.complete(plan=self.plan, actor=INIT, now=self.now)
        sequence()
        self.stages.timed("events", begun)
        return self.stages

    @staticmethod
    def moment(day: date, minutes: int = 0) -> datetime:
        """Ten in the morning of a day, and some minutes."""
        return datetime.combine(day, OFFICE_OPENS, SHANGHAI).astimezone(UTC) + timedelta(minutes=minutes)

    def _clerk(self, profile: Profile, opening: datetime) -> Clerk:
        plan = self.plan
        edition = current_edition(opening.astimezone(SHANGHAI).date())
        return Clerk(
            plan,
            calendar(),
            {unit.key: unit for unit in profile.units},
            {item.code: item for item in edition.items},
            businesses(plan.seed, plan.subjects, plan.today),
            people(plan.seed, plan.subjects // BUSINESSES_A_PERSON, plan.today),
        )

    def _hand_in_all(self, profile: Profile, clerk: Clerk, cast: Cast) -> None:
        """Walk through three years, day by day: files, then what they bring is published the same day."""
        waiting = self._appointments(clerk, cast)
        done, told, hired = 0, 0, False
        while waiting:
            day = waiting[0][0]
            if not hired and day >= self.plan.today - timedelta(days=PEOPLE_DAYS):
                self._hire(profile)
                hired = True
            minutes = 0
            while waiting and waiting[0][0] == day:
                _, _, write = heapq.heappop(waiting)
                for handing in self._written(write, day):
                    minutes += 1
                    done += self._hand_in(handing, self.moment(day, minutes), by_reporter=hired)
            self._publish(self.moment(day, minutes + 30))
            if done - told >= max(2000, self.plan.records // 8):
                told = done
                self.say(f"正在归集：至 {day} 共 {done} 条（约 {self.plan.records} 条）…")
        if not hired:
            self._hire(profile)

    def _appointments(self, clerk: Clerk, cast: Cast) -> list[Appointment]:
        """Who writes what on which day, as a heap; the number keeps the order within a day."""
        units = tuple(key for key in clerk.units if key in practices())
        found: list[Appointment] = [
            (turn.day, place, partial(_turned, clerk, turn))
            for place, turn in enumerate(turns(self.plan, clerk.calendar, units))
        ]
        if LEAD in units:
            writers = (cast.oldest, cast.month_ago, cast.yesterday)
            places = range(len(found), len(found) + len(writers))
            found += [(day, place, write) for day, place, write in zip(cast.days(), places, writers, strict=True)]
        for place, (day, lot) in enumerate(others.days(clerk), len(found)):
            found.append((day, place, partial(others.write, clerk, lot)))
        for place, (day, login) in enumerate(looks.days(self.plan.today), len(found)):
            found.append((day, place, partial(self._look, login)))
        heapq.heapify(found)
        return found

    def _look(self, login: str, day: date) -> Iterator[Handing]:
        return looks.write(login, self.moment(day))

    def _written(self, write: Callable[[date], Iterator[Handing]], day: date) -> list[Handing]:
        begun = perf_counter()
        made = list(write(day))
        self.stages.timed("generation", begun)
        return made

    def _hand_in(self, handing: Handing, now: datetime, *, by_reporter: bool) -> int:
        """One file through the real load; the number of its rows."""
        begun = perf_counter()
        by_reporter = by_reporter and handing.unit in reporting(self._profile)
        actor = actor_by_login(reporter_of(handing.unit) if by_reporter else CONSOLE, now)
        unit = unit_by_code(self._codes[handing.unit])
        draft = UploadDraft(handing.item, unit.id, handing.name, reason=handing.reason, job=False)
        batch = receive(stream=BytesIO(handing.content), draft=draft, actor=actor, now=now)
        counts = load_batch(batch.batch_id, Way(clock=lambda: now)).counts
        for name in Counts.__slots__:
            self.stages.counts[name] += getattr(counts, name)
        self.stages.counts["batches"] += 1
        self.stages.timed("loading", begun)
        return counts.rows

    def _publish(self, now: datetime) -> None:
        begun = perf_counter()
        sequence()
        begun = self.stages.timed("ledger", begun)
        project(now=now)
        begun = self.stages.timed("publicity", begun)
        sequence()
        self.stages.timed("ledger", begun)

    def _hire(self, profile: Profile) -> None:
        begun = perf_counter()
        day = self.moment(self.plan.today - timedelta(days=PEOPLE_DAYS), -60)
        hired = (*seeds(accounts(profile), profile), system_seed(LEAD, profile))
        install(plan=InstallPlan(units=(), people=hired), actor=INIT, now=day)
        # Its text goes nowhere: whoever tries the demonstration issues one, and sees how that is done.
        service = actor_by_login(f"{SYSTEM}.{LEAD}", day)
        token = TokenDraft(service.id or 0, "执法系统每日报送", ("intake.load", "intake.read_own"), day + LONGEST_LIFE)
        issue_token(token=token, actor=actor_by_login("security.admin", day), now=day)
        self.stages.timed("accounts", begun)

    @cached_property
    def _profile(self) -> Profile:
        return load_profile(self.plan.region)

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {unit.key: unit.code for unit in self._profile.units}

    def _events(self, cast: Cast) -> None:
        """What people did since: a new name, a merge, a withdrawal with effect at once."""
        operator, today = actor_by_login("operator", self.now), self.plan.today
        ids = {key: self._id(key) for key in ("ruiting", "hanqiao", "hanqiao-double")}
        rename(
            subject_id=ids["ruiting"],
            name=NEW_NAME,
            valid_from=today - timedelta(days=10),
            actor=operator,
            now=self.now,
        )
        merge(
            kept=ids["hanqiao"],
            absorbed=ids["hanqiao-double"],
            reason="同一企业重复登记",
            actor=operator,
            now=self.now,
        )
        self._authorise(ids)
        if cast.withdrawal is not None:
            reporter = actor_by_login(reporter_of(LEAD), self.now)
            (row, *_) = by_document(cast.withdrawal.document, actor=reporter)
            mark(
                record_id=row.record_id,
                kind=MarkKind.WITHDRAWN,
                reason="行政处罚决定已撤销",
                basis="行政处罚法第四十八条第二款",
                actor=reporter,
                now=self.now,
                on=today,
            )
        self._publish(self.now)

    def _authorise(self, ids: dict[str, int]) -> None:
        """Somebody acts for two businesses: an account opened with the first code, the second added to it."""
        operator, account = actor_by_login("operator", self.now), None
        for key in ("hanqiao", "ruiting"):
            draft = ClaimDraft(
                ids[key], Channel.WINDOW, frozenset(Scope), "法定代表人", "营业执照、身份证、授权委托书原件"
            )
            issued = issue_claim(draft=draft, actor=operator, now=self.now)
            done = claim(
                number=issued.number,
                code=issued.code,
                draft=None if account else MemberDraft(MEMBER, PASSWORD),
                actor=account or PUBLIC,
                now=self.now,
            )
            account = member_by_id(done.member_id, now=self.now)

    @staticmethod
    def _id(key: str) -> int:
        found = by_code(cast_code(key), actor=INIT)
        if found is None:
            raise RuntimeError(f"the cast's {key} is not in the register")
        return found.id


def _turned(clerk: Clerk, turn: Turn, _: date) -> Iterator[Handing]:
    yield clerk.handing(turn)
