"""Which subjects that stand in no register a reader may know of: by public records, and an official by those of the own units."""

from collections.abc import Iterable, Sequence
from datetime import date

from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import Actor
from xinheng.publicity import models
from xinheng.publicity.queries.predicate import public
from xinheng.records.door import STATING, first_closed, read_evidence, stated, stated_name
from xinheng.subjects.door import WHOLE, Evidence, Reach
from xinheng.subjects.values import RegisterState, Stated, SubjectKind

SEES_ALL = "accounts.see_all_units"


def public_reach(on: date) -> Reach:
    """What everybody may know: subjects with a record that the public sees on a day."""
    return Reach((_public(on),))


def reach_of(actor: Actor, on: date) -> Reach:
    """What an official may know: besides the public, subjects with a record the own units may read; everything by office."""
    if actor.may(SEES_ALL):
        return WHOLE
    return Reach((read_evidence(actor, on=on), _public(on)))


def subject_names(rows: Sequence[models.Publication], on: date) -> dict[int, str]:
    """The names to show beside publications (read with version and subject), by publication: the register's, else the record's own.

    What another record calls a subject that stands in no register is not for the readers of this one. Cost: one query where there is
    such a subject, else none.
    """
    plain = (RegisterState.REGISTERED.value, SubjectKind.NATURAL_PERSON.value)
    own = [row for row in rows if row.subject.register_state not in plain and row.subject.kind not in plain]
    names = {row.pk: row.subject.name for row in rows}
    if own:
        edition = current_edition(on)
        names |= {row.pk: stated_name(edition.item(row.item), row.version.content) for row in own}
    return names


def _public(on: date) -> Evidence:
    rows = public(on)

    def said(ids: Sequence[int]) -> Iterable[Stated]:
        columns = ("subject_id", *(f"version__{name}" for name in STATING[1:]))
        return stated(rows.filter(subject_id__in=ids).values_list(*columns, first_closed()), on=on)

    return Evidence(rows, said)
