"""The exchange from the command line: a demonstration, its jobs, its sheets, its programme, its records."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heban.cli.opening import opened, weighed
from heban.cli.saying import err, progress, said_plainly
from heban.domain.errors import BadSpec
from heban.domain.place import Language

if TYPE_CHECKING:
    from heban.exchange.desk import By

Data = Annotated[
    Path | None, typer.Option(help="The folder of the embedded database, in place of HEBAN_DATA.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Lang = Annotated[Language, typer.Option(help="Language of the output.")]
Scheme = Annotated[str, typer.Option(help="The code of the voucher scheme.")]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day [1 January of this year].")
]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day after the last [tomorrow].")
]
As = Annotated[str, typer.Option("--as", help="Who acts, by e-mail address.", show_default=False)]
MASS = {"max_wal_size": "4GB", "autovacuum": "off", "maintenance_work_mem": "256MB"}
"""Settings of a database that is being filled: nothing clears up meanwhile what is not old yet."""

exchange = typer.Typer(help="The exchange: jobs, sheets, programme, records.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(demo)
    app.add_typer(exchange, name="exchange")


def demo(
    size: Annotated[str, typer.Option(help="small or full.")] = "small",
    data: Data = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.", min=0)] = 1,
) -> None:
    """Fill an empty exchange with invented organisations, instruments and orders, labelled as synthetic."""
    with said_plainly(), progress() as step, opened(data, MASS) as folder:
        from heban.exchange.demo import making  # noqa: PLC0415
        from heban.exchange.files import Store  # noqa: PLC0415

        said = making.make(size, seed, _now(), Store(folder / "files"), step)
        weighed()
    typer.echo("合成数据 Synthetic data. Log in as (password " + said["password"] + "):")
    for one in said["people"]:
        typer.echo(f"  {one['email']:<36} {one['role']} {one['place']}")
    typer.echo("Next: heban serve" + (f" --data {data}" if data else ""))


@exchange.command()
def deadlines(data: Data = None) -> None:
    """Do what is due by the clock: holds lapse, publicity ends, quotas expire. Safe twice and late."""
    with said_plainly(), opened(data):
        from heban.exchange import deadlines as due  # noqa: PLC0415

        said = due.run(_now()).said()
    _printed(said)
    sys.exit(1 if said["failed"] else 0)


@exchange.command()
def often(data: Data = None) -> None:
    """Do what is due and send the mail that waits; to be run every few minutes."""
    with said_plainly(), opened(data):
        from heban.exchange import jobs  # noqa: PLC0415

        said = jobs.often(_now())
    _printed(said)
    sys.exit(1 if jobs.failed(said) else 0)


@exchange.command()
def nightly(data: Data = None) -> None:
    """Close the audit's days, look for alarms and faults of the books, draw for audit; once a night."""
    with said_plainly(), opened(data) as folder:
        from heban.exchange import jobs  # noqa: PLC0415
        from heban.exchange.files import Store  # noqa: PLC0415

        said = jobs.nightly(_now(), store=Store(folder / "files"))
    _printed(said)
    sys.exit(1 if jobs.failed(said) else 0)


@exchange.command()
def export(
    into: Annotated[Path, typer.Option("--into", help="The data package to write into.", show_default=False)],
    since: Since = None,
    until: Until = None,
    licence: Annotated[str, typer.Option(help="The licence of what is given out.")] = "LicenseRef-unset",
    data: Data = None,
) -> None:
    """Add up what happened and write it into a data package; nobody stands alone in a cell."""
    with said_plainly(), opened(data):
        from heban.exchange import records_out  # noqa: PLC0415

        days = _days(since, until)
        out = records_out.export(into, since=days[0], until=days[1], now=_now(), licence=licence)
    for name, rows in out.rows.items():
        hidden = out.suppressed.get(name, 0)
        typer.echo(
            f"{name}: {rows} rows; {hidden} cells of fewer than {records_out.LEAST} organisations kept back"
        )
    if out.elsewhere:
        err.print(
            f"The package has no places {', '.join(sorted(out.elsewhere))}; their rows are left out.",
            markup=False,
        )


@exchange.command("import")
def import_sheet(
    file: Annotated[Path, typer.Argument(help="A sheet of instruments.", show_default=False)],
    who: As,
    sheet: Annotated[
        str, typer.Option(help="national, zhejiang, or the TOML file of a mapping of your own.")
    ] = "national",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it would do, change nothing.")
    ] = False,
    data: Data = None,
) -> None:
    """Take the instruments of a sheet in as drafts of their owners, wholly or not at all."""
    with said_plainly():
        how = Path(sheet) if sheet.endswith(".toml") else sheet
        _ensure_there(file, *([how] if isinstance(how, Path) else []))
        with opened(data):
            from heban.exchange import sheets as given  # noqa: PLC0415

            said = given.imported(_by(who), file, how, dry=dry_run)
    word = "would be" if dry_run else "were"
    typer.echo(
        f"{len(said.made)} {word} made, {len(said.changed)} changed, {len(said.same)} are as they were."
    )
    for reject in said.rejects:
        for finding in reject.findings:
            err.print(str(finding), markup=False)
    raise typer.Exit(1 if said.rejects else 0)


