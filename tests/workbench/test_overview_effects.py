"""What each form of the overview pages does, with its entry in the ledger, and what is refused with nothing changed."""

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from workbench.acts import People, inputs, words
from workbench.overview_cast import administer, corrected
from world import INIT, PASSWORD, World, business_code, penalty, publish
from xinheng.accounts.door import people as accounts
from xinheng.accounts.door import trail, unit
from xinheng.accounts.values import AuditFilter, Person
from xinheng.catalogue.door import calendar
from xinheng.jobs import door as jobs
from xinheng.jobs.values import JobState
from xinheng.ledger.door import checkpoints, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.publicity.door import deadlines_under, latest
from xinheng.publicity.models import Publication
from xinheng.records.door import enter, marks_of
from xinheng.subjects.door import merges_of, register_subject, subject
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind
from xinheng.web.clock import now as page_now


def last_act(world: World) -> tuple[str, str]:
    sequence()
    line = trail(AuditFilter(limit=1), world.actor("auditor")).items[0]
    return line.operation, line.actor_name


def acts(world: World) -> int:
    """The number of the last act that was no sign-in."""
    sequence()
    lines = trail(AuditFilter(limit=50), world.actor("auditor")).items
    return next(line.number for line in lines if line.operation != "accounts.signed_in")


def through_review(client: Client, place: str, **fields: str) -> Any:
    """Send a form, look at its review, confirm what the review carries."""
    review = client.post(f"/workbench/{place}", {**fields, "_step": "review"})
    assert review.status_code == 200, words(review)
    assert "请核对" in words(review)
    return client.post(f"/workbench/{place}", {**inputs(review), "_step": "confirm"})


def shown(world: World) -> int:
    return len(latest("administrative-penalty", on=date(2026, 11, 21)).items)


def test_withdrawing_stops_publication_at_once_and_ending_the_mark_brings_it_back(world: World, people: People) -> None:
    record = corrected(world)
    assert shown(world) == 1
    answer = through_review(
        people["reviewer"],
        f"records/{record}/withdraw",
        kind="withdrawn",
        reason="处罚决定已撤销",
        basis="示行复〔2026〕1号",
    )
    assert answer["Location"] == f"/workbench/records/{record}"
    assert shown(world) == 0
    assert last_act(world) == ("records.marked", "复核员丁")
    text = words(people["reviewer"].get(f"/workbench/records/{record}"))
    assert "处罚决定已撤销" in text
    assert "已停止公示" in text
    mark = marks_of([record])[record][0]
    through_review(people["reviewer"], f"records/{record}/marks/{mark.id}/end", sure="1")
    assert last_act(world) == ("records.mark_ended", "复核员丁")


def test_the_source_unit_withdraws_its_own_record_and_needs_a_reason(world: World, people: People) -> None:
    record = corrected(world)
    place = f"/workbench/records/{record}/withdraw"
    before = acts(world)
    refused = people["reporter.market"].post(place, {"kind": "withdrawn", "reason": " ", "_step": "confirm"})
    assert refused.status_code == 422
    long = people["reporter.market"].post(place, {"kind": "withdrawn", "reason": "长" * 501, "_step": "confirm"})
    assert long.status_code == 422
    assert "长" * 501 in long.content.decode()
    assert acts(world) == before
    people["reporter.market"].post(place, {"kind": "withdrawn", "reason": "决定变更", "_step": "confirm"})
    assert shown(world) == 0


