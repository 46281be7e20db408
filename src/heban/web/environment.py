"""What the site needs to be told: read from the environment, each checked, none guessed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from heban.domain.errors import BadSpec
from heban.exchange.settings import Settings, truth

NAMES = ("SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "BEHIND_PROXY", "MAIL", "MAIL_FROM")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
LEAST_SIGNS = 32
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """A server that takes mail; without one, mail is printed on the console."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """What the site was told: its key, the names it answers to, how it is reached, who takes its mail."""

    secret_key: str
    allowed_hosts: tuple[str, ...]
    https: bool
    behind_proxy: bool
    mail: Mail | None
    mail_from: str


def from_environment(settings: Settings, environment: Mapping[str, str] | None = None) -> Site:
    """Return what the environment says of the site, or raise `BadSpec` saying what it accepts.

    A site that only this machine reaches is served without TLS unless HTTPS is true; any other with it unless
    HTTPS is false.

    >>> told = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "heban.example"}
    >>> site = from_environment(Settings(Path("/srv")), told)
    >>> site.allowed_hosts, site.https
    (('heban.example',), True)
    """
    given = os.environ if environment is None else environment
    hosts = _hosts(given)
    usual = "false" if set(hosts) <= set(LOCAL) else "true"
    return Site(
        secret_key=_secret_key(given, settings),
        allowed_hosts=hosts,
        https=truth(given, "HTTPS", usual),
        behind_proxy=truth(given, "BEHIND_PROXY"),
        mail=_mail(given.get("MAIL", "console")),
        mail_from=given.get("MAIL_FROM", "heban@localhost"),
    )


def kept_key(data: Path) -> str:
    """Return the key of a site whose database is embedded: made once, and kept for its owner alone."""
    kept = data / "secret_key"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(".half")
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        half.write_text(secrets.token_urlsafe(48))
        half.rename(kept)
    return kept.read_text("utf-8")


def _secret_key(given: Mapping[str, str], settings: Settings) -> str:
    key = given.get("SECRET_KEY")
    if key is None and settings.database_url is None:
        return kept_key(settings.data)
    if key is None:
        raise BadSpec(
            "SECRET_KEY is not set, and DATABASE_URL is. Set a secret text of at least "
            f"{LEAST_SIGNS} signs, the same for every process of the site."
        )
    if len(key) < LEAST_SIGNS:
        raise BadSpec(f"SECRET_KEY has {len(key)} signs; it needs {LEAST_SIGNS} or more. Make a longer one.")
    return key


def _hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in given.get("ALLOWED_HOSTS", ",".join(LOCAL)).split(","))
    for host in hosts:
        if not host or "*" in host or "/" in host:
            raise BadSpec(
                f"ALLOWED_HOSTS holds {host!r}; it accepts names separated by commas, as heban.example,"
                "127.0.0.1. Name each; there is no wildcard."
            )
    return hosts


def _mail(said: str) -> Mail | None:
    if said == "console":
        return None
    url = urlsplit(said)
    if url.scheme not in _PORTS or not url.hostname:
        # The address itself is not repeated: it may hold a password.
        raise BadSpec(
            "MAIL is no address of a mail server. It accepts console, or smtp://, smtp+tls:// or smtps:// "
            "with user:password@host:port."
        )
    return Mail(
        url.hostname,
        url.port or _PORTS[url.scheme],
        unquote(url.username or ""),
        unquote(url.password or ""),
        starts_tls=url.scheme == "smtp+tls",
        is_tls=url.scheme == "smtps",
    )