@exchange.command()
def sheets(
    what: Annotated[str, typer.Argument(help="national, zhejiang-instruments, zhejiang-services, assets, "
                                             "bookings or usage.", show_default=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .csv, .xlsx or .parquet.", show_default=False)],
    owner: Annotated[str, typer.Option(help="The credit code of the owner.", show_default=False)],
    who: As,
    quarter: Annotated[str, typer.Option(help="A quarter, as 2026Q1.")] = "",
    data: Data = None,
) -> None:  # fmt: skip
    """Write an owner's instruments, services or uses as the platforms want them."""
    with said_plainly(), opened(data):
        from heban.exchange import sheets as given  # noqa: PLC0415
        from heban.exchange.acts.rows import found  # noqa: PLC0415
        from heban.exchange.models import Organisation  # noqa: PLC0415

        number = found(Organisation, "organisation", uscc=owner).pk
        rows = given.exported(_by(who), what, out, owner=number, quarter=quarter)
    typer.echo(f"{out}: {rows} rows")


@exchange.command()
def programme(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A page to print: a file that ends in .html.")
    ] = None,
    *,
    scheme: Scheme = "yrd_pilot",
    since: Since = None,
    until: Until = None,
    lang: Lang = "zh",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show a voucher programme: firms, orders, money and refusals, against the budgets."""
    with said_plainly(), opened(data):
        from heban.exchange.reading import brief  # noqa: PLC0415
        from heban.exchange.reading import programme as reading  # noqa: PLC0415

        if out is not None and out.suffix != ".html":
            raise BadSpec(f"{out.name} does not end in .html. Name a page.")
        days = _days(since, until)
        told = reading.programme(_system(), scheme=scheme, since=days[0], until=days[1])
        if out is not None:
            out.write_text(brief.page(told, lang), "utf-8", newline="\n")
    if as_json:
        _printed(told)
        return
    _said(told["total"], ("firms", "purchases", "ordered_fen", "held_fen", "redeemed_fen", "paid_fen"))
    for refused in told["refusals"]:
        typer.echo(f"{refused['code']}: {refused['times']}")
    if out is not None:
        typer.echo(str(out))


@exchange.command("what-if")
def what_if(
    terms: Annotated[Path, typer.Option("--terms", help="A TOML file of changed terms.", show_default=False)],
    *,
    scheme: Scheme = "yrd_pilot",
    since: Since = None,
    until: Until = None,
    lang: Lang = "zh",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Replay the stored orders under changed terms: cost, gains and losses, when budgets run out."""
    with said_plainly(), opened(data):
        from heban.exchange.reading import whatif  # noqa: PLC0415

        days, changes = _days(since, until), whatif.from_file(terms)
        told = whatif.what_if(_system(), scheme=scheme, changes=changes, since=days[0], until=days[1])
    if as_json:
        _printed(told)
        return
    _said(told, ("orders", "before_fen", "after_fen", "firms", "gaining", "losing"))
    for end in told["runs_out"]:
        typer.echo(f"{end['place']}: {end['year']} budget runs out on {end['on']}")
    for refused in told["refusals"]:
        typer.echo(f"{refused['code']}: {refused['orders']}")
    typer.echo(told["assumed"][lang])


def _ensure_there(*files: Path) -> None:
    """A path that is wrong is said before the database is started and the person looked up."""
    for file in files:
        if not file.is_file():
            raise BadSpec(f"there is no file {str(file)!r}. Give the path of a file to import.")


def _now() -> datetime:
    return datetime.now(UTC)


def _days(since: datetime | None, until: datetime | None) -> tuple[date, date]:
    from heban.exchange.china import local  # noqa: PLC0415

    today = local(_now()).date()
    first = since.date() if since else today.replace(month=1, day=1)
    last = until.date() if until else today + timedelta(days=1)
    if last <= first:
        raise BadSpec(f"the days from {first} up to {last} are none. Exchange or correct them.")
    return first, last


def _system() -> By:
    from heban.exchange.desk import SYSTEM, By  # noqa: PLC0415

    return By(SYSTEM, _now())


def _by(email: str) -> By:
    """Whoever acts; what they may do is looked at by the act."""
    from heban.exchange.acts.rows import found  # noqa: PLC0415
    from heban.exchange.desk import By  # noqa: PLC0415
    from heban.exchange.models import Person  # noqa: PLC0415

    return By(f"person:{found(Person, 'person', email=email.strip().lower()).pk}", _now())


def _printed(said: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(said, ensure_ascii=False, indent=2, default=str))


def _said(told: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        value = told[name]
        typer.echo(
            f"{name.removesuffix('_fen')}: "
            + (f"{value / 100:,.2f} CNY" if name.endswith("_fen") else f"{value}")
        )
