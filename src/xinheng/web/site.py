"""Who runs this site: name, operator, how to be reached. Read from the region's profile by whoever the settings name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Site:
    """What head and foot of every page say."""

    title: Annotated[str, "name of the site, e.g. 信用中国（样例区）"]
    region: Annotated[str, "name of the region"] = ""
    operator: Annotated[str, "unit that runs it"] = ""
    address: Annotated[str, "where to go"] = ""
    telephone: Annotated[str, "number to call"] = ""
    hours: Annotated[str, "when somebody answers"] = ""
    email: Annotated[str, "address to write to"] = ""
    sample: Annotated[bool, "sample data: every page says so"] = False


def current() -> Site:
    """The site, from the function `settings.XINHENG_SITE` names (a dotted path, no arguments); a neutral one without.

    The function keeps its own answer for as long as that holds; it is asked once per page.
    """
    path: str = getattr(settings, "XINHENG_SITE", "")
    return cast("Callable[[], Site]", import_string(path))() if path else Site(title=_("信用信息公示平台"))
