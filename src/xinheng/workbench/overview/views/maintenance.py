"""Keeping the register: entering and confirming subjects, names, codes, merging and taking a merge back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.kernel.dates import legal_date
from xinheng.subjects import door
from xinheng.subjects.values import PUBLIC_KINDS, PUBLIC_SCHEMES, Scheme, SubjectDraft, SubjectKind, SubjectPage
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.parts import Code, Fact
from xinheng.web.sentences import in_page_language
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done
from xinheng.workbench.overview.reviewing import Task, carry_out, day_error, day_of, too_long
from xinheng.workbench.overview.words import word


def _head(request: HttpRequest, subject_id: int) -> SubjectPage:
    """The subject to work on. Raises: SubjectUnknown; Http404 for a natural person, whose names and codes are sealed."""
    head = door.subject(subject_id, actor=actor_of(request))
    if head.kind is SubjectKind.NATURAL_PERSON:
        raise Http404
    return head


def _facts(head: SubjectPage) -> tuple[Fact, ...]:
    return (
        Fact(_("名称"), head.name),
        Fact(word(head.scheme.label) if head.scheme else _("代码"), Code(head.code)),
        Fact(_("登记状态"), word(head.state.label)),
        Fact(_("来源"), in_page_language(head.source)),
    )


def _crumbs(head: SubjectPage | None = None) -> tuple[tuple[str, str], ...]:
    top = ((_("信用主体"), reverse("workbench:subjects")),)
    return (*top, (head.name, reverse("workbench:subject", args=[head.id]))) if head else top


def _schemes() -> tuple[tuple[str, str], ...]:
    return tuple((scheme.value, word(scheme.label)) for scheme in Scheme if scheme in PUBLIC_SCHEMES)


def _register_form() -> FormSpec:
    kinds = tuple((kind.value, word(kind.label)) for kind in SubjectKind if kind in PUBLIC_KINDS)
    return FormSpec(
        "register",
        (
            (
                _("登记簿记载"),
                (
                    Field("kind", _("主体类型"), "choice", choices=kinds, width="m"),
                    Field("scheme", _("代码种类"), "choice", choices=_schemes(), width="m"),
                    Field("code", _("代码"), "code", width="m", max_length=40),
                    Field("name", _("名称"), hint=_("与登记簿一致"), max_length=200),
                    Field("source", _("来源"), hint=_("哪个登记簿、哪一天查得"), max_length=200),
                ),
            ),
            (
                _("其他登记事项"),
                (
                    Field("division", _("行政区划代码"), required=False, width="s", max_length=6),
                    Field("industry", _("行业代码"), required=False, width="s", max_length=8),
                    Field("founded", _("成立日期"), "date", required=False, width="s"),
                    Field("address", _("住所"), required=False, max_length=200),
                ),
            ),
        ),
    )


def _register_errors(form: Bound) -> tuple[FieldError, ...]:
    known = {kind.value for kind in PUBLIC_KINDS}, {scheme.value for scheme in PUBLIC_SCHEMES}
    wrong = [
        FieldError(name, _("请从列出的选项中选择。"), "form.choice")
        for name, allowed in zip(("kind", "scheme"), known, strict=True)
        if form.text(name) not in allowed
    ]
    return (*wrong, *day_error(form, "founded"), *too_long(form, "division", 6), *too_long(form, "industry", 8))


def _draft(form: Bound) -> SubjectDraft:
    return SubjectDraft(
        kind=SubjectKind(form.text("kind")),
        scheme=Scheme(form.text("scheme")),
        code=form.text("code"),
        name=form.text("name"),
        source=form.text("source"),
        division=form.text("division"),
        industry=form.text("industry"),
        founded=day_of(form, "founded"),
        address=form.text("address"),
    )


def _register(request: HttpRequest, head: SubjectPage | None) -> HttpResponse:
    at = now()

    def act(form: Bound) -> str:
        done = door.register_subject(draft=_draft(form), actor=actor_of(request), now=at)
        title = _("已核实登记") if done.confirmed else _("主体已登记")
        say_done(request, title, _("名称和代码从今天起生效，历史保留。"), done.code)
        return reverse("workbench:subject", args=[done.subject_id])

    initial = {}
    if head is not None:
        initial = {"kind": head.kind.value, "scheme": str(head.scheme or ""), "code": head.code, "name": head.name}
    task = Task(
        title=_("核实登记") if head else _("登记主体"),
        section="subjects",
        form=_register_form(),
        confirm=_("确认登记"),
        back=reverse("workbench:subject", args=[head.id]) if head else reverse("workbench:subjects"),
        lead=_("请对照登记簿填写。代码已属于待核实主体的，该主体转为已登记。"),
        facts=_facts(head) if head else (),
        crumbs=_crumbs(head),
        initial=initial,
        check=_register_errors,
    )
    return carry_out(request, task, act)


@keeps_typed
@official("subjects.manage")
@no_store
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a subject as its register states it."""
    return _register(request, None)


