"""All settings, and the only place where environment variables are read (docs/operating.md lists them)."""

import logging
import re
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from articles.processes.private_files import FILE, FOLDER, make_folder
from articles.roles import ROLES
from newsroom.environment import Env, require

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


env = Env()

DEBUG = env.bool("DEBUG", default=False)
# Off only if the site is served on plain HTTP: on a developer's machine, and in tests.
HTTPS = env.bool("NEWSROOM_HTTPS", default=True)

SECRET_KEY = env.str("SECRET_KEY", default="insecure-for-debug-only" if DEBUG else "")
require(
    DEBUG or (len(SECRET_KEY) >= 50 and len(set(SECRET_KEY)) >= 5 and not SECRET_KEY.startswith("django-insecure-")),
    "SECRET_KEY is missing or weak: set it to 50 random characters or more "
    "(python -c 'import secrets; print(secrets.token_urlsafe(50))'), or set DEBUG=1 on a developer's machine.",
)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Scheme and host of every address that answers and mails contain (articles.public.origin).
ORIGIN = env.str("NEWSROOM_ORIGIN", default="").rstrip("/").lower()
if not ORIGIN and HTTPS and re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", (*ALLOWED_HOSTS, "")[0]):
    ORIGIN = f"https://{ALLOWED_HOSTS[0].lower()}"
require(
    not ORIGIN or re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", ORIGIN),
    "NEWSROOM_ORIGIN must be like https://news.example.org.",
)
require(not ORIGIN or ORIGIN.startswith("https:") == HTTPS, "NEWSROOM_ORIGIN must be https, or NEWSROOM_HTTPS be 0.")
# The site lies at the root of its host: no header can say otherwise.
FORCE_SCRIPT_NAME = ""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # WhiteNoise serves static files under runserver too, as in production.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "import_export",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "newsroom.people",
    "articles",
    "providers",
    # Below ours, whose command db_worker replaces its own.
    "django_tasks_db",
]

MIDDLEWARE = [
    "newsroom.headers.known_headers",
    "newsroom.logs.numbered_requests",
    "newsroom.middleware.safe_answers",
    # A cached page is sent before any other middleware runs.
    "newsroom.page_cache.page_cache",
    "newsroom.limits.limits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of those below, so that their own responses get its headers too.
    "newsroom.middleware.private_desk",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.small_bodies",
    "newsroom.middleware.sliding_sessions",
    "newsroom.people.required.SecondFactorRequired",
    # Behind the check of the token, and before any view asks who the visitor is.
    "newsroom.typed_forms.KeepTypedForms",
    "newsroom.people.again.AskAgainInAdmin",
    "newsroom.errors.BusyWithPasswords",
    # django-axes requires to be the last.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["articles.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data


def database() -> dict[str, Any]:
    if not env.str("DATABASE_URL", default=""):
        # SQLite creates the file, but not its folder.
        make_folder(VAR_DIR)
        return {"ENGINE": "newsroom.sqlite", "NAME": VAR_DIR / "newsroom.sqlite3"}
    try:
        with warnings.catch_warnings(action="ignore"):  # they would print the password
            config = env.db_url("DATABASE_URL")
    except (ValueError, ImproperlyConfigured):
        config = {}
    require(
        config.get("ENGINE") in Env.DB_SCHEMES.values(),
        "DATABASE_URL must be like postgres://user:password@host:5432/name or sqlite:////path/to/file.",
    )
    return config


DATABASES = {"default": database()}
if DATABASES["default"]["ENGINE"] == "newsroom.sqlite":
    # docs/decisions/0002: readers and one writer side by side, and no "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # It compiles queries that look dear: 400 ms for what then takes 1 ms, since it stops after the rows of a page.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
# Opening a connection takes as long as the queries of a page.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
IS_SHARED = "Redis" in CACHES["default"]["BACKEND"]
require(
    IS_SHARED or CACHES["default"]["BACKEND"].endswith((".LocMemCache", ".DummyCache")),
    "CACHE_URL must be like redis://host:6379/0.",
)
if IS_SHARED:
    CACHES["default"]["BACKEND"] = "newsroom.redis_cache.RedisCache"
    CACHES["pages"] = CACHES["default"]
else:
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 3_000}
    CACHES["pages"] = CACHES["default"] | {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 1_000}}
# All processes must use the same edition: without a shared cache, it is in a file.
CACHES["editions"] = (
    CACHES["default"]
    if IS_SHARED
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "editions"}
)

# Files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "newsroom" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# Newsroom itself serves them: no other user of the machine has to read them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = FILE, FOLDER
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.static_files.WholeStyleSheets"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# People

