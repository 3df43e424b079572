"""A unit says what its own headings mean: from a file it sent, or by hand; what was said can be seen, changed and ended."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import Item
from xinheng.intake.door import batch, hand_in_again, map_columns, mapping_of, mappings, survey
from xinheng.intake.values.batches import BatchState, BatchView
from xinheng.intake.values.columns import ColumnMapping, FileColumn, Survey
from xinheng.intake.values.receipts import REASON_COLUMN, REASON_HEADERS
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.field_words import field_name
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import clauses
from xinheng.web.pages import show
from xinheng.web.parts import Crumb, Fact
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official, surroundings
from xinheng.workbench.mapping.pages import FilePage, MappedItem, MappingPage, MappingsPage
from xinheng.workbench.overview.words import word

NOTHING_SHOWN = "—"


@official("intake.load")
@require_GET
def mapping_list(request: HttpRequest) -> HttpResponse:
    """The own unit's column names, item by item. Cost: three queries beside those of every page."""
    actor, edition = actor_of(request), current_edition(today())
    found = {each.item: each for each in mappings(actor, now())}
    items = [_entry(found.get(item.code), item) for item in edition.items]
    gone = [_gone(each) for code, each in found.items() if code not in {item.code for item in edition.items}]
    page = MappingsPage(
        title=_("本单位的列名"),
        section="upload",
        mapped=(*(each for each in items if each.changed), *gone),
        others=tuple(each for each in items if not each.changed) if actor.unit_id is not None else (),
        **surroundings(request),
    )
    return show(request, "workbench/columns.html", page)


def _entry(found: ColumnMapping | None, item: Item) -> MappedItem:
    names = _names(item)
    return MappedItem(
        name=word(item.name),
        code=item.code,
        href=reverse("workbench:columns-item", args=[item.code]),
        columns=tuple(Fact(header, names[code]) for header, code in found.columns.items()) if found else (),
        stale=_stale(found),
        changed=_changed(found) if found else "",
    )


def _gone(found: ColumnMapping) -> MappedItem:
    return MappedItem(found.item, found.item, "", (), _stale(found), _changed(found))


def _changed(found: ColumnMapping) -> str:
    return _("%(who)s 于 %(at)s 设定") % {
        "who": found.changed_by or _("系统"),
        "at": written.moment(found.changed_at),
    }


def _stale(found: ColumnMapping | None) -> tuple[Fact, ...]:
    if found is None:
        return ()
    return tuple(
        Fact(header, _("字段 %(code)s 已不在目录里，这一列不再对应") % {"code": code})
        for header, code in found.stale.items()
    )


def _names(item: Item) -> dict[str, str]:
    names = {each.code: each.name for each in item.fields} | {REASON_COLUMN: REASON_HEADERS[0]}
    return {code: field_name(name) for code, name in names.items()}


@keeps_typed
@official("intake.load")
@require_http_methods(["GET", "POST"])
def mapping_page(request: HttpRequest, item: str) -> HttpResponse:
    """One item's column names, by hand: for each field the heading of the unit's own files."""
    actor = actor_of(request)
    declared = current_edition(today()).item(item)
    unit_id = actor.unit_id or 0
    found = mapping_of(unit_id, item, actor, now())
    spec = _by_hand(declared)
    if request.method == "GET":
        return _item_page(request, declared, found, spec.empty(**_headers(found)))
    form = spec.read(request)
    ending = "end" in request.POST
    wanted = [] if ending else [(form.text(code), code) for code in _names(declared) if form.text(code)]
    try:
        map_columns(unit_id=unit_id, item=item, columns=wanted, actor=actor, now=now())
    except (Invalid, Conflict, Refused) as wrong:
        return _item_page(request, declared, found, form.with_errors([wrong]))
    return HttpResponseRedirect(reverse("workbench:columns"))


def _headers(found: ColumnMapping | None) -> dict[str, str]:
    return {code: header for header, code in found.columns.items()} if found else {}


def _by_hand(item: Item) -> FormSpec:
    fields = [Field(code, name, "text", code, required=False, max_length=100) for code, name in _names(item).items()]
    return FormSpec("columns", (("", tuple(fields)),))


def _item_page(request: HttpRequest, item: Item, found: ColumnMapping | None, form: Bound) -> HttpResponse:
    page = MappingPage(
        title=_("%(item)s：本单位的列名") % {"item": word(item.name)},
        section="upload",
        crumbs=(Crumb(_("本单位的列名"), reverse("workbench:columns")),),
        form=form,
        has_errors=not form.ok,
        stale=_stale(found),
        can_end=found is not None,
        back=reverse("workbench:columns"),
        **surroundings(request),
    )
    return show(request, "workbench/columns_item.html", page, status=form.status)