@keeps_typed
@official("subjects.manage")
@no_store
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Confirm a provisional subject by its register."""
    return _register(request, _head(request, subject_id))


@keeps_typed
@official("subjects.manage")
@no_store
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, subject_id: int) -> HttpResponse:
    """A new name from a day on; the old one stays in the history and is still found."""
    at, head = now(), _head(request, subject_id)
    back = reverse("workbench:subject", args=[subject_id])

    def act(form: Bound) -> str:
        day = day_of(form, "valid_from") or legal_date(at)
        done = door.rename(
            subject_id=subject_id, name=form.text("name"), valid_from=day, actor=actor_of(request), now=at
        )
        say_done(request, _("名称已变更"), _("原名称“%(former)s”保留为曾用名，仍可查到。") % {"former": done.former})
        return back

    fields = (
        Field("name", _("新名称"), max_length=200),
        Field("valid_from", _("从哪一天起"), "date", hint=_("登记机关核准变更的日期，不晚于今天"), width="s"),
    )
    task = Task(
        title=_("变更名称"),
        section="subjects",
        form=FormSpec("rename", (("", fields),)),
        confirm=_("确认变更"),
        back=back,
        facts=_facts(head),
        crumbs=_crumbs(head),
        initial={"valid_from": legal_date(at).isoformat()},
        check=lambda form: day_error(form, "valid_from"),
        effects=lambda form: (Fact(_("名称"), f"{head.name} → {form.text('name')}"),),
    )
    return carry_out(request, task, act)


@keeps_typed
@official("subjects.manage")
@no_store
@require_http_methods(["GET", "POST"])
def change_code(request: HttpRequest, subject_id: int) -> HttpResponse:
    """A new code from a day on; the old one leads to the subject as an alias."""
    at, head = now(), _head(request, subject_id)
    back = reverse("workbench:subject", args=[subject_id])

    def act(form: Bound) -> str:
        done = door.change_code(
            subject_id=subject_id,
            scheme=Scheme(form.text("scheme")),
            code=form.text("code"),
            valid_from=day_of(form, "valid_from") or legal_date(at),
            actor=actor_of(request),
            now=at,
        )
        say_done(request, _("代码已变更"), _("原代码 %(former)s 仍指向本主体。") % {"former": done.former}, done.code)
        return back

    fields = (
        Field("scheme", _("代码种类"), "choice", choices=_schemes(), width="m"),
        Field("code", _("新代码"), "code", width="m", max_length=40),
        Field("valid_from", _("从哪一天起"), "date", width="s"),
    )
    task = Task(
        title=_("变更代码"),
        section="subjects",
        form=FormSpec("code", (("", fields),)),
        confirm=_("确认变更"),
        back=back,
        facts=_facts(head),
        crumbs=_crumbs(head),
        initial={"scheme": str(head.scheme or ""), "valid_from": legal_date(at).isoformat()},
        check=lambda form: (*_scheme_error(form), *day_error(form, "valid_from")),
        effects=lambda form: (Fact(_("代码"), f"{head.code} → {form.text('code')}"),),
    )
    return carry_out(request, task, act)


def _scheme_error(form: Bound) -> tuple[FieldError, ...]:
    if form.text("scheme") in {scheme.value for scheme in PUBLIC_SCHEMES}:
        return ()
    return (FieldError("scheme", _("请从列出的选项中选择。"), "form.choice"),)


@keeps_typed
@official("subjects.merge")
@no_store
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Let this subject absorb a double, named by its code."""
    at, head, actor = now(), _head(request, subject_id), actor_of(request)
    back = reverse("workbench:subject", args=[subject_id])

    def double(form: Bound) -> SubjectPage | None:
        return door.by_code(form.text("code"), actor=actor)

    def check(form: Bound) -> tuple[FieldError, ...]:
        wrong = too_long(form, "reason", 300)
        if double(form) is None:
            said = _("没有代码为“%(code)s”的主体，请核对。") % {"code": form.text("code")[:40]}
            wrong = (FieldError("code", said, "subjects.unknown"), *wrong)
        return wrong

    def effects(form: Bound) -> tuple[Fact, ...]:
        other = double(form)
        return (
            Fact(_("保留"), [head.name, Code(head.code)]),
            Fact(_("并入"), [other.name, Code(other.code)] if other else ""),
            Fact(_("结果"), _("并入主体的名称、代码和全部信息都归到保留的主体名下；可以撤销，撤销后恢复原样。")),
        )

    def act(form: Bound) -> str:
        other = double(form)
        absorbed = other.id if other else 0
        done = door.merge(kept=subject_id, absorbed=absorbed, reason=form.text("reason"), actor=actor, now=at)
        say_done(request, _("已合并"), _("合并编号 %(id)s，可以在本页撤销。") % {"id": done.merge_id})
        return back

    fields = (
        Field("code", _("要并入的主体的代码"), "code", hint=_("它的名称、代码和信息将归到本主体名下"), width="m"),
        Field("reason", _("理由"), "long", hint=_("写明凭什么认定是同一主体，300 字以内"), max_length=300),
    )
    task = Task(
        title=_("合并重复主体"),
        section="subjects",
        form=FormSpec("merge", (("", fields),)),
        confirm=_("确认合并"),
        back=back,
        facts=_facts(head),
        crumbs=_crumbs(head),
        check=check,
        effects=effects,
        harmful=True,
        warning=_("合并会改变公示页面上的信息归属，请确认两个代码属于同一主体。"),
    )
    return carry_out(request, task, act)


