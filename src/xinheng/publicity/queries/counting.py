"""Counts over all publications, which may be millions: one walk over them, and the questions about their records only where they matter.

    all that fit the condition − those among them whose record was corrected or marked + those of these that count nevertheless

The first figure needs nothing but the publication and its run; the other two are about few rows, found by index.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, DateTimeField, F, Func, Q, QuerySet

from xinheng.publicity import models
from xinheng.publicity.queries.predicate import decided
from xinheng.records.door import is_hidden, set_aside


class EndOfDay(Func):
    """The moment a legal day (Asia/Shanghai) ends: what lies before it was on that day or earlier. The column stays as it is compared."""

    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Moments are kept as UTC text there: the day ends at sixteen o'clock."""
        return super().as_sql(compiler, connection, template="(%(expressions)s || ' 16:00:00')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The next midnight in Shanghai."""
        template = "((%(expressions)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')"
        return super().as_sql(compiler, connection, template=template, **context)


def first_shown_late() -> Q:
    """The condition that a publication was first public after the last day for it."""
    return Q(first_public_at__gte=EndOfDay(F("deadline")))


def by_condition(
    rows: QuerySet[models.Publication], conditions: Mapping[str, Q], *, on: date, apart: str = ""
) -> dict[Any, dict[str, int]]:
    """How many of some publications fit each condition, being decided, of their record's latest version, and not hidden.

    Conditions speak of the publication's own columns. `apart`: counted by this column, else all under None.
    Cost: three queries; one walk over the rows, about 1 µs each.
    """
    few = rows.filter(set_aside(on))
    whole = _counted(rows.filter(run__ready=True), conditions, apart)
    taken = _counted(few.filter(run__ready=True), conditions, apart)
    given = _counted(decided().filter(pk__in=few.values("pk")).filter(~is_hidden(on)), conditions, apart)
    return {
        key: {name: some[name] - _of(taken, key, name) + _of(given, key, name) for name in conditions}
        for key, some in whole.items()
    }


def _counted(rows: QuerySet[models.Publication], conditions: Mapping[str, Q], apart: str) -> dict[Any, dict[str, int]]:
    counts = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    rows = rows.order_by()
    if not apart:
        return {None: rows.aggregate(**counts)}
    return {row.pop(apart): row for row in rows.values(apart).annotate(**counts)}


def _of(counted: Mapping[Any, Mapping[str, int]], key: Any, name: str) -> int:
    return counted.get(key, {}).get(name, 0)
