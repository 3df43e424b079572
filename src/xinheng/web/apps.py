"""The Django app of the shared page parts."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Makes the message catalogues ready before the first page is drawn."""

    name = "xinheng.web"
    label = "web"

    def ready(self) -> None:
        """Compile message catalogues that are newer than their compiled form."""
        from xinheng.web.catalogues import compile_stale

        compile_stale()
