"""The two connections of the exchange as Django names them: `default` serves, `owner` migrates."""

from __future__ import annotations

import sys

from psycopg.conninfo import conninfo_to_dict

from heban.domain.errors import BadSpec
from heban.exchange.settings import Settings

_OURS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def named(settings: Settings) -> dict[str, dict[str, object]]:
    """Return Django's DATABASES: those of the environment, else those of the embedded server.

    Without an address for the owner there is no connection `owner`, and this process cannot migrate.
    """
    if settings.database_url:
        urls = {"default": settings.database_url, "owner": settings.owner_url}
    elif found := _embedded(settings):
        urls = dict(found)
    else:
        raise BadSpec(
            f"there is no database: DATABASE_URL is not set and none was made in {settings.data}. "
            "Start the embedded one first, or give the address of yours."
        )
    return {alias: connection(url) for alias, url in urls.items() if url}


def _embedded(settings: Settings) -> dict[str, str] | None:
    """Where the embedded server is reached; its locks and users are those of Unix."""
    if sys.platform == "win32":
        raise BadSpec(
            "the embedded PostgreSQL does not run on Windows. Give the address of one: DATABASE_URL."
        )
    from heban.exchange import server  # noqa: PLC0415  cannot be imported on Windows

    found = server.addresses(settings.data)
    return None if found is None else {"default": found[server.APP], "owner": found[server.OWNER]}


def connection(url: str) -> dict[str, object]:
    """Return one entry of Django's DATABASES for an address of PostgreSQL.

    >>> connection("postgresql://heban_app:secret@db.example:5433/heban?sslmode=require")["OPTIONS"]
    {'sslmode': 'require'}
    """
    parts = conninfo_to_dict(url)
    entry: dict[str, object] = {
        ours: str(parts.pop(theirs)) for theirs, ours in _OURS.items() if theirs in parts
    }
    return {"ENGINE": "django.db.backends.postgresql", **entry, "OPTIONS": parts}
