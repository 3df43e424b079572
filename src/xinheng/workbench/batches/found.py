"""The problems of a batch under the reader's conditions, the gravest first, a page at a time or all of them.

A receipt as a file is in file order; a page is read from the top, and what was sent back must not hide behind what is only a remark.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from xinheng.engine.problems import GRAVITY
from xinheng.intake.door import problems
from xinheng.intake.values.receipts import ProblemView
from xinheng.kernel.actor import Actor
from xinheng.web.tables import Query

AT_ONCE = 200
EFFECTS: Final = tuple(effect.value for effect in GRAVITY)
_CURSOR = re.compile(r"([0-9])-([0-9]{1,18})")

Place = tuple[int, int]
"""How grave (index into `EFFECTS`), and the place among those."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of problems; `onward` is the cursor behind its last, empty at the end."""

    items: tuple[ProblemView, ...]
    onward: str = ""


def problem_page(
    batch_id: int, told: Mapping[str, Any], query: Query, *, after: str, limit: int, actor: Actor
) -> Found:
    """One page of problems by gravity, then in file order, behind the cursor `after`.

    Cost: none where the receipt `told` lists them all. Where there are more than it lists: two queries an effect on the page; but a
    condition on the field is answered from what is listed, for the store keeps no index by field, and reading through a million rows
    for one page is worse than saying so.
    """
    written = _CURSOR.fullmatch(after)
    at = (int(written[1]), int(written[2])) if written else (0, 0)
    if "field" in query.filters or not is_cut(told):
        return _listed_page(told, query.filters, at, limit)
    return _stored_page(batch_id, query.filters, at, limit, actor)


def all_problems(batch_id: int, told: Mapping[str, Any], query: Query, *, actor: Actor) -> Iterator[ProblemView]:
    """All of them, read a few hundred at a time."""
    found = problem_page(batch_id, told, query, after="", limit=AT_ONCE, actor=actor)
    yield from found.items
    while found.onward:
        found = problem_page(batch_id, told, query, after=found.onward, limit=AT_ONCE, actor=actor)
        yield from found.items


def count_by_effect(told: Mapping[str, Any]) -> dict[str, int]:
    """How many problems the receipt lists of each effect, the gravest first; effects without any are left out."""
    counted = dict.fromkeys(EFFECTS, 0)
    for each in told["errors"]:
        counted[each["effect"]] += 1
    return {effect: count for effect, count in counted.items() if count}


def is_cut(told: Mapping[str, Any]) -> bool:
    """Whether there are more problems than the receipt lists."""
    return bool(told.get("left_out", {}).get("errors"))


def _listed_page(told: Mapping[str, Any], filters: Mapping[str, str], at: Place, limit: int) -> Found:
    placed = [((EFFECTS.index(each["effect"]), place), each) for place, each in enumerate(told["errors"], 1)]
    fitting = sorted(((place, each) for place, each in placed if place > at and _fits(each, filters)), key=_by_place)
    shown = fitting[:limit]
    onward = _cursor(*shown[-1][0]) if len(fitting) > limit else ""
    return Found(tuple(_view(each) for _place, each in shown), onward)


def _stored_page(batch_id: int, filters: Mapping[str, str], at: Place, limit: int, actor: Actor) -> Found:
    """The effects one after the other; where the page is full, a look at the next one, so that no empty page is offered."""
    items: list[ProblemView] = []
    code, wanted = filters.get("code", ""), filters.get("effect")
    for gravity in range(at[0], len(EFFECTS)):
        if wanted not in (None, EFFECTS[gravity]):
            continue
        behind, room = at[1] if gravity == at[0] else 0, limit - len(items)
        page = problems(batch_id, actor, code=code, effect=EFFECTS[gravity], after=behind, limit=room or 1)
        if not room and page.items:
            return Found(tuple(items), _cursor(gravity, 0))
        items += page.items
        if page.next is not None:
            return Found(tuple(items), _cursor(gravity, page.next))
    return Found(tuple(items))


def _by_place(placed: tuple[Place, Any]) -> Place:
    return placed[0]


def _cursor(gravity: int, place: int) -> str:
    return f"{gravity}-{place}"


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
