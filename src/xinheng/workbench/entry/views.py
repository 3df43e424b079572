"""Typing one record: form, review, submission, receipt. Everything a row must be is said by `intake`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.accounts.door import units
from xinheng.catalogue.door import current_edition, items
from xinheng.catalogue.door import item as item_view
from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.law import Basis, Certainty
from xinheng.intake.door import check_row, enter_row
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.intake.values.receipts import REASON_COLUMN, Outcome, Taken
from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.publicity.door import of_records
from xinheng.records.door import record
from xinheng.subjects.door import kind_of
from xinheng.subjects.values import SubjectKind
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import listed
from xinheng.web.pages import show
from xinheng.web.parts import Crumb, Fact, Link, Status
from xinheng.web.sentences import in_page_language
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.entry import forms
from xinheng.workbench.entry.outlook import outlook_of
from xinheng.workbench.entry.pages import Answer, DonePage, EntryPage, ItemChoice, ItemsPage, ReviewPage
from xinheng.workbench.gates import address, official, surroundings
from xinheng.workbench.overview.history import why
from xinheng.workbench.overview.words import word

STANDINGS = ("new", "unchanged", "correction")


@official("records.enter")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Which item is to be typed."""
    page = ItemsPage(title=_("逐条录入"), section="entry", items=item_choices(request), **surroundings(request))
    return show(request, "workbench/items.html", page)


def item_choices(request: HttpRequest) -> tuple[ItemChoice, ...]:
    """The items that can be handed in, each with its addresses. Cost: two queries."""
    may_load = actor_of(request).may("intake.load")
    return tuple(
        ItemChoice(
            name=word(each.item.name),
            code=each.item.code,
            days=each.item.cycle.get("working_days"),
            entry=reverse("workbench:entry-item", args=[each.item.code]),
            upload=f"{reverse('workbench:upload')}?{urlencode({'item': each.item.code})}" if may_load else "",
            csv=reverse("workbench:template", args=[each.item.code, "csv"]),
            xlsx=reverse("workbench:template", args=[each.item.code, "xlsx"]),
            disabled="" if each.enabled else each.reason,
            doubts=_doubts(each.bases),
        )
        for each in items(today())
    )


def _doubts(bases: Iterable[Basis]) -> tuple[Fact, ...]:
    """What an operator should check before relying on an item: its bases in force that are not marked sure."""
    return tuple(
        Fact(
            basis.citation,
            Status(_("需核对：%(mark)s") % {"mark": _(basis.certainty.label)}, "clock"),
            in_page_language(basis.note),
        )
        for basis in bases
        if basis.certainty is not Certainty.SURE
    )


@keeps_typed
@official("records.enter")
@no_store
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, item: str) -> HttpResponse:
    """The form, its review, and the submission of one record."""
    found = item_view(item, today())
    if not found.enabled:
        raise IntakeInvalid("intake.item_off", _("信息项“%(name)s”未启用，不能报送。") % {"name": found.item.name})
    spec = _spec(request, found.item)
    if request.method == "GET":
        return _form_page(request, found.item, spec.empty(**_beginning(request, found.item)))
    form = spec.read(request)
    if form.step not in {"review", "confirm"}:
        return _form_page(request, found.item, form)
    form = form.with_errors(forms.doubtful(found.item, current_edition(today()).code_lists, form))
    if not form.ok:
        return _form_page(request, found.item, form)
    if form.step == "confirm":
        return _submit(request, found.item, form)
    try:
        outcome = check_row(**_row(request, found.item, form))
    except (Invalid, Conflict, Refused) as wrong:
        return _form_page(request, found.item, form.with_errors([wrong]))
    return _reviewed(request, found.item, form, outcome)


def _spec(request: HttpRequest, item: Item) -> FormSpec:
    return forms.form_of(item, current_edition(today()).code_lists, units(actor_of(request)))


def _beginning(request: HttpRequest, item: Item) -> dict[str, str]:
    actor = actor_of(request)
    own = next((each for each in units(actor) if each.id == actor.unit_id), None)
    return forms.prefilled(item, own) if own else {}


def _row(request: HttpRequest, item: Item, form: Bound) -> dict[str, Any]:
    return {
        "item": item.code,
        "texts": forms.texts_of(item, current_edition(today()).code_lists, form),
        "unit_id": forms.unit_of(form),
        "actor": actor_of(request),
        "now": now(),
    }


def _submit(request: HttpRequest, item: Item, form: Bound) -> HttpResponse:
    try:
        outcome = enter_row(**_row(request, item, form))
    except (Invalid, Conflict, Refused) as wrong:
        return _form_page(request, item, form.with_errors([wrong]))
    if outcome.taken is Taken.REJECTED:
        # Something changed between review and submission: the page says what, with everything typed.
        return _form_page(request, item, form.with_errors(_errors(form, outcome)))
    if outcome.taken is Taken.HELD:
        return HttpResponseRedirect(f"{reverse('workbench:held-row', args=[outcome.held_id])}?entered=1")
    return HttpResponseRedirect(
        f"{reverse('workbench:entry-done', args=[outcome.record_id])}?{urlencode({'as': outcome.standing})}"
    )


