"""Checking a file: read it, find out who and what each row is about, judge all rows at once. Writes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import polars as pl

from xinheng.catalogue.door import package_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.engine.columns import FrameResult, check_frame
from xinheng.engine.declare import Effect
from xinheng.engine.problems import Context, Problem
from xinheng.engine.report import masked, normalised_items
from xinheng.intake.batch.store import Gate, Kinds, Read, Store
from xinheng.intake.rules import facts
from xinheng.intake.rules.facts import Identity
from xinheng.intake.rules.items import problem_items
from xinheng.intake.rules.receipt import LISTED, columns_of, file_name, headers_of, refused, shown_values
from xinheng.intake.rules.rows import in_order
from xinheng.intake.rules.sheets import DAMAGED, Asked, Damage, asked_of, damage_fact, expected_of
from xinheng.intake.values.receipts import ASIDE_HEADERS, PLACE_COLUMN, Counts, Receipt
from xinheng.kernel.masking import mask_identifiers
from xinheng.kernel.text import is_blank_marker
from xinheng.subjects.values import SubjectFacts, SubjectKind
from xinheng.tables.frames import RECORD, FrameTable, read_frame
from xinheng.tables.refusals import RefusedFile
from xinheng.tables.values import DateSystem, FileKind, NoteRule

_FORMULA = (NoteRule.FORMULA_ERROR.value, NoteRule.FORMULA_WITHOUT_VALUE.value)
_DAMAGES = {**dict.fromkeys(_FORMULA, Damage.FORMULA), NoteRule.DOUBLED.value: Damage.DOUBLED}
_LISTED_BY_COMMAND = 200_000
_DATE_SYSTEMS: dict[DateSystem | None, Literal["1900", "1904"]] = {
    DateSystem.FROM_1900: "1900",
    DateSystem.FROM_1904: "1904",
}


@dataclass
class Judged:
    """A file judged. Lists have one entry a record, in file order; `effects` is the gravest effect, None where nothing is wrong."""

    asked: Asked
    table: FrameTable
    result: FrameResult
    identities: list[Identity]
    found: list[SubjectFacts | None]
    kinds: list[SubjectKind]
    gate: Gate
    rows: list[int]
    effects: list[str | None]
    own: Mapping[str, int]
    places: Sequence[str | None] = ()
    problems: dict[int, list[Problem]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many records there are."""
        return len(self.rows)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headings as found, by code, made fit to be shown once."""
        return headers_of(self.table.table.header)

    def items_of(self, index: int, problems: Iterable[Problem]) -> list[dict[str, Any]]:
        """The problems of one record as items of a receipt."""
        told = [(self.rows[index], index + 1, problem) for problem in in_order(self.asked, problems)]
        person = self.identities[index].is_person
        return problem_items(
            self.asked, told, person=person, headers=self.headers, row_of=lambda other: self.rows[other]
        )

    def normalised(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """What reading and checking changed, as items by row, at most so many; and how many were left out."""
        notes = self.table.notes.filter(~pl.col("rule").is_in(_FORMULA))
        read = islice(self._reading_notes(notes), most)
        told = islice(self.result.told_normalised(), most)
        shown = [*read, *normalised_items(self.asked.full, told)]
        shown.sort(key=lambda item: item["row"])
        total = notes.height + self.result.normalised.height
        return self._safe(shown[:most]), total - min(total, most)

    def _reading_notes(self, notes: pl.DataFrame) -> Iterator[dict[str, Any]]:
        known = {each.code: each for each in self.asked.full.fields}
        for row, _, code, rule, before, after in notes.iter_rows():
            each = known.get(code)
            # The column of reasons is no field, and people write about people in it.
            shown = (masked(each, before), masked(each, after)) if each else (_hidden(before), _hidden(after))
            yield {"row": row, "field": code, "from": shown[0], "to": shown[1], "rule": rule}

    def _safe(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Names of natural persons stand in a field that is not personal by itself."""
        name = self.asked.code("subject_name")
        people = {self.rows[index] for index, who in enumerate(self.identities) if who.is_person}
        for item in items:
            if item["field"] == name and item["row"] in people:
                item["from"], item["to"] = ((text[:1] + "*") if text else text for text in (item["from"], item["to"]))
        return items


