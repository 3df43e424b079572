"""What every page says about who runs the site: from the profile of the region the database belongs to."""

from functools import lru_cache

from django.db import DatabaseError
from django.utils.translation import gettext as _

from xinheng.catalogue.door import editions, load_profile
from xinheng.kernel.errors import XinhengError
from xinheng.web.site import Site


def current() -> Site:
    """The site of this installation; a neutral one before `init`. Cost: nothing after the first page of a process."""
    try:
        region = _region()
    except (DatabaseError, XinhengError, LookupError):
        return Site(title=_("信用信息公示平台"))
    return _site(region)


@lru_cache(maxsize=1)
def _region() -> str:
    """The region the store belongs to; it never changes. Raises: LookupError before the catalogue was loaded."""
    found = next((edition.region for edition in editions() if edition.region), None)
    if found is None:
        raise LookupError("no region yet")
    return found


@lru_cache(maxsize=4)
def _site(region: str) -> Site:
    profile = load_profile(region)
    centre = next((unit for unit in profile.units if unit.kind == "credit_centre"), None)
    return Site(
        title=profile.site_title,
        region=profile.name,
        operator=centre.name if centre else "",
        address=centre.address if centre else "",
        telephone=centre.telephone if centre else "",
        sample=region == "demo",
    )
