"""Contexts of pages: every page declares one dataclass, each field with a help text, and is drawn from it alone.

@dataclass(frozen=True)
class PenaltiesPage(Page):
    table: Annotated[Table, "penalties in publication, newest first"]
"""

from dataclasses import dataclass, fields
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinheng.web.parts import Crumb


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page says about itself."""

    title: Annotated[str, "the page's first heading and the window's title: what this is"]
    section: Annotated[str, "key of the section of the navigation it belongs to"] = ""
    crumbs: Annotated[tuple[Crumb, ...], "the way to this page, from the top"] = ()


@dataclass(frozen=True, kw_only=True)
class WorkbenchPage(Page):
    """What every page of the workbench says besides; `web/workbench_base.html`."""

    unit_name: Annotated[str, "name of the actor's unit, beside the person's in the bar"] = ""
    workbench_home: Annotated[str, "address of the workbench's first page"] = "/w/"
    sign_out_href: Annotated[str, "address that ends the session, by POST"] = "/w/sign-out"


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """`web/sign_in.html`."""

    form: Annotated[Any, "a Bound form with fields `login` and `password`"]
    action: Annotated[str, "address the sign-in is sent to; '' for the page's own"] = ""
    carried: Annotated[str, "what was typed into a form before the session ended, to be carried through"] = ""
    back: Annotated[str, "where to go afterwards, already checked by gate.safe_back"] = ""
    timed_out: Annotated[bool, "the last session ended because nobody did anything"] = False
    idle_minutes: Annotated[int, "after how many minutes that happens"] = 15
    demo_accounts: Annotated[tuple[tuple[str, str, str], ...], "login, password, role; only in the demo"] = ()


def show(request: HttpRequest, template: str, page: Page, *, status: int = 200) -> HttpResponse:
    """Draw a page from its context: the fields by name, and the whole as `page`."""
    context = {item.name: getattr(page, item.name) for item in fields(page)}
    return render(request, template, {**context, "page": page}, status=status)
