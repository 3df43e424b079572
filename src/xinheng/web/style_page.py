"""The living style page: every component with realistic, invented content. Mounted only when `XINHENG_DEBUG` is set."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from xinheng.web import show
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.navigation import Section
from xinheng.web.pages import Page
from xinheng.web.pages import show as draw
from xinheng.web.parts import (
    Basis,
    Code,
    Crumb,
    Deadline,
    Event,
    Fact,
    Figure,
    Link,
    Progress,
    Status,
    Step,
    Subject,
    Tab,
    Tone,
)
from xinheng.web.tables import Column, Filter, Row, Table, TableSpec, read

PENALTIES = TableSpec(
    key="penalties",
    caption="行政处罚公示信息",
    columns=(
        Column("name", "行政相对人名称"),
        Column("number", "决定书文号", "code"),
        Column("act", "违法行为类型"),
        Column("amount", "罚款金额", "money", sortable=True),
        Column("decided", "处罚决定日期", "date", sortable=True),
        Column("status", "状态", "status"),
        Column("unit", "处罚机关", optional=True),
        Column("due", "公示期限", "status", optional=True),
    ),
    filters=(
        Filter("q", "名称或文号", hint="名称、代码或文号"),
        Filter("status", "状态", "choice", (("public", "公示中"), ("ended", "已停止公示"), ("held", "暂存待核"))),
        Filter("from", "决定日期起", "date"),
        Filter("to", "决定日期止", "date"),
    ),
    sort="-decided",
)

ENTRY = FormSpec(
    key="entry",
    parts=(
        (
            "行政相对人",
            (
                Field("name", "行政相对人名称", hint="与营业执照上的名称一致"),
                Field("code", "统一社会信用代码", "code", hint="18 位，由数字和大写字母组成", width="m"),
            ),
        ),
        (
            "处罚决定",
            (
                Field("number", "行政处罚决定书文号", width="m"),
                Field("decided", "处罚决定日期", "date", hint="例如 2026-11-12", width="s"),
                Field(
                    "kind",
                    "处罚类别",
                    "choice",
                    choices=(("warning", "警告"), ("fine", "罚款"), ("closure", "责令停产停业")),
                ),
                Field("amount", "罚款金额", "number", unit="万元", width="s", required=False),
                Field("facts", "违法事实", "long", hint="不要写个人的住址、电话和身份证号码"),
                Field(
                    "regime",
                    "适用程序",
                    "radio",
                    choices=(("usual", "普通程序"), ("summary", "简易程序", "简易程序的处罚不公示")),
                ),
                Field("file", "决定书扫描件", "file", hint="PDF，不超过 10 MB", required=False, accept=".pdf"),
                Field("sure", "内容与决定书原件一致", "check"),
            ),
        ),
    ),
)

SECTIONS = (
    Section("overview", "工作概览", "web-style:workbench", "layout-dashboard"),
    Section("batches", "数据上报", "web-style:workbench", "upload", group="归集"),
    Section("held", "暂存待核", "web-style:workbench", "inbox", group="归集"),
    Section("subjects", "信用主体", "web-style:workbench", "building-2", group="归集"),
    Section("publicity", "公示管理", "web-style:workbench", "eye", group="公示"),
    Section("due", "公示期限", "web-style:workbench", "clock", group="公示"),
    Section("catalogue", "目录与依据", "web-style:workbench", "book-open", group="规则与审计"),
    Section("audit", "审计查询", "web-style:workbench", "shield-check", group="规则与审计"),
)
"""Sample sections for whoever shows the workbench's frame without a workbench."""

_BASIS = Basis("中华人民共和国行政处罚法", "第四十八条", href="#")


@dataclass(frozen=True, kw_only=True)
class StylePage(Page):
    """`web/style.html` and `web/style_workbench.html`."""

    statuses: Annotated[tuple[Status, ...], "one of every tone"]
    deadlines: Annotated[tuple[Deadline, ...], "one of every kind"]
    facts: Annotated[tuple[Fact, ...], "a penalty as facts"]
    table: Annotated[Table, "a table that answers to the address bar"]
    empty_table: Annotated[Table, "a table without rows"]
    form: Annotated[Bound, "a form with errors"]
    review: Annotated[Bound, "a form to check"]
    subject: Annotated[Subject, "a subject"]
    events: Annotated[tuple[Event, ...], "records along time"]
    tabs: Annotated[tuple[Tab, ...], "views"]
    steps: Annotated[tuple[Step, ...], "a procedure"]
    figures: Annotated[tuple[Figure, ...], "counts"]
    jobs: Annotated[tuple[Progress, ...], "jobs in every state"]
    penalty: Annotated[Status, "where the sample penalty stands"]
    amounts: Annotated[tuple[Decimal, ...], "amounts in units of ten thousand"]
    at: Annotated[datetime, "a moment"]


