"""Words that come from the modules below and stand on pages: translated here, so that the catalogue of messages knows them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.catalogue.values.governing import TermRule
from xinheng.web.publicity_words import duration

KNOWN = (
    # kinds of subjects
    gettext_noop("法人"),
    gettext_noop("非法人组织"),
    gettext_noop("个体工商户"),
    gettext_noop("自然人"),
    # states of registration
    gettext_noop("已登记"),
    gettext_noop("待登记核实"),
    gettext_noop("已并入其他主体"),
    # codes
    gettext_noop("统一社会信用代码"),
    gettext_noop("工商注册号"),
    gettext_noop("组织机构代码"),
    gettext_noop("税务登记号"),
    gettext_noop("事业单位证书号"),
    gettext_noop("社会组织登记证号"),
    gettext_noop("现用"),
    gettext_noop("曾用"),
    # certainty
    gettext_noop("已核对"),
    gettext_noop("基本确定"),
    gettext_noop("待核实"),
    gettext_noop("本平台约定，非法律规定"),
    # ranks of bases
    gettext_noop("平台约定"),
    gettext_noop("标准"),
    gettext_noop("规范性文件"),
    gettext_noop("部门规章"),
    gettext_noop("地方性法规"),
    gettext_noop("党中央、国务院政策文件"),
    gettext_noop("行政法规"),
    gettext_noop("法律"),
)
"""Texts of law (titles, contents) are not here: they are shown as they were published."""

SUBJECT_KINDS = {
    "legal_person": gettext_noop("法人"),
    "individual_business": gettext_noop("个体工商户"),
    "other_organisation": gettext_noop("非法人组织"),
    "natural_person": gettext_noop("自然人"),
}
OPEN_LEVELS = {
    "public": gettext_noop("向社会公开"),
    "shared": gettext_noop("政务部门共享"),
    "internal": gettext_noop("政务内部"),
}
FIELD_TYPES = {
    "text": gettext_noop("文字"),
    "code": gettext_noop("代码"),
    "document_number": gettext_noop("文书号"),
    "date": gettext_noop("日期"),
    "amount": gettext_noop("金额（万元）"),
    "list": gettext_noop("代码表"),
    "uscc": gettext_noop("统一社会信用代码"),
    "registration": gettext_noop("工商注册号"),
    "organisation": gettext_noop("组织机构代码"),
    "person_id": gettext_noop("证件号码"),
}
EFFECTS = {
    "reject": gettext_noop("不予接收"),
    "hold": gettext_noop("暂存，核实后再定"),
    "block": gettext_noop("入档，不公示"),
    "warn": gettext_noop("接收，提示"),
}
MASKINGS = {
    "full": gettext_noop("原样公示"),
    "never": gettext_noop("不公示，加密保存"),
    "identity_number": gettext_noop("不公示，加密保存"),
    "person_name": gettext_noop("单位名称原样公示；自然人的不公示，依法公布的只显示姓氏"),
    "legal_representative": gettext_noop("按登记公示"),
    "scan": gettext_noop("先查有无个人信息，有则整条不公示"),
    "masked_number": gettext_noop("首六位、末四位以外遮盖后公示"),
}
POLARITIES = {
    "harm": gettext_noop("不利信息"),
    "neutral": gettext_noop("中性信息"),
    "good": gettext_noop("良好信息"),
}
CHANNELS = {
    "credit": gettext_noop("信用网站"),
    "samr": gettext_noop("市场监管系统"),
}
PUBLISH = {
    "always": gettext_noop("公示"),
    "on_reason": gettext_noop("原则上不公示，认定单位写明理由的除外"),
    "never": gettext_noop("不公示"),
}
UNTIL = {
    "tier": gettext_noop("按档次，自决定之日起算"),
    "valid_to": gettext_noop("至有效期截止日"),
    "open": gettext_noop("没有设定截止日"),
}


def word(text: str) -> str:
    """A word of another module in the page's language; unknown ones stand as they are."""
    return _(text) if text else ""


def named(words: dict[str, str], key: object) -> str:
    """The word for a key in the page's language; an unknown key stands as it is."""
    return word(words.get(str(key), str(key)))


def term_words(rule: TermRule) -> str:
    """Until when an item's records are shown."""
    said = named(UNTIL, rule.until)
    if rule.longest is None:
        return said
    return _("%(until)s，最长自决定之日起%(longest)s") % {"until": said, "longest": duration(rule.longest)}
