"""Finding subjects and reading their archives: every version, every look registered, nothing of another unit."""

from typing import Any

import pytest
from django.test import Client

from workbench.acts import People, words
from workbench.overview_cast import administer, bare, corrected, id_number, person_with_record
from world import World, business_code, licence, penalty, publish
from xinheng.accounts.door import queries_page
from xinheng.accounts.values import Query, QueryFilter
from xinheng.ledger.door import checkpoint, head
from xinheng.records.door import enter
from xinheng.storage.bulk import next_ids


def looks(world: World) -> tuple[Query, ...]:
    return queries_page(QueryFilter(), world.actor("auditor")).items


def test_an_operator_sees_what_a_correction_changed_and_where_each_version_came_from(
    world: World, people: People
) -> None:
    corrected(world)
    text = words(people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}"))
    for said in (
        "第 2 版",
        "第 1 版",
        "0.5 → 0.3",
        "更正理由：金额录入有误",
        "示例区市场监督管理局",
        "复核员丁",
        "迟公示",
    ):
        assert said in text, said
    assert "账本编号" in text


def test_an_archive_is_shown_as_it_was_known_at_a_ledger_number(world: World, people: People) -> None:
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now)
    publish(world.now)
    known = head().numbered
    corrected(world)
    place = f"/workbench/subjects/{world.subjects['云禾']}"
    assert "0.5 → 0.3" in words(people["operator"].get(place))
    earlier = words(people["operator"].get(place, {"known": known}))
    assert "0.5 → 0.3" not in earlier
    assert "共 1 条" in earlier
    assert "共 0 条" in words(people["operator"].get(place, {"on": "2026-11-09"}))


@pytest.mark.parametrize("query", [{"on": "2026-13-01"}, {"known": "abc"}, {"item": "nothing"}, {"other": "1"}])
def test_a_filter_that_cannot_be_used_is_named(world: World, people: People, query: dict[str, str]) -> None:
    answer = people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}", query)
    assert answer.status_code == 422
    assert next(iter(query.values())) in words(answer)


def test_every_look_at_an_archive_is_registered_and_the_page_says_so(world: World, people: People) -> None:
    corrected(world)
    answer = people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}")
    assert "已记入查询登记簿" in words(answer)
    assert answer["Cache-Control"] == "no-store"
    look = looks(world)[0]
    assert (look.subject_id, look.person_name, look.kind, look.count) == (world.subjects["云禾"], "业务员丙", "view", 1)
    assert "CF_NR_FK" in look.fields


def test_an_auditor_sees_who_looked_and_an_operator_does_not(world: World, people: People) -> None:
    corrected(world)
    place = f"/workbench/subjects/{world.subjects['云禾']}"
    people["operator"].get(place)
    assert "谁看过这个主体" in words(people["auditor"].get(place))
    assert "业务员丙" in words(people["auditor"].get(place))
    assert "谁看过这个主体" not in words(people["operator"].get(place))


def test_a_department_sees_byte_for_byte_the_same_with_and_without_another_units_record(
    world: World, people: People
) -> None:
    client = people["reporter.tax"]
    coming = next_ids("records_record", 1)[0] + 1
    places = [
        f"/workbench/subjects/{world.subjects['云禾']}",
        "/workbench/subjects?q=云禾",
        "/workbench/subjects?q=示市监罚〔2026〕1号",
        "/workbench/publicity",
        "/workbench/publicity?stage=withheld",
        f"/workbench/records/{coming}",
    ]
    for place in places:
        client.get(place)
    before = [bare(client.get(place)) for place in places]
    assert enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now).record_id == coming
    publish(world.now)
    assert [bare(client.get(place)) for place in places] == before


def test_a_record_of_another_unit_does_not_exist(world: World, people: People) -> None:
    record = corrected(world)
    for place in (f"records/{record}", f"records/{record}/proof.json", f"records/{record}/withdraw"):
        assert people["reporter.tax"].get(f"/workbench/{place}").status_code == 404


def test_search_finds_by_part_of_a_name_code_and_document_number(world: World, people: People) -> None:
    corrected(world)
    client = people["operator"]
    assert "示例区云禾商贸有限公司" in words(client.get("/workbench/subjects", {"q": "云禾"}))
    assert "示例区云禾商贸有限公司" in words(client.get("/workbench/subjects", {"q": business_code(1)}))
    found = words(client.get("/workbench/subjects", {"q": "示市监罚〔2026〕1号"}))
    assert "文书号相同的信息" in found
    assert looks(world)[0].scope == "按文书号查找"