def _reviewed(request: HttpRequest, item: Item, form: Bound, outcome: Outcome) -> HttpResponse:
    errors = _errors(form, outcome)
    if errors:
        return _form_page(request, item, form.with_errors(errors))
    edition = current_edition(today())
    accepted = outcome.taken is Taken.ACCEPTED
    page = ReviewPage(
        title=_("核对后提交：%(name)s") % {"name": word(item.name)},
        section="entry",
        crumbs=(Crumb(_("逐条录入"), reverse("workbench:entry")),),
        form=form,
        groups=_answers(item, form, outcome),
        held=_said(outcome, "hold"),
        warnings=_said(outcome, "warn"),
        standing=outcome.standing,
        outlook=outlook_of(edition, item.code, outcome, on=today()) if accepted else None,
        **surroundings(request),
    )
    return show(request, "workbench/entry_review.html", page)


def _errors(form: Bound, outcome: Outcome) -> list[FieldError]:
    """What must be put right before the row can be submitted: what rejects it, and a correction without its reason."""
    rejected = [
        FieldError(str(each["field"]), str(each["message"]), str(each["code"]))
        for each in outcome.problems
        if each["effect"] == "reject"
    ]
    # A correction without a reason would only wait for one: it is asked for here. With a reason it may still wait, for the reviewer.
    missing = [] if form.text(REASON_COLUMN) else [each for each in outcome.problems if each["code"] == "E114"]
    return rejected + [FieldError(REASON_COLUMN, str(each["message"]), "E114") for each in missing]


def _said(outcome: Outcome, effect: str) -> tuple[Fact, ...]:
    said = (each for each in outcome.problems if each["effect"] == effect)
    return tuple(Fact(str(each["code"]), in_page_language(str(each["message"]))) for each in said)


def _answers(item: Item, form: Bound, outcome: Outcome) -> list[tuple[str, list[Answer], str]]:
    notes = {str(each["field"]): each for each in outcome.normalised}
    personal = item.personal | ({item.core.get("subject_name", "")} if _is_person(item, outcome) else set())
    groups = []
    typed = {shown.field: str(shown.value) for shown in form.review()}
    for legend, fields in form.spec.parts:
        asked = [each for each in fields if not each.name.endswith(forms.NOTE)]
        answers = [_answer(each, typed[each.name], outcome, None if each.name in personal else notes) for each in asked]
        empty = [answer.label for answer in answers if not answer.value]
        groups.append((legend, [answer for answer in answers if answer.value], listed(empty)))
    return groups


def _answer(each: Field, typed: str, outcome: Outcome, notes: Mapping[str, Mapping[str, Any]] | None) -> Answer:
    """One answer; without `notes` it is personal, and what somebody typed a moment ago is shown whole: it can be checked only so."""
    if notes is None or each.name not in outcome.values:
        return Answer(each.label, typed)
    value = str(outcome.values[each.name] or "")
    note = notes.get(each.name)
    return Answer(
        each.label,
        f"{value} {each.unit}".strip() if value else "",
        written=str(note["from"]) if note else "",
        rule=str(note["rule"]) if note else "",
    )


def _is_person(item: Item, outcome: Outcome) -> bool:
    category = outcome.values.get(item.core.get("subject_class", "")) or ""
    return kind_of(category, "", "") is SubjectKind.NATURAL_PERSON


def _form_page(request: HttpRequest, item: Item, form: Bound) -> HttpResponse:
    page = EntryPage(
        title=_("录入一条%(name)s") % {"name": word(item.name)},
        section="entry",
        crumbs=(Crumb(_("逐条录入"), reverse("workbench:entry")),),
        form=form,
        has_errors=not form.ok,
        upload_href=reverse("workbench:upload") if actor_of(request).may("intake.load") else "",
        **surroundings(request),
    )
    return show(request, "workbench/entry.html", page, status=form.status)


@official("records.enter")
@no_store
@require_GET
def done(request: HttpRequest, record_id: int) -> HttpResponse:
    """The receipt of a typed record."""
    actor = actor_of(request)
    found = record(record_id, actor=actor)
    version, how = found.current, request.GET.get("as", "")
    plan = of_records([record_id], on=today(), actor=actor).get(record_id) if actor.may("publicity.read_plan") else None
    headings = {
        "unchanged": _("本单位已报送过同样内容，没有重复入库"),
        "correction": _("更正已入库"),
    }
    facts = (
        Fact(_("信息项"), word(item_view(version.item, today()).item.name)),
        Fact(_("文书号"), version.core.document_number),
        Fact(_("决定日期"), version.core.act_date),
        Fact(_("账本编号"), version.number if version.number is not None else _("正在编号，通常几秒钟")),
        Fact(_("公示"), why(plan, current_edition(today())) if plan else _("正在计算公示期，通常几秒钟")),
        Fact(_("公示至"), plan.public_until if plan else None),
    )
    page = DonePage(
        title=headings.get(how, _("已入库")),
        section="entry",
        heading=headings.get(how, _("已入库")),
        reference=str(record_id),
        facts=facts,
        publication=Status(word(plan.stage.label)) if plan else Status(_("待计算"), "action"),
        pending=version.number is None or plan is None,
        again=reverse("workbench:entry-item", args=[version.item]),
        links=_next_links(version.subject_id),
        **surroundings(request),
    )
    return show(request, "workbench/entry_done.html", page)


def _next_links(subject_id: int) -> tuple[Link, ...]:
    found = (
        (_("查看该主体的信用档案"), address("subject", subject_id=subject_id)),
        (_("公示计划"), address("publicity")),
    )
    return tuple(Link(label, href) for label, href in found if href)
