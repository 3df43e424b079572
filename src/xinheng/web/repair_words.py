"""How a record stands to repair, in sentences: the answer, what is asked for, and every step that led there with its articles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.law import Basis as LegalBasis
from xinheng.catalogue.values.law import Certainty
from xinheng.catalogue.values.repair import RepairWord
from xinheng.kernel.periods import Span
from xinheng.repair.values import Clock, Otherwise, Reason, RepairOutcome, Standing, Value
from xinheng.web import show
from xinheng.web.joining import listed
from xinheng.web.parts import Basis, Deadline, Fact, Status, Tone
from xinheng.web.procedure_words import length_words, plain_basis
from xinheng.web.publicity_words import bases_in_force, duration
from xinheng.web.rule_words import rule_name

NAMES = (
    gettext_noop("最短公示期已满"),
    gettext_noop("已经改正，并履行完决定的全部义务"),
    gettext_noop("公开作出信用承诺：材料真实，愿意承担责任"),
    gettext_noop("参加信用修复培训"),
    gettext_noop("取得信用报告"),
    gettext_noop("法律、法规和部门规章规定的其他条件"),
    gettext_noop("主动消除危害后果和不良影响"),
    gettext_noop("没有因同类违法行为再次受到处罚"),
    gettext_noop("不在经营异常名录和严重违法失信名单中"),
    gettext_noop("义务履行完毕的证明"),
    gettext_noop("信用承诺书"),
    gettext_noop("信用修复培训证明"),
    gettext_noop("信用报告"),
    gettext_noop("信用修复申请书"),
    gettext_noop("作出决定的单位（谁认定、谁修复）"),
    gettext_noop("列入名录的单位"),
    gettext_noop("执行法院"),
    gettext_noop("“信用中国”网站或者地方信用门户网站，并由作出处罚决定的单位核实"),
    gettext_noop("“信用中国”网站"),
    gettext_noop("“信用中国”网站统一受理，也可以到政务服务大厅窗口"),
    gettext_noop("作出决定的市场监督管理部门"),
    gettext_noop("列入名录的市场监督管理部门"),
    gettext_noop("作出决定的执行法院"),
    gettext_noop("移出经营异常名录"),
    gettext_noop("删除失信被执行人信息"),
    gettext_noop("届满自动停止公示；没有改正的，按行业主管部门的规定"),
)
"""Names in the rules of repair; a test holds this list against the catalogue."""

OUTCOMES: Final[dict[RepairOutcome, tuple[str, Tone]]] = {
    RepairOutcome.OPEN: (gettext_noop("可以申请修复"), "action"),
    RepairOutcome.WAITING: (gettext_noop("未满最短公示期"), "clock"),
    RepairOutcome.NEVER: (gettext_noop("不可修复"), "ended"),
    RepairOutcome.ELSEWHERE: (gettext_noop("由列入单位移出"), "plain"),
    RepairOutcome.NOT_NEEDED: (gettext_noop("无需修复"), "ended"),
    RepairOutcome.UNDECIDED: (gettext_noop("修复规则待确定"), "plain"),
}

REASONS: Final = {
    "repair.regime": gettext_noop("决定日期是%(day)s，适用%(regime)s。"),
    "repair.tier": gettext_noop("按这一规则，这项决定属于“%(tier)s”。"),
    "repair.longest": gettext_noop("同一决定有几种处罚（%(kinds)s），按其中公示期最长的一种，即“%(tier)s”。"),
    "repair.overridden": gettext_noop("认定单位另定了分级，理由是：%(reason)s"),
    "repair.end": gettext_noop("自决定之日起最长公示%(longest)s，到%(day)s当日 24 时自动停止，无需申请。"),
    "repair.special_end": gettext_noop("法律、行政法规另定了公示期，到%(day)s当日 24 时自动停止，无需申请。"),
    "repair.shortest": gettext_noop("自%(counted)s起公示满%(shortest)s，即从%(day)s起，才可以申请修复。"),
    "repair.at_once": gettext_noop("没有最短公示期：从%(day)s起，履行完义务就可以申请修复。"),
    "repair.procedure": gettext_noop("%(day)s提出的申请，按%(regime)s办理。"),
    "repair.transition": gettext_noop("分级和公示期限按作出决定之日的规定，条件、材料和办理按申请之日的规定。"),
    "repair.at_most": gettext_noop("材料至多 %(count)s 件，认定单位能够自行取得的不得要求提供；不收费。"),
    "repair.misuse": gettext_noop("提供虚假材料或者不履行承诺的，记录在案，公示%(shown)s，期间不可修复。"),
    "repair.after_end": gettext_noop("%(said)s。"),
    "repair.open": gettext_noop("最短公示期已满，到%(day)s自动停止以前，都可以申请修复。"),
    "repair.waiting": gettext_noop("最短公示期未满，从%(day)s起可以申请修复。"),
    "repair.excluded": gettext_noop("“%(tier)s”不可修复，公示期满自动停止。"),
    "repair.ends_before": gettext_noop("最短公示期还没有满就到期：到%(day)s自动停止，不需要申请。"),
    "repair.misused": gettext_noop(
        "%(recorded)s记录了虚假材料或者违反承诺：这一记录公示%(shown)s，到%(day)s为止；原信息不可再修复，公示期满自动停止。"
    ),
    "repair.regime_silent": gettext_noop("%(regime)s没有规定提前停止公示，能否修复由作出决定的单位确定。"),
    "repair.no_procedure": gettext_noop("%(day)s没有可以适用的修复规则，能否修复由作出决定的单位确定。"),
    "repair.elsewhere": gettext_noop("这类信息不经信用修复停止公示，而是由%(decider)s%(way)s。"),
    "repair.not_harmful": gettext_noop("这不是失信信息，无需修复。"),
    "repair.repaired": gettext_noop("已经修复，不再公示。"),
    "repair.withdrawn": gettext_noop("已经撤回，不再公示，无需修复。"),
    "repair.no_rules": gettext_noop("现行目录是较早的版本，还没有修复规则，请先装载新版目录。"),
    "repair.no_way": gettext_noop("目录没有这类信息的修复规则，能否修复由作出决定的单位确定。"),
    "repair.no_act_date": gettext_noop("没有决定日期，或者现行目录已没有这类信息，无法计算。"),
    "repair.withheld": gettext_noop("不予公示（%(ground)s），无需修复。"),
    "repair.ended": gettext_noop("公示期已于%(day)s届满，已经停止公示，无需修复。"),
    "repair.over": gettext_noop("公示期或者有效期已经届满，不再公示，无需修复。"),
    "repair.never_shown": gettext_noop("按规定不公示，无需修复。"),
    "repair.minor": gettext_noop("轻微的原则上不公示，认定单位没有记载公示理由，无需修复。"),
    "repair.not_public": gettext_noop("这类信息不对社会公开，无需修复。"),
    "catalogue.no_regime": gettext_noop("决定日期没有可以适用的公示分级规则，无法计算。"),
    "catalogue.no_kinds": gettext_noop("没有处罚种类，无法分级；补充处罚类别以后才能计算。"),
    "catalogue.no_term": gettext_noop("决定日期没有可以适用的公示期限规则，无法计算。"),
    "catalogue.override_reason": gettext_noop("认定单位另定分级，没有说明理由，须先补正。"),
    "catalogue.unknown_tier": gettext_noop("认定单位所定的分级不在适用的规则内，须先补正。"),
    "catalogue.special_term": gettext_noop("所引的特别公示期依据不是法律、行政法规，须先补正。"),
}
"""A sentence for every reason; a test holds the list against the rules."""

ANSWER: Final = "repair.answer"
APPLIED_FOR: Final = (RepairOutcome.OPEN, RepairOutcome.WAITING)


@dataclass(frozen=True, slots=True)
class Why:
    """One step of the explanation."""

    text: Annotated[str, "the sentence"]
    mark: Annotated[Status | None, "how sure it is, where it is not certain"]
    bases: Annotated[tuple[Basis, ...], "its articles"]


@dataclass(frozen=True, slots=True)
class RepairPart:
    """How a record stands to repair."""

    status: Annotated[Status, "whether it can be repaired now"]
    lead: Annotated[str, "the answer in one sentence"]
    facts: Annotated[tuple[Fact, ...], "from which day, under which rule, with what, where, by when"]
    why: Annotated[tuple[Why, ...], "the steps that led to the answer"]
    open: Annotated[bool, "it can be applied for today"]
    applies: Annotated[bool, "it is repaired by an application, now or from a day on"]


def repair_part(
    standing: Standing, edition: Edition, *, basis: Callable[[LegalBasis], Basis] = plain_basis, brief: bool = False
) -> RepairPart:
    """The answer for a page; `basis` makes the way to a basis's page, `brief` leaves of the clocks the last one alone."""
    label, tone = OUTCOMES[standing.outcome]
    return RepairPart(
        Status(_(label), tone),
        _lead(standing),
        _facts(standing, edition, brief=brief),
        _explained(standing, edition, basis),
        standing.outcome is RepairOutcome.OPEN,
        standing.outcome in APPLIED_FOR,
    )


