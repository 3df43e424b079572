"""Coverage of the four dimensions by records, and how complete archives are: the latest survey, for offices that see every unit."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from xinheng.catalogue.door import current_edition
from xinheng.intake.door import Dimension, DimensionView, SurveyView, latest_survey
from xinheng.jobs.door import enqueue
from xinheng.web import show as written
from xinheng.web.clock import today
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Figure
from xinheng.web.tables import Column, Query, Row, Table, TableSpec
from xinheng.workbench.duty.pages import CoveragePage
from xinheng.workbench.duty.words import ratio_word, views
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done, shell
from xinheng.workbench.overview.words import word

JOB: Final = "intake.survey"
SETTLE: Final = "intake.settle_contradictions"


@official("intake.read_all")
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Cost: one query beside those of every page and the edition."""
    actor = actor_of(request)
    edition = current_edition(today())
    names = {item.code: word(item.name) for item in edition.items}
    found = latest_survey(actor)
    page = CoveragePage(
        title=_("覆盖与完整"),
        lead=_lead(found),
        views=views(actor, "duty-coverage"),
        figures=_figures(found) if found else (),
        coverage=_coverage(found, names) if found else None,
        completeness=_completeness(found, names) if found else None,
        survey_href=reverse("workbench:duty-survey") if actor.may(SETTLE) else "",
        **shell(request, "duty", (_("报送责任"), reverse("workbench:duty"))),
    )
    return show(request, "workbench/duty/coverage.html", page)


@official(SETTLE)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have the survey made again; while one is queued, it is not queued twice."""
    enqueue(JOB, {}, key=JOB, owner=actor_of(request))
    say_done(request, _("已安排重新统计"), _("由后台进行，通常几分钟内完成；完成前显示上一次的结果。"))
    return HttpResponseRedirect(reverse("workbench:duty-coverage"))


def _lead(found: SurveyView | None) -> str:
    if found is None:
        return _("还没有统计过。后台每天统计一次。")
    return _("截至%(at)s的全部主体和信息。自然人只计数，不作任何评价。") % {"at": written.moment(found.made_at)}


def _figures(found: SurveyView) -> tuple[Figure, ...]:
    return tuple(
        Figure(word(each.dimension.label), each.subjects, gettext_noop("家") if _is_firm(each) else gettext_noop("个"))
        for each in found.dimensions
    )


def _is_firm(each: DimensionView) -> bool:
    return each.dimension is not Dimension.NATURAL_PERSON


def _coverage(found: SurveyView, names: Mapping[str, str]) -> Table:
    """One row a figure or item, one column a kind of subject: the items are many, the kinds are four."""
    spec = TableSpec(
        "coverage",
        _("有信息的主体"),
        (
            Column("figure", _("统计")),
            *(Column(each.dimension.value, word(each.dimension.label), "number") for each in found.dimensions),
        ),
        sizes=(200,),
        unit=gettext_noop("项"),
    )
    # Of natural persons nothing but their number is told.
    firms = tuple(each for each in found.dimensions if _is_firm(each))
    rows = (
        Row({"figure": _("主体数"), **{each.dimension.value: f"{each.subjects:,}" for each in found.dimensions}}),
        Row({"figure": _("已登记"), **{each.dimension.value: f"{each.registered:,}" for each in firms}}),
        Row({"figure": _("至少有一条信息"), **{each.dimension.value: _share(each.covered, each) for each in firms}}),
        *(
            Row({"figure": name, **{each.dimension.value: _share(each.items.get(code, 0), each) for each in firms}})
            for code, name in names.items()
        ),
    )
    return _table(spec, rows)


def _share(count: int, each: DimensionView) -> str:
    ratio = ratio_word(count / each.subjects if each.subjects else None)
    return _("%(count)s（%(ratio)s）") % {"count": f"{count:,}", "ratio": ratio}


def _completeness(found: SurveyView, names: Mapping[str, str]) -> Table:
    spec = TableSpec(
        "completeness",
        _("档案完整程度"),
        (
            Column("dimension", _("主体")),
            Column("parts", _("应有部分中已有的")),
            Column("subjects", _("主体数"), "number"),
            Column("share", _("占比")),
        ),
        sizes=(200,),
        unit=gettext_noop("行"),
    )
    rows = tuple(
        Row(
            {
                "dimension": word(each.dimension.label),
                "parts": _("%(count)s 项") % {"count": parts},
                "subjects": count,
                "share": ratio_word(count / each.subjects if each.subjects else None),
            }
        )
        for each in found.dimensions
        for parts, count in sorted(each.complete.items(), reverse=True)
    )
    return _table(spec, rows)


def _table(spec: TableSpec, rows: tuple[Row, ...]) -> Table:
    return Table(spec, Query("", 1, 200, spec.usual_columns), rows, len(rows))
