"""Matching on the command line: which offers answer which needs, how surely, and why."""

# ruff: noqa: PLR0913 — an option each

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heban.cli.columns import aligned, figure
from heban.cli.counting import counted
from heban.cli.saying import err, progress, said_plainly
from heban.domain.place import Language

if TYPE_CHECKING:
    from heban.records.search import Filters
    from heban.records.texts.documents import Documents
    from heban.report.matching import MatchSpec

SHOWN = 20  # needs on the screen; all of them are in the tables


def register(app: typer.Typer) -> None:
    """Add the command of matching to the command line."""
    app.command()(match)


def match(
    needs: Annotated[Path, typer.Argument(help="A table of needs: CSV, Excel, Parquet, JSON lines.")],
    offers: Annotated[Path, typer.Argument(help="A table of offers.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder for the results.")],
    *,
    works: Annotated[Path | None, typer.Option(help="A table of the works of experts.")] = None,
    feedback: Annotated[Path | None, typer.Option(help="Judged pairs: need, offer, level; or acts.")] = None,
    spec: Annotated[Path | None, typer.Option("--spec", help="A specification, match.toml.")] = None,
    top: Annotated[int | None, typer.Option(help="Answers of a need at most; 10.", min=1, max=200)] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the reasons too.")] = False,
    assign: Annotated[bool, typer.Option("--assign", help="Assign offers within their capacities.")] = False,
    place: Annotated[
        list[str] | None, typer.Option(help="Only offers of this place; again for more.")
    ] = None,
    field: Annotated[list[str] | None, typer.Option(help="Only fields whose code begins so.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only offers of this kind.")] = None,
    near: Annotated[str, typer.Option(help="Only offers near a point: LON,LAT,KM.")] = "",
    price_to: Annotated[
        float | None, typer.Option(help="Only offers up to this price, in yuan.", min=0)
    ] = None,
    index: Annotated[Path | None, typer.Option(help="A folder that keeps the search index.")] = None,
    formats: Annotated[
        str, typer.Option("--format", help="What is written beside Parquet: csv, xlsx, json.")
    ] = "csv,xlsx",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing results folder.")] = False,
    lang: Annotated[Language, typer.Option("--lang", "--language", help="Language of the output.")] = "zh",
) -> None:
    """Match needs with offers: ranked answers with their reasons, as tables and a page."""
    from heban.records.writing import check_target  # noqa: PLC0415
    from heban.report import matching  # noqa: PLC0415
    from heban.report.matching.assigning import assignment  # noqa: PLC0415
    from heban.report.matching.facts import facts  # noqa: PLC0415
    from heban.report.tablefiles import formats as known  # noqa: PLC0415

    with said_plainly():
        known(formats)
        check_target(out, force=force)
        filters = _filters(place, field, kind, near, price_to)
        with progress() as step:
            step(f"reading {needs} and {offers}")
            wanted, offered = _read(needs, offers, works)
            judgements = None if feedback is None else matching.read_judgements(feedback)
            asked = _spec(spec, top, works=works is not None)
        with counted("matching") as done:
            made = matching.answered(
                wanted, offered, asked, filters=filters, judgements=judgements, index=index, done=done
            )
        with progress() as step:
            step("writing")
            found = assignment(made) if assign else None
            sources = [path for path in (needs, offers, works, feedback, spec) if path is not None]
            document = facts(made, found)
            page = matching.write(
                made, document, out, sources=sources, created=date.today().isoformat(),
                assignment=found, lang=lang, formats=formats, force=force,
            )  # fmt: skip
    for finding in (*wanted.findings, *offered.findings):
        err.print(str(finding), markup=False)
    for note in made.notes:
        err.print(note[lang], markup=False)
    for line in _lines(document["needs"], lang, explain=explain):
        typer.echo(line)
    for sentence in found.sentences(lang) if found is not None else ():
        typer.echo(sentence)
    typer.echo(str(page))


def _read(needs: Path, offers: Path, works: Path | None) -> tuple[Documents, Documents]:
    """Return both tables; what is wrong with either is told at once."""
    from heban.domain.errors import BadData, Finding  # noqa: PLC0415
    from heban.records.texts.documents import read  # noqa: PLC0415

    found: list[Documents] = []
    faults: list[Finding] = []
    for path, kind, beside in ((needs, "need", None), (offers, "", works)):
        try:
            found.append(read(path, kind, works=beside))
        except BadData as no:
            faults += no.findings
    if faults:
        raise BadData(faults)
    return found[0], found[1]


def _spec(file: Path | None, top: int | None, *, works: bool) -> MatchSpec:
    from heban.domain.errors import BadSpec  # noqa: PLC0415
    from heban.report.matching import MatchSpec, from_toml  # noqa: PLC0415

    if file is not None and not file.is_file():
        raise BadSpec(f"there is no specification {str(file)!r}. Give --spec a TOML file, or leave it out.")
    try:
        spec = MatchSpec() if file is None else from_toml(file.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadSpec(f"{file} is not UTF-8 text. Save it as UTF-8.") from error
    if top is None:
        return spec
    relevance = spec.measured(works=works).model_copy(update={"top": top})
    return spec.model_copy(update={"relevance": relevance})


def _filters(
    place: list[str] | None, field: list[str] | None, kind: list[str] | None, near: str, price: float | None
) -> Filters:
    from heban.domain.errors import BadSpec  # noqa: PLC0415
    from heban.records.search import Filters  # noqa: PLC0415

    point = None
    if near:
        parts = near.replace("，", ",").split(",")
        try:
            lon, lat, far = (float(part) for part in parts)
        except ValueError as error:
            raise BadSpec(
                f"--near {near!r}: give longitude, latitude and km, as 121.47,31.23,100."
            ) from error
        point = (lon, lat, far)
    return Filters(
        kinds=frozenset(kind or ()),
        places=frozenset(place or ()),
        fields=tuple(field or ()),
        price_fen=(None, None if price is None else price * 100),
        near=point,
    )


def _lines(needs: list[dict[str, Any]], lang: Language, *, explain: bool) -> list[str]:
    """Return the answers to the first needs, in lines."""
    lines: list[str] = []
    for need in needs[:SHOWN]:
        lines += ["", f"{need['id']}  {_plain(need['title'])}"]
        lines += [f"  {one[lang]}" for one in need["statements"]]
        rows = [
            [
                str(one["rank"]), figure(one["score"], 2),
                "–" if one["probability"] is None else f"{100 * one['probability']:.0f} %",
                one["id"], _plain(one["title"]),
            ]
            for one in need["answers"]
        ]  # fmt: skip
        if not rows:
            continue
        head = (
            ["", "得分", "概率", "编号", "供给"] if lang == "zh" else ["", "score", "chance", "id", "offer"]
        )
        table = aligned(head, rows, left=[3, 4])
        lines.append(f"  {table[0]}")
        for line, one in zip(table[1:], need["answers"], strict=True):
            lines.append(f"  {line}")
            lines += [f"       {_plain(why[lang], 200)}" for why in one["reasons"] if explain]
    if len(needs) > SHOWN:
        more = len(needs) - SHOWN
        lines += [
            "",
            f"另有 {more} 项需求见表格。" if lang == "zh" else f"{more} more needs are in the tables.",
        ]
    return lines


def _plain(text: str, most: int = 60) -> str:
    """Return a text as one line of a screen, without what would steer a terminal or turn its line round."""
    shown = "".join(one if one.isprintable() else " " for one in text[: most * 2])
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else f"{shown[:most]}…"
