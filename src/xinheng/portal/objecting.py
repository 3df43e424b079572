"""What happens with an objection and within what time, in sentences: the catalogue's limits, not constants."""

from datetime import date

from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.web.procedure_words import length_words

_LIMITS = ("acceptance", "verification", "answer", "extension")


def way_of(edition: Edition, on: date) -> tuple[str, ...]:
    """The way of an objection made on a day, a sentence a step; none where the edition has no such limits, as one of an older version."""
    try:
        accept, verify, answer, more = (edition.limit(f"objection.{each}", on) for each in _LIMITS)
    except CatalogueUnknown:
        return ()
    accepted = _("信用中心在 %(length)s内受理，或者说明为什么不受理。") % {"length": length_words(accept.words)}
    if "treat_as_accepted" in accept.missed:
        accepted += _("逾期没有处理的，视为受理。")
    answered = _("信用中心在 %(length)s内答复您，并写明理由。情况复杂的可以延长一次，最多 %(more)s。") % {
        "length": length_words(answer.words),
        "more": length_words(more.words),
    }
    if "stop_publication" in answer.missed:
        answered += _("逾期没有答复的，这条信息先停止公示，直到答复。")
    return (
        accepted,
        _("受理后，这条信息在所有页面标注“异议处理中”；提供信息的单位在 %(length)s内核实。")
        % {"length": length_words(verify.words)},
        answered,
        _("有误的更正或者撤下；无法核实的停止公示；无误的，答复会写明理由。"),
    )
