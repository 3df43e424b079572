"""Tags of the shared components: `{% load xh %}`. They draw values of `web.parts`; nothing here decides anything."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote_plus

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from xinheng.kernel.masking import mask_identifiers
from xinheng.web import navigation, parts, preferences, show, site
from xinheng.web.forms import Bound, BoundField
from xinheng.web.gate import actor_of
from xinheng.web.tables import Table

register = template.Library()

NOTICE_ICONS = {
    "plain": "info",
    "action": "info",
    "kept": "circle-check",
    "clock": "clock-alert",
    "harm": "octagon-alert",
    "ended": "archive",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; read aloud only with a label."""
    href = f"{static('vendor/icons.svg')}#icon-{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href)


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> dict[str, Any]:
    """What head and foot of a page need: site, preferences, actor, navigation is separate. `{% frame as frame %}`."""
    request = context.get("request")
    if request is None:
        return {
            "site": site.current(),
            "language": settings.LANGUAGE_CODE,
            "theme": "light",
            "size": "normal",
            "mode": "full",
        }
    return {
        "site": site.current(),
        "actor": actor_of(request),
        "nonce": getattr(request, "csp_nonce", ""),
        "back": _way_back(request),
        **{name: preferences.chosen(request, name) for name in preferences.CHOICES},
    }


def _way_back(request: HttpRequest) -> str:
    """Where a switch on the page leads back to; without the query if that holds the number of a person, home if the path does."""
    if request.method != "GET":
        return "/"
    for address in (request.get_full_path(), quote(request.path)):
        written = unquote_plus(address)
        if mask_identifiers(written) == written:
            return address
    return "/"


@register.simple_tag(takes_context=True)
def sections(context: template.Context, area: navigation.Area) -> list[dict[str, Any]]:
    """The sections of an area the reader may open, the present one marked; `group` set where a new heading begins."""
    request = context.get("request")
    found = navigation.sections(area, actor_of(request)) if request is not None else []
    before: Any = None
    for item in found:
        item["current"] = item["section"].key == context.get("section", "")
        item["heading"] = item["section"].group if item["section"].group != before else ""
        before = item["section"].group
    return found


@register.simple_block_tag(takes_context=True)
def page_head(
    context: template.Context,
    content: str,
    title: str,
    where: str = "",
    status: parts.Status | None = None,
    lead: str = "",
) -> SafeString:
    """The first lines of a page: what this is, where it stands, what the reader can do. The block holds the actions."""
    return _draw(
        "page_head",
        title=title,
        where=where,
        status=status,
        lead=lead,
        actions=content.strip(),
        crumbs=context.get("crumbs", ()),
    )


@register.simple_block_tag
def notice(content: str, title: str = "", tone: parts.Tone = "plain", level: int = 2) -> SafeString:
    """Something the reader must know, on the page. Harm is announced to screen readers at once."""
    return _draw("notice", title=title, tone=tone, level=level, body=content, icon_name=NOTICE_ICONS[tone])


@register.simple_block_tag
def empty(content: str, title: str, icon_name: str = "inbox") -> SafeString:
    """Why there is nothing here (title) and what to do next (block)."""
    return _draw("empty", title=title, body=content, icon_name=icon_name)


@register.simple_block_tag
def confirmation(
    content: str, title: str, reference: str = "", reference_label: str = "", level: int = 1
) -> SafeString:
    """What was done, the number to keep, and (block) what happens next; its title is the page's heading."""
    return _draw(
        "confirmation", title=title, reference=reference, reference_label=reference_label, level=level, body=content
    )


def _draw(name: str, **context: Any) -> SafeString:
    # The engine escapes; the body of a block tag was drawn by it and is safe already.
    body = context.get("body")
    if isinstance(body, str):
        context["body"] = mark_safe(body)  # noqa: S308
    actions = context.get("actions")
    if isinstance(actions, str):
        context["actions"] = mark_safe(actions)  # noqa: S308
    return mark_safe(render_to_string(f"web/parts/{name}.html", context))  # noqa: S308


@register.simple_tag
def status(label: parts.Status | str, tone: parts.Tone = "plain") -> SafeString:
    """A word, a shape and a colour; from a Status or from word and tone."""
    return show.value(label if isinstance(label, parts.Status) else parts.Status(label, tone))