def test_a_subject_is_renamed_and_the_old_name_kept(world: World, people: People) -> None:
    place = world.subjects["云禾"]
    through_review(
        people["operator"], f"subjects/{place}/rename", name="示例区云禾科技有限公司", valid_from="2026年11月21日"
    )
    text = words(people["operator"].get(f"/workbench/subjects/{place}"))
    assert "示例区云禾科技有限公司" in text
    assert "曾用名 示例区云禾商贸有限公司" in text
    assert last_act(world)[0] == "accounts.query_registered"


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        ("rename", {"name": "", "valid_from": "2026-11-20"}, "请填写“新名称”"),
        ("rename", {"name": "甲", "valid_from": "2026-13-20"}, "不是日期"),
        ("rename", {"name": "甲", "valid_from": "2027-01-01"}, "晚于今天"),
        ("code", {"scheme": "uscc", "code": "123", "valid_from": "2026-11-21"}, "不是有效的统一社会信用代码"),
        ("code", {"scheme": "id18", "code": "1", "valid_from": "2026-11-21"}, "请从列出的选项中选择"),
        ("merge", {"code": "nobody", "reason": "同一主体"}, "没有代码为“nobody”的主体"),
        ("merge", {"code": business_code(1), "reason": ""}, "请填写“理由”"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_nothing_typed_is_lost(
    world: World, people: People, form: str, fields: dict[str, str], said: str
) -> None:
    before = acts(world)
    answer = people["operator"].post(
        f"/workbench/subjects/{world.subjects['云禾']}/{form}", {**fields, "_step": "confirm"}
    )
    assert answer.status_code == 422
    assert said in words(answer)
    typed = inputs(answer)
    assert {name: typed.get(name) for name in fields} == fields
    assert acts(world) == before


def test_a_code_is_changed_and_the_old_one_leads_on(world: World, people: People) -> None:
    place = world.subjects["云禾"]
    through_review(
        people["operator"], f"subjects/{place}/code", scheme="uscc", code=business_code(8), valid_from="2026-11-21"
    )
    assert subject(place, actor=world.actor("operator")).code == business_code(8)
    assert "示例区云禾商贸有限公司" in words(people["operator"].get("/workbench/subjects", {"q": business_code(1)}))


def test_doubles_are_merged_and_the_merge_undone(world: World, people: People) -> None:
    draft = SubjectDraft(
        SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(9), "示例区清岚食品有限公司（旧）", "登记机关"
    )
    twin = register_subject(draft=draft, actor=INIT, now=world.now).subject_id
    kept, actor = world.subjects["清岚"], world.actor("operator")
    through_review(people["operator"], f"subjects/{kept}/merge", code=business_code(9), reason="同一主体重复登记")
    assert subject(twin, actor=actor).merged_into == kept
    entry = merges_of(kept, actor=actor)[0]
    through_review(people["operator"], f"subjects/{kept}/merges/{entry.id}/undo", reason="并非同一主体")
    assert subject(twin, actor=actor).merged_into is None
    assert last_act(world) == ("subjects.merge_undone", "业务员丙")


def test_a_merge_of_a_subject_with_itself_is_refused(world: World, people: People) -> None:
    fields = {"code": business_code(1), "reason": "重复", "_step": "confirm"}
    answer = people["operator"].post(f"/workbench/subjects/{world.subjects['云禾']}/merge", fields)
    assert answer.status_code == 422


NOTICE = "2027-01-01至2027-01-03 放假\n2027-01-04 上班"


def test_a_notice_is_reviewed_and_imported_and_the_deadlines_counted_anew(world: World, people: People) -> None:
    review = people["operator"].post(
        "/workbench/calendar/import",
        {"year": "2027", "document": "国办发明电〔2026〕9号", "days": NOTICE, "_step": "review"},
    )
    assert "通知列出的日期 4 天" in words(review)
    answer = people["operator"].post("/workbench/calendar/import", {**inputs(review), "_step": "confirm"})
    assert answer["Location"] == "/workbench/calendar"
    assert calendar().status(2027) == "official"
    publish(world.now)
    assert "2027 年放假安排已导入" in words(people["operator"].get("/workbench/calendar"))
    assert "2027-01-04" in words(people["operator"].get("/workbench/calendar/2027"))


def test_the_review_of_a_notice_says_how_many_deadlines_move_and_the_import_moves_just_those(
    world: World, people: People, clock: Any
) -> None:
    late = World(world.now + timedelta(days=38), world.units, world.unit_codes, world.subjects)
    clock(late.now)
    client = people["operator"]
    fields = {
        "year": "2027",
        "document": "国办发明电〔2026〕9号",
        "days": "2027-01-01至2027-01-04 放假",
        "_step": "review",
    }
    assert "现在没有，不会有期限改变" in words(client.post("/workbench/calendar/import", fields))
    for number, day in enumerate((1, 21, 28, 28), start=1):
        fact = penalty(late, number=f"示市监罚〔2026〕{number}号", on=date(2026, 12, day))
        enter(fact=fact, actor=late.actor("reporter.market"), now=late.now)
    publish(late.now)
    before = dict(Publication.objects.values_list("pk", "deadline"))
    review = client.post("/workbench/calendar/import", fields)
    told = words(review)
    assert dict(Publication.objects.values_list("pk", "deadline")) == before
    client.post("/workbench/calendar/import", {**inputs(review), "_step": "confirm"})
    publish(late.now)
    after = dict(Publication.objects.values_list("pk", "deadline"))
    moved = [key for key in before if before[key] != after[key]]
    assert f"{len(moved)} 个改变日期" in told
    assert len(moved) == 2
    assert f"决定于 2026-12-28 的 2 条：{before[moved[0]]} 改为 {after[moved[0]]}" in told


def test_who_may_not_import_a_notice_learns_nothing_of_deadlines(world: World) -> None:
    with pytest.raises(NotAllowed):
        deadlines_under(calendar(), on=date(2026, 11, 21), actor=world.actor("reporter.market"))


def test_a_notice_from_a_file_is_carried_through_the_review(world: World, people: People) -> None:
    file = io.BytesIO("日期,类型\n2027-01-01,放假\n".encode("gb18030"))
    file.name = "notice.csv"
    fields = {"year": "2027", "document": "国办发明电〔2026〕9号", "file": file, "_step": "review"}
    review = people["operator"].post("/workbench/calendar/import", fields)
    assert "2027-01-01,放假" in inputs(review)["days"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("2027-01-01 休息", "第 1 行“2027-01-01 休息”无法识别"),
        ("2027-01-01 放假\n2027-01-01 放假", "出现两次"),
        ("2027-01-01 放假\n2027-01-01 上班", "2027-01-01"),
        ("2031-01-01 放假", "2031-01-01"),
        ("2026-01-01至2026-01-03 放假", "没有一天在2027年"),
        ("", "请填写放假和调休日期"),
    ],
)
def test_a_notice_that_cannot_be_read_changes_nothing(world: World, people: People, days: str, said: str) -> None:
    fields = {"year": "2027", "document": "国办发明电〔2026〕9号", "days": days, "_step": "confirm"}
    answer = people["operator"].post("/workbench/calendar/import", fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert calendar().status(2027) == "provisional"


def test_the_plan_is_exported_as_it_is_seen_and_the_export_registered(world: World, people: People) -> None:
    corrected(world)
    answer = people["reviewer"].get("/workbench/publicity/export.xlsx", {"columns": "subject,stage"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["主体", "公示状态"], ["示例区云禾商贸有限公司", "公示中（迟公示）"]]
    assert last_act(world)[0] == "accounts.query_registered"


def test_the_plan_is_filtered_by_stage(world: World, people: People) -> None:
    corrected(world)
    assert "示例区云禾商贸有限公司" in words(people["reviewer"].get("/workbench/publicity", {"stage": "shown"}))
    assert "没有符合条件的公示事项" in words(people["reviewer"].get("/workbench/publicity", {"stage": "withheld"}))
    assert people["reviewer"].get("/workbench/publicity", {"stage": "nothing"}).status_code == 422


def person_of(world: World, login: str) -> Person:
    return next(one for one in accounts(world.actor("sysadmin"), page_now()) if one.login == login)


def test_an_account_takes_two_administrators_and_a_one_time_password(world: World, people: People) -> None:
    administer(world)
    unit_id = str(world.units["tax"])
    through_review(people["sysadmin"], "people/open", login="new.tax", name="填报员壬", unit=unit_id)
    made = person_of(world, "new.tax")
    assert (made.roles, made.has_password) == ((), False)
    assert people["sysadmin"].get(f"/workbench/people/{made.id}/roles").status_code == 403
    through_review(people["secadmin"], f"people/{made.id}/roles", role="reporter")
    answer = people["secadmin"].post(f"/workbench/people/{made.id}/password")
    found = re.search(r"一次性口令： (\S+)", words(answer))
    assert found
    assert found[1] not in words(people["secadmin"].get(f"/workbench/people/{made.id}"))
    assert (
        Client().post("/workbench/sign-in", {"login": "new.tax", "password": found[1]})["Location"]
        == "/workbench/password"
    )


@pytest.mark.parametrize(
    ("login", "role", "said"),
    [
        ("reporter.market", "reviewer", "只能由信用中心"),
        ("operator", "reviewer", "不得由同一人担任"),
        ("sysadmin", "audit_admin", "三员分立"),
        ("secadmin", "reporter", "不得为自己授予或收回角色"),
    ],
)
def test_separation_of_duties_is_said_in_words(world: World, people: People, login: str, role: str, said: str) -> None:
    administer(world)
    before, person = acts(world), person_of(world, login)
    answer = people["secadmin"].post(f"/workbench/people/{person.id}/roles", {"role": role, "_step": "confirm"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert acts(world) == before
    assert person_of(world, login).roles == person.roles


def test_a_role_is_taken_back_and_the_last_of_its_kind_stays(world: World, people: People) -> None:
    administer(world)
    reporter, system = person_of(world, "reporter.tax"), person_of(world, "sysadmin")
    through_review(people["secadmin"], f"people/{reporter.id}/roles/reporter/end", sure="1")
    assert person_of(world, "reporter.tax").roles == ()
    place = f"/workbench/people/{system.id}/roles/system_admin/end"
    answer = people["secadmin"].post(place, {"sure": "1", "_step": "confirm"})
    assert answer.status_code == 422
    assert "唯一" in words(answer)


def test_a_locked_account_is_unlocked(world: World, people: People) -> None:
    administer(world)
    for _time in range(5):
        Client().post("/workbench/sign-in", {"login": "reporter.tax", "password": "wrong"})
    person = person_of(world, "reporter.tax")
    assert person.locked_until is not None
    through_review(people["secadmin"], f"people/{person.id}/unlock", sure="1")
    assert person_of(world, "reporter.tax").locked_until is None
    assert Client().post("/workbench/sign-in", {"login": "reporter.tax", "password": PASSWORD}).status_code == 302


def test_an_account_is_changed_and_closed(world: World, people: People) -> None:
    administer(world)
    person = person_of(world, "reporter.tax")
    through_review(people["sysadmin"], f"people/{person.id}/change", name="填报员癸", unit=str(world.units["market"]))
    assert person_of(world, "reporter.tax").unit_id == world.units["market"]
    through_review(people["sysadmin"], f"people/{person.id}/close", sure="1")
    assert person_of(world, "reporter.tax").active_to is not None


def test_a_unit_is_opened_changed_and_closed(world: World, people: People) -> None:
    administer(world)
    root = str(world.units["tax"])
    code = business_code(77, "11")
    answer = through_review(
        people["sysadmin"], "units/open", name="示例区税务局一所", code=code, kind="department", parent=root
    )
    unit_id = int(answer["Location"].rpartition("/")[2])
    through_review(
        people["sysadmin"],
        f"units/{unit_id}/change",
        name="示例区税务局第一所",
        parent=root,
        address="一号楼",
        telephone="",
    )
    assert unit(unit_id).name == "示例区税务局第一所"
    through_review(people["sysadmin"], f"units/{unit_id}/close", last_day="2026-11-30")
    assert unit(unit_id).active_to == date(2026, 11, 30)
    refused = people["sysadmin"].post(
        f"/workbench/units/{world.units['tax']}/close", {"last_day": "2026-11-30", "_step": "confirm"}
    )
    assert refused.status_code == 422
    assert "还有" in words(refused)


def test_a_checkpoint_is_signed_and_downloaded(world: World, people: People) -> None:
    assert people["auditor"].post("/workbench/audit/ledger/checkpoint").status_code == 302
    signed = checkpoints(1)[0]
    page = people["auditor"].get("/workbench/audit/ledger")
    assert "检查点已签发" in words(page)
    text = people["auditor"].get(f"/workbench/audit/ledger/checkpoints/{signed.size}.txt").content.decode()
    assert text == signed.text
    proof = people["auditor"].get("/workbench/audit/ledger/proof.json", {"number": "1"}).json()
    assert proof["entry"]["number"] == 1
    assert (
        people["auditor"].get("/workbench/audit/ledger/proof.json", {"number": str(signed.size + 1)}).status_code == 409
    )
    assert people["auditor"].get("/workbench/audit/ledger/proof.json", {"number": "x"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_verification_is_queued_once_and_shows_its_result(world: World, people: People) -> None:
    from xinheng.workbench.overview.verifying import verify

    first = people["auditor"].post("/workbench/audit/ledger/verify")
    assert people["auditor"].post("/workbench/audit/ledger/verify")["Location"] == first["Location"]
    job_id = int(first["Location"].rpartition("/")[2])
    assert "排队中" in words(people["auditor"].get(first["Location"]))
    worker = jobs.Worker(name="w1", handlers={"ledger.verify": f"{verify.__module__}.verify"}, clock=page_now)
    worker.run_one()
    assert jobs.job(job_id, world.actor("operator")).state is JobState.DONE
    assert "没有发现问题：历史没有被改动" in words(people["auditor"].get(first["Location"]))


def test_a_text_that_is_no_checkpoint_is_refused_in_place(world: World, people: People) -> None:
    answer = people["auditor"].post("/workbench/audit/ledger/verify", {"outside": "not a checkpoint"})
    assert answer.status_code == 422
    assert inputs(answer)["outside"] == "not a checkpoint"


def test_the_trail_names_acts_rows_and_results(world: World, people: People) -> None:
    corrected(world)
    client = people["auditor"]
    page = client.get("/workbench/audit/trail", {"operation": "records.correction_released"})
    assert "放行更正" in words(page)
    number = trail(AuditFilter(operation="records.correction_released"), world.actor("auditor")).items[0].number
    entry = words(client.get(f"/workbench/audit/trail/{number}"))
    for said in ("放行更正", "复核员丁", "信息版本", "信息编号"):
        assert said in entry, said
    assert client.get("/workbench/audit/trail/99999").status_code == 404


def test_the_history_of_one_row_is_found_from_its_entry(world: World, people: People) -> None:
    subject_id = world.subjects["云禾"]
    sequence()
    answer = people["auditor"].get("/workbench/audit/trail", {"table": "subjects.subject/1", "row": str(subject_id)})
    assert f"主体 第 {subject_id} 行的全部变更" in words(answer)
    assert "登记主体" in words(answer)


def test_the_trail_continues_and_goes_back(world: World, people: People) -> None:
    for _time in range(60):
        people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}")
    sequence()
    client = people["auditor"]
    first = client.get("/workbench/audit/trail").content.decode()
    onward = re.search(r'href="(\?after=[^"#]+)[^"]*" rel="next"', first)
    assert onward
    second = client.get(f"/workbench/audit/trail{onward[1]}").content.decode()
    assert 'rel="prev"' in second
    assert set(re.findall(r"/workbench/audit/trail/(\d+)", first)).isdisjoint(
        re.findall(r"/workbench/audit/trail/(\d+)", second)
    )


def test_the_register_shows_who_looked_for_what(world: World, people: People) -> None:
    corrected(world)
    people["operator"].get(f"/workbench/subjects/{world.subjects['云禾']}")
    text = words(people["auditor"].get("/workbench/audit/queries", {"subject": str(world.subjects["云禾"])}))
    assert "业务员丙" in text
    assert "示例区云禾商贸有限公司" in text
    assert people["auditor"].get("/workbench/audit/queries", {"subject": "x"}).status_code == 422


def test_a_job_is_cancelled_and_retried_with_an_entry_each(world: World, people: People) -> None:
    job = jobs.enqueue("ledger.verify", {})
    client = people["operator"]
    assert "没有后台进程在运行" in words(client.get("/workbench/jobs"))
    client.post(f"/workbench/jobs/{job}/cancel")
    assert jobs.job(job, world.actor("operator")).state is JobState.CANCELLED
    assert last_act(world) == ("workbench.job_cancelled", "业务员丙")
    client.post(f"/workbench/jobs/{job}/retry")
    assert jobs.job(job, world.actor("operator")).state is JobState.QUEUED
    assert last_act(world) == ("workbench.job_retried", "业务员丙")
    before = acts(world)
    assert client.post(f"/workbench/jobs/{job}/retry").status_code == 409
    assert people["reviewer"].post(f"/workbench/jobs/{job}/cancel").status_code == 403
    assert acts(world) == before