_NAMES = (
    "澄湖禾光食品有限公司",
    "样例区云岭建材经营部",
    "青梧智造科技有限公司",
    "朗川物流有限公司样例分公司",
    "松屿餐饮管理有限公司",
)
_CODES = ("91990101MA0AXH1K23", "92990101MA0BXK2L45", "91990101MA0CXM3N67", "91990101MA0DXP4Q89", "91990101MA0EXR5T01")
_ACTS = (
    "销售超过保质期的食品",
    "未按规定明码标价",
    "未落实安全生产培训要求",
    "超限运输",
    "未取得食品经营许可从事餐饮服务",
)
_STATES: tuple[tuple[str, Tone], ...] = (
    ("公示中", "action"),
    ("公示中，明日停止", "clock"),
    ("已停止公示", "ended"),
    ("逾期未公示", "harm"),
    ("修复后停止", "kept"),
)


_TONES: tuple[tuple[str, Tone], ...] = (
    ("待办", "plain"),
    ("公示中", "action"),
    ("已履行", "kept"),
    ("今天到期", "clock"),
    ("严重失信", "harm"),
    ("已停止公示", "ended"),
)
_DEADLINES = (
    Deadline(date(2026, 12, 3), 8, label="公示期限"),
    Deadline(date(2026, 11, 24), 1, label="公示期限"),
    Deadline(date(2026, 11, 20), 0),
    Deadline(date(2026, 11, 17), -3, label="公示期限"),
    Deadline(date(2027, 1, 8), 12, provisional=True, label="答复期限"),
    Deadline(date(2026, 11, 12), met=date(2026, 11, 10)),
)
_FACTS = (
    Fact("行政相对人", _NAMES[0]),
    Fact("统一社会信用代码", Code(_CODES[0])),
    Fact("决定书文号", "样市监罚〔2026〕118号"),
    Fact("处罚内容", "罚款 3.50 万元，没收违法所得 1,204.00 元"),
    Fact("处罚决定日期", date(2026, 11, 12)),
    Fact("停止公示日期", date(2027, 11, 12), hint="最短公示期自决定之日起算，期满自动停止。"),
    Fact(
        "法律依据",
        "销售超过保质期的食品",
        basis=Basis("中华人民共和国食品安全法", "第三十四条第十项", href="#"),
    ),
    Fact("备注", None),
)
_TABS = (
    Tab("全部记录", "#", True, 14),
    Tab("行政许可", "#", count=9),
    Tab("行政处罚", "#", count=2),
    Tab("其他", "#", count=3),
)
_STEPS = (
    Step("已收到", "done", "2026-11-10"),
    Step("审核中", "now", "信用中心，至 2026-11-24"),
    Step("答复", "ahead"),
    Step("办结", "ahead"),
)
_FIGURES = (
    Figure("今天到期未公示", 3, "条", "#", "clock"),
    Figure("逾期未公示", 1, "条", "#", "harm"),
    Figure("暂存待核", 42, "条", "#"),
    Figure("本月归集", 12845, "条", "#"),
)
_SUBJECT = Subject(
    _NAMES[0],
    "企业法人",
    (Fact("统一社会信用代码", Code(_CODES[0])), Fact("工商注册号", Code("990101600012345"))),
    Status("存续", "kept"),
    ("澄湖禾光粮油有限公司",),
    "",
    (Status("1 条记录存在异议", "clock"), Status("列入经营异常名录", "harm")),
)


def sample_rows() -> tuple[Row, ...]:
    """Rows of the sample table."""
    return tuple(
        Row(
            {
                "name": name,
                "number": f"样市监罚〔2026〕{118 + index * 7}号",
                "act": act,
                "amount": show.money(Decimal(amount), "万元"),
                "decided": date(2026, 11 - index, 18 - index * 3),
                "status": Status(*state),
                "unit": "样例区市场监督管理局",
                "due": Deadline(date(2026, 11, 27), 4 - index * 2, provisional=index == 2),
            },
            href="#",
            actions=(Link("查看", "#", about=name), Link("更正", "#", about=name)),
            tone=state[1],
        )
        for index, (name, act, amount, state) in enumerate(
            zip(_NAMES, _ACTS, ("3.5", "0.2", "12.25", "0.05", "128000"), _STATES, strict=True)
        )
    )


