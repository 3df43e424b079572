"""Search: document number first, then codes, then names. People cannot be searched, and a person's number is not repeated anywhere."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.masking import mask_verdict
from xinheng.portal.errors import ParameterInvalid
from xinheng.portal.words import word
from xinheng.publicity import door as publicity
from xinheng.publicity.values import PublicLine
from xinheng.subjects import door as subjects
from xinheng.subjects.values import RegisterState, SubjectHit
from xinheng.web.clock import today
from xinheng.web.gate import no_store
from xinheng.web.pages import Page, show
from xinheng.web.parts import Status

LONGEST = 100
PAGE = 20
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found."""

    href: Annotated[str, "page of the subject"]
    name: Annotated[str, "present name"]
    former: Annotated[str, "the former name that matched, empty when the present one did"]
    code: Annotated[str, "its code"]
    kind: Annotated[str, "kind of subject"]
    state: Annotated[Status, "state of registration"]
    by_code: Annotated[bool, "the text is its code"]


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """`portal/search.html`."""

    search_text: Annotated[str, "what was asked, as it stands in the search field; never a person's number"] = ""
    person: Annotated[bool, "a person's number was typed: the page says why there is no answer"] = False
    documents: Annotated[tuple[PublicLine, ...], "public records with exactly this document number"] = ()
    hits: Annotated[tuple[Hit, ...], "subjects, best first"] = ()
    first: Annotated[bool, "the first page of the answer"] = True
    first_href: Annotated[str, "back to the first page"] = ""
    next_href: Annotated[str, "the next page, or empty"] = ""


@require_safe
@no_store
def search(request: HttpRequest) -> HttpResponse:
    """Cost: at most eleven queries, whatever the size; five more where merged or provisional subjects are met."""
    here = reverse("portal:search")
    if request.GET.get("about") == PERSON:
        return show(
            request, "portal/search.html", SearchPage(title=_("自然人不提供查询"), section="search", person=True)
        )
    text = request.GET.get("q", "").strip()
    if names_a_person(text):
        # Led away at once, so that the number stands neither in the page nor in the address of the page.
        return HttpResponseRedirect(person_address())
    _require_usable(text)
    if not text:
        return show(request, "portal/search.html", SearchPage(title=_("信用查询"), section="search"))
    after = request.GET.get("after", "")
    found = subjects.search(text, limit=PAGE, after=after, reach=publicity.public_reach(today()))
    page = SearchPage(
        title=_("“%(text)s”的查询结果") % {"text": text},
        section="search",
        search_text=text,
        documents=() if after else publicity.by_document(text, on=today()),
        hits=tuple(map(_hit, found.items)),
        first=not after,
        first_href=f"{here}?{urlencode({'q': text})}",
        next_href=f"{here}?{urlencode({'q': text, 'after': found.after})}" if found.after else "",
    )
    return show(request, "portal/search.html", page)


def person_address() -> str:
    """The page that says why people cannot be searched."""
    return f"{reverse('portal:search')}?{urlencode({'about': PERSON})}"


def names_a_person(text: str) -> bool:
    """Whether a text holds the number of a person (also a mistyped one), a mobile number or a bank card."""
    verdict = inspect(text)
    return verdict.kind in PERSONAL or mask_verdict(verdict)[0] != text


def _require_usable(text: str) -> None:
    if len(text) > LONGEST:
        raise ParameterInvalid("q", text, _("不超过 100 个字"))
    if any(ord(sign) < 32 for sign in text):
        raise ParameterInvalid("q", "", _("名称、代码或文书号，不含控制字符"))


def _hit(found: SubjectHit) -> Hit:
    provisional = found.state is RegisterState.PROVISIONAL
    return Hit(
        reverse("portal:subject", args=[found.id]),
        found.name,
        found.former_name,
        found.code,
        word(found.kind.label),
        Status(word(found.state.label), "clock" if provisional else "plain"),
        found.by_code,
    )
