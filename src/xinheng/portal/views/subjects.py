"""A subject: who it is, and what may be shown about it, along time. Nothing here may be kept by a browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import PUBLIC
from xinheng.portal.errors import CodeUnknown, ParameterInvalid
from xinheng.portal.shown import Entry, entries
from xinheng.portal.views.lists import SECTIONS
from xinheng.portal.views.search import names_a_person, person_address
from xinheng.portal.words import word
from xinheng.publicity import door as publicity
from xinheng.records.values import Licence, LicenceHint
from xinheng.subjects import door as subjects
from xinheng.subjects.values import IdentifierEntry, IdentifierState, RegisterState, SubjectHistory, SubjectPage
from xinheng.web.clock import today
from xinheng.web.gate import no_store
from xinheng.web.joining import listed
from xinheng.web.licences import LicenceLine, licence_lines
from xinheng.web.pages import Page, show
from xinheng.web.parts import Code, Crumb, Fact, Status, Subject, Tab

PAGE = 20
MOST_PAGES = 10_000


@dataclass(frozen=True, kw_only=True)
class SubjectView(Page):
    """`portal/subject.html`."""

    subject: Annotated[Subject, "who it is"]
    provisional: Annotated[bool, "the register has not confirmed it: name and code are those of its records"]
    total: Annotated[int, "how many public records there are of all items"]
    tabs: Annotated[tuple[Tab, ...], "all, and each item that has records, with counts"]
    records: Annotated[tuple[Entry, ...], "the records of this page, latest act first"]
    licences: Annotated[tuple[LicenceLine, ...], "its public certificates, those that hold first"]
    merged: Annotated[bool, "records of subjects that were merged into this one are among them"]
    number: Annotated[int, "number of this page of records"]
    previous_href: Annotated[str, "the page before, or empty"]
    next_href: Annotated[str, "the page after, or empty"]


@require_safe
@no_store
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """From a code, present or old, to the subject that stands for it. Cost: at most five queries."""
    if names_a_person(code):
        # Answered by leading away: a refusal would leave the address, and so the number, in the log.
        return HttpResponseRedirect(person_address())
    found = subjects.by_code(code, actor=PUBLIC, reach=publicity.public_reach(today()))
    if found is None:
        raise CodeUnknown
    return HttpResponseRedirect(reverse("portal:subject", args=[found.id]))


@require_safe
@no_store
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Cost: at most twelve queries, constant in the data (a few more for each step of merging)."""
    on = today()
    portrait = subjects.portrait(subject_id, actor=PUBLIC, reach=publicity.public_reach(on))
    found, family = portrait.head, portrait.family
    if found.merged_into is not None:
        return HttpResponseRedirect(reverse("portal:subject", args=[portrait.stands]))
    number, item = _number(request.GET.get("page", "")), request.GET.get("item", "")
    counts, page = publicity.counted_page(family, on=on, item=item, offset=(number - 1) * PAGE, limit=PAGE)
    names = {entry.code: word(entry.name) for entry in page.edition.items}
    if item and item not in names:
        raise ParameterInvalid("item", item, listed(names))
    view = SubjectView(
        title=found.name,
        section="search",
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("信用查询"), reverse("portal:search"))),
        subject=_head(found, portrait.history),
        provisional=found.state is RegisterState.PROVISIONAL,
        total=sum(counts.values()),
        tabs=_tabs(counts, names, item),
        records=entries(page),
        licences=_licences(family, on, counts, page.edition),
        merged=len(family) > 1,
        number=number,
        previous_href=_address(item, number - 1) if number > 1 else "",
        next_href=_address(item, number + 1) if page.more else "",
    )
    return show(request, "portal/subject.html", view)


def _head(found: SubjectPage, past: SubjectHistory) -> Subject:
    codes = sorted(past.identifiers, key=lambda entry: entry.value != found.code)
    names = [entry.name for entry in past.names if entry.valid_to is not None]
    provisional = found.state is RegisterState.PROVISIONAL
    return Subject(
        name=found.name,
        kind=word(found.kind.label),
        codes=tuple(map(_code, codes)),
        registration=Status(word(found.state.label), "clock" if provisional else "plain"),
        former_names=tuple(name for name in dict.fromkeys(names) if name != found.name),
    )


def _code(entry: IdentifierEntry) -> Fact:
    label = word(entry.scheme.label)
    if entry.state is IdentifierState.ALIAS:
        label = _("%(label)s（曾用）") % {"label": label}
    return Fact(label, Code(entry.value))


def _tabs(counts: dict[str, int], names: dict[str, str], item: str) -> tuple[Tab, ...]:
    every = Tab(_("全部"), _address("", 1), not item, sum(counts.values()))
    shown = [code for code in names if counts.get(code) or code == item or code in SECTIONS]
    return (every, *(Tab(names[code], _address(code, 1), item == code, counts.get(code, 0)) for code in shown))


def _address(item: str, number: int) -> str:
    pairs = ([("item", item)] if item else []) + ([("page", str(number))] if number > 1 else [])
    return f"?{urlencode(pairs)}#records"


def _licences(family: Sequence[int], on: date, counts: dict[str, int], edition: Edition) -> tuple[LicenceLine, ...]:
    """Its public certificates; asked for only where something of theirs is public. Cost: one query, or none."""
    if not any(counts.get(item.code) for item in edition.items if item.licence is not None):
        return ()
    return licence_lines(publicity.licences_of(family, on=on, actor=PUBLIC, edition=edition), _record)


def _record(one: Licence | LicenceHint) -> str:
    return reverse("portal:record", args=[one.record_id])


def _number(text: str) -> int:
    if not text:
        return 1
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
    if not 1 <= number <= MOST_PAGES:
        raise ParameterInvalid("page", text, _("1 至 10000 的整数"))
    return number
