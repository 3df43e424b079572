"""Several texts in a row, divided as the page's language divides them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(texts: Iterable[str]) -> str:
    """Words of one list."""
    return _("、").join(texts)


def clauses(texts: Iterable[str]) -> str:
    """Clauses of one sentence."""
    return _("；").join(texts)


def phrases(texts: Iterable[str]) -> str:
    """Phrases of one clause."""
    return _("，").join(texts)


def bracketed(text: str, inside: str) -> str:
    """A text with another in brackets behind it."""
    return _("%(text)s（%(inside)s）") % {"text": text, "inside": inside}
