"""`heban index …`: the composite index on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heban.cli.columns import aligned, figure
from heban.cli.counting import counted
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    from heban.report.indexcompare import Compared
    from heban.report.uncertainty import Measured

app = typer.Typer(
    name="index", help="Build a composite index, ask how sure it is, compare two.", no_args_is_help=True
)

Package = Annotated[Path, typer.Argument(help="The folder of a data package.", show_default=False)]
Out = Annotated[Path, typer.Option("-o", "--out", help="The folder for the results.")]
Spec = Annotated[
    Path | None, typer.Option("--spec", help="A specification; the package's index.toml if none.")
]
Level = Annotated[
    str, typer.Option(help="Only places of this level, as city; places of all levels together if none.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing results folder.")]
Lang = Annotated[Language, typer.Option(help="Language of the names.")]


@app.command()
def build(
    package: Package,
    out: Out,
    spec: Spec = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help="What is written beside Parquet: xlsx, csv, json, separated by commas."
        ),
    ] = "xlsx",
    steps: Annotated[
        int | None,
        typer.Option("--growth-steps", help="Yearly steps of cumulative growth; three if none.", min=1),
    ] = None,
    level: Level = "",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Build the index of a package and write every step of it, as tables and as a workbook."""
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report.indexing import build_index, levels, standing  # noqa: PLC0415

    with said_plainly(), progress() as step:
        step(f"building the index of {package}")
        result, written = build_index(
            package, out, spec_file=spec, formats=formats, steps=steps, level=level, force=force
        )
        opened = open_package(package)
        region = opened.region
    for row in standing(result).itertuples(index=False):
        name = region.place(row.place).name(lang)
        typer.echo(f"{figure(row.rank):>4}  {figure(row.score, 3):>10}  {row.place} {name}")
    _levels_apart(levels(opened, result.places))
    for code, why in result.missing.items():
        typer.echo(f"missing  {code}: {why}")
    typer.echo(str(written))


def _levels_apart(levels: list[str]) -> None:
    """Warn that a province is ranked among its own cities."""
    if len(levels) > 1:
        err.print(
            f"places of several levels are measured together: {', '.join(levels)}. Give --level for one.",
            markup=False,
        )


