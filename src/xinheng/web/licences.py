"""Certificates as pages of portal and workbench show them, and the code by which anybody can verify one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import segno
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.records.values import Licence, LicenceHint, LicenceState, MarkKind
from xinheng.web import show
from xinheng.web.limits import Limit
from xinheng.web.parts import Link, Status, Tone

WORDS = (
    gettext_noop("证照有效"),
    gettext_noop("证照未生效"),
    gettext_noop("证照已到期"),
    gettext_noop("已被新证替代"),
    gettext_noop("已撤销、注销或吊销"),
    gettext_noop("异议处理中"),
    gettext_noop("已撤回"),
    gettext_noop("已修复"),
    gettext_noop("暂停公示"),
)
TONES: dict[LicenceState, Tone] = {
    LicenceState.VALID: "kept",
    LicenceState.NOT_YET: "action",
    LicenceState.EXPIRED: "clock",
    LicenceState.REPLACED: "ended",
    LicenceState.VOID: "harm",
}
SOON_DAYS = 30
WRONG_CODES = Limit("portal.licence_code", 30, timedelta(minutes=15))
"""A code is guessed once in 2^40 tries; whoever mistypes needs a few. Page and API count together."""


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """One certificate of a subject."""

    href: Annotated[str, "page of its record; empty where the reader may not open it"]
    title: Annotated[str, "what it is called"]
    number: Annotated[str, "its number"]
    authority: Annotated[str, "who issued it"]
    term: Annotated[str, "from when to when it holds"]
    status: Annotated[Status, "where it stands today"]
    left: Annotated[str, "how many days are left, or empty"]
    soon: Annotated[bool, "it ends within thirty days and nothing comes after it"]
    chain: Annotated[tuple[Link, ...], "the certificate before and the one after it"]
    hints: Annotated[tuple[Link, ...], "records that name it as taken away, for officials to look at"]
    marks: Annotated[tuple[Status, ...], "marks that hold today"]


@dataclass(frozen=True, slots=True)
class Verifiable:
    """How a certificate is verified by whoever holds it."""

    code: Annotated[str, "three groups of six characters"]
    href: Annotated[str, "page that answers, with the code"]
    picture: Annotated[SafeString, "the same address as a QR code"]


def state_status(state: LicenceState) -> Status:
    """Where a certificate stands, in words, shape and colour."""
    return Status(_(state.label), TONES[state])


def mark_status(mark: MarkKind) -> Status:
    """A mark that holds."""
    return Status(_(mark.label), "clock")


def term(licence: Licence) -> str:
    """From when to when a certificate holds; without end: 长期."""
    until = _("长期") if licence.long_term or licence.valid_to is None else show.day(licence.valid_to)
    if licence.valid_from is None:
        return _("至 %(until)s") % {"until": until}
    return _("%(since)s至%(until)s") % {"since": show.day(licence.valid_from), "until": until}


def left(licence: Licence) -> str:
    """How many days are left of one that holds and has an end."""
    if licence.days_left is None:
        return ""
    if licence.days_left == 0:
        return _("今天 24 时到期")
    return _("还有 %(days)s 天") % {"days": f"{licence.days_left:,}"}


def licence_lines(
    licences: Iterable[Licence], page: Callable[[Licence | LicenceHint], str], *, officials: bool = False
) -> tuple[LicenceLine, ...]:
    """Certificates for a page. `page` gives the address of a record, empty where the reader may not open it; hints and marks: officials.

    The chain names only certificates that are among them: of others the reader was not told.
    """
    every = tuple(licences)
    there = {licence.record_id: licence for licence in every}
    return tuple(
        LicenceLine(
            href=page(one),
            title=one.title or _("许可证件"),
            number=one.number,
            authority=one.authority_name,
            term=term(one),
            status=state_status(one.state),
            left=left(one),
            soon=one.days_left is not None and one.days_left <= SOON_DAYS and one.renewed_by is None,
            chain=tuple(
                Link(f"{label} {there[other].number}", page(there[other]), about=one.title)
                for label, other in ((_("前一张证"), one.renews), (_("已续的新证"), one.renewed_by))
                if other is not None and other in there
            ),
            hints=tuple(Link(hint.document_number or _("查看详情"), page(hint)) for hint in one.hints)
            if officials
            else (),
            marks=tuple(map(mark_status, one.marks)) if officials else (),
        )
        for one in every
    )


def verifiable(request: HttpRequest, code: str) -> Verifiable | None:
    """The code of a certificate with the address that answers, and its picture; None on a site without portal."""
    try:
        href = f"{reverse('portal:verify-licence')}?code={code}"
    except NoReverseMatch:
        return None
    drawn = segno.make(request.build_absolute_uri(href), error="m", micro=False)
    # The library draws squares only: nothing of the text stands in the picture.
    picture = mark_safe(drawn.svg_inline(scale=4, dark="#000", light="#fff", omitsize=False))  # noqa: S308
    return Verifiable(code, href, picture)
