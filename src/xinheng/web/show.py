"""How values are written: days, moments, money, counts, codes. Everything returns text that is safe to put on a page."""

import re
from calendar import month_name
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xinheng.kernel.dates import SHANGHAI
from xinheng.kernel.identifiers import resident, uscc
from xinheng.web import parts

_GROUPS = {18: (2, 6, 9, 1), 15: (6, 8, 1)}
_CODE = re.compile(r"[0-9A-Z*]{12,}")
_ID_NUMBER = re.compile(r"[0-9]{6}[0-9*]{8}[0-9*X]{4}")
UNITS = (
    gettext_noop("元"),
    gettext_noop("万元"),
    gettext_noop("条"),
    gettext_noop("行"),
    gettext_noop("家"),
    gettext_noop("个"),
    gettext_noop("份"),
)
"""Measure words that have a translation; others stand as they are given."""

NARROW = "\u00a0"
"""Between a number and its unit: they are never parted by a line break."""


def day(value: date) -> str:
    """`2026年11月20日`; in English `20 November 2026`. A moment is taken in Asia/Shanghai."""
    value = _local(value)
    if (get_language() or "").startswith("en"):
        return f"{value.day} {month_name[value.month]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def iso_day(value: date) -> str:
    """`2026-11-20`, for tables. A moment is taken in Asia/Shanghai."""
    return _local(value).strftime("%Y-%m-%d")


def moment(value: datetime) -> str:
    """`2026年11月20日 09:30` in Asia/Shanghai."""
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def _local(value: date) -> date:
    return value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value


def count(value: int, unit: str = "") -> str:
    """`12,345 条`: thousands separated, with the measure word."""
    return f"{value:,}{NARROW}{_(unit)}" if unit else f"{value:,}"


def money(value: Decimal, unit: str = "元") -> str:
    """`3.50 万元`: at least two decimals, more only where the amount has them; thousands separated."""
    decimals = max(2, -int(exponent)) if isinstance(exponent := value.normalize().as_tuple().exponent, int) else 2
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}{NARROW}{_(unit)}"


def code_groups(text: str) -> list[str]:
    """A code in groups for reading: 统一社会信用代码 2-6-9-1, identity number 6-8-4, 注册号 6-8-1, others by four.

    Text that is not a plain code (a document number with Chinese in it, anything short) stays whole.
    """
    if not _CODE.fullmatch(text):
        return [text]
    sizes = (6, 8, 4) if _is_identity_number(text) else _GROUPS.get(len(text))
    if sizes is None:
        return [text[start : start + 4] for start in range(0, len(text), 4)]
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    return [text[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _is_identity_number(text: str) -> bool:
    """Whether 18 signs are a person's number: a fifth of all credit codes have no letter either.

    What passes the check digit of those, or has no birthday in its place (a code released though its check digit is wrong), is none.
    """
    if not _ID_NUMBER.fullmatch(text) or uscc.is_valid(text):
        return False
    return "*" in text or resident.birth_date(text) is not None


def code(text: str) -> SafeString:
    """The groups as elements spaced by margins: what is copied has no blanks."""
    groups = format_html_join("", "<i>{}</i>", ((group,) for group in code_groups(text)))
    return format_html('<span class="code">{}</span>', groups)


def nothing() -> SafeString:
    """A dash that is read aloud as *none*."""
    return format_html('<span aria-hidden="true">—</span><span class="hidden-visually">{}</span>', _("无"))


def value(item: Any, *, short: bool = False) -> SafeString:
    """Any value as it stands in a fact, a cell or a review; `short` writes dates as tables do. Text is escaped."""
    if item is None or item == "":
        return nothing()
    if isinstance(item, SafeString):
        return item
    if isinstance(item, parts.Code):
        return code(item.text)
    if isinstance(item, parts.Status):
        return _status(item) if _plain(item.label) else _part("status", status=item)
    if isinstance(item, parts.Deadline):
        return _part("deadline", deadline=item)
    if isinstance(item, parts.Basis):
        if _plain(item.document, item.article, item.number, item.href):
            return _basis(item, static("vendor/icons.svg"))
        return _part("basis", basis=item)
    if isinstance(item, parts.Link):
        return _part("link", link=item)
    if isinstance(item, bool):
        return conditional_escape(_("是") if item else _("否"))
    if isinstance(item, date):
        return _date(item, short=short)
    if isinstance(item, int):
        return conditional_escape(count(item))
    if isinstance(item, list | tuple):
        return format_html_join(mark_safe("<br>"), "{}", ((value(each, short=short),) for each in item))
    return conditional_escape(item)


def _date(item: date, *, short: bool) -> SafeString:
    if isinstance(item, datetime):
        local = item.astimezone(SHANGHAI)
        text = f"{local:%Y-%m-%d %H:%M}" if short else moment(item)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)
    return format_html('<time datetime="{}">{}</time>', item.isoformat(), iso_day(item) if short else day(item))


def _plain(*texts: object) -> bool:
    """Whether texts are nothing but text: one that needs no escaping equals the same text that does, and one that waits for its
    language equals its translation, so what is drawn of them is not kept."""
    return all(type(text) is str for text in texts)


@lru_cache(maxsize=1024)
def _status(status: parts.Status) -> SafeString:
    """Drawn once for each word and tone: a list has one in every row."""
    return _part("status", status=status)


@lru_cache(maxsize=1024)
def _basis(basis: parts.Basis, icons: str) -> SafeString:
    """Drawn once for each basis: every record on a page names several of the same few. `icons` is where its icon stands."""
    return _part("basis", basis=basis)


def _part(name: str, **context: Any) -> SafeString:
    # Rendered by the engine, which escapes: the result is safe.
    return mark_safe(render_to_string(f"web/parts/{name}.html", context).strip())  # noqa: S308
