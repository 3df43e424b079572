"""Names of the catalogue's regimes and tiers in the page's language. They are names of rules, not texts of law, so they are translated."""

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
)
"""A test holds this list against the catalogue; a region's own names stand as they are."""


def rule_name(name: str) -> str:
    """The name of a regime or tier in the page's language; an unknown one stands as it is."""
    return _(name) if name else ""