def reason_words(reason: Reason, standing: Standing) -> str:
    """The sentence of a reason in the page's language."""
    words = {key: _value(key, value) for key, value in reason.values}
    return _(REASONS[reason.code]) % (words | {"decider": rule_name(standing.decider)})


def _lead(standing: Standing) -> str:
    if standing.first is not None and standing.outcome in APPLIED_FOR:
        return _("义务履行完毕的，%(day)s起可以向作出决定的单位申请修复。") % {"day": show.day(standing.first)}
    return reason_words(standing.reasons[-1], standing)


def _explained(standing: Standing, edition: Edition, basis: Callable[[LegalBasis], Basis]) -> tuple[Why, ...]:
    """The steps with their articles; an article stands with the first step that rests on it."""
    cited: set[str] = set()
    steps = []
    for reason in standing.reasons:
        fresh = [reference for reference in reason.bases if reference.key not in cited]
        cited |= {reference.key for reference in fresh}
        found = [each for one in fresh for each in bases_in_force(edition, [one.key], one.in_force_from)]
        steps.append(Why(reason_words(reason, standing), mark_of(reason.certainty), tuple(map(basis, found))))
    return tuple(steps)


def mark_of(certainty: Certainty) -> Status | None:
    """How sure a rule is, for what is not certain."""
    if certainty is Certainty.SURE:
        return None
    words = {
        Certainty.LIKELY: _("基本确定"),
        Certainty.UNSURE: _("规则待核实"),
        Certainty.PROJECT: _("本平台约定，非法律规定"),
    }
    return Status(words[certainty], "clock" if certainty is Certainty.UNSURE else "plain")


