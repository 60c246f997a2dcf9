"""Settings of the portal, read from the environment and closed by default.

Every variable is described in .env.example. A wrong value raises ImproperlyConfigured, which
manage.py prints as one line.
"""

import re
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal.sections import FEATURES
from running import embedded_postgres, environment
from running.database import ENGINE, database_from_url

VERSION = "0.2.0"
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR") or BASE_DIR / "var").resolve()

# --- Safety -----------------------------------------------------------------------------------

DEBUG = environment.boolean("DEBUG", default=False)
SECRET_KEY_FILE = VAR_DIR / "secret-key"
SECRET_KEY = environment.text("SECRET_KEY")
if not SECRET_KEY and SECRET_KEY_FILE.exists():
    SECRET_KEY = SECRET_KEY_FILE.read_text(encoding="ascii").strip()
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set; `make run` creates one for this machine")

SECRET_KEY_FALLBACKS = environment.items("SECRET_KEY_FALLBACKS")
# Vouches for ballots in the place of SECRET_KEY, and outlives it; see trail/keys.py.
BALLOT_KEY_FILE = VAR_DIR / "ballot-key"
BALLOT_KEY = environment.text("BALLOT_KEY")
if not BALLOT_KEY and BALLOT_KEY_FILE.exists():
    BALLOT_KEY = BALLOT_KEY_FILE.read_text(encoding="ascii").strip()
BALLOT_KEY_FALLBACKS = environment.items("BALLOT_KEY_FALLBACKS")

# Second factors are stored under it; see accounts/access/keys.py.
FACTOR_KEY_FILE = VAR_DIR / "factor-key"
FACTOR_KEY = environment.text("FACTOR_KEY")
if not FACTOR_KEY and FACTOR_KEY_FILE.exists():
    FACTOR_KEY = FACTOR_KEY_FILE.read_text(encoding="ascii").strip()
FACTOR_KEY_FALLBACKS = environment.items("FACTOR_KEY_FALLBACKS")

# A portal alone answers at these names; several communes have theirs in the database. `communes.middleware`
# asks before anything else looks at a request, so Django's own check stays open.
OWN_HOSTS = environment.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")
HTTPS = environment.boolean("HTTPS", default=False)
try:
    TRUSTED_PROXIES = [ip_network(item) for item in environment.items("TRUSTED_PROXIES")]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error
if HTTPS and not TRUSTED_PROXIES:
    # The portal speaks no TLS itself: every request would look like http and be sent to https, without end.
    raise ImproperlyConfigured("HTTPS=true needs TRUSTED_PROXIES: the address of the proxy that speaks TLS")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # No neighbour's page and no answer without TLS can set these (RFC 6265bis, section 4.1.3.2).
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60  # one working day; accounts/access/sessions.py ends some earlier
# Which accounts have signed in with a browser; it is sent to the admin alone.
DEVICE_COOKIE_NAME = "__Secure-device" if HTTPS else "device"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz(/\w+)?$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.boolean("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = environment.boolean("HSTS_PRELOAD", default=False)
if SECURE_HSTS_INCLUDE_SUBDOMAINS and not HTTPS:
    raise ImproperlyConfigured("HSTS_SUBDOMAINS=true needs HTTPS=true: browsers hear it over TLS only")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured("HSTS_PRELOAD=true needs HSTS_SUBDOMAINS=true: the browsers' list takes whole domains")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Other sites learn that a reader comes from the portal, and not from which page. `serving.safety` says it of files too.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        # Nothing that a script finds becomes markup or code, but by the two policies of static/js/trusted.js and alerts.js.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["portal", "alerts"],
        # The older of the two ways: all browsers know it, also without TLS, and it needs no header of its own.
        "report-uri": reverse_lazy("portal:policy_report"),
    },
}

# Sites whose videos an article may hold; nothing is asked of them before a reader presses play.
VIDEO_HOSTS = environment.items("VIDEO_HOSTS", "youtube.com,vimeo.com")

# --- Application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalAdminConfig",
    "django.forms",
    "demo",
    *FEATURES,
    "communes",
    "accounts",
    "trail",
    "upkeep",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.apps.PortalStaticFilesConfig",
    "django.contrib.sitemaps",
    "ckeditor",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "serving.safety.safety_headers",
    "communes.middleware.host_of_a_commune",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "serving.cookie_free.cookie_free",
    "communes.middleware.at_work",
    "accounts.access.sessions.entitled",
    "portal.errors.method_page",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "serving.template_loader.ConstantTagLoader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ],
            # Tags that every feature's templates load stand below the features, in no app.
            "libraries": {
                "frame": "serving.frame",
                "vietnamese_text": "vietnamese.tags",
            },
        },
    },
]

# Widgets are drawn by the same engine, so that templates/admin/widgets/ can better one of Django's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------------------------

