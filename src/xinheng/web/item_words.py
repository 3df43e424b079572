"""The names of the national catalogue's items and categories, and of the purposes of look-ups, which come from its data.

Declared here once, so that each has its English text.
"""

from django.utils.translation import gettext_noop

ITEM_NAMES = (
    gettext_noop("行政许可"),
    gettext_noop("行政处罚"),
    gettext_noop("行政强制"),
    gettext_noop("行政确认"),
    gettext_noop("行政征收"),
    gettext_noop("行政给付"),
    gettext_noop("行政裁决"),
    gettext_noop("行政补偿"),
    gettext_noop("行政奖励"),
    gettext_noop("行政监督检查"),
    gettext_noop("经营主体登记"),
    gettext_noop("司法裁判"),
    gettext_noop("失信被执行人"),
    gettext_noop("经营异常名录"),
    gettext_noop("水电气热缴费"),
    gettext_noop("纳税缴款"),
    gettext_noop("社会保险缴费"),
    gettext_noop("安全生产事故"),
    gettext_noop("合同履行"),
    gettext_noop("表彰荣誉"),
)
CATEGORY_NAMES = (
    gettext_noop("登记注册基本信息"),
    gettext_noop("司法裁判及执行信息"),
    gettext_noop("行政管理信息"),
    gettext_noop("职称和职业信息"),
    gettext_noop("经营（活动）异常名录（状态）信息"),
    gettext_noop("严重失信主体名单信息"),
    gettext_noop("有关合同履行信息"),
    gettext_noop("信用承诺及履行情况信息"),
    gettext_noop("信用评价结果信息"),
    gettext_noop("遵守法律法规情况信息"),
    gettext_noop("诚实守信相关荣誉信息"),
    gettext_noop("信用主体自愿提供的信用信息"),
)
PURPOSE_NAMES = (
    gettext_noop("行政审批"),
    gettext_noop("日常监管"),
    gettext_noop("执法办案"),
    gettext_noop("司法协助"),
    gettext_noop("政府采购、招标投标资格审查"),
    gettext_noop("财政性资金项目审核"),
    gettext_noop("评先评优审查"),
    gettext_noop("数据核对与更正"),
    gettext_noop("异议处理"),
    gettext_noop("信用修复办理"),
    gettext_noop("本人书面授权查询"),
    gettext_noop("本人（本单位）查询"),
    gettext_noop("审计监督"),
)
"""A test holds these lists against the catalogue; a region's own names stand as they are."""
