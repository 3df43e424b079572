"""`xinheng subject show`: one subject with names, codes and its whole archive, as of a day and as known at a moment or a ledger number."""

import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from xinheng.accounts.door import register_query, units
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.console import clock, output
from xinheng.console.asking import add_as, asking
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import SHANGHAI, legal_date
from xinheng.kernel.errors import Invalid, Unknown
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.masking import mask_document, mask_identifiers, mask_resident
from xinheng.ledger.door import TrailFilter, trail
from xinheng.publicity.door import of_records, reach_of
from xinheng.publicity.values import PlanLine, Stage
from xinheng.records.door import Asked, archive
from xinheng.records.values import ArchivedRecord, VersionView
from xinheng.subjects.door import by_code, history_of, members_of, personal
from xinheng.subjects.values import IdentifierEntry, PersonalField, PersonalView, Scheme, SubjectKind, SubjectPage

_STANDARD_INPUT: Final = "-"
_READER: Final = system("console", "ledger.read")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked: as of which day (None: everything), known at which number (None: now), on what day it is asked."""

    as_of: date | None
    known_at: int | None
    today: date


@dataclass(frozen=True, slots=True)
class _Shown:
    """What records are shown with: the catalogue, units by id, personal values by token, publicity by record."""

    edition: Edition
    units: Mapping[int, str]
    personal: Mapping[str, PersonalView]
    publicity: Mapping[int, PlanLine]


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("subject", help="信用主体")
    actions = parser.add_subparsers(dest="action", required=True, metavar="show")
    show = actions.add_parser("show", help="查看一个主体的全部档案（查询会被登记）")
    show.add_argument(
        "code", metavar="代码", help="统一社会信用代码、注册号等；- 表示从标准输入读取（身份号码必须如此）"
    )
    show.add_argument("--as-of", type=_day, metavar="日期", help="档案在这一天的状况")
    show.add_argument("--known-at", type=_known_at, metavar="时间|编号", help="当时（或到账本该编号为止）已知的内容")
    show.add_argument("--purpose", metavar="用途", help="查询用途；自然人必填")
    show.add_argument("--reference", metavar="案号", default="", help="案号或授权文号；用途要求时必填")
    add_as(show)


def run(args: Namespace) -> int:
    """Show the subject; the read is registered before anything is printed.

    Raises: Unknown where the code leads nowhere (or not for this actor), PurposeMissing, NotAllowed.
    """
    code = sys.stdin.readline().strip() if args.code == _STANDARD_INPUT else args.code
    if not code:
        output.note("标准输入中没有代码：请写一行代码。")
        return output.WRONG_USE
    if args.code != _STANDARD_INPUT and inspect(code).kind in PERSONAL:
        output.note("身份号码不得写在命令行（会留在历史记录和进程列表中）：请写 - 并从标准输入给出。")
        return output.WRONG_USE
    now = clock.now()
    actor = asking(args.login, now=now, needs="subjects.read", code="subjects.show")
    if args.purpose:
        actor = actor.for_purpose(args.purpose)
    wanted = _Wanted(args.as_of, _number(args.known_at), legal_date(now))
    payload = _look(code, wanted, actor, now, args.reference)
    output.emit(args, payload, _lines(payload))
    return output.DONE


def _look(code: str, wanted: _Wanted, actor: Actor, now: datetime, reference: str) -> dict[str, Any]:
    edition = current_edition(wanted.today)
    person_asked = inspect(code).kind in PERSONAL
    _require_purpose(edition, actor, reference, personal=person_asked)
    reach = reach_of(actor, wanted.today)
    head = by_code(code, actor=actor, reach=reach)
    if head is None:
        raise Unknown("subjects.code_unknown", "没有持有该代码的信用主体，或不在您可查看的范围内")
    _register(head, edition, actor, now, reference)
    family = members_of(head.id, reach=reach)
    past = history_of(head.id, actor=actor, reach=reach)
    records = archive(family, Asked(wanted.as_of, wanted.known_at), actor=actor)
    shown = _Shown(
        edition,
        {unit.id: unit.name for unit in units(actor=actor)},
        _personal(records, edition, actor),
        _publicity(records, wanted, actor),
    )
    return {
        "subject": _head(head),
        "names": [_entry(one) for one in past.names],
        "identifiers": [_identifier(one) for one in past.identifiers],
        "merges": [_entry(one) for one in past.merges],
        "asked": {"as_of": wanted.as_of, "known_at": wanted.known_at, "purpose": actor.purpose},
        "items": [_record(one, shown) for one in records],
    }


def _require_purpose(edition: Edition, actor: Actor, reference: str, *, personal: bool) -> None:
    """A purpose must be of the catalogue's list, and for a person one that allows persons, with the case number it asks for.

    Asked before anybody is looked for, so that the answer tells nothing of whether they are there. Raises: Invalid, CatalogueUnknown.
    """
    allowed = "、".join(f"{one.code}（{one.name}）" for one in edition.purposes if one.natural_persons)
    if personal and not actor.purpose:
        raise Invalid("console.purpose_missing", f"查询自然人须用 --purpose 说明用途，可选：{allowed}", field="purpose")
    if actor.purpose and not edition.purpose(actor.purpose).natural_persons and personal:
        raise Invalid(
            "console.purpose_person", f"用途“{actor.purpose}”不能用于查询自然人，可选：{allowed}", field="purpose"
        )
    if personal and actor.purpose and edition.purpose(actor.purpose).needs_reference and is_blank(reference):
        raise Invalid(
            "console.reference_missing",
            f"按用途“{actor.purpose}”查询自然人，须用 --reference 写明案号或授权文号",
            field="reference",
        )


def _register(head: SubjectPage, edition: Edition, actor: Actor, now: datetime, reference: str) -> None:
    person = head.kind is SubjectKind.NATURAL_PERSON
    query = QueryDraft(
        QueryKind.VIEW,
        head.id,
        personal=person,
        purpose=actor.purpose or "",
        reference=reference.strip(),
        fields=("archive", "names", "identifiers"),
        scope="命令行查看主体档案",
    )
    purposes = {one.code: one.needs_reference for one in edition.purposes if one.natural_persons or not person}
    register_query(query=query, purposes=purposes, actor=actor, now=now)


def _publicity(records: tuple[ArchivedRecord, ...], wanted: _Wanted, actor: Actor) -> Mapping[int, PlanLine]:
    if not actor.may("publicity.read_plan"):
        return {}
    return of_records([one.record_id for one in records], on=wanted.as_of or wanted.today, actor=actor)


def _personal(records: tuple[ArchivedRecord, ...], edition: Edition, actor: Actor) -> dict[str, PersonalView]:
    """What this actor may see of all tokens in the records; a value no token of which is known is no token."""
    tokens: dict[int, set[str]] = {}
    for record in records:
        for version in (record.current, *record.earlier):
            tokens.setdefault(version.subject_id, set()).update(map(str, version.content.values()))
    found: dict[str, PersonalView] = {}
    for subject_id, some in tokens.items():
        found |= {token: view for token, view in personal(subject_id, some, actor).items() if not view.erased}
    return found


def _head(head: SubjectPage) -> dict[str, Any]:
    return {
        "id": head.id,
        "kind": head.kind.value,
        "kind_name": head.kind.label,
        "name": head.name,
        "code": head.code or None,
        "state": head.state.value,
        "state_name": head.state.label,
        "source": head.source or None,
        "industry": head.industry or None,
        "founded": head.founded,
        "address": head.address or None,
    }


def _entry(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _identifier(one: IdentifierEntry) -> dict[str, Any]:
    """A code as it is; a person's number masked, also for who may see it: it was typed unseen and must not come back in the output."""
    if not one.scheme.personal:
        return _entry(one)
    mask = mask_resident if one.scheme in (Scheme.ID18, Scheme.PERMANENT) else mask_document
    return _entry(one) | {"value": mask(one.value)}


