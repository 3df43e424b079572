"""The problems of a batch under the reader's conditions, a page at a time or all of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from xinheng.intake.door import problems
from xinheng.intake.values import Page, ProblemView
from xinheng.kernel.actor import Actor
from xinheng.web.tables import Query

AT_ONCE = 200


def problem_page(
    batch_id: int, told: Mapping[str, Any], query: Query, *, after: int, limit: int, actor: Actor
) -> Page[ProblemView]:
    """One page of problems in file order, behind the cursor `after`. Cost: two queries.

    A condition on the field is answered from the receipt `told`, which lists the first twenty thousand problems: the store
    keeps no index by field, and reading through a million rows for one page is worse than saying so.
    """
    filters = query.filters
    if "field" not in filters:
        code, effect = filters.get("code", ""), filters.get("effect", "")
        return problems(batch_id, actor, code=code, effect=effect, after=after, limit=limit)
    fitting = [(place, each) for place, each in enumerate(told["errors"], 1) if place > after and _fits(each, filters)]
    shown = fitting[:limit]
    items = tuple(_view(each) for _place, each in shown)
    return Page(items, shown[-1][0] if len(fitting) > limit else None)


def all_problems(batch_id: int, told: Mapping[str, Any], query: Query, *, actor: Actor) -> Iterator[ProblemView]:
    """All of them, read a few hundred at a time."""
    after: int | None = 0
    while after is not None:
        page = problem_page(batch_id, told, query, after=after, limit=AT_ONCE, actor=actor)
        yield from page.items
        after = page.next


def _fits(problem: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    return all(problem[key] == filters[key] for key in ("field", "code", "effect") if key in filters)


def _view(each: Mapping[str, Any]) -> ProblemView:
    return ProblemView(
        row=each["row"],
        record=each["record"],
        field=each["field"],
        header=each["header"],
        code=each["code"],
        effect=each["effect"],
        message=each["message"],
        value=each["value"],
    )
