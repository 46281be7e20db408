"""Your own figures, every year: a new package, imports of statistics, editions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heban.cli import importing as records
from heban.cli.saying import err, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    from heban.records.package import DataPackage
    from heban.records.sheets.keeping import Plan
    from heban.records.sheets.understanding import Reading

Into = Annotated[Path, typer.Option("--into", help="The package to import into.", show_default=False)]
In = Annotated[Path, typer.Option("--in", help="The folder of the package.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Lang = Annotated[Language, typer.Option(help="Language of the names.")]

importing = typer.Typer(help="Read files of one's own into a package.", no_args_is_help=True)
edition = typer.Typer(help="Editions of a package's figures.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of one's own figures to the command line."""
    app.command("new")(new)
    records.register(importing)
    app.add_typer(importing, name="import")
    app.add_typer(edition, name="edition")


def new(
    folder: Annotated[Path, typer.Argument(help="The folder of the new package.", show_default=False)],
    code: Annotated[str, typer.Option(help="The region's own code.")] = "",
    zh: Annotated[str, typer.Option(help="The region's Chinese name.")] = "",
    en: Annotated[str, typer.Option(help="The region's English name.")] = "",
    places: Annotated[
        Path | None, typer.Option(help="A CSV list of places: code,zh and if known en,level,parent,lon,lat.")
    ] = None,
    places_from: Annotated[
        Path | None, typer.Option("--places-from", help="A package whose places are taken over.")
    ] = None,
) -> None:
    """Write a package that passes the check and can be reported on, with example figures that say so."""
    from heban.domain.errors import BadSpec  # noqa: PLC0415
    from heban.records import scaffold  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415

    with said_plainly():
        if places is not None and places_from is not None:
            raise BadSpec("--places and --places-from both give the places. Give one of them.")
        named = (code or "MY", zh or "我的区域", en or "My region")
        if places_from is not None:
            ground = scaffold.from_package(open_package(places_from), code, zh, en)
        elif places is not None:
            ground = scaffold.from_list(places, *named)
        else:
            ground = scaffold.invented(*named)
        scaffold.write_new(folder, ground, created=date.today().isoformat())
    typer.echo(f"{folder}: {len(ground.places)} places, {len(ground.members())} members of the index.")
    typer.echo(f"Next: heban import statistics FILE --into {folder} --dry-run")


@importing.command("statistics")
def import_statistics(  # noqa: PLR0913 - an option each
    file: Annotated[Path, typer.Argument(help="A workbook (.xlsx) or a CSV file.", show_default=False)],
    into: Into,
    *,
    sheet: Annotated[list[str] | None, typer.Option(help="Only this sheet; may be given again.")] = None,
    name: Annotated[str, typer.Option("--edition", help="The edition that the figures belong to.")] = "",
    year: Annotated[
        int | None, typer.Option(help="The data year of sheets that name none.", min=1900, max=2100)
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping that decides; else the edition's own.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the understanding, change nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Where a dry run writes its mapping [FILE.mapping.toml]."),
    ] = None,
    add_indicators: Annotated[
        bool, typer.Option("--add-indicators", help="Add indicators that the catalogue does not have.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let the file's values replace others of the same edition.")
    ] = False,
    table: Annotated[str, typer.Option(help="The table to write to [statistics_EDITION].")] = "",
    as_json: AsJson = False,
) -> None:
    """Read statistics from a workbook as it is, and keep them in a package, whole or not at all."""
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.records.sheets import keeping, understanding  # noqa: PLC0415
    from heban.records.vintage import mapping_for  # noqa: PLC0415

    with said_plainly():
        require_good(into)
        package = open_package(into)
        reading = understanding.understand_file(
            file,
            package,
            mapping_for(package, mapping, name),
            sheets=tuple(sheet or ()),
            edition=name,
            year=year,
            adding=add_indicators,
        )
        planned = keeping.plan(package, reading, table=table, replacing=replace)
        if dry_run:
            good = _shown(package, reading, planned, as_json=as_json)
            _write_mapping(out or file.with_name(f"{file.stem}.mapping.toml"), reading.kept().text())
            raise typer.Exit(0 if good else 1)
        said = keeping.keep(package, reading, planned, retrieved=date.today().isoformat())
    _said_import(reading, planned, said, as_json=as_json)


