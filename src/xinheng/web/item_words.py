"""The names of the national catalogue's items, which come from its data: declared here once, so that each has its English text."""

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
"""A test holds this list against the catalogue; a region's own names stand as they are."""