@register.simple_tag
def deadline(value: parts.Deadline) -> SafeString:
    """A chip with the day and the working days left."""
    return show.value(value)


@register.simple_tag
def basis(value: parts.Basis) -> SafeString:
    """Document and article, one click away."""
    return show.value(value)


@register.simple_tag
def code(text: str) -> SafeString:
    """A code in groups, copied without them."""
    return show.code(text)


@register.inclusion_tag("web/parts/facts.html")
def facts(items: Iterable[parts.Fact]) -> dict[str, Any]:
    """A list of facts."""
    return {"items": list(items)}


@register.inclusion_tag("web/parts/table.html", takes_context=True)
def table(context: template.Context, value: Table) -> dict[str, Any]:
    """A table with count, column choice, export, pages; cards on a narrow screen."""
    return {"table": value, "request": context.get("request")}


@register.inclusion_tag("web/parts/filters.html")
def filters(value: Table) -> dict[str, Any]:
    """The filters of a table: a form that writes the address bar."""
    return {"table": value}


@register.inclusion_tag("web/parts/field.html")
def field(value: BoundField) -> dict[str, Any]:
    """One field of a form."""
    return {"item": value, "field": value.field}


@register.inclusion_tag("web/parts/form_fields.html")
def form_fields(form: Bound) -> dict[str, Any]:
    """All fields of a form, in their parts."""
    return {"form": form}


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: Bound) -> dict[str, Any]:
    """What is wrong, in the order of the fields; takes the focus. Nothing when nothing is wrong."""
    return {"form": form}


@register.inclusion_tag("web/parts/review.html", takes_context=True)
def review(context: template.Context, form: Bound, confirm: str, action: str = "") -> dict[str, Any]:
    """Check your answers: the answers, a way to change them, and the button that gives effect."""
    return {
        "form": form,
        "items": form.review(),
        "confirm": confirm,
        "action": action,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("web/parts/progress.html")
def progress(value: parts.Progress) -> dict[str, Any]:
    """How far a long job is."""
    return {"job": value}


@register.inclusion_tag("web/parts/subject.html")
def subject_header(value: parts.Subject, level: int = 1) -> dict[str, Any]:
    """The head of every page about a subject; its name is the page's heading."""
    return {"subject": value, "level": level}


@register.inclusion_tag("web/parts/axis.html")
def time_axis(events: Iterable[parts.Event], level: int = 3) -> dict[str, Any]:
    """Records along time, newest first as given; `level` is that of their headings."""
    return {"events": list(events), "level": level}


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: Iterable[parts.Tab], label: str) -> dict[str, Any]:
    """Views of the same thing as links."""
    return {"tabs": list(items), "label": label}


@register.inclusion_tag("web/parts/steps.html")
def steps(items: Iterable[parts.Step], label: str) -> dict[str, Any]:
    """The states of a procedure as a line."""
    return {"steps": list(items), "label": label}


@register.inclusion_tag("web/parts/figures.html")
def figures(items: Iterable[parts.Figure]) -> dict[str, Any]:
    """Numbers that answer a question."""
    return {"figures": list(items)}


@register.filter
def day(value: date | None) -> str:
    """`2026年11月20日`."""
    return show.day(value) if value else str(show.nothing())


@register.filter
def iso_day(value: date | None) -> str:
    """`2026-11-20`."""
    return show.iso_day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`2026年11月20日 09:30`."""
    return show.moment(value) if value else ""


@register.filter
def wan(value: Decimal | None) -> str:
    """An amount in units of ten thousand: `3.50 万元`."""
    return show.money(value, "万元") if value is not None else ""


@register.filter
def yuan(value: Decimal | None) -> str:
    """An amount in yuan: `35,000.00 元`."""
    return show.money(value, "元") if value is not None else ""


@register.filter
def counted(value: int, unit: str = "") -> str:
    """`12,345 条`."""
    return show.count(value, unit)


@register.filter
def unit_word(value: str) -> str:
    """A measure word in the page's language."""
    return gettext(value) if value else ""


@register.filter
def shown(value: Any) -> SafeString:
    """Any value as facts show it."""
    return show.value(value)
