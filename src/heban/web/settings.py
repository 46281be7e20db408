"""The Django settings of the site: the exchange, accounts, pages, the interface, the back office."""

from __future__ import annotations

from pathlib import Path

from heban.exchange import china, databases, settings
from heban.web import environment, logs

_given = settings.from_environment()
_site = environment.from_environment(_given)
_here = Path(__file__).parent

DEBUG = _given.debug
SECRET_KEY = _site.secret_key
ALLOWED_HOSTS = list(_site.allowed_hosts)
INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "heban.exchange.apps.Exchange",
    "heban.web.apps.Web",
]
MIDDLEWARE = [
    "heban.web.passage.noted",
    "heban.web.passage.guarded",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "heban.web.doors.guard",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "heban.web.urls"
WSGI_APPLICATION = "heban.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [_here / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heban.web.remarks.shown",
            ],
        },
    }
]

DATABASES = databases.named(_given)
HOLIDAYS = _given.data / "holidays.toml"
for _entry in DATABASES.values():
    _entry |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = china.ZONE.key
USE_TZ = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [_here / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

AUTH_USER_MODEL = "exchange.Person"
AUTHENTICATION_BACKENDS = ["heban.web.accounts.backend.Passwords"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

_secure = _site.https and not DEBUG
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = _secure and _site.behind_proxy
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _site.behind_proxy else None
BEHIND_PROXY = _site.behind_proxy
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "heban.web.fingerprints.Fingerprinted"},
}

if _site.mail is None:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _site.mail.host, _site.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _site.mail.user, _site.mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _site.mail.starts_tls, _site.mail.is_tls
    EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _site.mail_from

LOGGING = logs.configuration(debug=DEBUG)
