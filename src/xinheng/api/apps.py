"""The Django app of the API: installed for its templates."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """No models, no sections."""

    name = "xinheng.api"
    label = "api"
