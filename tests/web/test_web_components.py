"""The shape of the components: words, roles, relations; and that nothing gets through unescaped."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template

from xinheng.web.parts import Basis, Deadline, Event, Fact, Figure, Link, Progress, Status, Step, Subject, Tab
from xinheng.web.style_page import PENALTIES, sample_rows
from xinheng.web.tables import Row, Table, read

EVIL = '"><script>alert(1)</script>'


def draw(template: str, **context: Any) -> str:
    return Template("{% load xh %}" + template).render(Context(context))


@pytest.mark.parametrize("tone", ["plain", "action", "kept", "clock", "harm", "ended"])
def test_a_status_is_a_word_a_shape_and_a_colour(tone: str) -> None:
    drawn = draw("{% status 'ÄB' tone %}", tone=tone)
    assert f'data-tone="{tone}"' in drawn
    assert "ÄB" in drawn
    assert '<svg viewBox="0 0 12 12" aria-hidden="true"' in drawn


def test_every_tone_has_a_shape_of_its_own() -> None:
    shapes = {
        draw("{% status 'x' t %}", t=t).split("<svg")[1] for t in ("plain", "action", "kept", "clock", "harm", "ended")
    }
    assert len(shapes) == 6


DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("deadline", "tone", "words"),
    [
        (Deadline(DAY, 8), "plain", "还剩 8 个工作日"),
        (Deadline(DAY, 3), "plain", "还剩 3 个工作日"),
        (Deadline(DAY, 2), "clock", "还剩 2 个工作日"),
        (Deadline(DAY, 0), "clock", "今天到期"),
        (Deadline(DAY, -1), "harm", "已超 1 个工作日"),
        (Deadline(DAY), "plain", "2026年12月3日"),
        (Deadline(DAY, met=DAY), "kept", "已于 2026年12月3日办结"),
        (Deadline(DAY, met=date(2026, 12, 4)), "harm", "2026年12月4日才办结，超期"),
    ],
)
def test_a_deadline_says_the_day_and_what_is_left(deadline: Deadline, tone: str, words: str) -> None:
    drawn = draw("{% deadline d %}", d=deadline)
    assert f'data-tone="{tone}"' in drawn
    assert words in drawn
    assert "暂按" not in drawn


def test_a_provisional_deadline_says_so_and_why() -> None:
    drawn = draw("{% deadline d %}", d=Deadline(DAY, 5, provisional=True))
    assert ">暂按<" in drawn
    assert "当年放假安排尚未公布" in drawn


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("{% facts f %}", {"f": [Fact(EVIL, EVIL, EVIL, Basis(EVIL, EVIL, EVIL))]}),
        (
            "{% subject_header s %}",
            {"s": Subject(EVIL, EVIL, (Fact(EVIL, EVIL),), Status(EVIL), (EVIL,), EVIL, (Status(EVIL),))},
        ),
        ("{% time_axis e %}", {"e": [Event(None, EVIL, EVIL, EVIL, EVIL, Status(EVIL), Basis(EVIL, href=EVIL), EVIL)]}),
        ("{% tabs t x %}", {"t": [Tab(EVIL, EVIL)], "x": EVIL}),
        ("{% steps s x %}", {"s": [Step(EVIL, "now", EVIL)], "x": EVIL}),
        ("{% figures f %}", {"f": [Figure(EVIL, 1, EVIL, EVIL)]}),
        ("{% progress p %}", {"p": Progress(EVIL, EVIL, EVIL, 1, 2, EVIL)}),
        ("{% page_head x where=x lead=x %}{% endpage_head %}", {"x": EVIL}),
        ("{% notice x %}{{ x }}{% endnotice %}", {"x": EVIL}),
        ("{% empty x %}{{ x }}{% endempty %}", {"x": EVIL}),
        ("{% confirmation x x x %}{{ x }}{% endconfirmation %}", {"x": EVIL}),
        ("{% code x %}{% basis b %}{{ x|shown }}", {"x": EVIL, "b": Basis(EVIL, href=EVIL)}),
        ("{% icon x x %}", {"x": EVIL}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_gets_through_unescaped(template: str, context: dict[str, Any]) -> None:
    drawn = draw(template, **context)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def table(text: str = "", rows: Any = None, **more: Any) -> str:
    query = read(PENALTIES, QueryDict(text))
    return draw(
        "{% table t %}{% filters t %}", t=Table(PENALTIES, query, sample_rows() if rows is None else rows, **more)
    )


def test_a_table_keeps_its_roles_when_it_becomes_cards() -> None:
    drawn = table(total=5)
    for role in ("table", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in drawn
    assert drawn.count('data-label="罚款金额"') == 5
    assert '<caption class="hidden-visually">行政处罚公示信息</caption>' in drawn


def test_the_head_says_the_order_and_turns_it() -> None:
    drawn = table("sort=amount", total=5)
    assert '<th scope="col" role="columnheader" class="k-money" aria-sort="ascending">' in drawn
    assert 'href="?sort=-amount#t-penalties"' in drawn


def test_actions_of_a_row_name_the_row_for_those_who_hear_the_page() -> None:
    drawn = table(total=1, rows=(Row({"name": "甲公司"}, actions=(Link("查看", "/1", about="甲公司"),)),))
    assert '查看<span class="hidden-visually"> 甲公司</span></a>' in drawn


def test_cells_and_conditions_are_escaped() -> None:
    drawn = table("q=%22%3E%3Cscript%3E", total=1, rows=(Row({"name": EVIL, "status": EVIL}, href=EVIL),))
    assert "<script>" not in drawn


def test_an_empty_table_says_why_and_what_to_do() -> None:
    drawn = table("status=held", rows=(), empty_title="没有暂存的数据", empty_text="都已核对。")
    assert "没有暂存的数据" in drawn
    assert "清除条件，查看全部" in drawn
    assert "<table" not in drawn


def test_a_condition_set_can_be_taken_away_alone() -> None:
    drawn = table("status=held&q=a", total=5)
    assert 'href="?q=a#t-penalties">状态：暂存待核' in drawn


def test_a_harmful_event_has_its_basis_and_the_way_to_object_beside_it() -> None:
    event = Event(
        DAY,
        "罚款",
        "行政处罚",
        status=Status("公示中", "harm"),
        basis=Basis("某法", "第一条", href="/b"),
        object_href="/o",
    )
    drawn = draw("{% time_axis e %}", e=[event])
    assert '<a href="/b">《某法》第一条</a>' in drawn
    assert '<a href="/o">我有异议<span class="hidden-visually">：罚款</span></a>' in drawn


@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(0, 10, 0), (999, 1000, 99), (10, 10, 100), (12, 10, 100), (5, None, None), (0, 0, None)],
)
def test_a_job_is_done_only_when_all_is_done(done: int, total: int | None, percent: int | None) -> None:
    assert Progress("x", "/p", "/r", done, total).percent == percent


def test_a_running_job_is_asked_again_and_a_finished_one_is_not() -> None:
    running = draw("{% progress p %}", p=Progress("核对", "/p?poll=1", "/r", 1, 2))
    assert 'hx-get="/p?poll=1" hx-trigger="every 2s"' in running
    assert '<a href="/r">刷新进度</a>' in running
    assert "您可以离开本页" in running
    finished = draw("{% progress p %}", p=Progress("核对", "/p", "/r", 2, 2, state="done", next=Link("查看回执", "/x")))
    assert "hx-get" not in finished
    assert "查看回执" in finished
