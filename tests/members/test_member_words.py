"""Every label of members has its word in the catalogue of messages."""

from xinheng.members.values import Channel, ClaimState, EndedBy, Scope
from xinheng.web.member_words import WORDS


def test_every_label_is_among_the_words_in_declared_order() -> None:
    labels = [each.label for kind in (Scope, Channel, ClaimState, EndedBy) for each in kind]
    assert list(WORDS) == labels
