"""`heban boards`, `heban plan`: who is long, who is short, and who should share what with whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heban.cli.columns import aligned, figure
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    from heban.report.planning.ground import Ground

SHOWN = 8  # prices on the screen; all of them are in the tables

Package = Annotated[Path, typer.Argument(help="The folder of a data package.", show_default=False)]
Spec = Annotated[
    Path | None, typer.Option("--spec", help="A specification; the package's plan.toml if none.")
]
Out = Annotated[Path, typer.Option("-o", "--out", help="The folder for the results.")]
MaybeOut = Annotated[Path | None, typer.Option("-o", "--out", help="A folder for the tables.")]
Formats = Annotated[
    str,
    typer.Option("--format", help="What is written beside Parquet: xlsx, csv, json, separated by commas."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing results folder.")]
Lang = Annotated[Language, typer.Option(help="Language of the output.")]


def register(app: typer.Typer) -> None:
    """Add the commands of boards and plans to the command line."""
    for command in (boards, plan):
        app.command()(command)


def boards(
    package: Package,
    spec: Spec = None,
    out: MaybeOut = None,
    formats: Formats = "xlsx",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Show each place's boards: what it has of every factor against what it needs, long, short or neither."""
    from heban.report.planning.tables import boards_tables  # noqa: PLC0415
    from heban.report.planning.writing import write  # noqa: PLC0415

    with said_plainly(), progress() as step:
        step(f"reading {package}")
        ground = _ground(package, spec)
        tables = boards_tables(ground)
        written = None if out is None else write(ground, "boards", tables, out, formats=formats, force=force)
    made = tables["boards"]
    head = ["", *made.drop_duplicates("factor")[f"factor_{lang}"]]
    rows = [
        [
            str(name),
            *(f"{figure(one.share, 2)} {getattr(one, f'standing_{lang}')}" for one in part.itertuples()),
        ]
        for name, part in made.groupby(f"place_{lang}", sort=False)
    ]
    for line in aligned(head, rows, left=[0]):
        typer.echo(line)
    for table in ("notes", "missing"):
        for row in tables[table].itertuples():
            typer.echo(f"{getattr(row, f'factor_{lang}')}: {getattr(row, lang)}")
    if written is not None:
        typer.echo(str(written))


def plan(
    package: Package,
    out: Out,
    spec: Spec = None,
    formats: Formats = "xlsx",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Plan who should share what with whom: reasons, prices of limits, what a border costs."""
    from heban.plans.allocation.received import totals  # noqa: PLC0415
    from heban.records.writing import check_target  # noqa: PLC0415
    from heban.report.planning.tables import boards_tables, plan_tables  # noqa: PLC0415
    from heban.report.planning.writing import write  # noqa: PLC0415

    with said_plainly(), progress() as step:
        check_target(out, force=force)
        step(f"reading {package}")
        ground = _ground(package, spec)
        step("planning")
        made = ground.plan
        step("prices, alternatives, frontier")
        tables = {**plan_tables(ground, made), "boards": boards_tables(ground)["boards"]}
        written = write(
            ground, "plan", tables, out, facts={"totals": totals(made)}, formats=formats, force=force
        )
    limits = tables["prices"].query("limit != 'arrival'")
    dearest = limits.sort_values("part", ascending=False, kind="stable").head(SHOWN)
    for table in (tables["moves"], tables["border"], dearest):
        for sentence in table[lang]:
            typer.echo(sentence)
    for note in made.solution.notes:
        err.print(note, markup=False)
    typer.echo(str(written))


def _ground(package: Path, spec: Path | None) -> Ground:
    """Open a package that passes its check, with what its plans rest on."""
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report.planning.ground import ground, read_spec  # noqa: PLC0415

    require_good(package)
    opened = open_package(package)
    return ground(opened, *read_spec(opened, spec))
