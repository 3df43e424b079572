"""What every overview page has besides: the surroundings of the workbench, and the word about what was just done."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest

from xinheng.web.pages import WorkbenchPage
from xinheng.web.parts import Crumb
from xinheng.workbench.gates import surroundings

DONE = "workbench.done"
"""Session key of the word about what was just done: shown once, so no address can claim something was done."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done, and what happens next."""

    title: Annotated[str, "what was done"]
    text: Annotated[str, "what happens next"] = ""
    reference: Annotated[str, "number to keep, or empty"] = ""


@dataclass(frozen=True, kw_only=True)
class OverviewPage(WorkbenchPage):
    """What every overview page says."""

    done: Annotated[Done | None, "what was just done on the page before; shown once"] = None


def shell(request: HttpRequest, section: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """The common fields of an `OverviewPage`; crumbs are (label, address). Cost: one query."""
    return {
        **surroundings(request),
        "section": section,
        "crumbs": tuple(Crumb(*crumb) for crumb in crumbs),
        "done": take_done(request),
    }


def say_done(request: HttpRequest, title: str, text: str = "", reference: str = "") -> None:
    """Keep a word about what was done for the next page. Never personal data: it lies in the session."""
    request.session[DONE] = [title, text, reference]


def take_done(request: HttpRequest) -> Done | None:
    """The word kept, which is gone with this."""
    kept = request.session.pop(DONE, None) if DONE in request.session else None
    return Done(*kept) if isinstance(kept, list) and len(kept) == 3 else None