@keeps_typed
@official("intake.load")
@no_store
@require_http_methods(["GET", "POST"])
def map_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The columns of a file that was handed in, each with what it could mean; a refused file can be handed in again at once."""
    actor = actor_of(request)
    found = batch(batch_id, actor)
    item = current_edition(today()).item(found.item)
    seen = survey(batch_id, actor, now())
    spec = _of_file(item, seen)
    if request.method == "GET":
        return _file_page(request, found, item, seen, spec.empty(**_proposed(seen)))
    form = spec.read(request)
    try:
        kept = mapping_of(found.unit_id, found.item, actor, now())
        columns = _joined(kept, seen.columns, form)
        map_columns(unit_id=found.unit_id, item=found.item, columns=columns, actor=actor, now=now())
        return HttpResponseRedirect(_after(found, actor))
    except (Invalid, Conflict, Refused) as wrong:
        return _file_page(request, found, item, seen, form.with_errors([_placed(wrong, form)]))


def _after(found: BatchView, actor: Actor) -> str:
    if found.state is not BatchState.REFUSED:
        return reverse("workbench:columns")
    received = hand_in_again(batch_id=found.id, actor=actor, now=now())
    return reverse("workbench:batch", args=[received.batch_id])


def _place(index: int) -> str:
    return f"column-{index}"


def _open(seen: Survey) -> list[tuple[int, FileColumn]]:
    """The columns that do not bear one of the item's own names."""
    return [(index, column) for index, column in enumerate(seen.columns) if column.by != "item"]


def _of_file(item: Item, seen: Survey) -> FormSpec:
    taken = {column.code for column in seen.columns if column.by == "item"}
    must = {each.code for each in item.fields if each.is_obligatory}
    choices = tuple(
        (code, _("%(name)s（必填）") % {"name": name} if code in must else name)
        for code, name in _names(item).items()
        if code not in taken
    )
    fields = [
        Field(
            _place(index),
            column.header,
            "choice",
            _("前几行：%(samples)s") % {"samples": clauses(each or NOTHING_SHOWN for each in column.samples)}
            if column.samples
            else "",
            required=False,
            choices=choices,
        )
        for index, column in _open(seen)
    ]
    return FormSpec("columns", (("", tuple(fields)),))


def _proposed(seen: Survey) -> dict[str, str]:
    return {_place(index): column.code or column.suggested for index, column in _open(seen)}


def _joined(kept: ColumnMapping | None, columns: Iterable[FileColumn], form: Bound) -> list[tuple[str, str]]:
    """What is said now, and what was said before of headings this file does not have."""
    said = [
        (column.header, code)
        for index, column in enumerate(columns)
        if column.by != "item" and (code := form.text(_place(index)))
    ]
    here = {column.header for column in columns}
    codes = {code for _, code in said}
    before: Mapping[str, str] = kept.columns if kept else {}
    return said + [(header, code) for header, code in before.items() if header not in here and code not in codes]


def _placed(wrong: Invalid | Conflict | Refused, form: Bound) -> Invalid | Conflict | Refused:
    """The error at the column that was given the field it speaks of."""
    place = next((name for name in reversed(list(form.typed)) if form.text(name) == wrong.field), None)
    if place is not None:
        wrong.field = place
    return wrong


def _file_page(request: HttpRequest, found: BatchView, item: Item, seen: Survey, form: Bound) -> HttpResponse:
    names = _names(item)
    again = found.state is BatchState.REFUSED
    leads = {
        True: _("请为每一列选择它对应的字段，不需要的列留空。保存后记住，这个文件随即重新报送。"),
        False: _("请为每一列选择它对应的字段，不需要的列留空。保存后记住，以后报送的文件按此识别；已入库的内容不变。"),
    }
    page = FilePage(
        title=_("批次 %(number)s：对应列名") % {"number": found.id},
        section="batches",
        crumbs=(
            Crumb(_("报送批次"), reverse("workbench:batches")),
            Crumb(_("批次 %(number)s") % {"number": found.id}, reverse("workbench:batch", args=[found.id])),
        ),
        where=_("%(file)s · %(item)s") % {"file": found.file_name, "item": word(item.name)},
        lead=leads[again],
        form=form,
        has_errors=not form.ok,
        missing=tuple(names[code] for code in seen.missing),
        known=tuple(Fact(each.header, names[each.code]) for each in seen.columns if each.by == "item"),
        again=again,
        back=reverse("workbench:batch", args=[found.id]),
        **surroundings(request),
    )
    return show(request, "workbench/columns_file.html", page, status=form.status)
