"""Personal values for everybody's eyes: a legal representative as the register shows it; a person on a public list, masked."""

import re
from collections.abc import Callable, Iterable

from xinheng.subjects.load.sealing import open_many, open_values
from xinheng.subjects.models import Subject, seen
from xinheng.subjects.queries.personal import masked
from xinheng.subjects.values import PersonalField, SubjectKind

_MASKED_IN_PUBLIC = frozenset({PersonalField.NAME, PersonalField.ID_NUMBER, PersonalField.DOCUMENT})


def public_texts(tokens: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """The names behind (subject id, token) pairs, in full; anything that is no name, and every name of a natural person, is left out.

    Only for fields that the catalogue lets the public see in full (masking `full` or `legal_representative`): the caller has asked it.
    Cost: two queries a subject. Source: regulation.md §8.3.
    """
    by_subject: dict[int, list[str]] = {}
    for subject_id, token in tokens:
        by_subject.setdefault(subject_id, []).append(token)
    people = Subject.objects.filter(seen(), kind=SubjectKind.NATURAL_PERSON, id__in=by_subject)
    for subject_id in people.values_list("id", flat=True):
        del by_subject[subject_id]
    return {
        (subject_id, token): text
        for subject_id, some in by_subject.items()
        for token, (field, text) in open_values(subject_id, some).items()
        if field is PersonalField.NAME
    }


def public_masked(tokens: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Names and document numbers behind (subject id, token) pairs as courts publish them: surname and mark, first six and last four.

    Only for records of natural persons that the catalogue lets the public see: the caller has asked it. Anything else, and everything
    of an erased person, is left out. Cost: two queries, whatever the number of pairs. Source: regulation.md §8.3.
    """
    return {
        pair: masked(field, text) for pair, (field, text) in open_many(tokens).items() if field in _MASKED_IN_PUBLIC
    }


def public_hiders(tokens: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Callable[[str], str]]:
    """For (subject id, token of a name) pairs of natural persons: what masks that name wherever it stands in a text.

    What a court writes of somebody's duties names them; masked beside it they would be shown all the same. A person whose name can no
    longer be opened (erased) is left out: then nobody knows where in a text it stands. Cost: two queries, whatever the number of pairs.
    """
    return {
        pair: _hider(text, masked(field, text))
        for pair, (field, text) in open_many(tokens).items()
        if field is PersonalField.NAME and text.strip()
    }


def _hider(name: str, instead: str) -> Callable[[str], str]:
    """Blanks between the characters make no difference."""
    written = re.compile(r"\s*".join(map(re.escape, "".join(name.split()))))
    return lambda text: written.sub(lambda _: instead, text)
