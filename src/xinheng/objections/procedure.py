"""The way of an objection: received, looked into by the source unit, answered. Silence never decides against whoever objects.

Source: 国办发〔2025〕22号 (channels, answer), GB/T 41196-2021; the time limits are the catalogue's (`objection.*`).
"""

from xinheng.procedures.values import Clock, Procedure, Side, State, Step

ACCEPT, VERIFY, DECIDE = "objections.accept", "objections.verify", "objections.decide"

FOUND = frozenset({"found_corrected", "found_withdrawn", "found_right", "found_unclear"})
_BEFORE = frozenset({"submitted", "supplement"})
_UNDER_WAY = frozenset({"verifying"}) | FOUND


def _finding(code: str, name: str, target: str) -> Step:
    return Step(
        code,
        name,
        Side.SOURCE,
        frozenset({"verifying"}),
        target,
        needs=VERIFY,
        reason=True,
        stops=("verification",),
    )


def _decision(code: str, name: str, sources: set[str], target: str) -> Step:
    return Step(
        code,
        name,
        Side.CENTRE,
        frozenset(sources),
        target,
        needs=DECIDE,
        reason=True,
    )


OBJECTION = Procedure(
    code="objection",
    version=1,
    name="异议处理",
    prefix="YY",
    bases=("platform-conventions.objection", "platform-conventions.objection-limits"),
    states=(
        State("submitted", "待受理", frozenset({Side.CENTRE})),
        State("supplement", "待补充材料", frozenset({Side.APPLICANT, Side.CENTRE})),
        State("verifying", "信源单位核实中", frozenset({Side.SOURCE})),
        State("found_corrected", "已更正，待答复", frozenset({Side.CENTRE})),
        State("found_withdrawn", "已撤回，待答复", frozenset({Side.CENTRE})),
        State("found_right", "核实无误，待答复", frozenset({Side.CENTRE})),
        State("found_unclear", "无法核实，待答复", frozenset({Side.CENTRE})),
        State("corrected", "异议成立，已更正", ends=True),
        State("withdrawn", "异议成立，已撤回", ends=True),
        State("upheld", "异议不成立", ends=True),
        State("unverifiable", "无法核实，停止公示", ends=True),
        State("refused", "不予受理", ends=True),
        State("dropped", "申请人撤回", ends=True),
    ),
    clocks=(
        Clock("acceptance", "受理", "objection.acceptance", Side.CENTRE),
        Clock("verification", "核实", "objection.verification", Side.SOURCE),
        Clock("answer", "答复", "objection.answer", Side.CENTRE),
    ),
    steps=(
        Step(
            "submit",
            "提出异议",
            Side.APPLICANT,
            frozenset(),
            "submitted",
            starts=("acceptance", "answer"),
        ),
        Step(
            "ask_supplement",
            "要求补充材料",
            Side.CENTRE,
            frozenset({"submitted"}),
            "supplement",
            needs=ACCEPT,
            reason=True,
            once=True,
            pauses=("acceptance", "answer"),
        ),
        Step(
            "supply",
            "补充材料",
            Side.APPLICANT,
            frozenset({"supplement"}),
            "submitted",
            resumes=("acceptance", "answer"),
        ),
        Step(
            "go_on",
            "不待补充继续办理",
            Side.CENTRE,
            frozenset({"supplement"}),
            "submitted",
            needs=ACCEPT,
            reason=True,
            resumes=("acceptance", "answer"),
        ),
        Step(
            "accept",
            "受理并转信源单位核实",
            Side.CENTRE,
            frozenset({"submitted"}),
            "verifying",
            needs=ACCEPT,
            stops=("acceptance",),
            starts=("verification",),
        ),
        Step(
            "accept_by_silence",
            "逾期未受理，视为受理",
            Side.TIME,
            frozenset({"submitted"}),
            "verifying",
            stops=("acceptance",),
            starts=("verification",),
        ),
        Step(
            "refuse",
            "不予受理",
            Side.CENTRE,
            frozenset({"submitted"}),
            "refused",
            needs=ACCEPT,
            reason=True,
        ),
        _finding("found_corrected", "反馈：有误，已更正", "found_corrected"),
        _finding("found_withdrawn", "反馈：有误，撤回", "found_withdrawn"),
        _finding("found_right", "反馈：无误", "found_right"),
        _finding("found_unclear", "反馈：无法核实", "found_unclear"),
        Step(
            "send_back",
            "退回信源单位重新核实",
            Side.CENTRE,
            frozenset({"found_right", "found_unclear"}),
            "verifying",
            needs=DECIDE,
            reason=True,
            once=True,
            starts=("verification",),
        ),
        Step(
            "extend",
            "延长办理期限",
            Side.CENTRE,
            _UNDER_WAY,
            "",
            needs=DECIDE,
            reason=True,
            once=True,
            extends=(("answer", "objection.extension"),),
        ),
        _decision("answer_corrected", "答复：异议成立，已更正", {"found_corrected"}, "corrected"),
        _decision("answer_withdrawn", "答复：异议成立，已撤回", {"found_withdrawn"}, "withdrawn"),
        _decision("answer_upheld", "答复：异议不成立", {"found_right"}, "upheld"),
        _decision(
            "answer_unverifiable",
            "答复：无法核实，停止公示",
            {"found_right", "found_unclear"},
            "unverifiable",
        ),
        Step("drop", "撤回异议", Side.APPLICANT, _BEFORE | _UNDER_WAY, "dropped"),
    ),
    accepted_by_silence="accept_by_silence",
)
