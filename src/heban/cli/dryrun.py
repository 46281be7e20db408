"""How a dry run is shown: what every column and row was understood as, and what was set aside and why."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from heban.records.package import DataPackage
from heban.records.sheets.heads import Head
from heban.records.sheets.keeping import Plan
from heban.records.sheets.understanding import Reading

WIDE = 180  # of lines that go to a file or a pipe


def show(package: DataPackage, reading: Reading, planned: Plan) -> None:
    """Print the understanding of a file as tables on stdout."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE, highlight=False)
    for title, columns, rows in (
        ("sheets", ("sheet", "lies", "data year", "heads", "rows", "figures", "absent"), _sheets(reading)),
        ("heads", ("where", "head", "indicator", "unit", "into", "year", "sheets"), _heads(reading)),
        ("rows", ("label", "place", "rows"), _places(package, reading)),
        ("set aside", ("where", "label", "why", "times"), _aside(reading)),
        ("new indicators", ("code", "name", "unit", "below", "direction", "sum"), _added(reading)),
    ):
        listed = list(rows)
        if listed:
            console.print(_table(title, columns, listed))
    console.print(planned_line(reading, planned), markup=False)


def show_frames(frames: Mapping[str, pd.DataFrame], most: int = 20) -> None:
    """Print frames as tables on stdout, the first rows of each; a frame without rows is left out."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE, highlight=False)
    for name, frame in frames.items():
        if len(frame):
            rows = [
                [_short(cell) for cell in row] for row in frame.head(most).itertuples(index=False, name=None)
            ]
            console.print(_table(name, [str(column) for column in frame.columns], rows))
        if len(frame) > most:
            console.print(f"… and {len(frame) - most} more; -o writes them all", markup=False)


def _short(cell: Any) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.10g}"
    return str(cell)


def planned_line(reading: Reading, planned: Plan) -> str:
    """Return in one sentence what an import does or would do."""
    return (
        f"{reading.file}: edition {reading.edition}, table {planned.table}: {len(planned.added)} figures "
        f"to add, {len(planned.replaced)} to replace, {planned.same} there already."
    )


def document(reading: Reading, planned: Plan) -> dict[str, Any]:
    """Return the understanding of a file as a plain dict, sheet by sheet."""
    return {
        "file": reading.file,
        "edition": reading.edition,
        "sheets": [
            {
                "sheet": sheet.sheet,
                "lies": sheet.lies,
                "year": sheet.year,
                "heads": [{"where": where, **_head(reading, head)} for where, head in sheet.heads],
                "rows": [
                    {"label": row.label, "places": list(row.places), "aside": row.why} for row in sheet.rows
                ],
                "figures": len(sheet.figures),
                "absent": sheet.absent,
            }
            for sheet in reading.sheets
        ],
        "aside": [
            {"sheet": a.sheet, "where": a.where, "label": a.label, "why": a.why}
            for sheet in reading.sheets
            for a in sheet.aside
        ],
        "new_indicators": {code: new.zh for code, new in reading.added.items()},
        "add": len(planned.added),
        "replace": len(planned.replaced),
        "same": planned.same,
        "table": planned.table,
        "findings": [finding.record() for finding in (*reading.findings, *planned.findings)],
    }


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    return table


def _sheets(reading: Reading) -> Iterable[Sequence[object]]:
    for sheet in reading.sheets:
        if sheet.heads:
            rows = sum(bool(row.places) for row in sheet.rows)
            yield (
                sheet.sheet,
                sheet.lies,
                sheet.year,
                len(sheet.heads),
                rows,
                len(sheet.figures),
                sheet.absent,
            )


def _heads(reading: Reading) -> Iterable[Sequence[object]]:
    """Yield each label once, with the years and the number of sheets that have it."""
    seen: dict[tuple[str, str], list[tuple[str, Head]]] = {}
    for sheet in reading.sheets:
        for where, head in sheet.heads:
            if not head.aside:
                seen.setdefault((head.label, head.indicator), []).append((where, head))
    for (label, _), found in seen.items():
        where, head = found[0]
        said = _head(reading, head)
        years = sorted({one.year for _, one in found if one.year is not None})
        span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        yield (
            where,
            label,
            said["indicator"] or f"? {head.problem}",
            said["unit"],
            said["into"],
            span,
            len(found),
        )


def _head(reading: Reading, head: Head) -> dict[str, Any]:
    """Return a head's meaning; `into` is the catalogue's unit, with the ratio where it is not 1."""
    unit = reading.units.get(head.indicator, "")
    times = "" if head.times is None or head.times == 1 else f" (×{head.times.normalize():f})"
    return {
        "head": head.label,
        "indicator": f"{head.indicator} (new)" if head.new else head.indicator,
        "unit": head.unit or ("(not stated)" if head.indicator else ""),
        "into": f"{unit}{times}",
        "year": head.year,
        "aside": head.aside,
        "problem": head.problem,
    }


def _places(package: DataPackage, reading: Reading) -> Iterable[Sequence[object]]:
    seen: dict[tuple[str, tuple[str, ...]], int] = {}
    for sheet in reading.sheets:
        for row in sheet.rows:
            if row.places:
                seen[row.label, row.places] = seen.get((row.label, row.places), 0) + 1
    for (label, codes), times in seen.items():
        yield label, " and ".join(f"{code} {package.region.place(code).zh}" for code in codes), times


def _aside(reading: Reading) -> Iterable[Sequence[object]]:
    seen: dict[tuple[str, str], list[str]] = {}
    for sheet in reading.sheets:
        for aside in sheet.aside:
            where = f"{aside.sheet} {aside.where}" if aside.where != "sheet" else f"sheet {aside.sheet}"
            seen.setdefault((aside.label, aside.why), []).append(where.strip())
    for (label, why), found in seen.items():
        yield found[0], label if len(label) < 60 else f"{label[:57]}…", why, len(found)


def _added(reading: Reading) -> Iterable[Sequence[object]]:
    for new in reading.added.values():
        yield new.code, new.zh, new.unit, new.parent, new.direction, "sum" if new.additive else "none"
