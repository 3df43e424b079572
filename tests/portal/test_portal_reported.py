"""A subject that stands in no register is shown only where the public sees a record about it, and then as that record has it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intake.cast import as_csv, firm_code, load, penalty
from intake.reported_cast import CODE, NAME, NEVER_SEEN, NUMBER, PART, compared, report, subject_of
from portal.pages import main
from world import INIT, World, publish
from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity
from xinheng.records.door import mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import merge, register_subject, search, undo_merge
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

OTHER = "示例区同码贸易有限公司"


def asked(visitor: Client, subject: int) -> dict[str, Any]:
    """Every request of the portal by which somebody could come upon the firm."""
    searches = {
        f"search {text}": visitor.get("/search", {"q": text}) for text in (NAME, PART, CODE, CODE.lower(), NUMBER)
    }
    pages = ("", "?page=2", "?item=administrative-penalty", "?item=none", "?page=x")
    return searches | {
        "code": visitor.get(f"/s/{CODE}"),
        "penalties": visitor.get("/penalties"),
        "home": visitor.get("/"),
        **{f"subject {page}": visitor.get(f"/subjects/{subject}{page}") for page in pages},
    }


def test_an_unpublished_record_changes_no_byte_of_the_portal(visitor: Client, world: World) -> None:
    answers = compared(world, lambda subject: asked(visitor, subject))
    assert answers["code"].startswith(b"404")
    assert answers["subject "].startswith(b"404")


def test_a_public_record_brings_its_subject_marked_as_unconfirmed_and_without_its_source(
    visitor: Client, world: World, now: datetime
) -> None:
    made = report(world)
    publish(now)
    for text in (NAME, PART, CODE):
        found = main(visitor.get("/search", {"q": text}))
        assert "待登记核实" in found
        assert NAME in found
    assert visitor.get(f"/s/{CODE}")["Location"] == f"/subjects/{made}"
    said = main(visitor.get(f"/subjects/{made}"))
    assert "名称和代码来自下列信息" in said
    assert "批次" not in said
    assert NAME in main(visitor.get("/penalties"))


def test_with_the_last_public_record_the_subject_is_gone_from_the_portal(
    visitor: Client, world: World, now: datetime
) -> None:
    made = report(world)
    publish(now)
    [record] = [one.record_id for one in publicity.records_of([made], on=legal_date(now))]
    assert visitor.get(f"/subjects/{made}").status_code == 200
    reviewer = world.actor("reviewer")
    mark(record_id=record, kind=MarkKind.WITHDRAWN, reason="误报", actor=reviewer, now=now, on=legal_date(now))
    assert visitor.get(f"/subjects/{made}").status_code == 404
    assert visitor.get(f"/s/{CODE}").status_code == 404
    assert NAME not in main(visitor.get("/search", {"q": PART}))


@pytest.mark.parametrize("merged", [False, True])
def test_the_public_sees_the_name_of_the_public_record_and_not_of_the_one_before(
    visitor: Client, world: World, now: datetime, merged: bool
) -> None:
    def ask(foreign: int) -> dict[str, Any]:
        if merged and foreign != NEVER_SEEN:
            merge(
                kept=world.subjects["云禾"],
                absorbed=foreign,
                reason="同一企业",
                actor=world.actor("operator"),
                now=now,
            )
        theirs = penalty(world, 8, unit="tax", CF_XDR_MC=OTHER, CF_XDR_SHXYM=CODE, CF_WSH="示税罚〔2026〕8号")
        assert load(world, as_csv([theirs]), unit="tax").counts.accepted == 1
        # Of what there is the tax bureau's record alone is made public.
        only_public(world, "tax", now)
        subject = foreign if merged and foreign != NEVER_SEEN else subject_of(CODE)
        texts = (NAME, PART, CODE, NUMBER, OTHER, "同码", "示税罚〔2026〕8号")
        return {f"search {text}": visitor.get("/search", {"q": text}) for text in texts} | {
            "code": visitor.get(f"/s/{CODE}"),
            "subject": visitor.get(f"/subjects/{subject}"),
            "penalties": visitor.get("/penalties"),
        }

    answers = compared(world, ask)
    for name in ("subject", "penalties", "search 同码", f"search {CODE}", f"search {OTHER}"):
        assert OTHER.encode() in answers[name], name
    assert "没有查到" in answers[f"search {PART}"].decode()


def only_public(world: World, unit: str, now: datetime) -> None:
    """Make public what there is, and withdraw at once whatever is not of a unit."""
    publish(now)
    on, reviewer = legal_date(now), world.actor("reviewer")
    for item in ("administrative-penalty",):
        for line in publicity.latest(item, on=on, limit=100).items:
            found = publicity.record(line.record_id, on=on)
            if found.unit_id != world.units[unit]:
                mark(record_id=found.record_id, kind=MarkKind.WITHDRAWN, reason="误报", actor=reviewer, now=now, on=on)


def test_what_was_reported_stays_hidden_after_the_register_confirmed_it(
    visitor: Client, world: World, now: datetime
) -> None:
    draft = SubjectDraft(SubjectKind.LEGAL_PERSON, Scheme.USCC, CODE, "示例区登记所载机械有限公司", "登记机关")

    def ask(_: int) -> dict[str, Any]:
        registered = register_subject(draft=draft, actor=INIT, now=now + timedelta(days=1)).subject_id
        texts = (NAME, PART, CODE, "登记所载")
        return {f"search {text}": visitor.get("/search", {"q": text}) for text in texts} | {
            "subject": visitor.get(f"/subjects/{registered}")
        }

    answers = compared(world, ask)
    assert "登记所载".encode() in answers["subject"]
    assert NAME.encode() not in b"".join(answers[name] for name in ("subject", f"search {CODE}"))


def test_a_hidden_subject_that_was_merged_is_no_way_to_the_one_that_stands(
    visitor: Client, world: World, now: datetime
) -> None:
    stands = world.subjects["云禾"]
    operator = world.actor("operator")

    def ask(subject: int) -> dict[str, Any]:
        if subject != NEVER_SEEN:
            merge(kept=stands, absorbed=subject, reason="同一企业", actor=operator, now=now)
        return asked(visitor, subject) | {"stands": visitor.get(f"/subjects/{stands}")}

    compared(world, ask)

    def parted(subject: int) -> dict[str, Any]:
        if subject != NEVER_SEEN:
            done = merge(kept=stands, absorbed=subject, reason="同一企业", actor=operator, now=now)
            undo_merge(merge_id=done.merge_id, reason="两家企业", actor=operator, now=now)
        return asked(visitor, subject) | {"stands": visitor.get(f"/subjects/{stands}")}

    compared(world, parted)


def test_pages_of_hits_are_full_though_hidden_subjects_lie_between(world: World, now: datetime) -> None:
    on = legal_date(now)
    rows = [penalty(world, n, CF_XDR_MC=f"示例区交错{n}号机械有限公司") for n in range(20, 32)]
    theirs = [row | {"CF_SJLYDM": world.unit_codes["tax"], "CF_CFJGDM": world.unit_codes["tax"]} for row in rows[::2]]
    assert load(world, as_csv(rows[1::2])).counts.accepted == 6
    assert load(world, as_csv(theirs), unit="tax").counts.accepted == 6
    only_public(world, "tax", now)
    reach = publicity.public_reach(on)
    found, after = [], ""
    for _ in range(4):
        page = search("交错", limit=2, after=after, reach=reach)
        found += [hit.code for hit in page.items]
        after = page.after
        if not after:
            break
    assert sorted(found) == [firm_code(n) for n in range(20, 32, 2)]


def test_a_whole_name_comes_before_names_that_hold_all_its_pairs(world: World, now: datetime) -> None:
    """The pairs of 示例区交错300号 stand in 300 to 390 as well; the one that is meant came in last."""
    alike = [penalty(world, n, CF_XDR_MC=f"示例区交错30{n}00号机械有限公司") for n in range(20, 45)]
    meant = penalty(world, 60, CF_XDR_MC="示例区交错3000号机械有限公司")
    assert load(world, as_csv([*alike, meant])).counts.accepted == 26
    publish(now)
    reach = publicity.public_reach(legal_date(now))
    assert len(search("示例区交错3000号机械有限公司", reach=reach, limit=26).items) > 20
    first = search("示例区交错3000号机械有限公司", reach=reach, limit=1)
    assert [hit.code for hit in first.items] == [firm_code(60)]
    rest = search("示例区交错3000号机械有限公司", reach=reach, limit=26, after=first.after)
    assert firm_code(60) not in [hit.code for hit in rest.items]


def test_a_whole_name_that_only_a_hidden_record_gives_moves_nothing(world: World, now: datetime) -> None:
    """Another department calls the firm by exactly this name; the public knows it by a longer one, and finds it where that belongs."""
    rows = [penalty(world, n, CF_XDR_MC=f"示例区交错{n}号机械有限公司") for n in range(20, 24)]
    theirs = penalty(world, 23, unit="tax", CF_XDR_MC="示例区交错号机械有限公司")
    reach = publicity.public_reach(legal_date(now))
    assert load(world, as_csv(rows)).counts.accepted == 4
    publish(now)
    before = search("示例区交错号机械有限公司", reach=reach)
    assert load(world, as_csv([theirs]), unit="tax").counts.accepted == 1
    assert search("示例区交错号机械有限公司", reach=reach) == before


@pytest.mark.parametrize("text", [NAME, PART, CODE])
def test_search_without_a_reach_finds_no_reported_subject(world: World, now: datetime, text: str) -> None:
    report(world)
    publish(now)
    assert search(text).items == ()
    assert [hit.code for hit in search(text, reach=publicity.public_reach(legal_date(now))).items] == [CODE]


# The plan is read as SQLite writes it; what the search answers is asked of both databases above.
@pytest.mark.sqlite
def test_what_may_be_known_is_asked_by_index_in_the_statement_that_finds(world: World, now: datetime) -> None:
    report(world)
    reach = publicity.reach_of(world.actor("reporter.tax"), legal_date(now))
    with CaptureQueriesContext(connection) as asked_for:
        assert search(PART, reach=reach).items == ()
    # The last statement of a search that finds nothing is the one that looks among reported subjects.
    statement = asked_for.captured_queries[-1]["sql"]
    assert "EXISTS" in statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        steps = [row[3] for row in cursor.fetchall()]
    assert [step for step in steps if step.startswith("SCAN")] == ["SCAN subjects_search VIRTUAL TABLE INDEX 0:M0"]
