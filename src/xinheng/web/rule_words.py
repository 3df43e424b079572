"""Names of the catalogue's rules (regimes, tiers, what is withheld, kept, masked) in the page's language: no texts of law, translated."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

KNOWN = (
    # regimes
    gettext_noop("2017 年公示通知"),
    gettext_noop("2019 年修复通知"),
    gettext_noop("国家发展改革委第58号令"),
    gettext_noop("国家发展改革委第36号令"),
    gettext_noop("市场监管公示规则"),
    # tiers
    gettext_noop("轻微"),
    gettext_noop("一般"),
    gettext_noop("严重"),
    gettext_noop("特定严重"),
    gettext_noop("不公示"),
    gettext_noop("一般领域"),
    gettext_noop("特定领域"),
    gettext_noop("仅警告"),
    gettext_noop("通报批评或较低数额罚款"),
    gettext_noop("普通程序"),
    gettext_noop("食品、药品、特种设备"),
    gettext_noop("限制从业"),
    # what is withheld, kept, masked, and let in
    gettext_noop("国家秘密"),
    gettext_noop("公开后可能危及国家安全、公共安全、经济安全、社会稳定"),
    gettext_noop("商业秘密"),
    gettext_noop("个人隐私"),
    gettext_noop("涉及未成年人"),
    gettext_noop("认定单位注明属于轻微"),
    gettext_noop("自然人的行政处罚"),
    gettext_noop("自然人的行政许可"),
    gettext_noop("自然人的信息"),
    gettext_noop("已解除、移出或者删除"),
    gettext_noop("报送单位标明不公开"),
    gettext_noop("文本中含有个人信息"),
    gettext_noop("异议成立"),
    gettext_noop("决定已被变更、撤销、确认违法或者无效"),
    gettext_noop("已修复"),
    gettext_noop("上传文件（加密）"),
    gettext_noop("待处理行（加密，处理完毕即清除）"),
    gettext_noop("系统日志与查询登记"),
    gettext_noop("信用记录（停止公示后转入内部档案）"),
    gettext_noop("自然人不良信息"),
    gettext_noop("公民身份号码"),
    gettext_noop("自然人姓名"),
    gettext_noop("法定代表人姓名（登记公示）"),
    gettext_noop("个体工商户经营者姓名"),
    gettext_noop("电话"),
    gettext_noop("护照及其他证件号码"),
    gettext_noop("银行账号"),
    gettext_noop("自然人住址"),
    gettext_noop("失信信息记录"),
    # how long the steps of procedures may take
    gettext_noop("异议受理、转办"),
    gettext_noop("信源单位核实"),
    gettext_noop("异议答复"),
    gettext_noop("复杂异议延长"),
    gettext_noop("修复申请转认定单位"),
    gettext_noop("修复申请受理"),
    gettext_noop("修复决定"),
    gettext_noop("复杂修复延长"),
    gettext_noop("修复结果答复"),
)
"""A test holds this list against the catalogue; a region's own names stand as they are."""


def rule_name(name: str) -> str:
    """The name of a regime, tier or other rule in the page's language; an unknown one stands as it is."""
    return _(name) if name else ""
