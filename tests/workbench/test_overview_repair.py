"""An official sees beside a record how it stands to repair, with every clock; a department nothing of another one's record."""

from datetime import date

from workbench.acts import People, words
from world import World, licence, penalty, publish
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind


def page(people: People, login: str, record_id: int) -> str:
    return words(people[login].get(f"/workbench/records/{record_id}"))


def fined(world: World) -> int:
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now)
    publish(world.now)
    return done.record_id


def test_an_operator_sees_first_day_rule_and_every_clock(world: World, people: People) -> None:
    said = page(people, "operator", fined(world))
    for one in (
        "信用修复 未满最短公示期 义务履行完毕的，2027年2月10日起可以向作出决定的单位申请修复。",
        "修复申请转认定单位 2027年2月11日 暂按",
        "1 个工作日；按2027年2月10日提出申请计算。（本平台约定，非法律规定）",
        "修复申请受理 2027年2月16日",
        "“修复申请转认定单位”之后 3 个工作日；按2027年2月10日提出申请计算。",
        "修复决定 2027年2月24日",
        "规则待核实",
        "修复结果答复 2027年2月24日",
        "在国家企业信用信息公示系统",
        "材料至多 2 件",
        "最短公示期未满，从2027年2月10日起可以申请修复。",
    ):
        assert one in said, one


def test_a_repaired_record_says_so_and_asks_for_nothing(world: World, people: People) -> None:
    record_id = fined(world)
    actor = world.actor("reviewer")
    mark(
        record_id=record_id,
        kind=MarkKind.REPAIRED,
        reason="同意修复",
        actor=actor,
        now=world.now,
        on=date(2026, 11, 21),
    )
    said = page(people, "operator", record_id)
    assert "信用修复 无需修复 已经修复，不再公示。" in said
    assert "信用承诺书" not in said


def test_a_licence_has_no_such_section(world: World, people: People) -> None:
    done = enter(fact=licence(world), actor=world.actor("reporter.market"), now=world.now)
    publish(world.now)
    assert "最早可以申请修复之日" not in page(people, "operator", done.record_id)


def test_another_department_sees_nothing_of_it(world: World, people: People) -> None:
    record_id = fined(world)
    hidden = people["reporter.tax"].get(f"/workbench/records/{record_id}")
    nothing = people["reporter.tax"].get(f"/workbench/records/{record_id + 100_000}")
    assert hidden.status_code == nothing.status_code == 404
    assert "信用修复 " not in words(hidden)
