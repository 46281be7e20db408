"""Getting in: the first person of a fresh site, who invites the others on its pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from heban.cli.opening import opened
from heban.cli.saying import said_plainly


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(invite)


def invite(  # noqa: PLR0913, PLR0917 — the options of a command
    email: Annotated[
        str, typer.Argument(help="The e-mail address, by which they log in.", show_default=False)
    ],
    name: Annotated[str, typer.Option(help="What the person is called.", show_default=False)],
    role: Annotated[str, typer.Option(help="What they may do for the organisation.")] = "platform",
    organisation: Annotated[
        str | None, typer.Option(help="The credit code (USCC) of the organisation that runs the site.")
    ] = None,
    called: Annotated[str, typer.Option(help="The organisation's name, if it is new.")] = "",
    kind: Annotated[str, typer.Option(help="What it is, if it is new: hub, gov and others.")] = "hub",
    jurisdiction: Annotated[str, typer.Option(help="The code of its place (GB/T 2260), if it is new.")] = "",
    language: Annotated[str, typer.Option(help="zh-hans or en.")] = "zh-hans",
    site: Annotated[str, typer.Option(help="The address of the site.")] = "http://127.0.0.1:8000",
    data: Annotated[
        Path | None, typer.Option(help="The folder of the embedded database, in place of HEBAN_DATA.")
    ] = None,
) -> None:
    """Give somebody a role and print the link at which they set a password; it serves once, three days."""
    with said_plainly(), opened(data):
        from heban.web.accounts import invitations  # noqa: PLC0415

        seat = None
        if organisation is not None:
            seat = invitations.Seat(organisation, called, kind, jurisdiction)
        now = datetime.now(UTC)
        path = invitations.first(email, name, now=now, role=role, organisation=seat, language=language)
    typer.echo(site.rstrip("/") + path)
