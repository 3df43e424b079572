"""Writing one chunk of a judged file: subjects, sealed values, versions and their leaves, held rows, problems.

A chunk returns what it did and changes nothing in memory: when its transaction fails it can be written again.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import polars as pl

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.views import PermitView
from xinheng.engine.problems import Context, Problem
from xinheng.engine.repeats import OTHER, SAME
from xinheng.engine.row import check_row
from xinheng.intake import models
from xinheng.intake.batch.answers import Answers
from xinheng.intake.batch.check import Judged, damaged_records
from xinheng.intake.batch.held import HeldDraft, write_held
from xinheng.intake.batch.store import first_received
from xinheng.intake.batch.submitting import Submissions, Sums
from xinheng.intake.operations.accepting import source_text, standing_facts
from xinheng.intake.operations.judging import home_of, natural_keys
from xinheng.intake.operations.registering import stated
from xinheng.intake.rules.quality import Outcome, outcome_of
from xinheng.intake.rules.receipt import LISTED
from xinheng.intake.rules.rows import blocks_of, content_of, core_of, key_of, personal_of, reason_of, taken
from xinheng.intake.rules.sheets import Asked
from xinheng.intake.values.receipts import REASON_COLUMN, Counts, Taken
from xinheng.kernel.blank import trimmed
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import POSSIBLE_PATTERN, mask_identifiers
from xinheng.ledger.load import OpenRun
from xinheng.records.door import content_hash, hidden, key_hash, known_by_key, shown_harm, standing
from xinheng.records.load import Prepared, write
from xinheng.records.values import Fact, Known, PermitRef, Polarity, Standing
from xinheng.storage.bulk import insert_rows
from xinheng.subjects.load.create import Draft, create_subjects
from xinheng.subjects.load.sealing import seal_many
from xinheng.subjects.values import PersonalField, PersonDraft, RegisterState, SubjectDraft, SubjectFacts, SubjectKind

PROBLEM_COLUMNS = ("batch_id", "row", "record", "field", "header", "code", "effect", "message", "value")


SHORT = 16
"""Bytes of a digest that tell the rows of one file apart: two of a million have the same by chance once in 10^26 files."""


class Seen:
    """The rows taken so far, by mark: what each said (the start of its digest) and its index. About 170 bytes a row."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._told = bytearray()
        self._indexes = array("I")

    def __contains__(self, mark: bytes) -> bool:
        return mark[:SHORT] in self._places

    def __getitem__(self, mark: bytes) -> tuple[bytes, int]:
        place = self._places[mark[:SHORT]]
        return bytes(self._told[place * SHORT : (place + 1) * SHORT]), self._indexes[place]

    def add(self, mark: bytes, digest: bytes, index: int) -> None:
        """Note a row under a mark that is not there yet."""
        self._places[mark[:SHORT]] = len(self._indexes)
        self._told += digest[:SHORT]
        self._indexes.append(index)

    def take(self, later: "Seen") -> None:
        """Note all of another, none of which is here yet."""
        behind = len(self._indexes)
        self._places.update((mark, behind + place) for mark, place in later._places.items())
        self._told += later._told
        self._indexes.extend(later._indexes)


@dataclass
class ChunkDone:
    """What one chunk did."""

    rows: int
    leaves: int = 0
    taken: dict[Taken, int] = field(default_factory=dict)
    unchanged: int = 0
    superseded: int = 0
    seen: Seen = field(default_factory=Seen)
    subjects: dict[Any, int] = field(default_factory=dict)
    made: frozenset[int] = frozenset()
    items: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    sums: Sums = field(default_factory=Counter)
    answered: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Row:
    """A row on its way into the archive."""

    index: int
    values: dict[str, Any]
    subject: int
    content: dict[str, str]
    personal: dict[str, PersonalField]
    reason: str
    key: bytes = b""
    digest: bytes = b""
    # The key under the first of the subjects that count as one: two rows with two codes of one subject have it in common.
    mark: bytes = b""


