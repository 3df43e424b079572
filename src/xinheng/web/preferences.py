"""How a reader wants the pages: language, theme, large type, simple mode. A plain form sets a cookie; no script needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST

from xinheng.web.gate import safe_back

A_YEAR = 365 * 24 * 3600
"""Seconds a choice is remembered."""

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "size": ("normal", "large"),
    "mode": ("full", "simple"),
    "language": (),
}
"""Preference → allowed values, the first the usual one; languages are those of the settings."""


def allowed(name: str) -> tuple[str, ...]:
    """The values a preference may have."""
    return tuple(code for code, _label in settings.LANGUAGES) if name == "language" else CHOICES[name]


def cookie_name(name: str) -> str:
    """The cookie a preference is kept in."""
    return settings.LANGUAGE_COOKIE_NAME if name == "language" else f"xinheng_{name}"


def chosen(request: HttpRequest, name: str) -> str:
    """The value chosen, or the usual one; a value nobody offers counts as none."""
    values = allowed(name)
    value = request.COOKIES.get(cookie_name(name), "")
    return value if value in values else values[0]


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what the form names, and lead back to the page it stood on. What is not offered is left alone."""
    response = HttpResponseRedirect(safe_back(request.POST.get("back", ""), request))
    for name in CHOICES:
        value = request.POST.get(name, "")
        if value in allowed(name):
            response.set_cookie(
                cookie_name(name),
                value,
                max_age=A_YEAR,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
    return response


urlpatterns = [path("preferences", choose, name="preferences")]
app_name = "web"
