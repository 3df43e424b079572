"""One form, one review page, one operation: the way every change of these pages goes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.web.days import read_day
from xinheng.web.forms import Bound, FieldError, FormSpec
from xinheng.web.pages import show
from xinheng.web.parts import Fact
from xinheng.workbench.overview.frame import OverviewPage, shell


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a form is about. `effects` says on the review page what confirming will do; `check` what is wrong before it."""

    title: str
    section: str
    form: FormSpec
    confirm: str
    back: str
    lead: str = ""
    warning: str = ""
    harmful: bool = False
    facts: tuple[Fact, ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    initial: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Bound], Iterable[FieldError]] = lambda form: ()
    effects: Callable[[Bound], tuple[Fact, ...]] = lambda form: ()
    prepare: Callable[[Bound], Bound] = lambda form: form


@dataclass(frozen=True, kw_only=True)
class FormPage(OverviewPage):
    """`workbench/overview/form.html` and `review.html`."""

    form: Annotated[Bound, "the form with what was typed and what is wrong"]
    lead: Annotated[str, "what this does and from when"] = ""
    warning: Annotated[str, "what the reader must know before confirming"] = ""
    harmful: Annotated[bool, "whether confirming takes something away at once"] = False
    facts: Annotated[tuple[Fact, ...], "what the form is about"] = ()
    effects: Annotated[tuple[Fact, ...], "what confirming will do"] = ()
    confirm: Annotated[str, "label of the button that gives effect"] = ""
    back: Annotated[str, "address of the page to return to without doing anything"] = ""
    has_files: Annotated[bool, "whether a file may be chosen"] = False


def carry_out(request: HttpRequest, task: Task, act: Callable[[Bound], str]) -> HttpResponse:
    """Show the form, then the review, then call `act` and go where it says.

    What `act` refuses (Invalid, Conflict, Refused) stands in the form, status 422; nothing typed is lost.
    """
    form = task.prepare(task.form.read(request)) if request.method == "POST" else task.form.empty(**task.initial)
    if request.method == "POST" and form.step != "edit":
        form = form.require()
        form = form.with_errors(task.check(form)) if form.ok else form
    if form.ok and form.step == "confirm":
        try:
            return HttpResponseRedirect(act(form))
        except (Invalid, Conflict, Refused) as error:
            form = form.with_errors([error])
    reviewed = request.method == "POST" and form.ok and form.step != "edit"
    page = FormPage(
        title=task.title,
        form=form,
        lead=task.lead,
        warning=task.warning,
        harmful=task.harmful,
        facts=task.facts,
        effects=task.effects(form) if reviewed else (),
        confirm=task.confirm,
        back=task.back,
        has_files=any(item.kind == "file" for item in task.form.fields),
        **shell(request, task.section, *task.crumbs),
    )
    template = "workbench/overview/review.html" if reviewed else "workbench/overview/form.html"
    return show(request, template, page, status=form.status)


def day_of(form: Bound, name: str) -> date | None:
    """A day typed into a field, in any usual writing; None when it is none (`day_error` says so)."""
    return read_day(form.text(name))


def day_error(form: Bound, name: str) -> tuple[FieldError, ...]:
    """The error for a field that holds no day."""
    if not form.text(name) or day_of(form, name) is not None:
        return ()
    words = _("“%(value)s”不是日期，请写成 2026-11-20 这样的形式。") % {"value": form.text(name)[:40]}
    return (FieldError(name, words, "form.day"),)


def too_long(form: Bound, name: str, most: int) -> tuple[FieldError, ...]:
    """The error for a text longer than what can be kept."""
    length = len(form.text(name))
    if length <= most:
        return ()
    words = _("最多 %(most)s 个字，现有 %(length)s 个字。") % {"most": most, "length": length}
    return (FieldError(name, words, "form.long"),)
