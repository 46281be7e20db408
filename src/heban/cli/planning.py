"""Boards, plans, patrols and scenarios on the command line: who should share what with whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heban.cli.columns import aligned, figure
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    import pandas as pd

    from heban.report.planning.ground import Ground

TIED = {
    "zh": "另有同样好的方案：同分者按地方的先后取。",
    "en": "Another plan is just as good: between equals the order of places decided.",
}
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


Draws = Annotated[int, typer.Option(help="How often the index is computed.", min=1)]
Seed = Annotated[int, typer.Option(help="The same seed gives the same results.", min=0)]

scenarios = typer.Typer(
    name="scenario", help="What a plan, or other figures, would change in the index.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands of boards and plans to the command line."""
    for command in (boards, plan, patrol):
        app.command()(command)
    app.add_typer(scenarios)


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
    made = made.assign(cell=made["share"].map(lambda one: figure(one, 2)) + " " + made[f"standing_{lang}"])
    each = [part for _, part in made.groupby("place", sort=False)]  # by code: two places may share a name
    rows = [[str(part[f"place_{lang}"].iloc[0]), *part["cell"]] for part in each]
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
    if made.tied:
        err.print(TIED[lang], markup=False)
    typer.echo(str(written))


def patrol(
    package: Package,
    city: Annotated[str, typer.Option(help="The name or code of a place.")] = "",
    group: Annotated[str, typer.Option(help="The code of a group of the region, as g60.")] = "",
    spec: Spec = None,
    out: MaybeOut = None,
    formats: Formats = "xlsx",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Go round with a place's or a group's boards: who needs its long ones, who fills its short ones."""
    from heban.domain.errors import BadSpec  # noqa: PLC0415
    from heban.report.planning.tables import patrol_tables  # noqa: PLC0415
    from heban.report.planning.writing import write  # noqa: PLC0415

    with said_plainly(), progress() as step:
        if bool(city) == bool(group):
            raise BadSpec("a patrol is of one place or one group. Give --city or --group.")
        step(f"reading {package}")
        ground = _ground(package, spec)
        found = ground.patrol(ground.code(city)) if city else ground.patrol_group(ground.members(group))
        tables = patrol_tables(ground, found)
        written = None if out is None else write(ground, "patrol", tables, out, formats=formats, force=force)
    for sentence in tables["told"][lang]:
        typer.echo(sentence)
    if written is not None:
        typer.echo(str(written))


@scenarios.command("run")
def scenario_run(  # noqa: PLR0913 — an option each
    package: Package,
    out: Out,
    *,
    edits: Annotated[
        Path | None,
        typer.Option(
            "--edits", help="A CSV of place,year,indicator and value, factor or add; else the plan."
        ),
    ] = None,
    spec: Spec = None,
    level: Annotated[str, typer.Option(help="Only places of this level, of edited figures.")] = "",
    draws: Draws = 1000,
    seed: Seed = 1,
    formats: Formats = "xlsx",
    force: Force = False,
    lang: Lang = "zh",
) -> None:
    """Measure again with the plan, or with other figures: the change of every place, and how sure it is."""
    from heban.records.writing import check_target  # noqa: PLC0415
    from heban.report.planning import scenarios as made  # noqa: PLC0415
    from heban.report.planning.writing import write  # noqa: PLC0415

    with said_plainly(), progress() as step:
        check_target(out, force=force)
        step(f"reading {package}")
        if edits is None:
            found = made.planned(_ground(package, spec), draws=draws, seed=seed)
        else:
            found = made.of_edits(package, edits, spec_file=spec, level=level, draws=draws, seed=seed)
        tables = found.tables
        written = write(found, "scenario", tables, out, formats=formats, force=force)
    for line in _changes(tables, found.change.drawn_before.nodes[-1], lang):
        typer.echo(line)
    typer.echo(str(written))


def _changes(tables: dict[str, Any], node: str, lang: Language) -> list[str]:
    """Return the change of the region and of every place in the last year, the largest first."""
    region, places = tables["change_region"], tables["change"]
    last = places["year"].max()
    rows = [["", _region(lang), *_figures(one)] for one in _of(region, last, node)]
    moved = sorted(_of(places, last, node), key=lambda one: -abs(one.change))
    rows += [[one.place, getattr(one, f"place_{lang}"), *_figures(one)] for one in moved if one.change]
    zh = ["代码", "地区", "之前", "之后", "变化", "95 % 区间", "概率"]
    en = ["code", "place", "before", "after", "change", "95 % interval", "probability"]
    return aligned(zh if lang == "zh" else en, rows, left=[0, 1])


def _of(table: Any, year: int, node: str) -> list[Any]:
    return list(table[(table["year"] == year) & (table["node"] == node)].itertuples(index=False))


def _region(lang: Language) -> str:
    return "全域" if lang == "zh" else "region"


def _figures(one: Any) -> list[str]:
    between = f"{figure(one.low, 2, sign=True)} – {figure(one.high, 2, sign=True)}"
    changed = (figure(one.before, 2), figure(one.after, 2), figure(one.change, 2, sign=True))
    return [*changed, between, figure(one.probability, 2)]


@scenarios.command("compare")
def scenario_compare(
    folders: Annotated[list[Path], typer.Argument(help="Folders of heban scenario run.", show_default=False)],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write a workbook.")] = None,
    node: Annotated[str, typer.Option(help="The node to compare; the index itself if none.")] = "",
    lang: Lang = "zh",
) -> None:
    """Put kept scenarios side by side: the change of the region and of every place in each."""
    from heban.report.planning.scenarios import side_by_side  # noqa: PLC0415
    from heban.report.tablefiles import write_workbook  # noqa: PLC0415

    with said_plainly():
        table = side_by_side(folders)
        if out is not None:
            write_workbook(out, {"scenarios": table})
    for line in _beside(table, node, lang):
        typer.echo(line)


def _beside(table: pd.DataFrame, node: str, lang: Language) -> list[str]:
    """Return the lines of the last year of a node in each scenario, the region first."""
    last = table[table["year"] == table["year"].max()]
    shown = last[last["node"] == (node or last["node"].iloc[0])]
    head, columns = [_SAID[lang]["place"]], []
    for name in map(str, shown):
        what, _, label = name.partition(" ")
        if what in _SAID[lang] and label:
            head.append(f"{_SAID[lang][what]} {label}")
            columns.append(name)
    rows = [
        [
            f"{one['place']} {one[f'place_{lang}']}" if one["place"] else _region(lang),
            *(figure(one[name], 2, sign=name.startswith("change")) for name in columns),
        ]
        for one in shown.to_dict("records")
    ]
    return aligned(head, rows, left=[0])


_SAID = {
    "zh": {"place": "地区", "change": "变化", "probability": "概率"},
    "en": {"place": "place", "change": "change", "probability": "probability"},
}


def _ground(package: Path, spec: Path | None) -> Ground:
    """Open a package that passes its check, with what its plans rest on."""
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report.planning.ground import ground, read_spec  # noqa: PLC0415

    require_good(package)
    opened = open_package(package)
    return ground(opened, *read_spec(opened, spec))
