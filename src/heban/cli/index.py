"""`heban index …`: the composite index on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from heban.cli.saying import progress, said_plainly

app = typer.Typer(name="index", help="Build a composite index, step by step.", no_args_is_help=True)

Spec = Annotated[
    Path | None, typer.Option("--spec", help="A specification; the package's index.toml if none.")
]


@app.command()
def build(
    package: Annotated[Path, typer.Argument(help="The folder of a data package.", show_default=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder for the results.")],
    spec: Spec = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing results folder.")] = False,
) -> None:
    """Build the index of a package and write every step of it, as tables and as a workbook."""
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report.indexing import build_index, standing  # noqa: PLC0415

    with said_plainly(), progress() as step:
        step(f"building the index of {package}")
        result, written = build_index(package, out, spec_file=spec, force=force)
        region = open_package(package).region
    for row in standing(result).itertuples(index=False):
        typer.echo(f"{row.rank:>4.0f}  {row.score:10.3f}  {row.place} {region.place(row.place).zh}")
    for code, why in result.missing.items():
        typer.echo(f"missing  {code}: {why}")
    typer.echo(str(written))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a specification."""
    from heban.measures.index.spec import schema as made  # noqa: PLC0415

    typer.echo(json.dumps(made(), ensure_ascii=False, indent=2))
