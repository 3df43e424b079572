"""The queue's app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Tables of the queue."""

    name = "xinheng.jobs"
    label = "jobs"
