"""What the API gives, as frozen values. Keys that a later version adds are left aside."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")


def day(text: str | None) -> date | None:
    """A date, or None."""
    return None if text is None else date.fromisoformat(text)


def moment(text: str | None) -> datetime | None:
    """A moment, or None."""
    return None if text is None else datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A value whose fields are named as the API names them, all plain texts and numbers."""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(**{each.name: found[each.name] for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list; `next` continues, None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Who:
    """Whose token this is, and what it may do; no items: all of them."""

    login: str
    unit_id: int
    unit_name: str
    scopes: tuple[str, ...]
    items: tuple[str, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(found["login"], found["unit_id"], found["unit_name"], tuple(found["scopes"]), tuple(found["items"]))


@dataclass(frozen=True, slots=True)
class Counts(_Plain):
    """Rows of a batch: rows = accepted + held + rejected; unchanged and superseded are among the accepted."""

    rows: int
    accepted: int
    held: int
    rejected: int
    unchanged: int
    superseded: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A file handed in. `progress` is waiting, running, done or failed; `refusal` why the whole file was refused."""

    id: int
    item: str
    unit_name: str
    file_name: str
    state: str
    progress: str
    refusal: str
    counts: Counts
    received_at: datetime
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.progress in ("done", "failed")

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        refusal = found["refusal"]
        return cls(
            id=found["id"],
            item=found["item"],
            unit_name=found["unit_name"],
            file_name=found["file_name"],
            state=found["state"],
            progress=found["progress"]["state"],
            refusal=f"{refusal['code']}：{refusal['message']}" if refusal else "",
            counts=Counts.of(found["counts"]),
            received_at=datetime.fromisoformat(found["received_at"]),
            finished_at=moment(found["finished_at"]),
        )


@dataclass(frozen=True, slots=True)
class RecordProblem(_Plain):
    """One problem of one row of a file; the value is masked. `row` counts as a spreadsheet does."""

    row: int
    record: int
    field: str
    header: str | None
    code: str
    effect: str
    message: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Finding(_Plain):
    """One problem of a record sent by itself; the value is masked."""

    field: str
    code: str
    effect: str
    message: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one record: accepted, held or rejected. `index` counts from 0 as they were sent."""

    index: int
    taken: str
    standing: str
    record_id: int | None
    held_id: int | None
    problems: tuple[Finding, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        problems = tuple(map(Finding.of, found["problems"]))
        return cls(found["index"], found["taken"], found["standing"], found["record_id"], found["held_id"], problems)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of the records sent together."""

    accepted: int
    held: int
    rejected: int
    results: tuple[Taken, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(found["accepted"], found["held"], found["rejected"], tuple(map(Taken.of, found["results"])))


@dataclass(frozen=True, slots=True)
class Held:
    """A row that waits for a person."""

    id: int
    batch_id: int | None
    item: str
    row: int
    kind: str
    codes: tuple[str, ...]
    state: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(
            found["id"],
            found["batch_id"],
            found["item"],
            found["row"],
            found["kind"],
            tuple(found["codes"]),
            found["state"],
        )


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held row with its content, personal values masked without a purpose."""

    held: Held
    values: Mapping[str, str]
    problems: tuple[Finding, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(Held.of(found["held"]), dict(found["values"]), tuple(map(Finding.of, found["problems"])))


@dataclass(frozen=True, slots=True)
class Subject(_Plain):
    """A subject in a list."""

    id: int
    name: str
    code: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the own unit, published or not."""

    id: int
    item: str
    subject_id: int
    version: int
    document_number: str
    act_date: date | None
    content: Mapping[str, str]
    ledger_number: int | None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(
            found["id"],
            found["item"],
            found["subject_id"],
            found["version"],
            found["document_number"],
            day(found["act_date"]),
            dict(found["content"]),
            found["ledger_number"],
        )


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as everybody sees it."""

    id: int
    item: str
    subject_name: str
    document_number: str
    public_from: date | None
    public_until: date | None
    why: str
    fields: Mapping[str, str]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(
            found["id"],
            found["item"],
            found["subject_name"],
            found["document_number"],
            day(found["public_from"]),
            day(found["public_until"]),
            found["why"],
            {each["code"]: each["value"] for each in found["fields"]},
        )


@dataclass(frozen=True, slots=True)
class Licence:
    """A certificate as it stands at the moment of asking: `state` is valid, not_yet, expired, replaced or void.

    `days_left` 0: it ends tonight; None without an end, or where it does not hold. `verification_code` only of the own and public ones.
    """

    record_id: int
    item: str
    holder: str
    title: str
    number: str
    authority_name: str
    valid_from: date | None
    valid_to: date | None
    long_term: bool
    state: str
    days_left: int | None
    verification_code: str | None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        plain = {each.name: found[each.name] for each in fields(cls)}
        return cls(**{**plain, "valid_from": day(found["valid_from"]), "valid_to": day(found["valid_to"])})


@dataclass(frozen=True, slots=True)
class Verified:
    """What is on a certificate whose code was asked about; `asked_at` is the moment the answer is about."""

    state: str
    holder: str
    title: str
    number: str
    authority_name: str
    valid_from: date | None
    valid_to: date | None
    long_term: bool
    asked_at: datetime

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        plain = {each.name: found[each.name] for each in fields(cls)}
        days = {"valid_from": day(found["valid_from"]), "valid_to": day(found["valid_to"])}
        return cls(**{**plain, **days, "asked_at": datetime.fromisoformat(found["asked_at"])})


@dataclass(frozen=True, slots=True)
class OpenFile(_Plain):
    """A file of an issue: `digest` is the SHA-256 of its content, `packed` that of the file as it is sent."""

    name: str
    item: str
    rows: int
    size: int
    digest: str
    packed: str


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """An issue of open data; `digest` is the SHA-256 of its manifest."""

    name: str
    day: date
    rows: int
    ledger_number: int
    digest: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        return cls(
            found["name"],
            date.fromisoformat(found["day"]),
            found["rows"],
            found["ledger_number"],
            found["digest"],
        )


@dataclass(frozen=True, slots=True)
class OpenData:
    """What of open data there is; `present` is None, and there are no files, while the next issue is made."""

    present: OpenIssue | None
    files: tuple[OpenFile, ...]
    issues: tuple[OpenIssue, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of an answer."""
        present = found["present"]
        return cls(
            None if present is None else OpenIssue.of(present),
            tuple(map(OpenFile.of, found["files"])),
            tuple(map(OpenIssue.of, found["issues"])),
        )
