"""A look at the whole archive once a day: who is covered by records, how complete archives are, what units say differently."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from xinheng.catalogue.door import current_edition, load_profile
from xinheng.intake import models
from xinheng.intake.rules.survey import Contradiction, Coverage, contradictions
from xinheng.jobs.door import JobContext
from xinheng.kernel.dates import legal_date
from xinheng.records.door import items_held, spoken_of_by_several, statements
from xinheng.storage.locks import lock
from xinheng.subjects.door import every_subject
from xinheng.subjects.values import SubjectKind

AT_ONCE = 500
SURVEY_JOB = "intake.survey"


def handle_survey(context: JobContext) -> Mapping[str, Any]:
    """Make the day's survey (no `args`)."""
    return survey(context.now(), context.between_steps)


def survey(now: datetime, between: Any = lambda: None) -> dict[str, int]:
    """Count and compare everything, and put the answer in the place of the last one, at once.

    Cost: a pass over subjects, one over an index of versions, and the versions of subjects that several units speak of; about 10 s a
    million subjects. Memory: what differs, and the subjects that were merged.
    """
    edition = current_edition(legal_date(now))
    expected = load_profile(edition.region).expected if edition.region else {}
    persons: set[int] = set()
    coverage = _coverage(Coverage(expected), persons)
    between()
    found: list[Contradiction] = []
    fields = {
        item.code: (item.core.get("subject_name", ""), item.core.get("representative_name", ""))
        for item in edition.items
    }
    several = spoken_of_by_several()
    for start in range(0, len(several), AT_ONCE):
        found += _compared(several[start : start + AT_ONCE], fields, persons)
        between()
    _keep(now, coverage, found)
    return {"subjects": sum(each.subjects for each in coverage.dimensions.values()), "contradictions": len(found)}


def _coverage(coverage: Coverage, persons: set[int]) -> Coverage:
    """Count every subject that stands, with the items of those merged into it."""
    held = _grouped(items_held())
    following = next(held, None)
    absorbed: dict[int, set[str]] = {}
    waiting: dict[int, tuple[SubjectKind, str, bool, set[str]]] = {}
    keeping = {one.merged_into for one in every_subject() if one.merged_into is not None}
    into: dict[int, int] = {}
    for one in every_subject():
        while following is not None and following[0] < one.id:
            following = next(held, None)
        items = following[1] if following is not None and following[0] == one.id else set()
        if one.kind is SubjectKind.NATURAL_PERSON:
            persons.add(one.id)
        if one.merged_into is not None:
            into[one.id] = one.merged_into
            absorbed[one.id] = items
        elif one.id in keeping:
            waiting[one.id] = (one.kind, one.code_class, one.registered, items)
        else:
            coverage.take(one.kind, one.code_class, items, registered=one.registered)
    for subject_id, items in absorbed.items():
        target = into[subject_id]
        while target in into:
            target = into[target]
        if target in waiting:
            waiting[target][3].update(items)
    for kind, code_class, registered, items in waiting.values():
        coverage.take(kind, code_class, items, registered=registered)
    return coverage


def _grouped(pairs: Iterator[tuple[int, str]]) -> Iterator[tuple[int, set[str]]]:
    now: tuple[int, set[str]] | None = None
    for subject_id, item in pairs:
        if now is None or now[0] != subject_id:
            if now is not None:
                yield now
            now = (subject_id, set())
        now[1].add(item)
    if now is not None:
        yield now


def _compared(ids: list[int], fields: Mapping[str, tuple[str, str]], persons: set[int]) -> Iterator[Contradiction]:
    by_subject: dict[int, list[Any]] = {}
    for one in statements(ids):
        by_subject.setdefault(one.subject_id, []).append(one)
    for subject_id, said in by_subject.items():
        yield from contradictions(subject_id, said, fields, person=subject_id in persons)


def _keep(now: datetime, coverage: Coverage, found: list[Contradiction]) -> None:
    content = {each.value: count.to_json() for each, count in coverage.dimensions.items()}
    rows = {
        one.fingerprint: models.Contradiction(
            subject_id=one.subject_id,
            datum=one.datum.value,
            document=one.document,
            fingerprint=one.fingerprint,
            sides=json.dumps([_side(side) for side in one.sides], ensure_ascii=False),
        )
        for one in found
    }
    with transaction.atomic():
        lock("intake.survey")
        models.Survey.objects.all().delete()
        models.Contradiction.objects.all().delete()
        models.Survey.objects.create(
            on=legal_date(now), made_at=now, content=json.dumps({"dimensions": content, "expected": _plain(coverage)})
        )
        models.Contradiction.objects.bulk_create(rows.values(), batch_size=AT_ONCE)


def _plain(coverage: Coverage) -> dict[str, list[str]]:
    return {kind: list(items) for kind, items in coverage.expected.items()}


def _side(side: Any) -> dict[str, Any]:
    day = side.day.isoformat() if side.day else None
    return {
        "unit": side.unit_id,
        "record": side.record_id,
        "item": side.item,
        "day": day,
        "value": side.value,
        "batch": side.batch_id,
        "row": side.row,
    }