def judge_file(
    content: Path | bytes | Callable[[], bytes],
    name: str,
    *,
    item: str,
    edition: Edition,
    on: date,
    prefix: str | None,
    mapped: Mapping[str, str] | None = None,
) -> Judged:
    """Read and judge a file. `prefix` is the path of the unit whose records it is compared with; None: without a database.

    `mapped` are the unit's own headings by the fields they stand for. Bytes that nobody else needs come from a function, so that they
    are gone once they are columns.

    Cost: two passes of the column interpreter (the first over ten fields), with a store six queries per 500 distinct codes and numbers.
    Memory: twice the file while it is read, then its columns and about 400 bytes a row.
    Raises: RefusedFile F01 to F12.
    """
    declared = edition.item(item)
    expected = expected_of(edition, declared, mapped)
    table, places = _without_aside(
        read_frame(content() if callable(content) else content, expected=expected, name=name)
    )
    damaged = _damages(table, declared)
    asked = asked_of(declared, edition.code_lists, damaged=damaged)
    system = _DATE_SYSTEMS.get(table.table.date_system)
    frame = table.frame
    read = _identify(asked, frame, Context(on, system))
    store = Store(asked, edition, prefix=prefix, on=on) if prefix is not None else None
    found: list[SubjectFacts | None] = store.subjects(read.identities) if store else [None] * frame.height
    kinds = Kinds().of_all(read.identities, found)
    gate = store.gate if store else Gate(asked, edition)
    extra = _always(asked, read, kinds, gate)
    deadlines: dict[date, date] = {}
    if store:
        deadlines = store.deadlines(read.column(asked.code("act_date")).drop_nulls().unique().sort().to_list())
        extra += store.facts(read, found, deadlines)
    extra += [
        _flags(damage_fact(*where), frame.height, pl.Series(records, dtype=pl.UInt32))
        for where, records in damaged.items()
    ]
    result = check_frame(asked.main, frame.with_columns(extra), Context(on, system, deadlines))
    judged = Judged(
        asked,
        table,
        result,
        read.identities,
        found,
        kinds,
        gate,
        frame.get_column("__row").to_list(),
        result.effects.to_list(),
        store.own if store else {},
        places,
    )
    for _, record, problem in result.told():
        judged.problems.setdefault(record - 1, []).append(problem)
    return judged


def check_file(
    path: Path,
    item: str,
    on: date,
    *,
    region: str = "",
    edition: Edition | None = None,
    rows: bool = False,
) -> Receipt:
    """Check a file without a database, by the edition of this package; beside the store `batch.beside` does.

    `rows`: also list the normalised values of what was accepted. Raises: CatalogueUnknown for an item that is not there; OSError.
    """
    edition = edition or package_edition(region)
    edition.item(item)
    try:
        judged = judge_file(path, path.name, item=item, edition=edition, on=on, prefix=None)
    except RefusedFile as error:
        return refused(file_name(path.name), item, error.code, error.message)
    return told(judged, path.name, counts_of(judged.effects), rows=rows)


def told(judged: Judged, name: str, counts: Counts, *, rows: bool, loading: bool = False) -> Receipt:
    """What a check tells of a judged file; `loading`: it was compared with the stored records as a load would."""
    errors = [error for index in sorted(judged.problems) for error in judged.items_of(index, judged.problems[index])]
    receipt = receipt_of(judged, file_name(name), counts, errors, most=_LISTED_BY_COMMAND, loading=loading)
    return replace(receipt, records=_records(judged)) if rows else receipt


def receipt_of(
    judged: Judged,
    name: str,
    counts: Counts,
    errors: list[dict[str, Any]],
    *,
    most: int = LISTED,
    loading: bool = False,
) -> Receipt:
    """The receipt of a judged file."""
    normalised, beyond = judged.normalised(most)
    left_out = {"normalised": beyond, "errors": max(0, len(errors) - most)}
    return Receipt(
        file=name,
        item=judged.asked.item.code,
        counts=counts,
        not_checked=not_checked(judged, loading=loading),
        columns=columns_of(judged.table.table.header),
        normalised=normalised,
        errors=errors[:most],
        left_out={what: count for what, count in left_out.items() if count},
    )


def not_checked(judged: Judged, *, loading: bool) -> tuple[str, ...]:
    """The codes that could not be asked: all that need the store, where there was none; corrections are told by a load only."""
    known = {*facts.ALWAYS, *_damage_names(judged)}
    if judged.gate.stored is not None:
        known |= {*facts.OF_STORE, *(facts.OF_CORRECTION if loading else ())}
    return tuple(judged.asked.full.not_checked(frozenset(known)))


