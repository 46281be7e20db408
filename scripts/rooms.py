"""Print the table of the desk's pages as Markdown: `python -m scripts.rooms`; of `scripts.docs`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import django
from django.conf import settings

from heban.exchange.rules.roles import roles

DESK = Path(__file__).parent.parent / "src" / "heban" / "web" / "desk"
WIDELY = {"anyone": "anybody", "person": "whoever is logged in"}


def table() -> str:
    """Return every page of the desk with what it shows and to whom it is open."""
    # Nothing of the site is needed but the names of its roles: no database, no key.
    apps = ["django.contrib.postgres", "heban.exchange.apps.Exchange"]
    settings.configure(INSTALLED_APPS=apps, AUTH_USER_MODEL="exchange.Person")
    django.setup()
    from heban.web.desk.rooms import ROOMS  # noqa: PLC0415  after Django is set up

    rows = (
        f"| `/desk/{room.path.replace('int:', '')}` | {_shows(room.view)} | {_who(room.open_to)} |"
        for room in ROOMS.values()
    )
    return "\n".join(["| page | what it does | for |", "|---|---|---|", *rows])


def _shows(view: str) -> str:
    module, _dot, name = view.rpartition(".")
    path = DESK.joinpath(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text("utf-8"))
    works = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    said = ast.get_docstring(works[0]) or ""
    return said.partition("\n")[0].removesuffix(".")


def _who(open_to: Iterable[str]) -> str:
    names = {**WIDELY, **{code: role.name.en for code, role in roles().items()}}
    return ", ".join(name for code, name in names.items() if code in set(open_to))


if __name__ == "__main__":
    print(table())
