"""The catalogue: the law as data. Which items there are and on what basis, how grave an act is, how long it may be shown, the calendar.

Nothing that harms exists without a permit of the gate: a module whose rows may harm registers `harm_guard(table)`, takes the strongest
permit of `permits(item)` by `choose_permit`, and writes its terms into the row. All reads here are of public data.
"""

from xinheng.catalogue.operations.calendar import import_calendar_year, seed_calendar
from xinheng.catalogue.operations.guards import HarmColumns, harm_guard
from xinheng.catalogue.operations.loading import load_edition
from xinheng.catalogue.operations.permits import issue_permit
from xinheng.catalogue.queries import (
    basis_page,
    calendar,
    choose_permit,
    current_edition,
    edition_by_hash,
    editions,
    item,
    items,
    permits,
)
from xinheng.catalogue.readers.edition import package_edition
from xinheng.catalogue.readers.profile import load_profile
from xinheng.catalogue.readers.source import regions
from xinheng.catalogue.rules.gate import Claim, may_enable, may_harm
from xinheng.catalogue.rules.publicity import Due, publicity_due, publishable, withheld_by
from xinheng.catalogue.rules.tiers import public_until, publicity_span, repairable_from, tier_of

__all__ = [
    "Claim",
    "Due",
    "HarmColumns",
    "basis_page",
    "calendar",
    "choose_permit",
    "current_edition",
    "edition_by_hash",
    "editions",
    "harm_guard",
    "import_calendar_year",
    "issue_permit",
    "item",
    "items",
    "load_edition",
    "load_profile",
    "may_enable",
    "may_harm",
    "package_edition",
    "permits",
    "public_until",
    "publicity_due",
    "publicity_span",
    "publishable",
    "regions",
    "repairable_from",
    "seed_calendar",
    "tier_of",
    "withheld_by",
]
