"""Every setting of an installation, read from the environment or `.env`, with defaults that just work."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from loman.observability import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# ---- the installation -------------------------------------------------------------------------------
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
"""Everything Loman writes on this machine lies here: database, recordings, call logs, keys."""

DEBUG = env.bool("DEBUG", default=True)
DEVELOPMENT_KEY = "only-for-a-machine-of-your-own-" + "0" * 32
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[])
"""Fernet keys for secrets at rest, newest first. Empty: derived once and kept in `VAR_DIR/keys`."""
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [])
BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
"""A restaurant is served at `<slug>.BASE_DOMAIN` besides `/r/<slug>/`."""
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
"""The https origin Twilio sees. Empty while developing: the request's own host is taken."""
if not DEBUG:
    _missing = [
        name
        for name, given in (("SECRET_KEY", SECRET_KEY), ("ALLOWED_HOSTS", ALLOWED_HOSTS), ("PUBLIC_URL", PUBLIC_URL))
        if not given
    ]
    if _missing:
        raise ImproperlyConfigured(f"With DEBUG=false, set {' and '.join(_missing)} too (.env.example says how).")
    if not PUBLIC_URL.startswith("https://"):
        raise ImproperlyConfigured("With DEBUG=false, PUBLIC_URL has to be an https:// origin.")
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
"""Their addresses. The server believes X-Forwarded-* of these alone (uvicorn's proxy_headers), and Django reads the
scheme and the peer from the server, never from a header: anybody who got past a proxy could write one."""
RATE_LIMITS = {
    "address": env.str("RATE_ADDRESS", default="1200/minute"),
    "restaurant": env.str("RATE_RESTAURANT", default="1200/minute"),
    "key": env.str("RATE_KEY", default="600/minute"),
    "unsigned": env.str("RATE_UNSIGNED", default="60/minute"),
    "tries": env.str("RATE_TRIES", default="30/minute"),
}
"""So many requests by policy, as apps.accounts.bucket reads them; "off" for none."""
DIAL_COUNTRIES = env.list("DIAL_COUNTRIES", default=["US", "CA"])
"""Where restaurants may have calls handed over to and texts sent, ISO codes; one may have its own instead."""
MOST_HAND_OVERS = [int(n) for n in env.list("MOST_HAND_OVERS", default=["6", "12", "200"])]
"""Times somebody is rung: within one call, for one caller's number a day, for one restaurant a day."""
MOST_TEXTS = [int(n) for n in env.list("MOST_TEXTS", default=["8", "20", "1000"])]
CARRIER_DOLLARS_A_MINUTE = Decimal(env.str("CARRIER_DOLLARS_A_MINUTE", default="0.0125"))
SPEECH_DOLLARS_A_MINUTE = Decimal(env.str("SPEECH_DOLLARS_A_MINUTE", default="0.04"))
TEXT_DOLLARS_A_SEGMENT = Decimal(env.str("TEXT_DOLLARS_A_SEGMENT", default="0.0083"))
"""Estimates for the restaurants' budgets (service_dollars_a_day)."""
MAX_CONCURRENT_CALLS = env.int("MAX_CONCURRENT_CALLS", default=100)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
RECORDINGS_URL = env.str("RECORDINGS_URL", default=(VAR_DIR / "recordings").as_uri())
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
CALL_LOG_DIR = Path(env.str("CALL_LOG_DIR", default=str(VAR_DIR / "calls")))
RECORDS_DIR = Path(env.str("RECORDS_DIR", default=str(VAR_DIR)))
"""What is noted down of the database beside it: the ends of the audit record, erasures, exports."""
EMAIL_CONFIG: Any = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Loman <loman@localhost>")

# ---- providers --------------------------------------------------------------------------------------
STT_PROVIDER = env.str("STT_PROVIDER", default="embedded")
STT_MODEL = env.str("STT_MODEL", default="")
STT_FALLBACKS = env.list("STT_FALLBACKS", default=[])
TTS_PROVIDER = env.str("TTS_PROVIDER", default="embedded")
TTS_MODEL = env.str("TTS_MODEL", default="")
TTS_FALLBACKS = env.list("TTS_FALLBACKS", default=[])
LLM_PROVIDER = env.str("LLM_PROVIDER", default="embedded")
LLM_MODEL = env.str("LLM_MODEL", default="")
LLM_FALLBACKS = env.list("LLM_FALLBACKS", default=[])
DEEPGRAM_API_KEY = env.str("DEEPGRAM_API_KEY", default="")
DEEPGRAM_URL = env.str("DEEPGRAM_URL", default="")
ELEVENLABS_API_KEY = env.str("ELEVENLABS_API_KEY", default="")
ELEVENLABS_URL = env.str("ELEVENLABS_URL", default="")
ELEVENLABS_VOICE = env.str("ELEVENLABS_VOICE", default="")
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_API_BASE = env.str("OPENAI_API_BASE", default="")
ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
ANTHROPIC_API_BASE = env.str("ANTHROPIC_API_BASE", default="")
GEMINI_API_KEY = env.str("GEMINI_API_KEY", default="")
GEMINI_API_BASE = env.str("GEMINI_API_BASE", default="")
OLLAMA_API_BASE = env.str("OLLAMA_API_BASE", default="")
WHISPER_MODEL = env.str("WHISPER_MODEL", default="")
PIPER_VOICE = env.str("PIPER_VOICE", default="")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_API_URL = env.str("TWILIO_API_URL", default="")
SQUARE_API_URL = env.str("SQUARE_API_URL", default="https://connect.squareup.com")
STRIPE_API_URL = env.str("STRIPE_API_URL", default="")
"""Another base URL than Stripe's own; keys are each restaurant's."""
CARRIER_FILE = VAR_DIR / "carrier.json"
"""Where `place_call` says how its own carrier is reached, used only while nothing else is configured."""

