"""Django's settings, from the environment only (see `docs/settings.md`); a wrong value stops the start."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xinheng.kernel.dates import legal_date
from xinheng.project.environment import Environment
from xinheng.project.handlers import HANDLERS, SCHEDULE

_env = Environment()
_package = Path(__file__).resolve().parents[1]
_checkout = _package.parents[1]
_in_checkout = (_checkout / "pyproject.toml").is_file()

# --- Where things live --------------------------------------------------------------------------------------

XINHENG_HOME = _env.folder("XINHENG_HOME", _checkout / "var" if _in_checkout else Path.home() / ".xinheng")
DATABASES = {"default": _env.database("XINHENG_DATABASE", XINHENG_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Time ---------------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
# The demo may pretend that it is another day. The clocks of the front ends add this shift, so that time still runs.
XINHENG_TODAY = _env.day("XINHENG_TODAY")
_real_today = legal_date(datetime.now(UTC))
XINHENG_CLOCK_SHIFT = XINHENG_TODAY - _real_today if XINHENG_TODAY else timedelta()

# --- Who may ask --------------------------------------------------------------------------------------------

DEBUG = _env.flag("XINHENG_DEBUG", default=False)
ALLOWED_HOSTS = _env.words("XINHENG_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
XINHENG_HTTPS = _env.flag("XINHENG_HTTPS", default=False)

_session_key = XINHENG_HOME / "keys" / "session"
# Without key files (before `init`, in tests) a secret for this process alone; `serve` refuses to start on it.
SECRET_KEY = _session_key.read_text(encoding="ascii").strip() if _session_key.is_file() else secrets.token_hex(32)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "xinheng_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600  # seconds; nobody stays signed in over a night, whatever the idle time says
XINHENG_PASSWORD_DAYS = _env.number("XINHENG_PASSWORD_DAYS", default=90, least=1, most=365)
XINHENG_IDLE_MINUTES = _env.number("XINHENG_IDLE_MINUTES", default=15, least=1, most=240)
CSRF_COOKIE_NAME = "xinheng_csrf"
CSRF_COOKIE_HTTPONLY = True  # the token travels in the page
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "xinheng_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = XINHENG_HTTPS
if XINHENG_HTTPS:
    # Set by the reverse proxy, which must also remove it from what comes in.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 180 * 24 * 3600
    SECURE_SSL_REDIRECT = True

LOGIN_URL = "/workbench/sign-in"
CSRF_FAILURE_VIEW = "xinheng.web.errors.csrf_failure"
XINHENG_SITE = "xinheng.project.site.current"
# Lists accounts on the sign-in page only when the whole database is the demo's.
XINHENG_DEMO_ACCOUNTS = "xinheng.console.demo.people.shown"
XINHENG_DEMO_MEMBERS = "xinheng.console.demo.people.members_shown"

# --- What the house consists of -----------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "xinheng.storage",
    "xinheng.ledger",
    "xinheng.jobs",
    "xinheng.accounts",
    "xinheng.catalogue",
    "xinheng.subjects",
    "xinheng.procedures",
    "xinheng.members",
    "xinheng.records",
    "xinheng.intake",
    "xinheng.publicity",
    "xinheng.objections",
    "xinheng.repair",
    # No models: they are installed for their templates, static files and template tags.
    "xinheng.web",
    "xinheng.portal",
    "xinheng.api",
    "xinheng.workbench",
]
MIDDLEWARE = [
    # Before all others: probes speak plain HTTP and have no session.
    "xinheng.web.middleware.monitoring.Monitoring",
    "xinheng.web.middleware.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xinheng.web.middleware.security.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xinheng.web.middleware.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "xinheng.web.middleware.actor.CurrentActor",
    # Innermost, so that an error page knows language and actor.
    "xinheng.web.middleware.errors.FriendlyErrors",
]

ROOT_URLCONF = "xinheng.project.urls"
WSGI_APPLICATION = "xinheng.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- Languages ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
LOCALE_PATHS = [_package / "web" / "locale"]

# --- Static files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = XINHENG_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Uploads ------------------------------------------------------------------------------------------------

# Forms stay in memory; a file above this size is streamed to a temporary file until intake has encrypted it.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes, without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Requests a token may send in a minute, counted in the memory of each process.
XINHENG_API_RATE = _env.number("XINHENG_API_RATE", default=600, least=1, most=1_000_000)

# --- Jobs ---------------------------------------------------------------------------------------------------

XINHENG_HANDLERS = HANDLERS
XINHENG_SCHEDULE = SCHEDULE

# --- Watching: who may see figures of the platform (`web.monitoring`) ----------------------------------------

XINHENG_MONITOR_TOKEN = _env.secret("XINHENG_MONITOR_TOKEN", least=16)
XINHENG_MONITOR_FROM = _env.networks("XINHENG_MONITOR_FROM")
if XINHENG_MONITOR_TOKEN or XINHENG_MONITOR_FROM:
    # Each process of the server writes its counts there, and whoever is asked adds them up. Read when the library is imported.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(XINHENG_HOME / "metrics"))
    (XINHENG_HOME / "metrics").mkdir(mode=0o700, parents=True, exist_ok=True)

# --- Logs: to standard error, or to a file that logrotate may move away --------------------------------------

_level = _env.choice("XINHENG_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "WARNING")
_form = _env.choice("XINHENG_LOG_FORMAT", ("TEXT", "JSON"), "TEXT")
_log_file = _env.file("XINHENG_LOG_FILE")
_out: dict[str, object] = {"class": "logging.StreamHandler"}
if _log_file:
    _out = {"class": "xinheng.web.logs.File", "filename": _log_file, "encoding": "utf-8", "delay": True}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"class": "xinheng.web.logs.Masked", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"class": "xinheng.web.logs.Json"},
    },
    "handlers": {"out": {**_out, "formatter": _form.lower()}},
    "root": {"handlers": ["out"], "level": _level},
    "loggers": {
        "django": {"handlers": [], "level": _level, "propagate": True},
        # It names the address, in which a code or a name may stand; `xinheng.request` and `xinheng.incident` say what is needed.
        "django.request": {"level": "CRITICAL"},
    },
}
