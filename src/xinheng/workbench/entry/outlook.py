"""When a typed record will be public and until when, or why not: the answer of the catalogue for the row as it would be stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _

from xinheng.catalogue.door import calendar, publicity_due, publishable
from xinheng.catalogue.values.decisions import Hidden, Shown, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.intake.values.receipts import Outcome
from xinheng.kernel.calendar import working_days_between
from xinheng.records.door import facts_of
from xinheng.records.values import Core
from xinheng.subjects.door import kind_of
from xinheng.web import show
from xinheng.web.parts import Deadline
from xinheng.web.sentences import in_page_language


@dataclass(frozen=True, slots=True)
class Outlook:
    """What will become of a record in public."""

    public: Annotated[bool, "whether it will be shown"]
    words: Annotated[str, "from when to when, or why not"]
    reasons: Annotated[tuple[str, ...], "what keeps it from publication, one sentence each"] = ()
    deadline: Annotated[Deadline | None, "by when it must be shown"] = None


def outlook_of(edition: Edition, item: str, outcome: Outcome, *, on: date) -> Outlook:
    """What the catalogue says of the publication of an accepted row, on a day. Cost: one query for the calendar.

    The row is turned into the facts of publicity by the archive's own function: what is told here is what will be decided.
    """
    values = _core_values(edition, item, outcome.values)
    blocks = tuple(str(each["code"]) for each in outcome.problems if each["effect"] == "block")
    if blocks:
        reasons = tuple(
            in_page_language(str(each["message"])) for each in outcome.problems if each["effect"] == "block"
        )
        return Outlook(False, _("只入档，不向社会公示。"), reasons)
    core = Core(
        act_date=_day(values.get("act_date")), valid_to=_day(values.get("valid_to")), kinds=values.get("kinds", "")
    )
    kind = kind_of(values.get("subject_class", ""), values.get("uscc", ""), values.get("subject_name", ""))
    facts = facts_of(item, kind.value, core, ())
    if facts is None or core.act_date is None:
        return Outlook(False, _("没有决定日期，无法计算公示期。"))
    found = publishable(edition, facts, on)
    if isinstance(found, Shown):
        return Outlook(True, _until_words(found), deadline=_deadline(edition, item, core.act_date, on))
    if isinstance(found, Hidden):
        return Outlook(False, _("只入档，不向社会公示。"), (in_page_language(found.reason),))
    open_question = found.question if isinstance(found, Undecided) else found.reason
    return Outlook(False, _("暂不公示，待明确后再定。"), (in_page_language(open_question),))


def _until_words(found: Shown) -> str:
    if found.until is None:
        return _("提交后随即公示，没有截止日期。")
    return _("提交后随即公示，到 %(day)s 24:00 自动停止。") % {"day": show.day(found.until)}


def _deadline(edition: Edition, item: str, act_date: date, on: date) -> Deadline | None:
    days = calendar()
    due = publicity_due(edition, item, act_date, days)
    if due is None:
        return None
    left = working_days_between(days, on, due.day) if on <= due.day else -working_days_between(days, due.day, on)
    return Deadline(due.day, left, due.provisional, label=_("公示期限"))


def _core_values(edition: Edition, item: str, values: Mapping[str, str | None]) -> dict[str, str]:
    return {core: values.get(code) or "" for core, code in edition.item(item).core.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