# ---- applications -----------------------------------------------------------------------------------
SHARED_APPS = [
    "daphne",  # only so that `runserver` speaks ASGI; `serve` runs uvicorn (DESIGN.md)
    "django.contrib.admin",  # before django-tenants, whose pages for it carry styles that our policy refuses
    "django_tenants",
    "apps.tenants",
    "apps.accounts",
    "apps.outbox",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "drf_spectacular_sidecar",  # Swagger's files, so that the pages at /api/docs ask nobody else's server
    "channels",
    "django_celery_beat",
    "django_prometheus",
    "django_htmx",
    "apps.tools",
    "apps.voice",
    "apps.privacy",
    "apps.dashboard",
]
TENANT_APPS = ["apps.restaurant", "apps.menu", "apps.calls", "apps.llm", "apps.orders", "apps.reservations", "apps.pos"]
INSTALLED_APPS = SHARED_APPS + TENANT_APPS
TENANT_MODEL = "tenants.Restaurant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "loman.urls"
ASGI_APPLICATION = "loman.asgi.application"
SILENCED_SYSTEM_CHECKS = [
    "django_tenants.W003",  # two apps list order: channels' daphne has to be first
    "security.W021",  # to be preloaded in browsers is for the domain's owner to ask, and hard to take back
]

MIDDLEWARE = [
    "loman.headers.policies",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.accounts.middleware.AddressLimit",
    "loman.pages.Sessions",
    "apps.accounts.middleware.OriginMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "loman.pages.Users",
    "loman.pages.Lifetimes",
    "apps.tenants.middleware.RestaurantMiddleware",
    "loman.pages.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "loman.pages.Htmx",
    "loman.metrics.Answers",
]
APPEND_SLASH = False  # a redirect would drop the body of a webhook (FACTS: Twilio)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


# ---- database, Redis, jobs --------------------------------------------------------------------------
def _database_url() -> str:
    configured: str = env.str("DATABASE_URL", default="")
    if configured:
        return configured
    from loman.embedded import postgres

    return postgres.url()


def _redis_url() -> str:
    configured: str = env.str("REDIS_URL", default="")
    if configured:
        return configured
    from loman.embedded import redis

    return redis.url() or ""


_database: dict[str, Any] = dict(env.db_url_config(_database_url()))
_options: dict[str, Any] = _database.pop("OPTIONS", {})
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "loman.database",
        "HOST": _options.pop("host", _database["HOST"]),  # a socket's folder travels as ?host=
        "CONN_MAX_AGE": 0,  # the pool keeps connections, Django must not
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 24, "timeout": 5}, "connect_timeout": 5, **_options},
    }
}
DATABASE_LOCK = env.bool("DATABASE_LOCK", default=True)
"""Whether every restaurant has a database role of its own (apps/tenants/lock.py). It needs a user with CREATEROLE."""
REDIS_URL = _redis_url()
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "loman.cache.SharedCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "loman",
            "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL else "memory://"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# ---- people -----------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.EmailBackend"]
LOGIN_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
JWT_PRIVATE_KEY = env.str("JWT_PRIVATE_KEY", default="")
JWT_PUBLIC_KEY = env.str("JWT_PUBLIC_KEY", default="")
"""Further keys that verify. Without JWT_PRIVATE_KEY `apps.accounts.signing_keys` makes the signing ones."""
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.access.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.access.TablePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.accounts.parsing.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["apps.accounts.parsing.ShallowJSON"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 25,
    "DEFAULT_THROTTLE_CLASSES": ["apps.accounts.throttle.RestaurantLimit"],
    "NUM_PROXIES": 0,  # the peer's address is the server's to know; X-Forwarded-For is anybody's to write
    "EXCEPTION_HANDLER": "apps.accounts.problems.answer",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Loman",
    "DESCRIPTION": "AI phone answering for restaurants: what the dashboard shows, for programs.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",  # the model adapter's shapes know null
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.accounts.rest.schema.tell_of_problems",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "TicketType": "apps.calls.models.TICKET_TYPES",
        "CallState": "apps.calls.models.Call.State",
        "MemberRole": "apps.accounts.models.MEMBER_ROLES",
    },
}

# ---- the rest ---------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG  # `serve` needs no collectstatic while developing
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
"""Bytes of a request's body; more is refused before anybody reads it (loman.http)."""
LARGEST_UPLOAD = 12_000_000
"""The same where it brings files."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # A redirect drops the body of a webhook, which is signed over its https URL anyway; probes come from within.
    SECURE_REDIRECT_EXEMPT = [r"^webhooks/", r"^health", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 86_400  # `apps.accounts.sessions` ends them sooner

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

LOGGING = logging_config(level=LOG_LEVEL)