@keeps_typed
@official("subjects.merge")
@no_store
@require_http_methods(["GET", "POST"])
def undo_merge(request: HttpRequest, subject_id: int, merge_id: int) -> HttpResponse:
    """Take a merge back: the absorbed subject stands for itself again."""
    at, head, actor = now(), _head(request, subject_id), actor_of(request)
    entry = next((one for one in door.merges_of(subject_id, actor=actor) if one.id == merge_id), None)
    if entry is None:
        raise Http404
    back = reverse("workbench:subject", args=[subject_id])

    def act(form: Bound) -> str:
        door.undo_merge(merge_id=merge_id, reason=form.text("reason"), actor=actor, now=at)
        say_done(request, _("合并已撤销"), _("被并入的主体恢复原样。"))
        return back

    reason = Field("reason", _("撤销的理由"), "long", hint=_("300 字以内"), max_length=300)
    task = Task(
        title=_("撤销合并"),
        section="subjects",
        form=FormSpec("undo-merge", (("", (reason,)),)),
        confirm=_("确认撤销"),
        back=back,
        facts=(*_facts(head), Fact(_("合并编号"), str(entry.id)), Fact(_("合并理由"), entry.reason)),
        crumbs=_crumbs(head),
        check=lambda form: too_long(form, "reason", 300),
    )
    return carry_out(request, task, act)