def counts_of(effects: Iterable[str | None]) -> Counts:
    """The counts of rows by their gravest effect."""
    rows = held = rejected = 0
    for effect in effects:
        rows += 1
        held += effect == Effect.HOLD
        rejected += effect == Effect.REJECT
    return Counts(rows, rows - held - rejected, held, rejected)


def _identify(asked: Asked, frame: pl.DataFrame, context: Context) -> Read:
    """Rows that say the same of their subject share one identity: names and codes repeat, and a million of each are heavy."""
    read = Read(check_frame(asked.identity, frame, context).values, [])
    told = pl.DataFrame(
        read.column(asked.code(core)).alias(core)
        for core in (
            "subject_name",
            "subject_class",
            "uscc",
            "registration_number",
            "person_document_type",
            "person_document_number",
        )
    )
    known: dict[tuple[Any, ...], Identity] = {}
    for row in told.iter_rows():
        identity = known.get(row)
        if identity is None:
            name, category, uscc, registration, kind, number = row
            identity = known[row] = facts.identity_of(name, category, uscc, registration, (kind, number))
        read.identities.append(identity)
    return read


def _always(asked: Asked, read: Read, kinds: list[SubjectKind], gate: Gate) -> list[pl.Series]:
    """The facts that need no store."""
    authorities, days = read.column(asked.code("authority_code")), read.column(asked.code("act_date"))
    granted = (gate.permit(*claim) for claim in zip(kinds, authorities, days, strict=True))
    return [
        pl.Series(facts.PERMIT, ["no" if permit is False else None for permit in granted], pl.String),
        pl.Series(facts.BEARER, [facts.bearer(who) for who in read.identities], pl.String),
    ]


def _without_aside(table: FrameTable) -> tuple[FrameTable, Sequence[str | None]]:
    """The table without the columns the platform wrote itself, and what stood in the one that says which row it was."""
    frame = table.frame
    aside = [code for code in ASIDE_HEADERS if code in frame.columns]
    if not aside:
        return table, ()
    places = frame.get_column(PLACE_COLUMN).to_list() if PLACE_COLUMN in aside else ()
    notes = table.notes.filter(~pl.col("field").is_in(aside).fill_null(value=False))
    return replace(table, frame=frame.drop(aside), notes=notes), places


def _hidden(text: str | None) -> str | None:
    return mask_identifiers(text) if text else text


def damaged_records(table: FrameTable, code: str) -> set[int]:
    """The indexes of the records in which a column's cell holds nothing that was written there."""
    hit = table.notes.filter(pl.col("rule").is_in(list(_DAMAGES)) & (pl.col("field") == code))
    rows = hit.select(RECORD, "rule", "before").iter_rows()
    return {record - 1 for record, rule, before in rows if _is_damage(rule, before)}


def _is_damage(rule: str, before: str | None) -> bool:
    """A second column that says nothing contradicts nobody."""
    return rule in _FORMULA or not is_blank_marker(before or "")


def _damages(table: FrameTable, item: Item) -> dict[tuple[str, Damage], list[int]]:
    """The indexes of the damaged records by field and kind of damage. The column of reasons is no field: see `chunks`."""
    fields = {each.code for each in item.fields}
    found: dict[tuple[str, Damage], list[int]] = {}
    notes = table.notes.filter(pl.col("rule").is_in([*_DAMAGES, NoteRule.RAGGED.value]))
    for record, code, rule, before, after in notes.select(RECORD, "field", "rule", "before", "after").iter_rows():
        if code in fields and _is_damage(rule, before):
            found.setdefault((code, _DAMAGES[rule]), []).append(record - 1)
        elif rule == NoteRule.RAGGED and table.table.kind is FileKind.CSV and int(before) > int(after):
            found.setdefault((item.key_field, Damage.RAGGED), []).append(record - 1)
    return dict(sorted(found.items()))


def _flags(name: str, height: int, records: pl.Series) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True).scatter(records, "yes").alias(name)


def _damage_names(judged: Judged) -> set[str]:
    return {name for check in judged.asked.full.checks for name in check.facts if name.startswith(DAMAGED)}


def _records(judged: Judged) -> list[dict[str, Any]]:
    taken = (None, Effect.BLOCK, Effect.WARN)
    return [
        {"row": judged.rows[index], "record": index + 1, "values": shown_values(judged.asked, values)}
        for index, values in enumerate(judged.result.values.iter_rows(named=True))
        if judged.effects[index] in taken
    ]
