"""Scenarios: a plan, or edits of figures, put into the index of a package and measured again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index.spec import IndexSpec
from heban.plans.scenario.change import Change, consequences
from heban.plans.scenario.edits import edited
from heban.plans.scenario.joined import of_plan
from heban.plans.scenario.tables import tables as change_tables
from heban.plans.spec import PlanSpec
from heban.records.checking import require_good
from heban.records.package import DataPackage, open_package
from heban.report.indexing import index_panel, read_spec, used_by
from heban.report.planning.ground import Ground
from heban.report.planning.tables import names

FIGURES = ("change", "low", "high", "probability")
KEY = ["scope", "place", "year", "node"]
NAMES = ("place_zh", "place_en")


@dataclass(frozen=True, eq=False)
class Scenario:
    """A change of an index, with what it was made from; `edits` is empty for a plan."""

    package: DataPackage
    spec: IndexSpec | PlanSpec
    sources: tuple[str, ...]
    change: Change
    edits: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the change, with the names of places, and the edits that made it."""
        made = {name: names(self.package, table) for name, table in change_tables(self.change).items()}
        return {**made, "edits": self.edits} if len(self.edits) else made


def planned(ground: Ground, *, draws: int, seed: int) -> Scenario:
    """Return what the plan of a package does to the index of its boards."""
    change = of_plan(ground.plan, ground.year, seed=seed, draws=draws)
    return Scenario(ground.package, ground.spec, ground.sources, change, pd.DataFrame())


def of_edits(
    folder: Path, file: Path, *, spec_file: Path | None = None, level: str = "", draws: int, seed: int
) -> Scenario:
    """Return what edited figures do to the index of a package; see `scenario.edits.edited` for their columns.

    A total of the region is left out: it would not follow the edits of its members.
    """
    require_good(folder)
    package = open_package(folder)
    spec = read_spec(package, spec_file)
    edits = read_edits(file)
    panel = index_panel(package, spec, level)
    change = consequences(panel, edited(panel, edits), spec, draws=draws, seed=seed)
    return Scenario(package, spec, tuple(sorted(used_by(panel))), change, edits)


def read_edits(file: Path) -> pd.DataFrame:
    """Return the rows of a CSV file of edits; codes of places and indicators are text."""
    if not file.is_file():
        raise BadSpec(f"there is no file of edits {str(file)!r}. Give --edits a CSV file.")
    try:
        return pd.read_csv(file, dtype={"place": str, "indicator": str}, encoding="utf-8-sig")
    except ValueError as error:
        raise BadSpec(
            f"{file.name} is not a CSV table ({error}). Give place,year,indicator,value."
        ) from error


def side_by_side(folders: Sequence[Path]) -> pd.DataFrame:
    """Return kept scenarios side by side: a row for each place, year and node, columns by scenario.

    The scope "region" comes first; places have their names. A row that a scenario does not have is absent
    there. Raises `BadSpec` for a folder that holds no scenario.
    """
    labels = _labels(folders)
    parts = {label: _kept(folder) for label, folder in zip(labels, folders, strict=True)}
    joined = pd.concat(parts, axis=1, names=["scenario", "figure"])
    regional = joined.index.get_level_values("scope") == "region"
    ordered = pd.concat([joined[regional], joined[~regional]])
    ordered.columns = [f"{figure} {label}" for label, figure in ordered.columns]
    return _named(ordered.reset_index(), folders)


def _named(table: pd.DataFrame, folders: Sequence[Path]) -> pd.DataFrame:
    """Put the names of places beside their codes, as the scenarios keep them."""
    kept = [pd.read_parquet(folder / "change.parquet", columns=["place", *NAMES]) for folder in folders]
    known = pd.concat(kept).drop_duplicates("place").set_index("place")
    for at, name in enumerate(NAMES, start=table.columns.get_loc("place") + 1):
        table.insert(at, name, table["place"].map(known[name]).fillna(""))
    return table


def _kept(folder: Path) -> pd.DataFrame:
    """Return the change that a folder keeps, of the region and of places."""
    tables = [folder / f"{name}.parquet" for name in ("change_region", "change")]
    if not all(table.is_file() for table in tables):
        raise BadSpec(f"{str(folder)!r} holds no scenario. Give folders that `heban scenario run` wrote.")
    region, places = (pd.read_parquet(table) for table in tables)
    both = pd.concat([region.assign(scope="region", place=""), places.assign(scope="place")])
    return both.set_index(KEY)[list(FIGURES)]


def _labels(folders: Sequence[Path]) -> list[str]:
    """Return a name for each folder: its own, or its path where names meet."""
    short = [folder.name for folder in folders]
    return short if len(set(short)) == len(short) else [str(folder) for folder in folders]