LOGIN_URL = LOGOUT_REDIRECT_URL = "desk_login"
LOGIN_REDIRECT_URL = "desk"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "newsroom.people.sign_in.StaffBackend"]
# Counted from the last hour in which the person was active: see newsroom.middleware.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "newsroom.people.sessions"
# After so long a person logs in again, whatever they did meanwhile.
SESSION_LONGEST = env.int("NEWSROOM_SESSION_HOURS", default=24) * 3600  # seconds
require(SESSION_LONGEST > 0, "NEWSROOM_SESSION_HOURS must be 1 or more.")
# Browsers take these cookies from HTTPS only, for this host only, and let no other host set them.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Roles whose people need a code besides the password.
SECOND_FACTOR = env.list("NEWSROOM_SECOND_FACTOR", default=[])
require(
    set(SECOND_FACTOR) <= {*(role.name for role in ROLES), "superusers"},
    f"NEWSROOM_SECOND_FACTOR must be some of {','.join(role.name for role in ROLES)},superusers.",
)
PASSWORD_HASHERS = ["newsroom.hashing.OneAtATime"]
PASSWORD_RESET_TIMEOUT = 3600  # seconds
CSRF_FAILURE_VIEW = "newsroom.typed_forms.old_token"
# Failed logins for one name from one address, before that address is locked out.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Otherwise anybody who keeps trying could lock a person out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Besides the password, of which it keeps nothing anyway.
AXES_SENSITIVE_PARAMETERS = ["code", "csrfmiddlewaretoken"]
# Of its admin, only the page in articles.admin.people is used.
AXES_ENABLE_ADMIN = False
AXES_USERNAME_CALLABLE = "newsroom.people.sign_in.name_tried"
AXES_CLIENT_IP_CALLABLE = "newsroom.headers.client_address"
AXES_LOCKOUT_CALLABLE = "newsroom.people.sign_in.locked_out"
# Set it to X-Forwarded-For behind a proxy that sets this header or appends to it.
CLIENT_HEADER = env.header("CLIENT_ADDRESS_HEADER")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Mail: without a server for it, a superuser gives new passwords, and faults are in the log only.
MAIL = bool(env.str("EMAIL_URL", default=""))
MAILERS = {"default": env.mailer("EMAIL_URL")} if MAIL else {}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("NEWSROOM_MAIL_FROM", default="newsroom@localhost")

# Language and time

LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError):
    raise ImproperlyConfigured("TIME_ZONE must be a name such as Europe/Berlin.") from None
USE_I18N = True
USE_TZ = True

# The upstream JSON

# Articles a page. "topics": the news of one topic.
JSON_SIZES = dict.fromkeys("news topics events samples people communities newsletters".split(), 25) | {"learning": 30}
sizes = env.dict("NEWSROOM_JSON_SIZES", default={})
require(
    sizes.keys() <= JSON_SIZES.keys() and all(re.fullmatch("[1-9][0-9]{0,2}", size) for size in sizes.values()),
    f"NEWSROOM_JSON_SIZES must be like news=25,topics=30. The lists are {', '.join(JSON_SIZES)}.",
)
JSON_SIZES |= {name: int(size) for name, size in sizes.items()}
# Which JSON and which pages the addresses in it name (docs/api.md).
JSON_SOURCE = env.str("NEWSROOM_JSON_SOURCE", default="").rstrip("/")
JSON_SITE = env.str("NEWSROOM_JSON_SITE", default="").rstrip("/")

# Security

# Images of other sites: linked until we have a copy, shown only as our copy, or not at all (docs/decisions/0011).
REMOTE_IMAGES = env.str("NEWSROOM_REMOTE_IMAGES", default="link")
require(REMOTE_IMAGES in ("link", "cache", "off"), "NEWSROOM_REMOTE_IMAGES must be link, cache or off.")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "https:", "http:"] if REMOTE_IMAGES == "link" else [CSP.SELF],
    # Video players, which a reader starts: articles.public.bodies builds their addresses.
    "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = ORIGIN.partition("://")[2] or None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Both bind hosts beside ours, for a year at least: the operator says so, and no check asks for them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("NEWSROOM_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("NEWSROOM_HSTS_PRELOAD", default=False)
