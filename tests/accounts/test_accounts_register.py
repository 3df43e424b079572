"""The register of queries: every read of non-public data leaves a line."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from xinheng.accounts.door import queries_of_subject, queries_page, register_query
from xinheng.accounts.values import QueryDraft, QueryFilter, QueryKind
from xinheng.kernel.actor import PUBLIC, Actor, system

PURPOSES = {"case_handling": True, "licensing": False}
VIEW = QueryDraft(QueryKind.VIEW, subject_id=42, fields=("name", "penalties"), scope="主体档案")
PERSONAL = QueryDraft(
    QueryKind.VIEW, subject_id=43, personal=True, purpose="case_handling", reference="示例罚〔2026〕1号"
)


def register(actor: Actor, query: QueryDraft, now: datetime) -> int:
    return register_query(query=query, purposes=PURPOSES, actor=actor, now=now).query_id


def test_a_read_stands_in_the_register_with_who_when_whom_and_what(district: Any, ledger: Any, now: datetime) -> None:
    actor = district.actor("market")
    query_id = register(actor, PERSONAL, now)
    (line,) = queries_page(QueryFilter(), district.actor("auditor")).items
    assert (line.id, line.at, line.subject_id, line.kind) == (query_id, now, 43, QueryKind.VIEW)
    assert (line.person_id, line.person_name, line.unit_id) == (actor.id, "填报庚", actor.unit_id)
    assert (line.purpose, line.reference, line.personal, line.count) == ("case_handling", PERSONAL.reference, True, 1)
    assert ledger("accounts.query_registered") == [
        {"query_id": query_id, "subject_id": 43, "kind": "view", "purpose": "case_handling"}
    ]


def test_the_purpose_the_actor_declared_counts(district: Any, now: datetime) -> None:
    actor = district.actor("market").for_purpose("licensing")
    register(actor, QueryDraft(QueryKind.VIEW, subject_id=43, personal=True), now)
    assert queries_page(QueryFilter(), district.actor("auditor")).items[0].purpose == "licensing"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (QueryDraft(QueryKind.VIEW, 43, personal=True), "accounts.purpose_missing"),
        (replace(PERSONAL, reference=""), "accounts.query_reference_missing"),
        (replace(PERSONAL, reference="\u3000\u200b"), "accounts.query_reference_missing"),
        (QueryDraft(QueryKind.VIEW, 43, personal=True, purpose="curiosity"), "accounts.purpose_unknown"),
        (QueryDraft(QueryKind.VIEW, 42, purpose="curiosity"), "accounts.purpose_unknown"),
        (QueryDraft(QueryKind.LIST, None, count=-1), "accounts.query_count"),
        (QueryDraft(QueryKind.LIST, None, scope="长" * 201), "accounts.query_scope"),
        (QueryDraft(QueryKind.LIST, None, reference="长" * 101), "accounts.query_reference"),
    ],
)
def test_a_read_that_may_not_be_is_refused(
    district: Any, refused: Any, now: datetime, query: QueryDraft, code: str
) -> None:
    with refused(code):
        register(district.actor("market"), query, now)


def test_the_public_registers_nothing(district: Any, refused: Any, now: datetime) -> None:
    with refused("accounts.public_query"):
        register(PUBLIC, VIEW, now)


def test_a_system_actor_is_registered_without_a_person(district: Any, now: datetime) -> None:
    register(system("worker"), QueryDraft(QueryKind.EXPORT, None, count=1000), now)
    (line,) = queries_page(QueryFilter(), district.actor("auditor")).items
    assert (line.person_id, line.person_name, line.unit_name, line.count) == (None, "", "", 1000)


def test_the_subject_learns_who_looked_but_not_the_officials_name(district: Any, now: datetime) -> None:
    register(district.actor("market"), PERSONAL, now)
    register(district.actor("transport"), VIEW, now)
    (line,) = queries_of_subject(43, Actor(kind="person", id=900, on_behalf_of=43))
    assert (line.unit_name, line.purpose, line.at) == ("示例区市场监督管理局", "case_handling", now)
    assert (line.person_id, line.person_name, line.reference, line.scope) == (None, "", "", "")


def test_an_auditor_sees_who_looked_at_a_subject_by_name(district: Any, now: datetime) -> None:
    register(district.actor("transport"), VIEW, now)
    (line,) = queries_of_subject(42, district.actor("auditor"))
    assert (line.person_name, line.fields, line.scope) == ("填报辛", ("name", "penalties"), "主体档案")


def test_nobody_else_reads_the_register(district: Any, refused: Any, now: datetime) -> None:
    register(district.actor("market"), VIEW, now)
    others = [district.actor(login) for login in ("market", "operator", "reviewer", "sysadmin", "secadmin", "console")]
    for actor in [*others, PUBLIC, Actor(kind="person", id=900, on_behalf_of=41)]:
        with refused("ledger.not_allowed"):
            queries_of_subject(42, actor)
        with refused("ledger.not_allowed"):
            queries_page(QueryFilter(), actor)


def test_the_register_is_narrowed_and_paged_newest_first(
    district: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    market, transport = district.actor("market"), district.actor("transport")
    made = [register(market, VIEW, now + timedelta(minutes=minute)) for minute in range(5)]
    other = register(transport, PERSONAL, now)
    auditor = district.actor("auditor")

    def ids(**wanted: Any) -> list[int]:
        return [line.id for line in queries_page(QueryFilter(**wanted), auditor).items]

    assert ids() == [other, *reversed(made)]
    assert ids(person_id=transport.id) == ids(unit_id=transport.unit_id) == ids(personal=True) == [other]
    assert ids(subject_id=42, since=now + timedelta(minutes=3)) == [made[4], made[3]]
    assert ids(subject_id=42, until=now + timedelta(minutes=1)) == [made[0]]
    with django_assert_num_queries(1):
        first = queries_page(QueryFilter(limit=4), auditor)
    rest = queries_page(QueryFilter(limit=4, before=first.next_before), auditor)
    assert [line.id for line in first.items + rest.items] == ids()
    assert rest.next_before is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_query SET purpose = 'licensing'",
        "UPDATE accounts_query SET person_id = NULL",
        "DELETE FROM accounts_query",
        "INSERT INTO accounts_query (run_id, run_index, at, subject_id, kind, personal, purpose, reference, fields, scope, "
        "count) VALUES (1, 0, '2026-11-21 00:00:00+00:00', 43, 'view', TRUE, '', '', '[]', '', 1)",
    ],
)
def test_the_database_keeps_the_register(district: Any, now: datetime, statement: str) -> None:
    register(district.actor("market"), PERSONAL, now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
