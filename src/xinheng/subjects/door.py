"""Subjects: who the records are about.

Codes are the key, names are history. Old codes and absorbed subjects lead on to the subject that stands. Of natural persons nothing
readable is stored outside their sealed values, and public search never finds them. Rows of a load are visible with its run.
Subjects that stand in no register are found only within the `Reach` a caller gives: by records the reader may see.
"""

from xinheng.subjects.operations.merge import merge, undo_merge
from xinheng.subjects.operations.people import ensure_person, enter_person, erase_person, seal_personal
from xinheng.subjects.operations.register import change_code, make_provisional, register_subject, rename, restate
from xinheng.subjects.queries.bearers import bearers
from xinheng.subjects.queries.personal import masked, personal
from xinheng.subjects.queries.reach import NOTHING, WHOLE, Evidence, Reach
from xinheng.subjects.queries.search import search
from xinheng.subjects.queries.shown import public_hiders, public_masked, public_texts
from xinheng.subjects.queries.subjects import (
    by_code,
    facts,
    history_of,
    identifiers_of,
    members_of,
    merges_of,
    names_of,
    portrait,
    provisional,
    standing_for,
    subject,
    who,
)
from xinheng.subjects.queries.survey import Entry, entries_of, every_subject
from xinheng.subjects.rules import kind_of, missing_code, same_subject

__all__ = [
    "NOTHING",
    "WHOLE",
    "Entry",
    "Evidence",
    "Reach",
    "bearers",
    "by_code",
    "change_code",
    "ensure_person",
    "enter_person",
    "entries_of",
    "erase_person",
    "every_subject",
    "facts",
    "history_of",
    "identifiers_of",
    "kind_of",
    "make_provisional",
    "masked",
    "members_of",
    "merge",
    "merges_of",
    "missing_code",
    "names_of",
    "personal",
    "portrait",
    "provisional",
    "public_hiders",
    "public_masked",
    "public_texts",
    "register_subject",
    "rename",
    "restate",
    "same_subject",
    "seal_personal",
    "search",
    "standing_for",
    "subject",
    "undo_merge",
    "who",
]