def sample_entry() -> Bound:
    """A form half filled in, with errors from three sources."""
    typed = {
        "name": _NAMES[0],
        "code": "91990101MA0AXH1K2",
        "decided": "2026年13月2日",
        "kind": "fine",
        "amount": "3.5",
        "facts": "",
    }
    return ENTRY.empty(**typed).with_errors(
        (
            FieldError("", "同一文号已由样例区市场监督管理局于 2026年11月12日报送，请先核对。", "E204"),
            FieldError("code", "统一社会信用代码“91990101MA0AXH1K2”只有 17 位，应为 18 位。", "E101"),
            FieldError("decided", "处罚决定日期“2026年13月2日”不是有效日期：月份应为 1 至 12。", "E103"),
            FieldError("facts", "请填写“违法事实”。", "E100"),
        )
    )


def style_context(request: HttpRequest) -> StylePage:
    """The sample content; the table reads the request's address."""
    query = read(PENALTIES, request.GET)
    held = replace(PENALTIES, key="held", caption="暂存待核的处罚")
    none = read(held, {"q": "不存在的企业", "status": "held"})
    return StylePage(
        title="组件样式",
        section="penalties",
        crumbs=(Crumb("首页", "#"), Crumb("行政处罚公示", "#")),
        penalty=Status("公示中", "action"),
        statuses=tuple(Status(*each) for each in _TONES),
        deadlines=_DEADLINES,
        facts=_FACTS,
        table=Table(PENALTIES, query, sample_rows() if query.ok else (), 1284, export_href="#"),
        empty_table=Table(
            held,
            none,
            (),
            0,
            empty_title="没有暂存待核的处罚",
            empty_text="符合条件的数据都已核对完毕。新上报的数据如需核对，会出现在这里。",
        ),
        form=sample_entry(),
        review=ENTRY.empty(
            name=_NAMES[0], code=_CODES[0], decided="2026-11-12", kind="fine", amount="3.50", regime="usual", sure="1"
        ),
        subject=_SUBJECT,
        events=_events(),
        tabs=_TABS,
        steps=_STEPS,
        figures=_FIGURES,
        jobs=_jobs(),
        amounts=(Decimal("3.5"), Decimal("12.250001"), Decimal(128000)),
        at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    )


def _events() -> tuple[Event, ...]:
    return (
        Event(
            date(2026, 11, 12),
            "罚款 3.50 万元：销售超过保质期的食品",
            "行政处罚",
            "样例区市场监督管理局",
            "#",
            Status("公示中", "harm"),
            _BASIS,
            "#",
        ),
        Event(date(2026, 6, 3), "食品经营许可证延续", "行政许可", "样例区行政审批服务局", "#", Status("有效", "kept")),
        Event(
            date(2025, 9, 30),
            "因公示信息隐瞒真实情况列入经营异常名录",
            "异常名录",
            "样例区市场监督管理局",
            "#",
            Status("有异议，处理中", "clock"),
            _BASIS,
            "#",
        ),
        Event(None, "荣获诚信示范商户", "表彰奖励", "样例区商务局", "#", Status("已停止公示", "ended")),
    )


def _jobs() -> tuple[Progress, ...]:
    return (
        Progress(
            "核对 penalties-2026-11.xlsx",
            "?poll=1",
            "?",
            done=12840,
            total=30000,
            doing="正在核对统一社会信用代码",
            since=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
        ),
        Progress(
            "核对 licences.csv",
            "?poll=1",
            "?",
            done=30000,
            total=30000,
            state="done",
            doing="接收 29,410 行，暂存 12 行，退回 578 行",
            next=Link("查看回执", "#"),
        ),
        Progress(
            "核对 old.xls",
            "?poll=1",
            "?",
            done=120,
            total=9000,
            state="failed",
            doing="文件在第 121 行中断，没有任何数据入库",
            next=Link("重新上传", "#"),
        ),
    )


def _polled(request: HttpRequest) -> HttpResponse | None:
    return render(request, "web/parts/progress.html", {"job": _jobs()[0]}) if "poll" in request.GET else None


def style(request: HttpRequest) -> HttpResponse:
    """The components in the portal's frame; with `poll`, the progress alone."""
    if polled := _polled(request):
        return polled
    return draw(request, "web/style.html", style_context(request))


def style_workbench(request: HttpRequest) -> HttpResponse:
    """The components in the workbench's frame; with `poll`, the progress alone."""
    if polled := _polled(request):
        return polled
    return draw(request, "web/style_workbench.html", style_context(request))


app_name = "web-style"
urlpatterns = [path("style", style, name="portal"), path("style/workbench", style_workbench, name="workbench")]
