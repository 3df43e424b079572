"""The small site of `web_site.py`, without a database."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from web_site import ZHANG

import xinheng.accounts
from xinheng.accounts.rules.entering import session_state
from xinheng.accounts.values import SessionEnded, SessionState
from xinheng.kernel.actor import Actor
from xinheng.web import navigation, style_page


@pytest.fixture(autouse=True)
def small_site(settings: Any) -> None:
    settings.ROOT_URLCONF = "web.web_site"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.XINHENG_SITE = "web.web_site.site"
    settings.LOGIN_URL = "/w/sign-in"
    settings.XINHENG_IDLE_MINUTES = 15
    settings.DEBUG = False
    settings.SECRET_KEY = "a key for tests alone"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [
        "xinheng.web.middleware.security.SecurityHeaders",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "xinheng.web.middleware.language.ChosenLanguage",
        "django.middleware.csrf.CsrfViewMiddleware",
        "xinheng.web.middleware.actor.CurrentActor",
        "xinheng.web.middleware.errors.FriendlyErrors",
    ]


@pytest.fixture
def workbench_sections() -> Any:
    before = navigation._sections["workbench"]
    navigation.register("workbench", style_page.SECTIONS)
    yield
    navigation.register("workbench", before)


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], Actor]], None]:
    """Stand in for the door of accounts: its rule of sessions, and a given function for the person."""

    def put(person: Callable[[int], Actor]) -> None:
        def session_actor(*, person_id: int, **session: Any) -> Actor:
            state = session_state(**session, password_changed_at=None)
            if state is not SessionState.OPEN:
                raise SessionEnded(state)
            return person(person_id)

        door = ModuleType("xinheng.accounts.door")
        door.session_actor = session_actor  # type: ignore[attr-defined]
        door.note_session_end = lambda **_ended: None  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "xinheng.accounts.door", door)
        monkeypatch.setattr(xinheng.accounts, "door", door, raising=False)

    return put


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def zhang(accounts: Any) -> Client:
    accounts(lambda person: ZHANG)
    client = Client(raise_request_exception=False)
    client.get("/enter")
    return client
