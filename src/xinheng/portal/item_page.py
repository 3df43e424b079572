"""The page of an item: its fields, what is obligatory, how it is checked, code lists, bases, how open it is, how long it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item, ItemField, sheet_of
from xinheng.catalogue.values.views import ItemView
from xinheng.engine.declare import Check, ChoiceList
from xinheng.portal.grid import Grid
from xinheng.portal.shown import basis_part
from xinheng.portal.words import EFFECTS, FIELD_TYPES, MASKINGS, OPEN_LEVELS, POLARITIES, SUBJECT_KINDS, named, word
from xinheng.web import show as written
from xinheng.web.field_words import field_name
from xinheng.web.joining import clauses, listed
from xinheng.web.pages import Page
from xinheng.web.parts import Basis, Code, Crumb, Fact, Link, Status
from xinheng.web.sentences import in_page_language


@dataclass(frozen=True, slots=True)
class CodeList:
    """One code list: what may be written."""

    key: Annotated[str, "its key"]
    name: Annotated[str, "the fields that use it"]
    grid: Annotated[Grid, "values, with other ways to write them"]


@dataclass(frozen=True, kw_only=True)
class ItemPage(Page):
    """`portal/item.html`."""

    where: Annotated[str, "its category"]
    status: Annotated[Status, "switched on or not"]
    reason: Annotated[str, "why it is not switched on; else empty"]
    facts: Annotated[tuple[Fact, ...], "kind, subjects, openness, times, certainty"]
    bases: Annotated[tuple[Basis, ...], "legal bases in force today"]
    fields: Annotated[Grid, "its fields in order"]
    checks: Annotated[Grid, "how a row is checked, in words"]
    lists: Annotated[tuple[CodeList, ...], "its code lists"]


def build(
    view: ItemView,
    edition: Edition,
    on: date,
    *,
    crumbs: tuple[Crumb, ...],
    certain: Callable[[str], Status],
) -> ItemPage:
    """The page of an item as the edition declares it."""
    item = view.item
    lists = [key for key in dict.fromkeys(each.code_list for each in item.fields) if key]
    return ItemPage(
        title=word(item.name),
        section="catalogue",
        crumbs=crumbs,
        where=word(edition.category(item.category).name),
        status=Status(_("启用"), "kept") if view.enabled else Status(_("未启用"), "ended"),
        reason="" if view.enabled else in_page_language(view.reason),
        facts=_facts(item, edition, on, certain),
        bases=tuple(map(basis_part, view.bases)),
        fields=_fields(item),
        checks=_checks(item, edition),
        lists=tuple(_list(key, item, edition) for key in lists),
    )


def _facts(item: Item, edition: Edition, on: date, certain: Callable[[str], Status]) -> tuple[Fact, ...]:
    due, kept = edition.deadline_rule(item.code, on), _kept(item, edition)
    facts = [
        Fact(_("代码"), Code(item.code)),
        Fact(_("性质"), named(POLARITIES, item.polarity.value)),
        Fact(_("主体"), listed(named(SUBJECT_KINDS, kind) for kind in item.subject_kinds)),
        Fact(_("公开程度"), named(OPEN_LEVELS, item.open_level["level"]), _open_hint(item)),
    ]
    if due is not None:
        facts.append(
            Fact(
                _("公示期限"),
                _("决定之日起 %(days)s 个工作日内") % {"days": due.working_days},
                in_page_language(due.note),
            )
        )
    if kept:
        facts.append(Fact(_("保存期限"), kept))
    return (*facts, Fact(_("核对"), certain(item.certainty), in_page_language(item.note)))


def _open_hint(item: Item) -> str:
    own = item.open_level.get("natural_person")
    return _("自然人的：%(level)s") % {"level": named(OPEN_LEVELS, own)} if own else ""


def _kept(item: Item, edition: Edition) -> str:
    wanted = item.retention.get("rule")
    rule = next((rule for rule in edition.retention if rule.key == wanted), None)
    if rule is None:
        return ""
    return _("没有设定期限") if rule.days is None else written.count(rule.days, _("天"))


def _fields(item: Item) -> Grid:
    heads = (_("名称"), _("代码"), _("写法"), _("最长"), _("必填"), _("公示"))
    rows = tuple(
        (
            field_name(each.name),
            Code(each.code),
            _type(each),
            written.count(each.max_length, _("字")) if each.max_length else None,
            _obligation(each),
            named(MASKINGS, each.masking),
        )
        for each in item.fields
    )
    return Grid("fields", _("字段"), heads, rows)


def _type(each: ItemField) -> Link | str:
    kind = named(FIELD_TYPES, each.type.value)
    if not each.code_list:
        return kind
    return Link(
        _("%(kind)s，可多选") % {"kind": kind} if each.multiple else kind,
        f"#list-{each.code_list}",
        about=field_name(each.name),
    )


def _obligation(each: ItemField) -> str:
    if each.is_obligatory:
        return _("必填")
    said = clauses(in_page_language(need.message) or _("有条件必填") for need in each.required)
    return said or _("选填")


def _checks(item: Item, edition: Edition) -> Grid:
    names = {each.code: field_name(each.name) for each in item.fields}
    rows = tuple(
        (
            names[check.field],
            in_page_language(check.message) or _("不能为空"),
            named(EFFECTS, check.outcome.effect.value),
            _code(check),
        )
        for check in sheet_of(item, edition.code_lists).checks
    )
    return Grid("checks", _("检查"), (_("字段"), _("查什么"), _("查出后"), _("代码")), rows)


def _code(check: Check) -> Code:
    return Code(check.outcome.code)


def _list(key: str, item: Item, edition: Edition) -> CodeList:
    users = listed(field_name(each.name) for each in item.fields if each.code_list == key)
    return CodeList(key, users, _code_list(edition.code_list(key)))


def _code_list(choices: ChoiceList) -> Grid:
    rows: list[tuple[object, ...]] = [(choice.value, listed(choice.aliases)) for choice in choices.choices]
    if choices.other:
        rows.append((_("%(other)s-具体说明") % {"other": choices.other}, listed(choices.other_aliases)))
    return Grid(f"list-{choices.key}", _("代码表"), (_("取值"), _("也可以写成")), tuple(rows))
