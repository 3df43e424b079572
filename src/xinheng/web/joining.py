"""Several texts in a row, divided as the page's language divides them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(texts: Iterable[str]) -> str:
    """Words of one list."""
    return _("、").join(texts)


def clauses(texts: Iterable[str]) -> str:
    """Clauses of one sentence."""
    return _("；").join(texts)
