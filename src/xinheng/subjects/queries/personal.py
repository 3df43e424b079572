"""Showing personal values: in full to who may and says why, masked to everybody else, gone once the person was erased.

Source: regulation.md §8.3 (masking), §15.4 (purpose).
"""

from collections.abc import Callable, Iterable
from typing import Final

from xinheng.kernel.actor import Actor
from xinheng.kernel.masking import mask_bank_card, mask_document, mask_name, mask_phone, mask_resident
from xinheng.subjects.load.sealing import open_values
from xinheng.subjects.models import Subject
from xinheng.subjects.values import PersonalField, PersonalView, SubjectKind

ERASED_TEXT: Final = "已删除"
HIDDEN_TEXT: Final = "****"

_MASKS: Final[dict[PersonalField, Callable[[str], str]]] = {
    PersonalField.NAME: mask_name,
    PersonalField.ID_NUMBER: mask_resident,
    PersonalField.DOCUMENT: mask_document,
    PersonalField.PHONE: mask_phone,
    PersonalField.BANK_ACCOUNT: mask_bank_card,
    # Never in part: a street is enough to find the door, and of what is of no known kind nobody can say which part is harmless.
    PersonalField.ADDRESS: lambda _: HIDDEN_TEXT,
    PersonalField.OTHER: lambda _: HIDDEN_TEXT,
}


def personal(subject_id: int, tokens: Iterable[str], actor: Actor) -> dict[str, PersonalView]:
    """What this actor may see of the values behind tokens of a subject, by token.

    In full for who holds `subjects.read_personal` and asks for a purpose, or is that person; masked for anybody else: also for those who
    act for a business, whose records name its representative's documents. The caller registers a read in full.
    Cost: two queries, three for the subject itself.
    """
    wanted = list(dict.fromkeys(token for token in tokens if token))
    full = (actor.may("subjects.read_personal") and bool(actor.purpose)) or _is_oneself(subject_id, actor)
    values = open_values(subject_id, wanted)
    shown = {}
    for token in wanted:
        if token not in values:
            shown[token] = PersonalView(None, ERASED_TEXT, masked=True, erased=True)
            continue
        field, text = values[token]
        shown[token] = PersonalView(field, text if full else masked(field, text), masked=not full, erased=False)
    return shown


def _is_oneself(subject_id: int, actor: Actor) -> bool:
    """Whether a natural person asks for their own values."""
    own = actor.on_behalf_of == subject_id
    return own and Subject.objects.filter(pk=subject_id, kind=SubjectKind.NATURAL_PERSON).exists()


def masked(field: PersonalField, text: str) -> str:
    """The value as the public may see it. Source: regulation.md §8.3."""
    return _MASKS[field](text)
