"""What the catalogue hands out and takes in beside its rules: views for pages, drafts and results of operations."""

from dataclasses import dataclass, field
from datetime import date, datetime

from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.law import Basis, Rank


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition as it was stored."""

    id: int
    name: str
    kind: str
    region: str
    hash: str
    in_force_from: date
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as the edition declares it, and whether it is switched on; `reason` says why not."""

    item: Item
    enabled: bool
    reason: str
    bases: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class BasisPage:
    """Everything about one basis: its versions, oldest first, and what of the catalogue rests on it."""

    key: str
    versions: tuple[Basis, ...]
    items: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermitView:
    """A permit; `last_day` is the last act it carries (its own last day, or an earlier end)."""

    id: int
    basis_key: str
    basis_version: int
    item: str
    authority: str
    subject_kind: str
    matter: str
    rank: Rank
    valid_from: date
    valid_to: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PermitDraft:
    """A permit to issue: for one basis of an item, a kind of subject, an authority (empty: any), within days of the basis."""

    item: str
    basis: str
    subject_kind: str
    valid_from: date
    valid_to: date | None = None
    authority: str = ""
    matter: str = "record"


@dataclass(frozen=True, slots=True)
class PermitIssued:
    """The permit that was issued."""

    permit_id: int
    item: str
    basis: str
    subject_kind: str
    authority: str


@dataclass(frozen=True, slots=True)
class ItemState:
    """What became of an item when an edition was loaded."""

    code: str
    enabled: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EditionLoaded:
    """What loading an edition did; `new` is false when it was the one in the store already, and nothing was done."""

    name: str
    hash: str
    region: str
    new: bool
    items: tuple[ItemState, ...] = ()
    bases: int = 0
    permits_issued: int = 0
    permits_ended: int = 0


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day a notice names: `kind` is `holiday` or `workday` (a make-up day)."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class YearImported:
    """A version of a year's notice came in.

    `added`, `removed`, `changed` are the days on which it differs from the version before; `first_affected` the earliest of them, from
    which open deadlines are to be counted anew (None: nothing differs but perhaps the status).
    """

    year: int
    version: int
    status: str
    document: str
    calendar_version: str
    new: bool
    added: tuple[date, ...] = field(default=())
    removed: tuple[date, ...] = field(default=())
    changed: tuple[date, ...] = field(default=())

    @property
    def first_affected(self) -> date | None:
        """The earliest day that counts differently now."""
        return min((*self.added, *self.removed, *self.changed), default=None)


@dataclass(frozen=True, slots=True)
class CalendarSeeded:
    """The shipped notices that were not in the store yet."""

    years: tuple[int, ...]
    calendar_version: str