DATABASE_URL = environment.text("DATABASE_URL")
POSTGRES_DATA = VAR_DIR / "postgres" / "data"
DATABASES = {
    "default": (
        database_from_url(DATABASE_URL)
        if DATABASE_URL
        else {
            "ENGINE": ENGINE,
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": str(embedded_postgres.socket_directory(POSTGRES_DATA)),
        }
    )
    | {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Nothing may live on a connection that a pool hands on after each transaction.
        "DISABLE_SERVER_SIDE_CURSORS": environment.boolean("DATABASE_POOLED", default=False),
        "TEST": {"NAME": environment.text("TEST_DATABASE", "test_cong")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# What each process keeps in its memory: menus, and where far pages begin, of hundreds of communes. Django's own
# bound of 300 entries would have them throw each other out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# A bucket of an S3-compatible store in the place of MEDIA_ROOT, for several machines without a folder that they share.
MEDIA_S3_BUCKET = environment.text("MEDIA_S3_BUCKET")
MEDIA_S3_ENDPOINT = next(iter(environment.origins("MEDIA_S3_ENDPOINT")), "")
MEDIA_S3_REGION = environment.text("MEDIA_S3_REGION")
MEDIA_S3_ACCESS_KEY = environment.text("MEDIA_S3_ACCESS_KEY")
MEDIA_S3_SECRET_KEY = environment.text("MEDIA_S3_SECRET_KEY")
if MEDIA_S3_BUCKET and not find_spec("storages"):
    raise ImproperlyConfigured("MEDIA_S3_BUCKET is set, but django-storages is not installed: pip install '.[s3]'")
STORAGES = {
    "default": {
        "BACKEND": "serving.files.s3_storage.MediaStorage"
        if MEDIA_S3_BUCKET
        else "serving.files.whole_files.WholeFileStorage"
    },
    "staticfiles": {"BACKEND": "serving.files.static_storage.StaticStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes; a long article with its markup

# What each commune may keep in its libraries, where it has no limit of its own; 0: no limit.
COMMUNE_STORAGE_GB = environment.integer("COMMUNE_STORAGE_GB", 0, maximum=32_767)
# Megabytes of one video or sound. More than 60: nginx in front must let larger bodies in (client_max_body_size).
RECORDING_MB = environment.integer("RECORDING_MB", 60, minimum=1, maximum=2_000)
# A clamd that looks at every picture and document before it is stored; empty: none does.
MALWARE_SCANNER = environment.text("MALWARE_SCANNER")
if MALWARE_SCANNER and not re.fullmatch(r"unix:/.+|tcp:.+:\d{1,5}", MALWARE_SCANNER):
    raise ImproperlyConfigured(f"MALWARE_SCANNER={MALWARE_SCANNER!r}: use unix:/path/of/socket or tcp:host:port")
MALWARE_SCANNER_AWAY = environment.choice("MALWARE_SCANNER_AWAY", "refuse", ("REFUSE", "ACCEPT")).lower()

# --- Backup -----------------------------------------------------------------------------------

# With a place named, the clock makes a backup every night; without, `manage.py backup` writes to var/.
HAS_NIGHTLY_BACKUP = bool(environment.text("BACKUP_TO"))
BACKUP_TO = environment.text("BACKUP_TO") or str(VAR_DIR / "backups")  # a folder, or s3://bucket/folder
if "://" in BACKUP_TO and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[\w./-]+)?", BACKUP_TO):
    raise ImproperlyConfigured(f"BACKUP_TO={BACKUP_TO!r}: use a folder, s3://bucket or s3://bucket/folder")
BACKUP_S3_ENDPOINT = next(iter(environment.origins("BACKUP_S3_ENDPOINT")), "")
BACKUP_S3_REGION = environment.text("BACKUP_S3_REGION")
BACKUP_S3_ACCESS_KEY = environment.text("BACKUP_S3_ACCESS_KEY")
BACKUP_S3_SECRET_KEY = environment.text("BACKUP_S3_SECRET_KEY")
if BACKUP_TO.startswith("s3://") and not find_spec("boto3"):
    raise ImproperlyConfigured("BACKUP_TO names a bucket, but boto3 is not installed: pip install '.[s3]'")
BACKUP_KEYS = environment.items("BACKUP_KEY")
BACKUP_IDENTITY = Path(environment.text("BACKUP_IDENTITY")) if environment.text("BACKUP_IDENTITY") else None

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese"))]
# The second path completes and corrects the Vietnamese of Django and of the packages in use.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "django"]
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# Django's setting would print the year 2026 as "2.026"; the `number` filter groups instead.
USE_THOUSAND_SEPARATOR = False

# --- Accounts ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["communes.work.MembershipBackend"]
# A file of stolen passwords that no account may have: accounts/breached.py says in which form.
BREACHED_PASSWORDS = environment.text("BREACHED_PASSWORDS")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.GuessingValidator",
        "OPTIONS": {"words_of": "communes.models.commune.place_names"},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if BREACHED_PASSWORDS:
    AUTH_PASSWORD_VALIDATORS.append(
        {"NAME": "accounts.breached.BreachedValidator", "OPTIONS": {"file": BREACHED_PASSWORDS}}
    )
# After so many days without a sign-in an account is disabled, with a mail a week before; 0: never.
ACCOUNT_IDLE_DAYS = environment.integer("ACCOUNT_IDLE_DAYS", 45, maximum=3650)
if 0 < ACCOUNT_IDLE_DAYS < 14:
    raise ImproperlyConfigured(f"ACCOUNT_IDLE_DAYS={ACCOUNT_IDLE_DAYS}: at least 14 (a mail goes a week before), or 0")
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # also where an address of another server in `next` leads
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds

# django-allauth: name and password, then a second factor. Who gets in and what is said: accounts/access/adapter.py.
ACCOUNT_ADAPTER = "accounts.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_RATE_LIMITS = False  # accounts/access/guessing.py counts, in the database
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
ACCOUNT_FORMS = {"login": "accounts.access.forms.SignInForm", "reauthenticate": "accounts.access.forms.AgainForm"}
MFA_ADAPTER = "accounts.access.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a clock may be wrong; no code is good twice all the same
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "accounts.access.forms.CodeStepForm",
    "reauthenticate": "accounts.access.forms.CodeAgainForm",
    "activate_totp": "accounts.access.forms.ProgramForm",
    "add_webauthn": "accounts.access.forms.PasskeyForm",
}

# --- Mail -------------------------------------------------------------------------------------

EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = environment.boolean("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = environment.boolean("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
if EMAIL_USE_SSL and EMAIL_USE_TLS:
    raise ImproperlyConfigured("EMAIL_USE_SSL and EMAIL_USE_TLS: only one of them can be true")
EMAIL_PORT = environment.integer("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587, minimum=1, maximum=65535)
EMAIL_TIMEOUT = 10  # seconds
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM", "cong@localhost")

# --- Server -----------------------------------------------------------------------------------

HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.integer("PORT", 8000, minimum=1, maximum=65535)
WORKERS = environment.integer("WORKERS", 2, minimum=1, maximum=64)
# Per worker. Python runs one of them at a time; the others wait for the database or shrink a picture.
THREADS = environment.integer("THREADS", 3, minimum=1, maximum=256)
PAGE_CACHE = environment.boolean("PAGE_CACHE", default=True)
PAGE_SECONDS = environment.integer("PAGE_SECONDS", 3, maximum=3600)
# Numbers for Prometheus; without a port there are none. The address is for machines inside only.
METRICS_PORT = environment.integer("METRICS_PORT", 0, maximum=65535)
METRICS_HOST = environment.text("METRICS_HOST", "127.0.0.1")
# Seconds a process keeps the frame that all its pages share: menu, latest news, poll, visitors.
FRAME_SECONDS = 1
# The clock knows no feature; the shell gathers their tasks.
UPKEEP_TASKS = "portal.tasks.TASKS"
UPKEEP_CHECKS = "operation.selftest.CHECKS"

# Where people reach the portal; mails lead there, with no request to say so.
_own_host = OWN_HOSTS[0].lstrip(".")
# Before a portal that is there for this machine alone stands no proxy: it is reached at its own port.
_own_port = "" if HTTPS or _own_host not in ("localhost", "127.0.0.1", "[::1]") else f":{PORT}"
PUBLIC_URL = environment.origin("PUBLIC_URL", f"http{'s' if HTTPS else ''}://{_own_host}{_own_port}")

# The page of the national service portal for a procedure; {code} is its code in the national list. Empty: no link.
PROCEDURE_LINK = environment.text(
    "PROCEDURE_LINK",
    "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-nganh-doc.html?ma_thu_tuc={code}",
)
if PROCEDURE_LINK and not (PROCEDURE_LINK.startswith("https://") and "{code}" in PROCEDURE_LINK):
    raise ImproperlyConfigured(f"PROCEDURE_LINK={PROCEDURE_LINK!r}: it begins with https:// and holds {{code}}")

ACCESS_LOG = environment.choice("ACCESS_LOG", "off", ("OFF", "COMBINED", "JSON")).lower()
# Where mistakes of the code are reported, without a word about who met them.
SENTRY_DSN = environment.text("SENTRY_DSN")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "serving.logs.JSONFormatter"},
    },
    "filters": {
        "no_refusals": {"()": "serving.outages.WithoutRefusals"},
        "sparing": {"()": "serving.logs.Sparing"},
        "brief": {"()": "serving.logs.Brief"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": environment.choice("LOG_FORMAT", "line", ("LINE", "JSON")).lower(),
            "filters": ["no_refusals", "sparing", "brief"],
        },
    },
    "root": {"handlers": ["console"], "level": environment.choice("LOG_LEVEL", "INFO", LOG_LEVELS)},
}

SILENCED_SYSTEM_CHECKS = [
    # The editor's own warning about its age is answered by richtext/, which sanitises on the server.
    "ckeditor.W001",
    # Whether every name below the portal's speaks TLS, and for ever, its operator knows: HSTS_SUBDOMAINS, HSTS_PRELOAD.
    "security.W005",
    "security.W021",
    # The admin shows pages of the portal in frames, as on a phone and as on a desk; other origins may not.
    "security.W019",
]
