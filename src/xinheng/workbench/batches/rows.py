"""The rows of a batch that are to be put right, as a workbook for the unit that sent them."""

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.intake.door import batch, fetch_rows
from xinheng.web import show as written
from xinheng.web.clock import now
from xinheng.web.gate import actor_of
from xinheng.workbench.files import written_file
from xinheng.workbench.gates import official


@official("intake.load")
@require_GET
def rows(request: HttpRequest, batch_id: int) -> FileResponse:
    """The rejected and held rows, whole; the look is registered before a byte is sent."""
    actor = actor_of(request)
    batch(batch_id, actor)
    name = _("批次%(number)s需要改正的行%(day)s") % {"number": batch_id, "day": written.iso_day(now())}
    return written_file(name, lambda path: fetch_rows(batch_id, path, actor=actor, now=now()))
