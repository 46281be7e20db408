"""The settings of the exchange: read from the environment, each checked, none guessed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from heban.domain.errors import BadSpec, unknown

NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "HEBAN_DATA", "HEBAN_PACKAGES", "DEBUG")
_SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the exchange needs to be told before it starts.

    `data` is the folder of the embedded database; it is not used when `database_url` is given.
    `database_url` connects as the role that serves and `owner_url` as the role that migrates.
    """

    data: Path
    database_url: str | None = None
    owner_url: str | None = None
    debug: bool = False


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment gives, or raise `BadSpec` saying what it accepts.

    A name that begins with HEBAN_ and that nothing reads is refused too: it is a misprint that would
    otherwise go unseen.

    >>> from_environment({"HEBAN_DATA": "/srv/heban", "DEBUG": "false"})
    Settings(data=PosixPath('/srv/heban'), database_url=None, owner_url=None, debug=False)
    >>> from_environment({"DEBUG": "yes"})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: DEBUG is 'yes'; it accepts true or false. Correct it or unset it.
    """
    given = os.environ if environment is None else environment
    for name in given:
        if name.startswith("HEBAN_") and name not in NAMES:
            raise unknown("setting", name, NAMES, "the environment")
    served, owner = _url(given, "DATABASE_URL"), _url(given, "DATABASE_OWNER_URL")
    if owner and not served:
        raise BadSpec(
            "DATABASE_OWNER_URL is given without DATABASE_URL. Give both, or neither for the embedded one."
        )
    return Settings(_folder(given), served, owner, truth(given, "DEBUG"))


def _url(given: Mapping[str, str], name: str) -> str | None:
    url = given.get(name)
    if url is not None and not url.startswith(_SCHEMES):
        # The address itself is not repeated: it may hold a password.
        raise BadSpec(f"{name} does not begin with postgresql://. The exchange runs on PostgreSQL only.")
    return url


def truth(given: Mapping[str, str], name: str, usual: str = "false") -> bool:
    """Return a setting that is true or false, or raise `BadSpec`.

    >>> truth({"DEBUG": "true"}, "DEBUG"), truth({}, "HTTPS")
    (True, False)
    """
    said = given.get(name, usual)
    if said not in ("true", "false"):
        raise BadSpec(f"{name} is {said!r}; it accepts true or false. Correct it or unset it.")
    return said == "true"


def _folder(given: Mapping[str, str]) -> Path:
    if (said := given.get("HEBAN_DATA")) is None:
        return _usual_folder(given)
    folder = Path(said).expanduser()
    if not folder.is_absolute():
        raise BadSpec(f"HEBAN_DATA is {said!r}; it must be a whole path, as /var/lib/heban.")
    return folder


def _usual_folder(given: Mapping[str, str]) -> Path:
    """Where this platform keeps data of programs; root's home is closed to the user that serves for root."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/heban")
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/heban"
    return Path(given.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "heban"
