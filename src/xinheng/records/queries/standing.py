"""How what is stored stands to the public: asked before a correction is let through."""

from datetime import date

from xinheng.catalogue.door import publishable
from xinheng.catalogue.values.decisions import Shown
from xinheng.catalogue.values.edition import Edition
from xinheng.records.rules import facts_of
from xinheng.records.values import Known, Polarity


def shown_harm(edition: Edition, known: Known, *, on: date, hidden: bool) -> bool:
    """Whether what is stored harms and may be shown to everybody on a day: its corrections wait for the reviewer (§2.6, E114)."""
    if known.polarity != Polarity.HARM or hidden:
        return False
    facts = facts_of(known.item, known.subject_kind, known.core, known.blocks)
    return facts is not None and isinstance(publishable(edition, facts, on), Shown)