def _facts(standing: Standing, edition: Edition, *, brief: bool) -> tuple[Fact, ...]:
    facts = []
    if standing.first is not None:
        facts.append(Fact(_("最早可以申请修复之日"), standing.first, _unless(standing.otherwise)))
    if standing.regime:
        facts.append(Fact(_("适用的规则"), _rule(standing, edition), _applied(standing, edition)))
    elsewhere = standing.outcome is RepairOutcome.ELSEWHERE
    if standing.conditions:
        facts.append(
            Fact(_("停止公示的条件") if elsewhere else _("修复条件"), [_name(word) for word in standing.conditions])
        )
    if standing.materials:
        facts.append(Fact(_("修复材料"), [_name(word) for word in standing.materials], _fetched(standing.materials)))
    if standing.decider:
        facts.append(Fact(_("由谁办理") if elsewhere else _("由谁决定修复"), rule_name(standing.decider)))
    if standing.apply_at:
        facts.append(Fact(_("向谁提出") if elsewhere else _("在哪里申请修复"), rule_name(standing.apply_at)))
    clocks = [clock for clock in standing.clocks if clock.limit == ANSWER or not brief]
    facts += [_clock(clock, standing) for clock in sorted(clocks, key=lambda clock: (clock.day, clock.limit == ANSWER))]
    return (*facts, _beside(standing.beside, edition)) if standing.beside is not None else tuple(facts)