class Writer:
    """Writes the chunks of one load, in order."""

    def __init__(
        self, run: OpenRun, batch: models.Batch, unit_name: str, judged: Judged, edition: Edition, now: datetime
    ) -> None:
        self.run, self.batch, self.judged, self.edition, self.now = run, batch, judged, edition, now
        self.asked = judged.asked
        self.source = source_text(unit_name, batch.pk)
        self.own = judged.own
        self.reasons = _reasons(judged)
        self.reason = reason_of(None, batch.reason)
        self.polarity = Polarity(self.asked.item.polarity.value)
        self.places = tuple(map(self.asked.code, ("source_code", "authority_code", "act_date")))
        self.references: dict[int, PermitRef] = {}
        self.leaves = self.done = self.problems = 0
        self.errors: list[dict[str, Any]] = []
        self.totals: dict[str, int] = defaultdict(int)
        self.seen = Seen()
        self.subjects: dict[Any, int] = {}
        self.made: set[int] = set()
        self.sums: Sums = Counter()
        self.answers = Answers(judged, batch)

    @cached_property
    def submissions(self) -> Submissions:
        """What notes the outcome of each row."""
        return Submissions(self.batch, self.judged, self.edition)

    @property
    def counts(self) -> Counts:
        """What became of the rows taken so far."""
        totals = self.totals
        return Counts(
            self.done,
            totals[Taken.ACCEPTED],
            totals[Taken.HELD],
            totals[Taken.REJECTED],
            totals["unchanged"],
            totals["superseded"],
        )

    def take(self, done: ChunkDone) -> None:
        """Count a chunk that was committed."""
        self.leaves += done.leaves
        self.done += done.rows
        self.problems += len(done.items)
        self.errors += done.items[: max(0, LISTED - len(self.errors))]
        self.seen.take(done.seen)
        self.subjects |= done.subjects
        self.made |= done.made
        self.sums.update(done.sums)
        self.answers.settled |= done.answered
        for what, count in done.taken.items():
            self.totals[what] += count
        self.totals["unchanged"] += done.unchanged
        self.totals["superseded"] += done.superseded

    def write(self, start: int, stop: int) -> ChunkDone:
        """Write the records from index `start` to before `stop`, inside the caller's transaction."""
        stop = min(stop, self.judged.height)
        done = ChunkDone(stop - start)
        problems = {index: list(found) for index in range(start, stop) if (found := self.judged.problems.get(index))}
        open_rows = [i for i in range(start, stop) if i not in problems or taken(problems[i]) is Taken.ACCEPTED]
        rows = self._rows(open_rows, start, done)
        self._enter(rows, problems, done)
        self._tell(range(start, stop), problems, done)
        return done

    def _rows(self, indexes: Sequence[int], start: int, done: ChunkDone) -> list[_Row]:
        """The accepted rows with their subjects (made where not known), their content sealed."""
        if not indexes:
            return []
        last = indexes[-1] + 1
        frame = self.judged.result.values[start:last]
        values, possible = frame.rows(named=True), long_numbers(self.asked, frame)
        subjects = self._subjects(indexes, done)
        rows = []
        for index, subject in zip(indexes, subjects, strict=True):
            own = values[index - start]
            content = content_of(self.asked, own)
            identity = self.judged.identities[index]
            personal = personal_of(self.asked, content, identity, possible=possible[index - start])
            rows.append(_Row(index, own, subject, content, personal, self._reason(index)))
        self._bring_home(rows)
        self._seal(rows)
        return rows

    def _bring_home(self, rows: Sequence[_Row]) -> None:
        """Give each row its keys, and let what is stored under another entry of its subject be found there."""
        item = self.asked.item.code
        several: list[tuple[_Row, SubjectFacts, dict[bytes, int]]] = []
        for row in rows:
            found, key = self.judged.found[row.index], key_of(self.asked, row.values)
            row.key = row.mark = key_hash(item, self._unit(row), row.subject, key)
            if found is not None and len(found.family) > 1:
                several.append((row, found, natural_keys(item, self._unit(row), found, key)))
        known = known_by_key(key for _, _, keys in several for key in keys) if several else {}
        for row, found, keys in several:
            row.subject = home_of(found, known, keys)
            row.mark = next(iter(keys))
            row.key = next(key for key, member in keys.items() if member == row.subject)

    def _reason(self, index: int) -> str:
        return reason_of(self.reasons[index], self.batch.reason) if self.reasons else self.reason

    def _subjects(self, indexes: Sequence[int], done: ChunkDone) -> list[int]:
        """The subject of each row. New ones of this run are remembered, so that later chunks need not look.

        Provisional ones are handed in again with each name that is new here: nobody's answer may tell who reported them first.
        """
        keys = [self._subject_key(index) for index in indexes]
        missing = {
            key: index
            for key, index in reversed(list(zip(keys, indexes, strict=True)))
            if self._in_no_register(index) and key not in self.subjects
        }
        drafts: list[Draft] = [self._draft(index) for index in missing.values()]
        if drafts:
            state = RegisterState.REGISTERED if self.asked.item.states_register else RegisterState.PROVISIONAL
            created = create_subjects(self.run, self.leaves + done.leaves, drafts, state=state, on=legal_date(self.now))
            done.leaves += created.leaves
            done.subjects = dict(zip(missing, created.ids, strict=True))
            done.made = created.new
        ids = []
        for key, index in zip(keys, indexes, strict=True):
            known = self.judged.found[index]
            ids.append(known.entry if known else done.subjects.get(key) or self.subjects[key])
        return ids

    def _in_no_register(self, index: int) -> bool:
        found = self.judged.found[index]
        if self.asked.item.states_register:
            # What is known already follows the register once the load shows: see `register.follow_register`.
            return found is None
        return found is None or (
            found.state is RegisterState.PROVISIONAL and found.kind is not SubjectKind.NATURAL_PERSON
        )

    def _subject_key(self, index: int) -> tuple[Any, str, str]:
        identity = self.judged.identities[index]
        return identity.scheme, identity.code, "" if identity.is_person else identity.name

    def _draft(self, index: int) -> Draft:
        identity = self.judged.identities[index]
        if identity.scheme is None:
            raise AssertionError("a row that identifies nobody was accepted")
        if identity.is_person:
            return PersonDraft(identity.scheme, identity.code, identity.name, self.source)
        name = mask_identifiers(identity.name)
        draft = SubjectDraft(self.judged.kinds[index], identity.scheme, identity.code, name, self.source)
        if not self.asked.item.states_register:
            return draft
        return stated(draft, self.asked.item, self.judged.result.values.row(index, named=True))

    def _seal(self, rows: Sequence[_Row]) -> None:
        """Replace personal values by their tokens, one kind of datum after the other."""
        places: dict[PersonalField, list[tuple[_Row, str]]] = defaultdict(list)
        for row in rows:
            for code, kind in row.personal.items():
                places[kind].append((row, code))
        for kind, some in places.items():
            tokens = seal_many(
                [row.subject for row, _ in some],
                kind,
                [trimmed(row.content[code]) for row, code in some],
                batch_id=self.run.id,
            )
            for (row, code), token in zip(some, tokens, strict=True):
                row.content[code] = token

    def _enter(self, rows: Sequence[_Row], problems: dict[int, list[Problem]], done: ChunkDone) -> None:
        """Compare with what is stored, and write what is new or corrects."""
        for row in rows:
            row.digest = content_hash(row.content)
        # About a subject that this load made nobody else can have a record: what this load wrote itself is in `seen`.
        made = self.made | done.made
        known = known_by_key(row.key for row in rows if row.subject not in made)
        fresh: list[tuple[_Row, Known | None, Standing]] = []
        for row in rows:
            if row.mark in self.seen or row.mark in done.seen:
                problems.setdefault(row.index, []).append(self._repeated(row, done))
                continue
            done.seen.add(row.mark, row.digest, row.index)
            stored = known.get(row.key)
            how = self._standing(row, stored, problems.get(row.index, ()))
            late = self._correction(row, how)
            if late:
                problems.setdefault(row.index, []).extend(late)
            elif how is Standing.UNCHANGED:
                done.unchanged += 1
                done.outcomes[row.index] = Outcome.UNCHANGED
            else:
                if how is Standing.CORRECTION:
                    done.superseded += 1
                    done.outcomes[row.index] = Outcome.CHANGED
                fresh.append((row, stored, how))
        self._keep(fresh, problems, done)

    def _keep(
        self, rows: Sequence[tuple[_Row, Known | None, Standing]], problems: dict[int, list[Problem]], done: ChunkDone
    ) -> None:
        """Write new records and corrections; what is corrected keeps the moment it first came in."""
        groups: dict[datetime, list[Prepared]] = defaultdict(list)
        corrected: list[tuple[Prepared, bytes]] = []
        for row, stored, how in rows:
            prepared = self._prepared(row, stored, problems)
            if how is Standing.CORRECTION:
                corrected.append((prepared, row.key))
            else:
                groups[self.batch.received_at].append(prepared)
        first = first_received([key for _, key in corrected]) if corrected else {}
        for prepared, key in corrected:
            groups[first.get(key, self.batch.received_at)].append(prepared)
        for received, some in groups.items():
            done.leaves += write(self.run, self.leaves + done.leaves, some, now=received)

    def _unit(self, row: _Row) -> int:
        return self.own[row.values[self.places[0]]]

    def _standing(self, row: _Row, stored: Known | None, problems: Sequence[Problem]) -> Standing:
        if stored is None or stored.version_id is None:
            return Standing.NEW
        shown = False
        if stored.content_hash != row.digest:
            on = legal_date(self.now)
            gone = stored.record_id in hidden([stored.record_id], on=on)
            shown = shown_harm(self.edition, stored, on=on, hidden=gone)
        core = core_of(self.asked, row.values, row.personal)
        return standing(
            stored,
            row.digest,
            core,
            reason=row.reason,
            published_harm=shown,
            blocks=blocks_of(self.asked, problems),
            continued=self.asked.item.continued,
        )

    def _correction(self, row: _Row, how: Standing) -> tuple[Problem, ...]:
        if how in (Standing.NEW, Standing.UNCHANGED):
            return ()
        code = self.asked.item.key_field
        written = self.judged.table.frame.get_column(code)[row.index]
        return check_row(self.asked.correction, {code: written, **standing_facts(how)}, Context(self._on())).problems

    def _on(self) -> Any:
        return legal_date(self.batch.received_at)

    def _repeated(self, row: _Row, done: ChunkDone) -> Problem:
        """The same record under another of its subject's codes: what the repetition rule of the sheet says, once codes are resolved."""
        rule = self.asked.full.repetition
        if rule is None:
            raise AssertionError("an item without a rule about repetitions")
        digest, first = (self.seen if row.mark in self.seen else done.seen)[row.mark]
        same = digest == row.digest[:SHORT]
        outcome, reason = (rule.same, SAME) if same else (rule.other, OTHER)
        value = row.values.get(rule.field)
        return Problem(
            rule.field, outcome.code, outcome.effect, reason, None if value is None else str(value), str(first)
        )

    def _prepared(self, row: _Row, stored: Known | None, problems: dict[int, list[Problem]]) -> Prepared:
        kind, (_, authority, acted) = self.judged.kinds[row.index], self.places
        fact = Fact(
            item=self.asked.item.code,
            polarity=self.polarity,
            subject_id=row.subject,
            subject_kind=kind.value,
            unit_id=self._unit(row),
            key=(),
            core=core_of(self.asked, row.values, row.personal),
            content=row.content,
            blocks=blocks_of(self.asked, found) if (found := problems.get(row.index)) else (),
            permit=self._permit(kind, row.values.get(authority), row.values.get(acted)),
            batch_id=self.batch.pk,
            row_number=self.judged.rows[row.index],
            continued=self.asked.item.continued,
        )
        corrects = stored is not None and stored.version_id is not None
        return Prepared(
            fact,
            row.key,
            row.digest,
            row.reason if corrects else "",
            stored.record_id if stored else None,
            stored.last_seq + 1 if stored else 1,
        )

    def _permit(self, kind: SubjectKind, authority: str | None, acted: date | None) -> PermitRef | None:
        """The permit a row rests on; rows share it, so one reference stands for all of them."""
        permit = self.judged.gate.permit(kind, authority, acted)
        if not isinstance(permit, PermitView):
            return None
        if permit.id not in self.references:
            term = (permit.valid_from, permit.valid_to)
            self.references[permit.id] = PermitRef(permit.id, int(permit.rank), *term)
        return self.references[permit.id]

    def _tell(self, span: range, problems: dict[int, list[Problem]], done: ChunkDone) -> None:
        """Count each row, keep what is wrong with it, seal what waits, and note what became of each."""
        held: list[HeldDraft] = []
        answering: list[tuple[int, bool]] = []
        for index in span:
            found = problems.get(index)
            what = taken(found) if found else Taken.ACCEPTED
            done.taken[what] = done.taken.get(what, 0) + 1
            if what is not Taken.REJECTED:
                answering.append((index, what is Taken.HELD))
            if not found:
                continue
            items = self.judged.items_of(index, found)
            done.items += items
            if what is not Taken.ACCEPTED:
                done.outcomes[index] = outcome_of(found)
            if what is Taken.HELD:
                held.append(HeldDraft(index, self.judged.rows[index], tuple(found), items, self._reason(index)))
        done.answered = self.answers.note(answering)
        insert_rows(
            "intake_problem", PROBLEM_COLUMNS, ((self.batch.pk, *map(item.__getitem__, _ITEM)) for item in done.items)
        )
        kept: dict[int, int] = {}
        if held:
            frame = self.judged.table.frame
            leaves, kept = write_held(self.run, self.leaves + done.leaves, self.batch, frame, held)
            done.leaves += leaves
        done.sums = self.submissions.write(span, done.outcomes, kept)


def long_numbers(asked: Asked, frame: pl.DataFrame) -> list[bool]:
    """Whether a number of a person can stand in the scanned texts of each row: the first look of `personal_of`, over whole columns."""
    texts = [code for code in asked.scanned if code in frame.columns]
    if any(frame.schema[code] != pl.String for code in texts) or not texts:
        return [True] * frame.height
    found = frame.select(
        pl.any_horizontal(pl.col(code).str.contains(POSSIBLE_PATTERN) for code in texts).fill_null(False)
    )
    return found.to_series().to_list()


_ITEM = ("row", "record", "field", "header", "code", "effect", "message", "value")


def _reasons(judged: Judged) -> list[str | None] | None:
    frame = judged.table.frame
    if REASON_COLUMN not in frame.columns:
        return None
    reasons = frame.get_column(REASON_COLUMN).to_list()
    for index in damaged_records(judged.table, REASON_COLUMN):
        # A formula error is nobody's reason, and of two reasons that differ none is certain.
        reasons[index] = None
    return reasons
