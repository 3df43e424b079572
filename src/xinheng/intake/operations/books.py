"""The workbooks: the template of an item, and the rows of a batch that are to be put right, from its sealed upload.

Rows come as they were written, whole: only the unit that sent them gets them back. They are read once more from what was sealed when they
came in, so nothing readable was kept for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from xinheng.accounts.door import register_query, unit
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.engine.declare import Effect
from xinheng.intake import models
from xinheng.intake.operations import uploads
from xinheng.intake.operations.entering import fingerprint
from xinheng.intake.operations.replacing import waiting_of
from xinheng.intake.queries.batches import readable, receipt
from xinheng.intake.queries.held import PERSON_CLASSES
from xinheng.intake.queries.mapping import mapped_headers
from xinheng.intake.rules.books import Filler, heading_of, reason_heading, template_notes, template_sheet
from xinheng.intake.rules.mapping import parted, words_of
from xinheng.intake.rules.rows import place_text
from xinheng.intake.rules.sheets import Asked, asked_of, expected_of
from xinheng.intake.values.batches import BatchState, HeldState
from xinheng.intake.values.columns import BookWritten
from xinheng.intake.values.errors import BatchUnknown, NotPossible, UploadGone
from xinheng.intake.values.receipts import ASIDE_HEADERS, OUTCOME_COLUMN, PLACE_COLUMN, REASON_COLUMN, SAID_COLUMN
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.storage.sealing import CannotUnseal
from xinheng.tables.books import MOST_NOTES, Cell, Heading, Notes, Sheet, Tone, write_book
from xinheng.tables.reading import Table, open_table
from xinheng.tables.refusals import RefusedFile
from xinheng.tables.values import FileKind, Note, NoteRule, Row

PURPOSE = "data-quality"
"""The purpose of the catalogue under which a unit's look at its own rows is registered."""
ROWS_SHEET = "需要改正的行"
WORTH_TELLING = (Effect.REJECT.value, Effect.HOLD.value)
_FORMULAS = (NoteRule.FORMULA_ERROR, NoteRule.FORMULA_WITHOUT_VALUE)


def write_template(
    item: str, path: Path, *, on: date, unit_id: int | None = None, edition: Edition | None = None
) -> None:
    """Write the template of an item: headings with notes and lists, instructions with an example.

    Headed by a unit's own words where it has mapped any, and with examples that name it as authority and source.
    `edition`: the catalogue to go by, by default the one in force.
    Empty as it is, a load refuses it (F08). Cost: at most three queries. Raises: CatalogueUnknown, UnitUnknown.
    """
    edition = edition or current_edition(on)
    words = words_of(parted(edition.item(item), mapped_headers(unit_id, item).items())[0])
    asked = asked_of(edition.item(item), edition.code_lists)
    filler = _filler(unit_id)
    write_book(path, template_sheet(asked, words, filler), (), template_notes(asked, on, words, filler))


def _filler(unit_id: int | None) -> Filler | None:
    if unit_id is None:
        return None
    own = unit(unit_id)
    return Filler(own.name, own.code)


def may_fetch_rows(unit_id: int, submitted_by: int | None, actor: Actor) -> bool:
    """Whether the actor's unit sent a batch, or the actor personally did (the console hands in for any unit)."""
    sent = actor.id is not None and actor.kind in ("person", "service") and submitted_by == actor.id
    return actor.may("intake.load") and (actor.unit_id == unit_id or sent)


def fetch_rows(batch_id: int, path: Path, *, actor: Actor, now: datetime) -> BookWritten:
    """Write the rejected and held rows of a batch to a workbook, and register the look before it is given out.

    Bad cells are coloured and say in a note what is wrong; at most `MOST_NOTES` of them, beyond that the column of problems says it.
    Rows that were released or replaced since are left out. Reading is row by row; memory holds the upload, as a load does, and which
    rows wait. Cost: five queries, 100 µs a row of the upload, and about 30 µs a cell written: a minute for a hundred thousand rows.
    Raises: BatchUnknown, NotPossible for another unit's or where nothing is to be put right, UploadGone once it was erased.
    """
    row = models.Batch.objects.filter(readable(actor), pk=batch_id).select_related("unit").first()
    if row is None:
        raise BatchUnknown(batch_id)
    if not may_fetch_rows(row.unit_id, row.submitted_by_id, actor):
        raise NotPossible(
            "intake.foreign_rows",
            f"批次 {batch_id} 的内容只能由报送单位“{row.unit.name}”取回，其他单位只能看遮盖后的问题",
        )
    _require_rows(row)
    source = _Source(row, actor, now)
    written = source.write(path)
    if not written.rows:
        raise NotPossible("intake.no_rows", f"批次 {batch_id} 退回和暂存的行都已处理，没有需要改正的行")
    purposes = {entry.code: entry.needs_reference for entry in source.edition.purposes}
    query = QueryDraft(
        kind=QueryKind.EXPORT,
        subject_id=None,
        personal=written.personal,
        purpose=PURPOSE,
        fields=written.fields,
        scope=f"取回本单位批次 {batch_id} 需要改正的行",
        count=written.rows,
    )
    register_query(query=query, purposes=purposes, actor=actor, now=now)
    return written


