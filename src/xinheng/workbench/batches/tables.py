"""The tables of batches: what may be filtered, and how a row is drawn."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.intake.values.batches import BatchState, BatchView
from xinheng.intake.values.receipts import ProblemView
from xinheng.web.field_words import field_name
from xinheng.web.parts import Status, Tone
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Row, TableSpec
from xinheng.workbench.overview.paging import AFTER
from xinheng.workbench.overview.words import word

TONES: Mapping[BatchState, Tone] = {
    BatchState.RECEIVED: "action",
    BatchState.LOADING: "action",
    BatchState.LOADED: "kept",
    BatchState.REFUSED: "harm",
    BatchState.ABANDONED: "ended",
}
EFFECT_TONES: Mapping[str, Tone] = {"reject": "harm", "hold": "clock", "block": "plain", "warn": "plain"}
PAGE = (50,)


def batches_spec(edition: Edition, units: tuple[tuple[str, str], ...]) -> TableSpec:
    """The list of batches; with several `units` (id, name) one may be chosen."""
    filters = [
        Filter("item", _("信息项"), "choice", tuple((each.code, word(each.name)) for each in edition.items)),
        Filter("state", _("状态"), "choice", tuple((each.value, word(each.label)) for each in BatchState)),
    ]
    if len(units) > 1:
        filters.insert(0, Filter("unit", _("报送单位"), "choice", units))
    return TableSpec(
        "batches",
        _("报送批次"),
        (
            Column("batch", _("批次")),
            Column("state", _("状态"), "status"),
            Column("item", _("信息项")),
            Column("received", _("上传时间"), "date"),
            Column("rows", _("行数"), "number"),
            Column("accepted", _("入库"), "number"),
            Column("held", _("暂存"), "number"),
            Column("rejected", _("退回"), "number"),
            Column("unit", _("报送单位")),
            Column("by", _("上传人"), optional=True),
        ),
        tuple(filters),
        sizes=PAGE,
        unit=_("个"),
        others=(AFTER,),
    )


def standing(batch: BatchView) -> Status:
    """Where a batch stands; one that was gone through and gave nothing to the archive does not say it did."""
    counts = batch.counts
    if batch.state is BatchState.LOADED and not counts.accepted:
        return Status(_("已处理，没有入库的行"), "clock")
    return Status(_(batch.state.label), "clock" if counts.rejected or counts.held else TONES[batch.state])


def batch_row(batch: BatchView, names: Mapping[str, str]) -> Row:
    """One batch; the counts of an open one are not known yet."""
    ended = batch.state is BatchState.LOADED
    counts = batch.counts
    return Row(
        {
            "batch": f"{batch.id} · {batch.file_name}",
            "state": standing(batch),
            "item": names.get(batch.item, batch.item),
            "received": batch.received_at,
            "rows": counts.rows if ended else None,
            "accepted": counts.accepted if ended else None,
            "held": counts.held if ended else None,
            "rejected": counts.rejected if ended else None,
            "unit": batch.unit_name,
            "by": batch.submitted_name,
        },
        href=reverse("workbench:batch", args=[batch.id]),
        tone="harm" if batch.state is BatchState.REFUSED else "plain",
    )


def effects() -> dict[str, str]:
    """What a problem does to its row, in words."""
    return {
        "reject": _("退回，未入库"),
        "hold": _("暂存，待核对"),
        "block": _("入库后不公示"),
        "warn": _("提醒，不影响入库"),
    }


def problems_spec(item: Item, codes: tuple[str, ...], counted: Mapping[str, int] | None = None) -> TableSpec:
    """The problems of a receipt, filtered by code, field and effect; `counted`: how many there are of each effect, said beside it."""
    beside = {
        effect: _("%(label)s（%(count)s 处）") % {"label": label, "count": f"{(counted or {})[effect]:,}"}
        if effect in (counted or {})
        else label
        for effect, label in effects().items()
    }
    fields = tuple((each.code, f"{field_name(each.name)} {each.code}") for each in item.fields)
    return TableSpec(
        "problems",
        _("有问题的行"),
        (
            Column("row", _("行号"), "line"),
            Column("effect", _("处理"), "status"),
            Column("field", _("字段")),
            Column("message", _("问题")),
            Column("value", _("填写的值")),
            Column("code", _("代码"), "code"),
            Column("header", _("表头"), optional=True),
        ),
        (
            Filter("effect", _("处理"), "choice", tuple(beside.items())),
            Filter("code", _("问题代码"), "choice", tuple((code, code) for code in codes)),
            Filter("field", _("字段"), "choice", fields),
        ),
        sizes=(50, 100, 200),
        others=(AFTER,),
        unit="条",
    )


def problem_row(problem: ProblemView, names: Mapping[str, str], *, plain: bool = False) -> Row:
    """One problem of one row; the value is masked already. `plain`: the row's number alone, for a file."""
    return Row(
        {
            "row": problem.row if plain else _("第 %(row)s 行") % {"row": problem.row},
            "effect": Status(effects()[problem.effect], EFFECT_TONES[problem.effect]),
            "field": names.get(problem.field, problem.field),
            "message": in_page_language(problem.message),
            "value": problem.value,
            "code": problem.code,
            "header": problem.header,
        },
        tone=EFFECT_TONES[problem.effect],
    )


def normalised_spec() -> TableSpec:
    """The values kept otherwise than written."""
    return TableSpec(
        "normalised",
        _("按规范写法读取的值"),
        (
            Column("row", _("行号"), "number"),
            Column("field", _("字段")),
            Column("before", _("填写的值")),
            Column("after", _("规范写法")),
            Column("rule", _("规则"), optional=True),
        ),
        sizes=(50, 100),
        unit=_("个"),
    )


def normalised_row(note: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """One value, before and after."""
    return Row(
        {
            "row": note["row"],
            "field": names.get(str(note["field"]), note["field"]),
            "before": note["from"],
            "after": note["to"] if note["to"] is not None else _("视为空"),
            "rule": note["rule"],
        }
    )
