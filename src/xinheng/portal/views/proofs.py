"""The ledger for everybody: checkpoints to keep, the public key, and proofs of single public records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.ledger import door as ledger
from xinheng.ledger.values import Checkpoint
from xinheng.portal.errors import EntryNotPublic, NotProvable, ParameterInvalid
from xinheng.publicity import door as publicity
from xinheng.publicity import values as publicity_words
from xinheng.storage.keys import key_ring
from xinheng.web.clock import today
from xinheng.web.gate import no_store
from xinheng.web.joining import listed
from xinheng.web.pages import Page, show

KEPT = 50
KINDS = publicity.PROVEN


@dataclass(frozen=True, slots=True)
class Signed:
    """One checkpoint, to be copied."""

    size: Annotated[int, "how many entries it speaks of"]
    at: Annotated[datetime, "when it was signed"]
    text: Annotated[str, "what is kept elsewhere, letter by letter"]
    href: Annotated[str, "the same as a file"]


@dataclass(frozen=True, kw_only=True)
class VerifyPage(Page):
    """`portal/verify.html`."""

    size: Annotated[int, "entries in the tree now"]
    root: Annotated[str, "the root of the tree now, in hexadecimal digits"]
    key: Annotated[str, "the public key, 64 hexadecimal digits"]
    key_href: Annotated[str, "the same as a file"]
    latest: Annotated[Signed | None, "the newest checkpoint; None while there is none"]
    earlier: Annotated[tuple[Signed, ...], "the checkpoints before it, newest first"]


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Cost: two queries and a few tiles of the tree."""
    state, signed = ledger.head(), tuple(map(_signed, ledger.checkpoints(limit=KEPT)))
    page = VerifyPage(
        title=_("历史可验证"),
        section="ledger",
        size=state.size,
        root=state.root.hex(),
        key=_public_key(),
        key_href=reverse("portal:public-key"),
        latest=signed[0] if signed else None,
        earlier=signed[1:],
    )
    response = show(request, "portal/verify.html", page)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def checkpoint_file(request: HttpRequest, size: int) -> HttpResponse:
    """A checkpoint as a file, exactly as it was signed. Cost: one query."""
    for point in ledger.checkpoints(limit=KEPT):
        if point.size == size:
            return _download(point.text, f"checkpoint-{size}.txt")
    raise ParameterInvalid("size", str(size), _("“历史可验证”页上列出的检查点"))


@require_safe
def key_file(request: HttpRequest) -> HttpResponse:
    """The public key as a file. Cost: none."""
    return _download(_public_key() + "\n", "checkpoint.pub")


@require_safe
@no_store
def proof(request: HttpRequest, record_id: int) -> HttpResponse:
    """The proof of a public record's entry. Cost: eight queries and those of `ledger.prove`.

    `of` is `version` (its content) or `decision` (to show it); `since` the size of a checkpoint the reader kept (default: the newest).
    """
    kind = request.GET.get("of", KINDS[0])
    if kind not in KINDS:
        raise ParameterInvalid("of", kind, listed(KINDS))
    since = request.GET.get("since", "")
    try:
        found = publicity.public_proof(record_id, of=kind, since=_since(since), on=today())
    except publicity_words.NotProvable:
        raise NotProvable from None
    except publicity_words.EntryNotPublic:
        raise EntryNotPublic from None
    except publicity_words.SinceInvalid as wrong:
        raise _since_refused(since, wrong.newest) from None
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="record-{record_id}-{kind}.json"'
    return answer


def _since(text: str) -> int | None:
    """The size asked for; one that is no number is none a checkpoint can have had."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else -1


def _since_refused(text: str, newest: int) -> ParameterInvalid:
    return ParameterInvalid("since", text, _("0 至 %(newest)s 的整数") % {"newest": newest})


def _signed(point: Checkpoint) -> Signed:
    return Signed(point.size, point.at, point.text, reverse("portal:checkpoint", args=[point.size]))


def _public_key() -> str:
    return ledger.public_key(key_ring().checkpoint).hex()


def _download(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
