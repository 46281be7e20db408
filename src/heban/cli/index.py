"""`heban index …`: the composite index on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heban.cli.columns import aligned, cut, figure
from heban.cli.counting import counted
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    import pandas as pd

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
Lang = Annotated[Language, typer.Option(help="Language of the output.")]

LONGEST = 48  # of an input in the table of shares; it stands in full above
SURE = {
    "zh": {
        "varied": "变动的内容（{by}）：",
        "default": "默认",
        "every": "，穷尽所有组合",
        "runs": "共算 {runs} 次{exact}，其中抽样 {draws} 次，失败 {failed} 次，种子 {seed}；{year} 年：",
        "head": "位次 | 地区 | {band} 区间 | 位次不变",
        "shares": "各项占全部得分方差的份额：",
        "sobol": "内容 | 一阶 | 总",
    },
    "en": {
        "varied": "varied ({by}):",
        "default": "default",
        "every": ", every combination",
        "runs": "{runs} runs{exact}, {draws} draws of them, {failed} failed, seed {seed}; year {year}:",
        "head": "rank | place | {band} | rank held",
        "shares": "shares of the variance of all scores:",
        "sobol": "input | first order | total",
    },
}
BESIDE = {
    "zh": {
        "only": "仅 {name} 有：{places}",
        "of_year": "{year} 年：{places} 个地区，斯皮尔曼 {spearman}，肯德尔 {kendall}，位次平均变动 {mean}",
        "head": "位次 A | 位次 B | 升降 | 得分 A | 得分 B | 变化 | 地区",
        "movers": "位次变动最大的地区：",
        "none": "位次都相同。",
    },
    "en": {
        "only": "only in {name}: {places}",
        "of_year": "{year}: {places} places, Spearman {spearman}, Kendall {kendall}, "
        "mean change of rank {mean}",
        "head": "rank A | rank B | rise | score A | score B | change | place",
        "movers": "largest changes of rank:",
        "none": "no rank differs.",
    },
}


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
    words, by = SURE[lang], said["said_by"]
    lines = [words["varied"].format(by=words.get(by, by)), *(f"  {one}" for one in said["inputs"])]
    exact = words["every"] if said["exact"] else ""
    counts = {name: said[name] for name in ("runs", "draws", "failed")}
    year = measured.result.years[-1]
    lines.append(words["runs"].format(**counts, exact=exact, seed=measured.seed, year=year))
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
    lines += aligned(words["head"].format(band=f"{low}–{high} %").split(" | "), rows, left=[1])
    if measured.sensitivity is not None:
        lines += [words["shares"], *_shares(influence(measured.sensitivity), words["sobol"].split(" | "))]
    return lines


def _shares(table: pd.DataFrame, head: list[str]) -> list[str]:
    """Return the lines of how much each input answers for; a long input is cut."""
    rows = [
        [cut(str(row.input), LONGEST), figure(row.first, 2), figure(row.total, 2)]
        for row in table.itertuples(index=False)
    ]
    return aligned(head, rows, left=[0])


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
    for line in [indexcompare.text(found)] if as_json else _side_by_side(found, lang):
        typer.echo(line)
    if out is not None and not as_json:
        typer.echo(str(out))


def _side_by_side(compared: Compared, lang: Language) -> list[str]:
    words, of_year = BESIDE[lang], compared.found.by_year.loc[compared.year]
    lines = [
        f"{name} = {folder}, {node}"
        for name, folder, node in zip("AB", compared.folders, compared.nodes, strict=True)
    ]
    lines += [
        words["only"].format(name=name, places=", ".join(only))
        for name, only in (("A", compared.found.only_first), ("B", compared.found.only_second))
        if only
    ]
    told = {name: figure(of_year[name], 3) for name in ("spearman", "kendall")}
    places, mean = figure(of_year["places"]), figure(of_year["mean_rise"], 2)
    lines.append(words["of_year"].format(year=compared.year, places=places, mean=mean, **told))
    head = words["head"].split(" | ")
    lines += aligned(head, map(_row, compared.rows.itertuples(index=False)), left=[6])
    if not len(compared.movers):
        return [*lines, words["none"]]
    return [*lines, words["movers"], *aligned(head, map(_row, compared.movers.itertuples(index=False)), [6])]


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