def _record(record: ArchivedRecord, shown: _Shown) -> dict[str, Any]:
    current = record.current
    item = shown.edition.item(current.item)
    return {
        "record": record.record_id,
        "item": current.item,
        "item_name": item.name,
        "unit": shown.units.get(current.unit_id, ""),
        "current": _version(current, shown),
        "earlier": [_version(one, shown) for one in record.earlier],
        "marks": [
            {
                "kind": one.kind.value,
                "name": one.kind.label,
                "since": one.since,
                "until": one.until,
                "reason": one.reason,
            }
            for one in record.marks
        ],
        "publicity": _plan(shown.publicity.get(record.record_id)),
    }


def _version(version: VersionView, shown: _Shown) -> dict[str, Any]:
    core = version.core
    return {
        "number": version.number,
        "version": version.seq,
        "received_at": version.received_at,
        "known_at": version.known_at,
        "by": version.actor_name,
        "operation": version.operation,
        "batch": version.batch_id,
        "row": version.row_number,
        "reason": version.reason or None,
        "document_number": core.document_number,
        "act_date": core.act_date,
        "valid_from": core.valid_from,
        "valid_to": core.valid_to,
        "kinds": list(filter(None, core.kinds.split(";"))),
        "amount_cents": core.amount_cents,
        "blocks": list(version.blocks),
        "content": dict(_content(version, shown)),
    }


