"""A business applies for the repair of one of its records: it says how it performed, and makes the commitment; nothing else is asked."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.catalogue.door import calendar, current_edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.kernel.errors import Conflict, Invalid
from xinheng.members.values import Scope
from xinheng.portal.own import OwnPage, acting, own_surroundings
from xinheng.portal.views.own import own_entry, own_repair_part
from xinheng.publicity import door as publicity
from xinheng.repair import door
from xinheng.repair.values import LONGEST_CONTACT, LONGEST_STATEMENT, RepairDraft
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Crumb
from xinheng.web.repair_words import RepairPart


@dataclass(frozen=True, kw_only=True)
class ApplyPage(OwnPage):
    """`portal/own/repair.html`."""

    about: Annotated[str, "the record it is about"]
    repair: Annotated[RepairPart | None, "how it stands to repair, and why; None for what does no harm"]
    form: Annotated[Bound | None, "the application; None where it cannot be applied for now"]
    back: Annotated[str, "page of the record"]


def _spec() -> FormSpec:
    performed = _("例如：罚款哪一天缴清、缴款书编号，违法行为怎样改正。不需要上传证明，由作出决定的单位自己核对。")
    promise = _("所说的都是真实的，今后守法诚信经营；有虚假的，愿意承担撤销修复、重新公示的责任。")
    contact = _("电话或者邮箱：加密保存，只用于办理。不留也可以，在这里查结果。")
    fields = (
        Field("performed", _("决定的义务怎样履行完毕"), "long", performed, max_length=LONGEST_STATEMENT),
        Field("promised", _("我公开作出信用承诺"), "check", promise),
        Field("contact", _("联系方式"), hint=contact, required=False, width="m", max_length=LONGEST_CONTACT),
    )
    return FormSpec("my-repair", (("", fields),))


@acting(Scope.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, record_id: int) -> HttpResponse:
    """The application, and what was sent with it; where one is being handled the way leads to it.  Raises: RecordUnknown."""
    actor, on = actor_of(request), today()
    found, line = publicity.own_record(record_id, actor=actor, on=on)
    under_way = door.open_application(record_id, actor=actor)
    if under_way is not None:
        return HttpResponseRedirect(reverse("portal:my-case", args=[under_way]))
    edition = current_edition(on)
    entry = own_entry(found, line, edition, actor, on)
    repair = own_repair_part(found, edition, calendar(), on)
    form = _spec().empty() if repair is not None and repair.open else None
    if request.method == "POST" and form is not None:
        form = _spec().read(request).require()
        if form.ok:
            try:
                done = door.apply(draft=_draft(form, record_id), actor=actor, now=now())
            except (Invalid, Conflict) as wrong:
                form = form.with_errors([wrong])
            except CatalogueUnknown as wrong:
                raise Conflict(
                    "portal.no_limits",
                    _("平台目录还没有这一天的修复办理时限，暂时不能在网上申请。请向作出决定的单位申请。"),
                ) from wrong
            else:
                return HttpResponseRedirect(reverse("portal:my-case", args=[done.case_id]))
    page = ApplyPage(
        title=_("申请修复"),
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my")), Crumb(entry.title, entry.href)),
        about=entry.title,
        repair=repair,
        form=form,
        back=entry.href,
        **own_surroundings(request, "my-repair"),
    )
    status = form.status if form is not None else 409 if request.method == "POST" else 200
    return show(request, "portal/own/repair.html", page, status=status)


def _draft(form: Bound, record_id: int) -> RepairDraft:
    return RepairDraft(record_id, form.text("performed"), bool(form.text("promised")), form.text("contact"))
