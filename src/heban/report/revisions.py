"""What a new edition changed: figures, definitions, scores and ranks; as a workbook and as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.measures.index import pipeline, spec
from heban.measures.revision import Build, effects
from heban.records.editions import Comparison, index_of, panels_of
from heban.records.package import DataPackage
from heban.records.panel import Panel

ROUNDING = 1e-9  # a score that changes by less did not change
HEAD = PatternFill("solid", fgColor="E8EEF3")


@dataclass(frozen=True)
class _Ranked:
    """An index whose ranks are those among places of one level: the region's sum takes no rank."""

    scores: xr.DataArray
    ranks: xr.DataArray


def effects_on_scores(package: DataPackage, compared: Comparison) -> tuple[pd.DataFrame, str]:
    """Return what the new edition does to every score and rank, and why not where it cannot be told.

    Each edition is built as its own index.toml says, provinces and cities each among
    themselves, the provinces with their sum.
    """
    texts = [index_of(package, edition) for edition in (compared.old, compared.new)]
    if not all(texts):
        return pd.DataFrame(), "the package has no index.toml, so there are no scores to compare"
    builds = [_builder(text, package.region.code) for text in texts]
    old, new = (panels_of(package, edition) for edition in (compared.old, compared.new))
    found, reasons = [], []
    for level in old:
        if level not in new:
            reasons.append(f"edition {compared.new} has no figures of the level {level}")
            continue
        try:
            found.append(effects(old[level], new[level], builds[0], builds[1]).assign(level=level))
        except BadSpec as no:
            reasons.append(f"the scores of the level {level} cannot be compared: {str(no).rstrip('.')}")
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(), "; ".join(reasons)


def changed(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose score or rank differs, the largest change first.

    >>> rows = pd.DataFrame({"change": [0.0, 1.0, -2.0], "moved": [0.0, 0.0, 1.0]})
    >>> changed(rows)["change"].tolist()
    [-2.0, 1.0]
    """
    if scores.empty:
        return scores
    size = scores["change"].abs().fillna(0)
    differs = (size > ROUNDING) | (scores["moved"].fillna(0) != 0)
    return scores[differs].loc[size[differs].sort_values(ascending=False, kind="stable").index]


def _builder(text: str, region: str) -> Build:
    wanted = spec.from_toml(text)

    def built(panel: Panel) -> _Ranked:
        made = pipeline.build(panel, wanted)
        ranks = made.ranks
        if region in made.places:
            sums = ranks.sel(place=region)
            ranks = (ranks - (sums < ranks)).where(ranks["place"] != region)
        return _Ranked(made.scores, ranks)

    return built


def tables(
    package: DataPackage, compared: Comparison, scores: pd.DataFrame, lang: Language
) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison, with the names of places and indicators beside their codes."""
    found = {
        "revisions": compared.revisions,
        "appeared": compared.appeared,
        "vanished": compared.vanished,
        "definitions": compared.definitions,
        "scores": scores,
    }
    return {name: _named(package, frame, lang) for name, frame in found.items()}


def _named(package: DataPackage, frame: pd.DataFrame, lang: Language) -> pd.DataFrame:
    result = frame.copy()
    for column in ("indicator", "node", "place"):
        if column in result:
            at = list(result.columns).index(column) + 1
            result.insert(
                at, f"{column}_name", [_name(package, column, code, lang) for code in result[column]]
            )
    return result


def _name(package: DataPackage, column: str, code: str, lang: Language) -> str:
    if column == "place":
        return package.region.short_name(code, lang) if code in package.region else code
    return package.catalogue[code].name(lang) if code in package.catalogue else code


def document(compared: Comparison, shown: dict[str, pd.DataFrame], reason: str) -> dict[str, Any]:
    """Return a comparison as a plain dict; what is absent is null."""
    rows = {
        name: json.loads(frame.to_json(orient="records", force_ascii=False)) for name, frame in shown.items()
    }
    return {
        "old": compared.old,
        "new": compared.new,
        "same": compared.same,
        "known": list(compared.known),
        "no_scores": reason or None,
        **rows,
    }


def write(compared: Comparison, shown: dict[str, pd.DataFrame], reason: str, path: Path) -> None:
    """Write a comparison as a workbook: a summary, then a sheet for every table.

    Raises `BadSpec` for a file that cannot be written.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    summary = book.create_sheet("summary")
    for line in summary_lines(compared, shown, reason):
        summary.append([line])
    for name, frame in shown.items():
        sheet = book.create_sheet(name)
        sheet.append([str(column) for column in frame.columns])
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True), HEAD
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
            sheet.append(row)
        sheet.freeze_panes = "A2"
    try:
        book.save(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadSpec(f"cannot write '{path}' ({reason}). Give -o a file that you may write.") from error


def summary_lines(compared: Comparison, shown: dict[str, pd.DataFrame], reason: str) -> list[str]:
    """Return the comparison in a few sentences."""
    lines = [
        f"{compared.old} → {compared.new}: {len(shown['revisions'])} figures revised, "
        f"{compared.same} the same, {len(shown['appeared'])} appeared, {len(shown['vanished'])} vanished.",
        f"{len(shown['definitions'])} differences of definition; {'; '.join(compared.known)}.",
    ]
    if not (scores := shown["scores"]).empty:
        differ = int((scores["change"].abs() > ROUNDING).sum())
        moved = int((scores["moved"].fillna(0) != 0).sum())
        lines.append(f"{differ} of {len(scores)} scores and {moved} ranks differ.")
    if reason:
        lines.append(f"{reason}.")
    return lines
