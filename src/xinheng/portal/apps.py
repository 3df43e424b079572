"""The Django app of the public site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from xinheng.web import navigation


class PortalConfig(AppConfig):
    """Declares the sections of the portal."""

    name = "xinheng.portal"
    label = "portal"

    def ready(self) -> None:
        """The sections every portal has, and help."""
        own = navigation.Section("my", _("我的主体"), "portal:my", "building-2")
        help_section = navigation.Section("help", _("帮助与异议"), "portal:help", "circle-question-mark")
        navigation.register("portal", (*navigation.PORTAL, own, help_section))
