"""The way of a repair: applied for, accepted or refused, decided by who determined (谁认定、谁修复).

A missed limit is never against who applies. Source: 国家发展改革委令第36号 (procedure); the time limits are the catalogue's (`repair.*`).
The website's forwarding takes no time here: an application lies in the inbox of the determining unit from the same moment.
"""

from xinheng.procedures.values import Clock, Procedure, Side, State, Step

ACCEPT, DECIDE = "repair.accept", "repair.decide"


def _decision(code: str, name: str, target: str) -> Step:
    return Step(code, name, Side.DETERMINING, frozenset({"deciding"}), target, needs=DECIDE, reason=True)


REPAIR = Procedure(
    code="repair",
    version=1,
    name="信用修复",
    prefix="XF",
    bases=("repair-order-36.procedure", "platform-conventions.repair-limits"),
    states=(
        State("applied", "修复申请待受理", frozenset({Side.DETERMINING})),
        State("lacking", "修复申请待补充", frozenset({Side.APPLICANT, Side.DETERMINING})),
        State("deciding", "已受理，待决定", frozenset({Side.DETERMINING})),
        State("granted", "准予修复", ends=True),
        State("rejected", "不予修复", ends=True),
        State("refused", "修复申请不予受理", ends=True),
        State("dropped", "修复申请已撤回", ends=True),
    ),
    clocks=(
        Clock("acceptance", "修复申请受理", "repair.acceptance", Side.DETERMINING),
        Clock("decision", "修复决定", "repair.decision", Side.DETERMINING),
        Clock("answer", "修复结果答复", "repair.answer", Side.DETERMINING),
    ),
    steps=(
        Step("apply", "申请修复", Side.APPLICANT, frozenset(), "applied", starts=("acceptance", "answer")),
        Step(
            "ask_supplement",
            "一次告知补充",
            Side.DETERMINING,
            frozenset({"applied"}),
            "lacking",
            needs=ACCEPT,
            reason=True,
            once=True,
            pauses=("acceptance", "answer"),
        ),
        Step("supply", "补充说明", Side.APPLICANT, frozenset({"lacking"}), "applied", resumes=("acceptance", "answer")),
        Step(
            "go_on",
            "不待补充继续审查",
            Side.DETERMINING,
            frozenset({"lacking"}),
            "applied",
            needs=ACCEPT,
            reason=True,
            resumes=("acceptance", "answer"),
        ),
        Step(
            "accept",
            "受理修复申请",
            Side.DETERMINING,
            frozenset({"applied"}),
            "deciding",
            needs=ACCEPT,
            stops=("acceptance",),
            starts=("decision",),
        ),
        Step(
            "refuse",
            "不予受理修复申请",
            Side.DETERMINING,
            frozenset({"applied"}),
            "refused",
            needs=ACCEPT,
            reason=True,
        ),
        Step(
            "extend",
            "延长修复办理期限",
            Side.DETERMINING,
            frozenset({"deciding"}),
            "",
            needs=DECIDE,
            reason=True,
            once=True,
            extends=(("decision", "repair.extension"), ("answer", "repair.extension")),
        ),
        _decision("grant", "决定：准予修复", "granted"),
        _decision("reject", "决定：不予修复", "rejected"),
        Step("drop", "撤回修复申请", Side.APPLICANT, frozenset({"applied", "lacking", "deciding"}), "dropped"),
    ),
)
