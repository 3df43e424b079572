"""The Django app of the workbench: its sections."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from xinheng.web import navigation
from xinheng.web.navigation import Section

OVERVIEW = "xinheng.workbench.overview.sections"
"""Module that declares the sections of the overview pages as `SECTIONS`."""

SECTIONS = (
    Section("home", _("今日待办"), "workbench:home", "layout-dashboard"),
    Section("cases", _("办件"), "workbench:cases", "inbox", "procedures.read"),
    Section("entry", _("逐条录入"), "workbench:entry", "square-pen", "records.enter", _("报送")),
    Section("upload", _("上传文件"), "workbench:upload", "file-up", "intake.load", _("报送")),
    Section("batches", _("报送批次"), "workbench:batches", "files", "intake.read_own", _("报送")),
    Section("held", _("暂存行"), "workbench:held", "hourglass", "intake.read_own", _("报送")),
    Section("duty", _("报送责任"), "workbench:duty", "list-checks", "intake.read_own", _("报送")),
)


class WorkbenchConfig(AppConfig):
    """Declares the sections of the workbench."""

    name = "xinheng.workbench"
    label = "workbench"

    def ready(self) -> None:
        """The sections of reporting, and those of the overview pages where they are there."""
        there = find_spec("xinheng.workbench.overview") and find_spec(OVERVIEW)
        others = import_module(OVERVIEW).SECTIONS if there else ()
        navigation.register("workbench", (*SECTIONS, *others))
