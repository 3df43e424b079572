"""What can be wrong with a catalogue, a region or an order given to it."""

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown


class CatalogueInvalid(Invalid):
    """A file of the catalogue or of a profile is not what it should be; the message names file, key and what is allowed."""


class CatalogueUnknown(Unknown):
    """No such item, basis, edition or permit."""


class RegionUnknown(Unknown):
    """No profile of that name."""


class GateClosed(Refused):
    """The gate says no: no basis, no effect."""


class CatalogueConflict(Conflict):
    """The catalogue stored already says otherwise."""