def _require_rows(row: models.Batch) -> None:
    if row.state != BatchState.LOADED:
        raise NotPossible("intake.not_loaded", f"批次 {row.pk} 没有逐行检查的结果（{BatchState(row.state).label}）")
    if not row.rejected and not row.held:
        raise NotPossible("intake.no_rows", f"批次 {row.pk} 没有退回或暂存的行，没有需要改正的行")
    if not row.upload:
        raise NotPossible(
            "intake.upload_erased",
            f"批次 {row.pk} 上传的文件已按规定期限清除，不能再取回原来的行；请按问题清单在本单位的系统里改正后重新报送",
        )


@dataclass(slots=True)
class _Told:
    """What was found wrong with one record: the problems by field, gravest effect, and what became of it since."""

    effect: str
    problems: list[models.Problem]
    outcome: str = ""

    @property
    def tone(self) -> Tone:
        return "bad" if self.effect == Effect.REJECT else "doubt"

    def of(self, code: str) -> list[models.Problem]:
        return [each for each in self.problems if each.field == code]


@dataclass
class _Source:
    """One batch being written back: its table, its columns, and what is known of its rows."""

    batch: models.Batch
    actor: Actor
    now: datetime
    personal: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.edition = current_edition(legal_date(self.now))
        self.asked: Asked = asked_of(self.edition.item(self.batch.item), self.edition.code_lists)
        self.table = self._table()
        self.codes = self._codes()
        self.waiting = {
            row: (HeldState(state), reason)
            for row, state, reason in models.Held.objects.filter(batch=self.batch, run__ready=True)
            .values_list("row", "state", "decision_reason")
            .iterator()
        }
        others = waiting_of(self.batch.unit_id, self.batch.item).exclude(batch=None).exclude(batch=self.batch)
        self.elsewhere = {
            bytes(mark): (batch, row)
            for mark, batch, row in others.values_list("fingerprint", "batch_id", "row").iterator()
        }

    def _table(self) -> Table:
        mapped = {each["header"]: each["field"] for each in self._receipt_columns().get("mapped", ())}
        expected = expected_of(self.edition, self.asked.item, mapped)
        try:
            content = uploads.read(self.batch.upload)
            return open_table(content, expected=expected, name=self.batch.file_name)
        except (OSError, CannotUnseal) as error:
            raise UploadGone(self.batch.pk) from error
        except RefusedFile as error:
            # The catalogue changed since the load, so that the file is not what it was.
            raise NotPossible(
                "intake.not_readable", f"批次 {self.batch.pk} 的文件按现行目录已不能读取：{error.message}"
            ) from error

    def _receipt_columns(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        columns: Mapping[str, Sequence[Mapping[str, str]]] = receipt(self.batch.pk, self.actor)["columns"]
        return columns

    def _codes(self) -> tuple[str, ...]:
        """The item's columns the file had, those that must be there, and those a problem names."""
        named = set(
            models.Problem.objects.filter(batch=self.batch).order_by().values_list("field", flat=True).distinct()
        )
        found = set(self.table.header.codes) | named
        return tuple(each.code for each in self.asked.item.fields if each.code in found or each.is_obligatory)

    def write(self, path: Path) -> BookWritten:
        """Write the workbook."""
        by_code = {each.code: each for each in self.asked.full.fields}
        filler = Filler(self.batch.unit.name, self.batch.unit.code)
        headings = (
            Heading(ASIDE_HEADERS[OUTCOME_COLUMN], "由系统填写，重新报送时不会读取。", width=18),
            Heading(ASIDE_HEADERS[SAID_COLUMN], "由系统填写，重新报送时不会读取。", width=48),
            *(heading_of(self.asked, by_code[code], filler=filler) for code in self.codes),
            reason_heading(),
            Heading(ASIDE_HEADERS[PLACE_COLUMN], "由系统填写：这一行原来在哪里。请不要改动或复制到别的行。", width=20),
        )
        sheet = Sheet(ROWS_SHEET, headings, self.table.date_system)
        done = write_book(path, sheet, self._rows(), self._notes())
        fields = (*self.codes, REASON_COLUMN) if REASON_COLUMN in self.table.header.codes else self.codes
        return BookWritten(done.rows, done.without_note, fields, self.personal)

    def _notes(self) -> Notes:
        item, batch = self.asked.item, self.batch
        return Notes(
            (
                f"批次 {batch.pk}（{item.name}）需要改正的行",
                f"一、“{ROWS_SHEET}”里是文件“{batch.file_name}”中退回和暂存的行，内容与您报送的相同。已入库的行不在里面，也不用再报。",
                "二、红色的格子有误，退回；黄色的格子拿不准，暂存等待核对。鼠标停在格子上可以看到哪里不对、可以填什么；“信衡：问题说明”一列是这一行的全部问题。",
                "三、直接在格子里改正，改好后把这个文件原样上传即可：以“信衡：”开头的列和这张说明不会被读取。不再报送的行可以整行删去。",
                "四、暂存的行改正后重新报送的，由新报送的行代替，原来的暂存行不再等待；没有改动的，继续等待核对。",
                f"五、批注最多 {MOST_NOTES:,} 个，再多的格子只有颜色，请看“信衡：问题说明”一列。",
                "六、里面有个人信息的，请按规定保管，改完后删除。",
            )
        )

    def _rows(self) -> Iterator[Sequence[Cell | str | None]]:
        told = self._told()
        wanted = next(told, None)
        for row in self.table.rows():
            if wanted is None:
                return
            record, what = wanted
            if row.record == record:
                if what.outcome:
                    yield self._line(row, what)
                wanted = next(told, None)

    def _told(self) -> Iterator[tuple[int, _Told]]:
        """What was told of each record that was rejected or held, in file order; read some thousand problems at a time."""
        problems = models.Problem.objects.filter(batch=self.batch).order_by("id").iterator(chunk_size=2000)
        for record, group in groupby(problems, key=attrgetter("record")):
            found = list(group)
            effects = {each.effect for each in found}
            effect = next((each for each in WORTH_TELLING if each in effects), None)
            if effect is not None:
                yield record, _Told(effect, found, self._outcome(effect, found[0].row))

    def _outcome(self, effect: str, row: int) -> str:
        """What became of a row, in words; empty where nothing is to be put right any more."""
        if effect == Effect.REJECT:
            return "退回"
        state, reason = self.waiting.get(row, (HeldState.HELD, ""))
        if state in (HeldState.RELEASED, HeldState.REPLACED):
            return ""
        return f"核对后退回：{reason}" if state is HeldState.RETURNED else "暂存，等待核对"

    def _line(self, row: Row, told: _Told) -> list[Cell | str | None]:
        values = dict(zip(self.table.header.codes, row.values, strict=True))
        damaged = self._damaged(row.notes)
        self.personal = self.personal or self._is_personal(values)
        cells: list[Cell | str | None] = [
            Cell(told.outcome, told.tone),
            "\n".join(f"{each.code}：{each.message}" for each in told.problems),
        ]
        for code in self.codes:
            cells.append(_cell(values.get(code), told, code, damaged.get(code)))
        cells.append(_reason_cell(values.get(REASON_COLUMN), told))
        cells.append(self._place(row, values, told))
        return cells

    def _place(self, row: Row, values: Mapping[str, str | None], told: _Told) -> str:
        """Where the row stands; the same row, sent before and waiting still, is not kept twice: then where that one stands."""
        if row.number in self.waiting or not self.elsewhere or told.effect != Effect.HOLD:
            return place_text(self.batch.pk, row.number)
        texts = {code: text for code, text in values.items() if code not in ASIDE_HEADERS}
        first = self.elsewhere.get(fingerprint(self.batch.unit_id, self.batch.item, texts))
        return place_text(*(first or (self.batch.pk, row.number)))

    def _damaged(self, notes: Sequence[Note]) -> Mapping[str, str]:
        """The fields in which nothing readable stood, each with what did: left empty and as an error, so that it cannot pass unseen."""
        found: dict[str, str] = {}
        for note in notes:
            if note.rule in _FORMULAS and note.field:
                found[note.field] = f"原来是公式“{note.before}”，没有可用的结果"
            elif note.rule == NoteRule.DOUBLED and note.field and note.before:
                found[note.field] = f"原文件有两列，内容不同：“{note.after or ''}”和“{note.before}”"
            elif note.rule == NoteRule.RAGGED and self.table.kind is FileKind.CSV and _is_more(note):
                found[self.asked.item.key_field] = "这一行原来比表头多出内容，各列可能错位，请逐列核对后重新填写这一格"
        return found

    def _is_personal(self, values: Mapping[str, str | None]) -> bool:
        if any(values.get(code) for code in self.asked.item.personal):
            return True
        return (values.get(self.asked.code("subject_class")) or "").strip() in PERSON_CLASSES


def _is_more(note: Note) -> bool:
    return int(note.before or 0) > int(note.after or 0)


def _cell(text: str | None, told: _Told, code: str, damage: str | None) -> Cell | str | None:
    problems = told.of(code)
    if not problems and damage is None:
        return text
    said = [f"{each.code}：{each.message}" for each in problems]
    if damage is not None:
        was = f"（第一列是“{text}”）" if text else ""
        return Cell(None, "bad", "\n".join((*said, damage + was)), is_error=True)
    effects = {each.effect for each in problems}
    tone: Tone = "bad" if Effect.REJECT in effects else "doubt"
    return Cell(text, tone, "\n".join(said))


def _reason_cell(text: str | None, told: _Told) -> Cell | str | None:
    """The reason is asked for at the field of the natural key; the cell to fill in is this one."""
    asked = [each for each in told.problems if each.code == "E114" and each.effect == Effect.HOLD]
    if not asked:
        return text
    return Cell(text, "doubt", "\n".join(f"{each.code}：{each.message}" for each in asked))