def _beside(other: Standing, edition: Edition) -> Fact:
    """How the same decision stands in the publicity system of market regulation, which counts by its own rule."""
    words = {"rule": _rule(other, edition), "ends": show.day(other.ends) if other.ends is not None else ""}
    if other.first is None:
        said = _("按%(rule)s不可修复，到%(ends)s自动停止。") % words
    else:
        said = _("按%(rule)s，%(first)s起可以申请；到%(ends)s自动停止。") % (words | {"first": show.day(other.first)})
    hint = _unless(other.otherwise)
    mark = mark_of(other.reasons[0].certainty)
    return Fact(_("在国家企业信用信息公示系统"), [said, mark] if mark is not None else said, hint)


def _rule(standing: Standing, edition: Edition) -> str:
    regime = next(each for each in edition.regimes if each.key == standing.regime)
    tier = regime.tier(standing.tier)
    return _("%(regime)s“%(tier)s”") % {
        "regime": rule_name(regime.name),
        "tier": rule_name(tier.name) if tier is not None else standing.tier,
    }


def _applied(standing: Standing, edition: Edition) -> str:
    """Where the application follows another rule than the act."""
    if standing.procedure in ("", standing.regime):
        return ""
    regime = next((each for each in edition.regimes if each.key == standing.procedure), None)
    return _("申请按%(regime)s办理。") % {"regime": rule_name(regime.name)} if regime is not None else ""


def _unless(otherwise: tuple[Otherwise, ...]) -> str:
    """What holds in a field with stricter rules: nobody stated the field, so the page must not promise too much."""
    said = []
    for one in otherwise:
        words = {"fields": listed(map(rule_name, one.fields))}
        if one.first is None:
            said.append(_("认定单位确定属于%(fields)s领域的，不可修复。") % words)
        else:
            later = words | {"day": show.day(one.first)}
            said.append(_("认定单位确定属于%(fields)s领域的，从%(day)s起。") % later)
    # Chinese sentences follow each other without a blank.
    return (" " if (get_language() or "").startswith("en") else "").join(said)


def _fetched(materials: tuple[RepairWord, ...]) -> str:
    fetched = [_name(word) for word in materials if word.fetched]
    if not fetched:
        return ""
    return _("%(materials)s由认定单位先自行调取，调取不到的才需要提供。不收费。") % {"materials": listed(fetched)}


def _clock(clock: Clock, standing: Standing) -> Fact:
    words: dict[str, Any] = {"length": length_words(clock.length)}
    words["day"] = show.day(standing.filing) if standing.filing is not None else ""
    if clock.after:
        words["step"] = rule_name(clock.after)
        hint = _("“%(step)s”之后 %(length)s；按%(day)s提出申请计算。") % words
    else:
        hint = _("%(length)s；按%(day)s提出申请计算。") % words
    mark = mark_of(clock.certainty)
    if mark is not None:
        hint += _("（%(mark)s）") % {"mark": mark.label}
    return Fact(rule_name(clock.name), Deadline(clock.day, provisional=clock.provisional), hint)


def _name(word: RepairWord) -> str:
    return rule_name(word.name)


def _value(key: str, value: Value) -> str:
    if isinstance(value, date):
        return show.day(value)
    if isinstance(value, Span):
        return duration(value)
    if isinstance(value, tuple):
        return listed(value)
    if isinstance(value, int):
        return show.count(value)
    if key == "counted":
        return _("文书之日") if value == "document" else _("决定之日")
    # What an authority wrote is shown as it wrote it.
    return value if key in ("reason", "question") else rule_name(value)
