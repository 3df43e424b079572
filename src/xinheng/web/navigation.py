"""The sections of portal and workbench. Each front end registers its own in `ready()`; addresses are resolved by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.kernel.actor import Actor

Area = Literal["portal", "workbench"]


@dataclass(frozen=True, slots=True)
class Section:
    """One entry. `permission` empty: for everybody; `group` is the heading it stands under in the workbench."""

    key: str
    label: str | Promise
    url_name: str
    icon: str = ""
    permission: str = ""
    group: str | Promise = ""


PORTAL: tuple[Section, ...] = (
    Section("home", _("首页"), "portal:home", "house"),
    Section("search", _("信用查询"), "portal:search", "search"),
    Section("licences", _("行政许可公示"), "portal:licences", "file-check"),
    Section("penalties", _("行政处罚公示"), "portal:penalties", "gavel"),
    Section("catalogue", _("信用目录"), "portal:catalogue", "list"),
    Section("bases", _("法律依据"), "portal:bases", "book-open"),
    Section("ledger", _("历史可验证"), "portal:ledger", "shield-check"),
)

_sections: dict[Area, tuple[Section, ...]] = {"portal": PORTAL, "workbench": ()}


def register(area: Area, sections: Iterable[Section]) -> None:
    """Declare the sections of an area, replacing what was declared before."""
    _sections[area] = tuple(sections)


def sections(area: Area, actor: Actor) -> list[dict[str, Any]]:
    """The sections this actor may open and that have an address, in declared order."""
    found = []
    for section in _sections[area]:
        href = _address(section)
        if href and (not section.permission or actor.may(section.permission)):
            found.append({"section": section, "href": href})
    return found


def unresolved(area: Area) -> Sequence[str]:
    """Names of addresses that lead nowhere: a front end's test holds this empty."""
    return [section.url_name for section in _sections[area] if not _address(section)]


def _address(section: Section) -> str:
    try:
        return reverse(section.url_name)
    except NoReverseMatch:
        return ""
