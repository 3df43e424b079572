"""After a file of the register is loaded: subjects that were known already become what it states.

New subjects came with the load itself. What changes a subject that others can see is an operation of the subjects, and cannot hide in a
run nobody sees yet: it follows the moment the load shows, a few at a time, and doing it again changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from xinheng.accounts.door import unit
from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.operations.accepting import source_text
from xinheng.intake.operations.registering import differs, follow, registrar, stated
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers
from xinheng.ledger.door import sequence
from xinheng.records.door import current_of_batch, last_acts
from xinheng.records.values import VersionView
from xinheng.subjects.door import entries_of
from xinheng.subjects.load.facts import facts_by_id
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectFacts, SubjectKind

AT_ONCE: Final = 200


def follow_register(row: models.Batch, now: datetime) -> int:
    """Let the subjects of a loaded batch be as the register states them; returns how many differed.

    Nothing for items that state no register. Only versions that are still their record's latest count, and none that is older than
    another registrar's. Resumable: a part that was done differs no more.
    Cost: five queries per 200 rows, and one operation a subject that differs.
    """
    item = current_edition(legal_date(now)).item(row.item)
    if not item.states_register:
        return 0
    source_unit, changed, after = unit(row.unit_id), 0, 0
    acting = registrar(source_unit.id, source_unit.path)
    source = source_text(source_unit.name, row.pk)
    while versions := current_of_batch(row.pk, after=after, limit=AT_ONCE):
        after = versions[-1].row_number or after
        subjects = [version.subject_id for version in versions]
        known, entries, last = facts_by_id(subjects), entries_of(subjects), last_acts(subjects, row.item)
        with transaction.atomic():
            for version in versions:
                found = known.get(version.subject_id)
                draft = _draft(version, item.core, found, source)
                day = version.core.act_date or legal_date(now)
                if draft is None or found is None or day < last.get(version.subject_id, day):
                    # Another registrar confirmed something later.
                    continue
                draft, entry = stated(draft, item, version.content), entries.get(version.subject_id)
                if not differs(found, draft, entry):
                    continue
                follow(draft, found, entry, confirmed=day, actor=acting, now=now)
                changed += 1
    if changed:
        sequence()
    return changed


def _draft(
    version: VersionView, core: Mapping[str, str], found: SubjectFacts | None, source: str
) -> SubjectDraft | None:
    name = mask_identifiers(str(version.content.get(core["subject_name"]) or ""))
    code = str(version.content.get(core["uscc"]) or "")
    if found is None or not name or not code:
        return None
    kind = found.kind if found.kind is not SubjectKind.NATURAL_PERSON else SubjectKind(version.subject_kind)
    return SubjectDraft(kind, Scheme.USCC, code, name, source)
