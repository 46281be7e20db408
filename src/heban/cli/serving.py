"""Serving the site: the pages and the interface for programs, with a database of its own if none is given."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from heban.cli.saying import said_plainly
from heban.domain.errors import BadSpec

_NEEDED = ("django", "ninja", "psycopg", "granian")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)] = 8000,
    data: Annotated[
        Path | None, typer.Option(help="The folder of the embedded database, in place of HEBAN_DATA.")
    ] = None,
    package: Annotated[
        list[Path] | None,
        typer.Option(help="A results folder that the atlas shows, in place of HEBAN_PACKAGES; repeatable."),
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that answer requests.", min=1, max=64)] = 2,
) -> None:
    """Serve the site until it is stopped; without DATABASE_URL, with the embedded PostgreSQL."""
    with said_plainly():
        ensure_installed()
        if data is not None:
            os.environ["HEBAN_DATA"] = str(data.expanduser().resolve())
        if package:
            os.environ["HEBAN_PACKAGES"] = os.pathsep.join(str(one.expanduser().resolve()) for one in package)
        from heban.web import service  # noqa: PLC0415

        service.serve(host, port, workers, typer.echo)


def ensure_installed() -> None:
    """Raise `BadSpec` when what the site needs is not installed."""
    if lacking := [name for name in _NEEDED if find_spec(name) is None]:
        raise BadSpec(
            f"heban serve needs {', '.join(lacking)}, which is not installed. "
            "Run `pip install heban[exchange]`."
        )
