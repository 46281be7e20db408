"""The Django settings of the exchange alone: its database and its clock. The pages bring their own beside."""

from __future__ import annotations

from heban.exchange import china, databases, settings

_given = settings.from_environment()

DEBUG = _given.debug
INSTALLED_APPS = ["django.contrib.postgres", "heban.exchange.apps.Exchange"]
DATABASES = databases.named(_given)
HOLIDAYS = _given.data / "holidays.toml"
AUTH_USER_MODEL = "exchange.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = china.ZONE.key
USE_TZ = True