require(
    SECURE_HSTS_INCLUDE_SUBDOMAINS or not SECURE_HSTS_PRELOAD,
    "NEWSROOM_HSTS_PRELOAD needs NEWSROOM_HSTS_SUBDOMAINS: the lists of browsers take whole domains only.",
)
# Nor for mail, without which a site may do.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "mail.W001"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Set it to X-Forwarded-Proto behind a proxy that ends TLS and removes this header from requests of clients.
PROTO_HEADER = env.header("SECURE_PROXY_HEADER")
SECURE_PROXY_SSL_HEADER = (PROTO_HEADER, "https") if PROTO_HEADER else None
# Set it to X-Request-ID behind a proxy that sets this header.
REQUEST_ID_HEADER = env.header("REQUEST_ID_HEADER")

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
require(LOG_LEVEL in logging.getLevelNamesMapping(), "LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
# Whether the log says from which address a request came.
LOG_ADDRESSES = env.bool("NEWSROOM_LOG_ADDRESSES", default=False)
# Who gets a mail when something is broken.
ADMINS = env.list("ADMINS", default=[])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "newsroom.logs.Line",
            "format": "{asctime} {levelname} {name}{asked}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail": {"class": "newsroom.logs.MailToAdmins", "formatter": "line", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr"] + ["mail"] * bool(ADMINS and MAIL), "level": LOG_LEVEL},
    # Django's own way, which mails what was sent with a request.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # It would say at every moment of load that requests wait.
        "waitress.queue": {"level": "ERROR"},
    },
}

# An article may have 200 related links, and its form sends 15 fields of each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Newsroom

SITE_NAME = OTP_TOTP_ISSUER = env.str("NEWSROOM_NAME", default="Newsroom")
# The contact for reports of vulnerabilities in /.well-known/security.txt.
CONTACT = env.str("NEWSROOM_CONTACT", default="")
if re.fullmatch(r"[^@\s:/]+@[^@\s:/]+", CONTACT):
    CONTACT = f"mailto:{CONTACT}"
require(
    not CONTACT or re.fullmatch(r"(mailto:[^@\s]+@|https://|tel:\+)[!-~]+", CONTACT),
    "NEWSROOM_CONTACT must be a mail address, an https:// address or tel:+….",
)
# On the front page, being this many hours younger counts like twice the heat. After a change run `rank_articles`.
FRONT_HALF_LIFE = env.int("NEWSROOM_HALF_LIFE_HOURS", default=24)
require(FRONT_HALF_LIFE > 0, "NEWSROOM_HALF_LIFE_HOURS must be 1 or more.")

# How long a CDN may serve a page without revalidation; a withdrawn article stays visible there as long.
CDN_SECONDS = env.int("NEWSROOM_CDN_SECONDS", default=0)
require(CDN_SECONDS >= 0, "NEWSROOM_CDN_SECONDS must be 0 or more.")

# Off: a document that says `published: true` waits for a person (docs/decisions/0029).
PUBLISH_IMPORTED = env.bool("NEWSROOM_PUBLISH_IMPORTED", default=True)

# Whether we ask hosts if the originals of published articles are still there, and tell readers where they are not.
CHECK_ORIGINALS = env.bool("NEWSROOM_CHECK_ORIGINALS", default=False)
MARK_DEAD_ORIGINALS = env.bool("NEWSROOM_MARK_DEAD_ORIGINALS", default=False)

# Imports from the browser: docs/operating.md
IMPORT_UPLOADS = VAR_DIR / "uploads"
# Django's own files of uploads lie there too: `clean_uploads` finds those that a killed process has left.
make_folder(IMPORT_UPLOADS)
FILE_UPLOAD_TEMP_DIR = IMPORT_UPLOADS
IMPORT_ROOTS = [Path(root).resolve() for root in env.list("NEWSROOM_IMPORT_ROOTS", default=[])]
# Where the repositories of feeds may lie, beside those roots: beginnings of https:// and ssh:// addresses.
GIT_URLS = env.list("NEWSROOM_GIT_URLS", default=[])
require(
    all(url.startswith(("https://", "ssh://")) for url in GIT_URLS),
    "NEWSROOM_GIT_URLS must begin with https:// or ssh://.",
)
IMPORT_MAX_BYTES = env.int("NEWSROOM_UPLOAD_MB", default=200) * 1024**2
require(IMPORT_MAX_BYTES > 0, "NEWSROOM_UPLOAD_MB must be 1 or more.")
IMPORT_MAX_FILES = 5_000
# Days for which the report of a run is kept, file by file; until then the run can be undone.
IMPORT_KEEP_REPORTS = env.int("NEWSROOM_KEEP_REPORTS", default=90)
require(1 <= IMPORT_KEEP_REPORTS <= 36_500, "NEWSROOM_KEEP_REPORTS must be from 1 to 36500 days.")
# One more than the upload accepts, so that the upload itself can report too many files.
DATA_UPLOAD_MAX_NUMBER_FILES = IMPORT_MAX_FILES + 1
# For all other requests, whose files may be held in memory.
LARGEST_BODY = 25 * 1024**2

# With a worker (manage.py db_worker) imports run there; without one, in the request that starts them.
WORKER, IN_REQUEST = "django_tasks_db.DatabaseBackend", "django.tasks.backends.immediate.ImmediateBackend"
TASKS = {"default": {"BACKEND": WORKER if env.bool("NEWSROOM_WORKER", default=False) else IN_REQUEST}}

IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_SKIP_ADMIN_ACTION_EXPORT_UI = False
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
