"""The programs with which anybody checks what the platform hands out: shown by its pages, run without it."""

from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.kernel.errors import Unknown
from xinheng.web.joining import listed

FOLDER: Final = Path(__file__).resolve().parents[1] / "programs"
PROGRAMS: Final = ("apply_open_data.py", "verify.py")
"""Their texts are those of `tools/`: the files in the folder are links to them, which a package holds as files."""


@require_safe
def program(request: HttpRequest, name: str) -> HttpResponse:
    """A program as it stands in the source. Cost: none. Raises: Unknown for any other name."""
    if name not in PROGRAMS:
        raise Unknown("portal.program", _("没有这个程序，可以下载的是：%(names)s。") % {"names": listed(PROGRAMS)})
    text = (FOLDER / name).with_suffix(".txt").read_bytes()
    answer = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-cache"
    return answer