def test_an_identity_number_never_stays_in_the_address_bar(world: World, people: People) -> None:
    answer = people["operator"].get("/workbench/subjects", {"q": id_number()})
    assert answer.status_code == 302
    assert answer["Location"] == "/workbench/subjects/person"


def ask(client: Client, number: str, **more: str) -> Any:
    fields = {"number": number, "purpose": "enforcement", "reference": "示案〔2026〕1号", **more}
    return client.post("/workbench/subjects/person", fields)


def test_a_person_is_found_by_the_exact_number_with_a_purpose_and_a_case_number(world: World, people: People) -> None:
    person = person_with_record(world)
    client = people["operator"]
    assert client.get(f"/workbench/subjects/{person}").status_code == 302
    assert ask(client, id_number(), reference="").status_code == 422
    assert ask(client, id_number(), purpose="").status_code == 422
    assert ask(client, id_number())["Location"] == f"/workbench/subjects/{person}"
    text = words(client.get(f"/workbench/subjects/{person}"))
    assert "赵样例" in text
    assert "执法办案" in text
    seen = [(look.kind, look.personal, look.purpose, look.reference) for look in looks(world)]
    assert seen == [
        ("view", True, "enforcement", "示案〔2026〕1号"),
        ("search", True, "enforcement", "示案〔2026〕1号"),
    ]
    assert all(id_number() not in look.scope for look in looks(world))


def test_a_department_learns_of_a_person_only_by_its_own_records(world: World, people: People) -> None:
    person = person_with_record(world)
    nobody = ask(people["reporter.tax"], id_number())
    assert "没有可以查看的结果" in words(nobody)
    assert people["reporter.tax"].get(f"/workbench/subjects/{person}").status_code == 404
    assert ask(people["reporter.market"], id_number())["Location"] == f"/workbench/subjects/{person}"


def test_a_proof_is_offered_when_a_checkpoint_covers_the_version(world: World, people: People) -> None:
    record = corrected(world)
    client = people["reviewer"]
    assert "还没有检查点覆盖" in words(client.get(f"/workbench/records/{record}"))
    assert client.get(f"/workbench/records/{record}/proof.json").status_code == 409
    checkpoint(now=world.now)
    answer = client.get(f"/workbench/records/{record}/proof.json", {"seq": "1"})
    proof = answer.json()
    assert (proof["format"], proof["entry"]["table"]) == ("xinheng-proof/1", "records.version/1")
    assert looks(world)[0].kind == "export"


def test_provisional_subjects_are_listed_for_whoever_settles_them_only(world: World, people: People) -> None:
    from xinheng.subjects.door import make_provisional
    from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

    draft = SubjectDraft(
        SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(7), "示例区新芽有限公司", "市场监管 批次 1"
    )
    made = make_provisional(draft=draft, actor=world.actor("reporter.market"), now=world.now).subject_id
    listed = words(people["operator"].get("/workbench/subjects", {"state": "provisional"}))
    assert "示例区新芽有限公司" in listed
    assert people["reporter.tax"].get("/workbench/subjects", {"state": "provisional"}).status_code == 422
    assert "批次 1" not in words(people["reporter.tax"].get(f"/workbench/subjects/{made}"))
    form = {"kind": "legal_person", "scheme": "uscc", "code": business_code(7), "name": "示例区新芽科技有限公司"}
    sent = {**form, "source": "示例区登记簿", "_step": "confirm"}
    assert people["operator"].post(f"/workbench/subjects/{made}/confirm", sent).status_code == 302
    text = words(people["operator"].get(f"/workbench/subjects/{made}"))
    assert "已核实登记" in text
    assert "示例区新芽有限公司" in text


def test_a_licence_is_neutral_and_a_penalty_names_its_basis(world: World, people: People) -> None:
    administer(world)
    corrected(world)
    enter(fact=licence(world), actor=world.actor("reporter.market"), now=world.now)
    fined = people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}").content.decode()
    licensed = people["operator"].get(f"/workbench/subjects/{world.subjects['清岚']}").content.decode()
    assert 'class="basis"' in fined
    assert 'class="basis"' not in licensed
