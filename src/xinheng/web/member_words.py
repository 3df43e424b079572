"""Words of those who act for businesses, wherever they are shown: the catalogue of messages knows them by this list."""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("查看本主体的全部信息"),
    gettext_noop("代为提出异议、办理申请"),
    gettext_noop("管理其他经办人"),
    gettext_noop("窗口当面交付"),
    gettext_noop("寄往登记住所"),
    gettext_noop("由经办人转交"),
    gettext_noop("等待认领"),
    gettext_noop("已认领"),
    gettext_noop("已作废"),
    gettext_noop("输错次数用完"),
    gettext_noop("已过期"),
    gettext_noop("其他经办人收回"),
    gettext_noop("本人放弃"),
    gettext_noop("窗口收回"),
)
"""Labels of `members.values`, in declared order: a test holds them equal."""