def _content(version: VersionView, shown: _Shown) -> Iterator[tuple[str, str]]:
    """All fields filled, personal ones as this actor may see them. What was erased leaves only its token, which says nothing.

    Numbers are masked for everybody: what a command prints ends in scroll-back, redirected files and logs of other programs.
    """
    declared = {each.code: each for each in shown.edition.item(version.item).fields}
    for code, value in version.content.items():
        view = shown.personal.get(str(value))
        each = declared.get(code)
        if view is not None:
            yield code, _printed(view)
        elif each is not None and (each.personal or each.type == "person_id"):
            yield code, "已删除"
        else:
            yield code, str(value)


def _printed(view: PersonalView) -> str:
    if view.masked:
        return view.text
    if view.field is PersonalField.ID_NUMBER:
        return mask_resident(view.text)
    return mask_document(view.text) if view.field is PersonalField.DOCUMENT else mask_identifiers(view.text)


def _plan(line: PlanLine | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "stage": line.stage.value,
        "stage_name": line.stage.label,
        "timeliness": line.timeliness.value,
        "from": line.public_from,
        "until": line.public_until,
        "deadline": line.deadline,
        "deadline_provisional": line.deadline_provisional,
        "first_public_at": line.first_public_at,
        "reason": line.reason or None,
    }


def _lines(payload: Mapping[str, Any]) -> Iterator[str]:
    head = payload["subject"]
    yield f"{head['name']}　{head['code'] or ''}　{head['kind_name']}　{head['state_name']}"
    for name in payload["names"][1:]:
        yield f"  曾用名：{name['name']}（{name['valid_from']} 至 {name['valid_to'] or '今'}）"
    for code in payload["identifiers"]:
        yield f"  {code['scheme'].label}：{code['value']}（{code['state'].label}）"
    for one in payload["merges"]:
        undone = "，已撤销" if one["undone_at"] else ""
        yield f"  合并：{one['absorbed']} 并入 {one['kept']}（{one['reason']}{undone}）"
    yield f"  档案 {len(payload['items'])} 条"
    for record in payload["items"]:
        current, plan = record["current"], record["publicity"]
        # What was withdrawn has a day too, on which it would have ended: beside 已停止公示 it would mislead.
        until = f"至 {plan['until']}" if plan and plan["until"] and plan["stage"] != Stage.WITHDRAWN else ""
        stage = f"{plan['stage_name']}{until}" if plan else "（公示情况不在可查看范围）"
        yield (
            f"  {current['act_date']}　{record['item_name']}　{current['document_number']}　{record['unit']}　"
            f"第 {current['version']} 版　{stage}"
        )
        for mark in record["marks"]:
            yield f"      {mark['name']}：{mark['since']} 起，{mark['reason']}"


def _number(known_at: int | datetime | None) -> int | None:
    """A moment as the number of the last entry at or before it; a number as it is."""
    if not isinstance(known_at, datetime):
        return known_at
    until = known_at + timedelta(microseconds=1)
    last = next(iter(trail(TrailFilter(until=until), actor=_READER, limit=1)), None)
    return last.first + last.count - 1 if last else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期“{text}”不对，应写成 2026-11-21 这样的形式") from None


def _known_at(text: str) -> int | datetime:
    """A number of digits, a moment (without zone: Shanghai time), or a day (its end)."""
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        if len(text) == len("2026-11-21"):
            return datetime.combine(date.fromisoformat(text), time.max, SHANGHAI)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不对，应为账本编号，或 2026-11-21、2026-11-21T10:30 这样的时间") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
