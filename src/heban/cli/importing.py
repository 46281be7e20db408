"""Importing raw records: papers, projects, transfers, investments, institutions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heban.cli.saying import err, progress, said_plainly

if TYPE_CHECKING:
    from heban.records.read import Import

KINDS = {
    "works": "Read papers, and the places of their affiliations, into a package.",
    "projects": "Read projects and the partners that take part in them into a package.",
    "transfers": "Read transfers of patents from place to place into a package.",
    "investments": "Read investments from place to place into a package.",
    "institutions": "Read institutions and where they lie into a package.",
}

Files = Annotated[
    list[Path], typer.Argument(help="The files; a table may lie in several.", show_default=False)
]
Into = Annotated[
    Path,
    typer.Option("--into", help="The package; a new one if the mapping makes places.", show_default=False),
]
Named = Annotated[
    str,
    typer.Option("--mapping", help="A shipped mapping by name, or one's own by path.", show_default=False),
]
Institutions = Annotated[
    Path | None,
    typer.Option(help="A ROR dump, to place institutions that the package does not have."),
]
Synthetic = Annotated[
    bool, typer.Option("--synthetic", help="Say on every card that nothing in it was ever observed.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def register(group: typer.Typer) -> None:
    """Add a command for each kind of records to the imports."""
    for name, said in KINDS.items():
        group.command(name, help=said)(_command(name))


def _command(kind_name: str) -> Callable[..., None]:
    def command(  # noqa: PLR0913 - an option each
        files: Files,
        into: Into,
        mapping: Named,
        *,
        institutions: Institutions = None,
        code: Annotated[str, typer.Option(help="A new package: its region's own code.")] = "",
        zh: Annotated[str, typer.Option(help="A new package: its region's Chinese name.")] = "",
        en: Annotated[str, typer.Option(help="A new package: its region's English name.")] = "",
        title: Annotated[str, typer.Option(help="The card: title of the source.")] = "",
        producer: Annotated[str, typer.Option(help="The card: who made it.")] = "",
        url: Annotated[str, typer.Option(help="The card: where it is found.")] = "",
        licence: Annotated[str, typer.Option(help="The card: its licence.")] = "",
        synthetic: Synthetic = False,
        as_json: AsJson = False,
    ) -> None:
        from heban.records.read import import_files, read_mapping  # noqa: PLC0415

        with said_plainly(), progress() as step:
            read = read_mapping(mapping, kind_name)
            card = read.said.card.but(
                title=title, producer=producer, url=url, licence=licence, synthetic=synthetic
            )
            done = import_files(
                files,
                into,
                read,
                retrieved=date.today().isoformat(),
                card=card,
                region=read.said.region.but(code=code, zh=zh, en=en),
                institutions=institutions,
                step=step,
            )
        _said(done, into, as_json=as_json)

    return command


def _said(done: Import, into: Path, *, as_json: bool) -> None:
    counts = done.counts.to_dict("records")
    if as_json:
        document = {
            "made": done.made,
            "counts": counts,
            "tables": list(done.tables),
            "skipped": list(done.skipped),
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for name in done.skipped:
        err.print(f"{name} was imported before; it was skipped.", markup=False)
    for row in counts:
        typer.echo(
            f"{row['file']}, {row['kind']}: {row['rows']} rows, {row['kept']} kept, "
            f"{row['repeated']} repeated, {row['rejected']} rejected."
        )
    if done.made:
        typer.echo(f"{into} is a new package. Next: heban check {into}")
    if "rejects" in done.tables:
        typer.echo("What was rejected, and why, stands in the table rejects.")
    if not done.tables:
        typer.echo(f"{into}: nothing new.")