def _shown(package: DataPackage, reading: Reading, planned: Plan, *, as_json: bool) -> bool:
    """Show a dry run; tell whether the import would go through."""
    from heban.cli import dryrun  # noqa: PLC0415

    findings = [*reading.findings, *planned.findings]
    if as_json:
        typer.echo(json.dumps(dryrun.document(reading, planned), ensure_ascii=False, indent=2))
    else:
        dryrun.show(package, reading, planned)
        for finding in findings:
            err.print(str(finding), markup=False)
    return not any(finding.severity == "error" for finding in findings)


def _said_import(reading: Reading, planned: Plan, said: list[str], *, as_json: bool) -> None:
    from heban.cli import dryrun  # noqa: PLC0415

    if as_json:
        typer.echo(json.dumps(dryrun.document(reading, planned), ensure_ascii=False, indent=2))
        return
    for finding in (*reading.findings, *planned.findings):
        err.print(str(finding), markup=False)
    for line in said:
        typer.echo(line)
    typer.echo(
        f"{reading.file}: edition {reading.edition}, table {planned.table}: {len(planned.added)} figures "
        f"added, {len(planned.replaced)} replaced, {planned.same} there already, "
        f"{len(reading.added)} indicators added."
    )


def _write_mapping(path: Path, text: str) -> None:
    """Write a mapping unless another one stands there already: it may have been edited by hand."""
    if path.exists() and path.read_text("utf-8") != text:
        err.print(
            f"{path} exists and was left as it is; give -o another file for the new mapping.", markup=False
        )
        return
    path.write_text(text, "utf-8", newline="\n")
    err.print(f"The mapping to keep: {path}", markup=False)


@edition.command("new")
def new_edition(
    name: Annotated[str, typer.Argument(help="The name of the new edition.", show_default=False)],
    old: Annotated[str, typer.Option("--from", help="The edition to start from.", show_default=False)],
    package: In,
    carry: Annotated[
        bool, typer.Option("--carry", help="Copy the old figures into the new edition; its card says so.")
    ] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Also write the template here.")] = None,
) -> None:
    """Prepare a new edition: its mapping and a workbook with the cells to fill. Old figures stay."""
    from heban.records import editions  # noqa: PLC0415
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415

    with said_plainly():
        require_good(package)
        today = date.today().isoformat()
        rolled = editions.roll(open_package(package), name, old, carry=carry, retrieved=today)
        if out is not None:
            out.write_bytes(rolled.template.content)
    for line in rolled.files:
        typer.echo(str(package / line))
    template = rolled.template
    typer.echo(
        f"edition {name}: {len(template.wanted)} cells of {template.year} to fill, "
        f"{rolled.carried} figures carried over from {old}."
    )
    typer.echo(f"Next: heban import statistics FILE --into {package} --edition {name}")


@edition.command("compare")
def compare_editions(
    package: Annotated[Path, typer.Argument(help="The folder of the package.", show_default=False)],
    old: Annotated[str, typer.Argument(help="The older edition.", show_default=False)],
    new: Annotated[str, typer.Argument(help="The newer edition.", show_default=False)],
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write a workbook.")] = None,
    lang: Lang = "zh",
) -> None:
    """List revisions, changes of definition, and their effect on every score and rank."""
    from heban.cli import dryrun  # noqa: PLC0415
    from heban.records import editions  # noqa: PLC0415
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report import revisions  # noqa: PLC0415

    with said_plainly():
        require_good(package)
        opened = open_package(package)
        compared = editions.compare(opened, old, new)
        scores, reason = revisions.effects_on_scores(opened, compared)
        shown = revisions.tables(opened, compared, scores, lang)
        if out is not None:
            revisions.write(compared, shown, reason, out)
    if as_json:
        typer.echo(json.dumps(revisions.document(compared, shown, reason), ensure_ascii=False, indent=2))
        return
    for line in revisions.summary_lines(compared, shown, reason):
        typer.echo(line)
    dryrun.show_frames({**shown, "scores": revisions.changed(shown["scores"])})
    if out is not None:
        typer.echo(str(out))