@app.command()
def uncertainty(  # noqa: PLR0913 — an option each
    package: Package,
    out: Out,
    *,
    spec: Spec = None,
    doubts: Annotated[
        Path | None,
        typer.Option("--doubts", help="What is uncertain, as TOML; else [uncertainty] of the specification."),
    ] = None,
    draws: Annotated[int, typer.Option(help="How often the index is computed.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same results.", min=0)] = 1,
    sobol: Annotated[
        bool, typer.Option("--sobol", help="Also how much each input answers for: draws · (inputs + 2) runs.")
    ] = False,
    level: Level = "",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Compute an index many times with what is uncertain drawn anew, to say how sure ranks are."""
    from heban.records.writing import check_target  # noqa: PLC0415
    from heban.report import uncertainty as doubting  # noqa: PLC0415
    from heban.report.indexing import levels  # noqa: PLC0415

    with said_plainly():
        check_target(out, force=force)
        with counted("runs") as shown:
            measured = doubting.measure(
                package,
                draws=draws,
                seed=seed,
                sobol=sobol,
                spec_file=spec,
                doubts_file=doubts,
                level=level,
                progress=shown,
            )
        with progress() as step:
            step("writing the results")
            doubting.write(measured, out, lang=lang, force=force)
    _levels_apart(levels(measured.package, measured.index.places))
    for line in _sureness(measured, lang):
        typer.echo(line)
    typer.echo(str(out))


def _sureness(measured: Measured, lang: Language) -> list[str]:
    """Return what a run found, in a few lines: what was varied, how often, and the interval of each rank."""
    from heban.report.uncertainty import facts  # noqa: PLC0415
    from heban.report.uncertainty_tables import influence, ranking  # noqa: PLC0415

    said = facts(measured)
    low, high = (f"{100 * share:g}" for share in said["interval"])
    words = {
        "zh": ("位次", "地区", f"{low}–{high} % 区间", "位次不变"),
        "en": ("rank", "place", f"{low}–{high} %", "rank held"),
    }
    lines = [f"varied ({said['said_by']}):", *(f"  {one}" for one in said["inputs"])]
    exact = ", every combination" if said["exact"] else ""
    lines.append(
        f"{said['runs']} runs{exact}, {said['draws']} draws of them, {said['failed']} failed, "
        f"seed {measured.seed}; year {measured.result.years[-1]}:"
    )
    region = measured.package.region
    rows = [
        [
            figure(row.rank),
            f"{row.place} {region.place(row.place).name(lang)}",
            f"{figure(row.low)}–{figure(row.high)}",
            f"{figure(100 * row.held)} %",
        ]
        for row in ranking(measured.result, measured.doubtful.doubts).itertuples(index=False)
    ]
    lines += aligned(words[lang], rows, left=[1])
    if measured.sensitivity is not None:
        table = influence(measured.sensitivity)
        found = [
            [str(row.input), figure(row.first, 2), figure(row.total, 2)]
            for row in table.itertuples(index=False)
        ]
        lines += ["shares of the variance of all scores:"]
        lines += aligned(["input", "first order", "total"], found, left=[0])
    return lines


@app.command()
def compare(
    first: Annotated[
        Path, typer.Argument(help="A results folder of heban index build, or a package.", show_default=False)
    ],
    second: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
    node: Annotated[str, typer.Option(help="The node to compare; the index itself if none.")] = "",
    year: Annotated[int | None, typer.Option(help="The year to show; the last in common if none.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write a workbook.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    lang: Lang = "zh",
) -> None:
    """Put two indices side by side: ranks, scores, correlations, and the places that move most."""
    from heban.report import indexcompare  # noqa: PLC0415

    with said_plainly():
        found = indexcompare.compare_folders(first, second, node=node, year=year, lang=lang)
        if out is not None:
            indexcompare.write(found, out)
    for line in [indexcompare.text(found)] if as_json else _side_by_side(found):
        typer.echo(line)
    if out is not None and not as_json:
        typer.echo(str(out))


def _side_by_side(compared: Compared) -> list[str]:
    of_year = compared.found.by_year.loc[compared.year]
    a, b = ("A", "B")
    lines = [
        f"{name} = {folder}, {node}"
        for name, folder, node in zip((a, b), compared.folders, compared.nodes, strict=True)
    ]
    lines += [
        f"only in {name}: {', '.join(only)}"
        for name, only in ((a, compared.found.only_first), (b, compared.found.only_second))
        if only
    ]
    lines.append(
        f"{compared.year}: {figure(of_year['places'])} places, Spearman {figure(of_year['spearman'], 3)}, "
        f"Kendall {figure(of_year['kendall'], 3)}, mean change of rank {figure(of_year['mean_rise'], 2)}"
    )
    head = ["rank A", "rank B", "rise", "score A", "score B", "change", "place"]
    lines += aligned(head, map(_row, compared.rows.itertuples(index=False)), left=[6])
    if len(compared.movers):
        lines.append("largest changes of rank:")
        lines += aligned(head, map(_row, compared.movers.itertuples(index=False)), left=[6])
    else:
        lines.append("no rank differs.")
    return lines


def _row(row: Any) -> list[str]:
    return [
        figure(row.rank_first),
        figure(row.rank_second),
        figure(row.rise, sign=True),
        figure(row.first, 3),
        figure(row.second, 3),
        figure(row.difference, 3, sign=True),
        f"{row.place} {row.name}",
    ]


@app.command()
def schema() -> None:
    """Print the JSON Schema of a specification."""
    from heban.measures.index.spec import schema as made  # noqa: PLC0415

    typer.echo(json.dumps(made(), ensure_ascii=False, indent=2))
