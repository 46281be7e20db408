"""The command line: it translates, it never computes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from heban.cli import exchange, figures, index, inviting, matching, planning, serving
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

app = typer.Typer(
    name="heban",
    help="Heban 合板: regional innovation, measured, planned and shared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(index.app)
figures.register(app)
planning.register(app)
matching.register(app)
serving.register(app)
inviting.register(app)
exchange.register(app)

Package = Annotated[Path, typer.Argument(help="The folder of a data package.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Lang = Annotated[Language, typer.Option(help="Language of the output.")]


@app.command()
def run(
    package: Package,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder for the results.")],
    lang: Lang = "zh",
    formats: Annotated[
        str, typer.Option("--format", help="The reports to write: html, docx, xlsx, separated by commas.")
    ] = "html",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing results folder.")] = False,
    engine: Annotated[
        str, typer.Option(help="What reduces records: duckdb, local[N] or spark://host:port.")
    ] = "duckdb",
) -> None:
    """Compute a package's results and write the report."""
    from heban.report import run as running  # noqa: PLC0415

    with said_plainly(), progress() as step:
        wanted = tuple(part.strip() for part in formats.split(",") if part.strip())
        results = running.run(package, out, lang=lang, formats=wanted, force=force, on=engine, step=step)
    for warning in results.warnings:
        err.print(str(warning), markup=False)
    for report in results.reports:
        typer.echo(str(report))


@app.command()
def check(package: Package, as_json: AsJson = False) -> None:
    """Print every problem of a package, with file, row, value and repair; exit 1 when there are errors."""
    from heban.records.checking import check_package, summary  # noqa: PLC0415

    with said_plainly():
        findings = check_package(package)
    if as_json:
        typer.echo(json.dumps([finding.record() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            typer.echo(str(finding))
        typer.echo(summary(findings))
    raise typer.Exit(1 if any(finding.severity == "error" for finding in findings) else 0)


@app.command()
def synth(
    package: Package,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder for the package with the records.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same records.", min=0)] = 1,
) -> None:
    """Copy a package and add synthetic records of patent transfers that agree with its published totals."""
    from heban.records.synth import synthesise  # noqa: PLC0415

    with said_plainly(), progress() as step:
        step(f"making records for {package}")
        count = synthesise(package, out, seed=seed, created=date.today().isoformat())
    typer.echo(f"{out}: {count} synthetic transfers (合成数据), seed {seed}.")


@app.command()
def audit(package: Package, as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Recompute the published claims of a package, and say which hold."""
    from heban.records.checking import require_good  # noqa: PLC0415
    from heban.records.package import open_package  # noqa: PLC0415
    from heban.report.chapters.audit import WORDS, audited  # noqa: PLC0415

    at = 0 if lang == "zh" else 1
    with said_plainly():
        require_good(package)
        verdicts = audited(open_package(package))
    if not verdicts:
        err.print(f"{package}: there is no table of the kind 'claims' to recompute.", markup=False)
    if as_json:
        typer.echo(json.dumps([verdict.record() for verdict in verdicts], ensure_ascii=False, indent=2))
        return
    for verdict in verdicts:
        typer.echo(f"[{WORDS[verdict.verdict][at]}] {verdict.statement[at]}\n    {verdict.explanation[at]}")
