"""Data packages: a folder of tables with their cards, opened lazily."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding, unknown
from heban.domain.indicator import Catalogue
from heban.domain.region import Region
from heban.records import corrections, engine, geography, panel, reduce
from heban.records.cards import Card, read_card
from heban.records.flows import Flows
from heban.records.holdings import Holdings
from heban.records.kinds import kind
from heban.records.panel import Panel
from heban.records.texts import Texts

DESCRIPTOR = "datapackage.json"
BOUNDARIES = "boundaries"  # the one kind of resource that is no table: GeoJSON polygons


@dataclass(frozen=True)
class Resource:
    """One table of a package: its name, its kind, its file and its card."""

    name: str
    kind: str
    path: Path
    encoding: str | None
    sha256: str
    card: Card


class DataPackage:
    """A folder with `datapackage.json`, `region.toml` and tables; nothing is read before it is asked for."""

    def __init__(self, folder: Path, document: dict[str, Any], on: str = engine.DUCKDB) -> None:
        self.folder = folder
        self.document = document
        self.on = on  # the engine that reduces records
        self._frames: dict[str, pd.DataFrame] = {}
        self.resources = {r["name"]: _resource(folder, r) for r in document.get("resources", [])}

    @property
    def name(self) -> str:
        """The package's name."""
        return str(self.document.get("name", self.folder.name))

    @property
    def checksum(self) -> str:
        """The SHA-256 of the descriptor, which itself holds the checksum of every table."""
        return hashlib.sha256((self.folder / DESCRIPTOR).read_bytes()).hexdigest()

    def of_kind(self, kind_name: str) -> list[Resource]:
        """Return the resources of a table kind, in the order of the package."""
        return [r for r in self.resources.values() if r.kind == kind(kind_name).name]

    def resource(self, name: str) -> Resource:
        """Return a resource by name, or raise `UnknownName` with near names."""
        if name not in self.resources:
            raise unknown("resource", name, self.resources, f"the package {self.name}")
        return self.resources[name]

    def card(self, name: str) -> Card:
        """Return the card of a resource."""
        return self.resource(name).card

    def table(self, name: str, on: str = engine.DUCKDB) -> Any:
        """Return a resource as a lazy Ibis table on an engine, its columns typed by its kind, uncorrected."""
        found = self.resource(name)
        return engine.table(found.path, kind(found.kind), found.encoding, on)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a resource as rows, corrected; absent text is empty, an absent number is missing."""
        if name not in self._frames:
            found = self.resource(name)
            rows = engine.rows(self.table(name), kind(found.kind))
            self._frames[name] = self._corrected(name, rows)[0] if found.kind == "statistics" else rows
        return self._frames[name].copy()

    def frames(self, kind_name: str) -> pd.DataFrame:
        """Return all rows of a kind, one resource after the other, with a column `table`."""
        found = [self.frame(r.name).assign(table=r.name) for r in self.of_kind(kind_name)]
        if not found:
            raise BadSpec(f"the package {self.name} has no table of the kind {kind_name!r}.")
        return pd.concat(found, ignore_index=True)

    def stale_corrections(self) -> list[Finding]:
        """Return a finding for each correction that no longer fits its source."""
        names = [r.name for r in self.of_kind("statistics")]
        rows = {name: engine.rows(self.table(name), kind("statistics")) for name in names}
        return [finding for name in names for finding in self._corrected(name, rows[name])[1]]

    @cached_property
    def region(self) -> Region:
        """The region: its places, other names, groups and tile grid."""
        names = self.frames("names") if self.of_kind("names") else None
        return geography.region(self.settings, self.frames("places"), names)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What `region.toml` says, as it stands there."""
        return geography.read_region_toml(self.folder)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The indicators of the package."""
        return geography.catalogue(self.frames("indicators"))

    def boundaries(self) -> tuple[dict[str, Any], Resource] | None:
        """Return the boundaries that the package brings, as GeoJSON, and their resource; None without."""
        brought = [resource for resource in self.resources.values() if resource.kind == BOUNDARIES]
        if not brought:
            return None
        return json.loads(brought[0].path.read_text("utf-8")), brought[0]

    @cached_property
    def row_kinds(self) -> set[str]:
        """The kinds of rows that stand in the package's flows and holdings."""
        kinds = [self.frames(name)["kind"] for name in ("flows", "holdings") if self.of_kind(name)]
        return set(pd.concat(kinds)) if kinds else set()

    @cached_property
    def measured(self) -> set[str]:
        """The indicators that the package's statistics have values of."""
        return set(self.frames("statistics")["indicator"]) if self.of_kind("statistics") else set()

    def class_names(self, scheme: str) -> dict[str, tuple[str, str]]:
        """Return the Chinese and English name of each class of a scheme, by code."""
        rows = self.frames("classes")
        mine = rows[rows["scheme"] == scheme]
        return {r["code"]: (r["zh"], r["en"] or r["zh"]) for r in mine.to_dict("records")}

    def panel(self, indicators: Sequence[str] | None = None, editions: Sequence[str] | None = None) -> Panel:
        """Return the statistics as a panel over the years that the data describe.

        An indicator that comes in several editions is read from the one that `region.toml`
        names as `edition`, or from those of `editions`. Raises `UnknownName` for an indicator
        that is not in the catalogue, and `BadSpec` when neither chooses one: values of
        different editions are never spliced (§4).
        """
        rows = self.frames("statistics")
        if indicators is not None:
            rows = rows[rows["indicator"].isin([self.catalogue[code].code for code in indicators])]
        if editions is not None:
            rows = rows[rows["edition"].isin(editions)]
        else:
            rows = _of_edition(rows, str(self.settings.get("edition", "")))
        _one_edition_each(rows)
        origins = {str(code): tuple(r.unique()) for code, r in rows.groupby("indicator")["table"]}
        return panel.from_frame(rows.assign(year=rows["data_year"]), self.catalogue, origins)

    def flows(self, flow_kind: str, places: Iterable[str], *, directed: bool) -> Flows:
        """Return the flows of one kind between the places of a universe; flows that leave it are left out."""
        rows = self._of(self.frames("flows"), flow_kind)
        universe = tuple(places)
        inside = rows["origin"].isin(universe) & rows["destination"].isin(universe)
        return Flows(rows[inside], universe, directed, "; ".join(rows["unit"].unique()))

    def network(self, records: str, **options: Any) -> Flows:
        """Return the flows that the package's own records make; `reduce.RECORDS` names the kinds of records.

        They are counted on the engine that the package was opened with. `options` are those of the
        reduction, as `counting="newman"`, `measure="amount"`, `places` or `by_class`.
        """
        return reduce.network(self._records(reduce.needed(records)), records, **options)

    def held(self, **options: Any) -> Holdings:
        """Return the papers of each place by class and year, counted from the package's own records."""
        tables = self._records(("works", "work_places"))
        return reduce.held(reduce.of_papers(*tables), **options)

    def _records(self, kinds: Sequence[str]) -> list[Any]:
        missing = [name for name in kinds if not self.of_kind(name)]
        if missing:
            raise BadSpec(f"the package {self.name} has no table of the kind {missing[0]!r}.")
        return [ibis.union(*(self.table(r.name, self.on) for r in self.of_kind(name))) for name in kinds]

    def published(self) -> pd.DataFrame:
        """Return the published figures of all editions; a package without any has no rows."""
        if self.of_kind("published"):
            return self.frames("published")
        return pd.DataFrame(columns=[*kind("published").columns, "table"], dtype=object)

    def holdings(self, holding_kind: str) -> Holdings:
        """Return the holdings of one kind, over the places and classes that they name."""
        rows = self._of(self.frames("holdings"), holding_kind)
        places, classes = (tuple(sorted(rows[column].unique())) for column in ("place", "class"))
        return Holdings(rows, places, classes, "; ".join(rows["unit"].unique()))

    def texts(self) -> Texts:
        """Return the titles of the works."""
        works = self.frames("works")
        return Texts(works[works["title"] != ""].rename(columns={"title": "text"}))

    def _of(self, rows: pd.DataFrame, wanted: str) -> pd.DataFrame:
        known = sorted(rows["kind"].unique())
        if wanted not in known:
            raise unknown("kind of rows", wanted, known, f"the package {self.name}")
        return rows[rows["kind"] == wanted].reset_index(drop=True)

    def _corrected(self, name: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        if not self.of_kind("corrections"):
            return rows, []
        return corrections.correct(rows, self.frames("corrections"), name)

    def __repr__(self) -> str:
        return f"<DataPackage {self.name}: {len(self.resources)} resources>"


def open_package(folder: str | Path, on: str = engine.DUCKDB) -> DataPackage:
    """Open the data package in a folder; its tables are read when they are asked for.

    `on` is the engine that reduces its records: duckdb, local[N] or spark://host:port.
    Raises `BadData` when the folder has no readable `datapackage.json`.

    >>> open_package("nowhere")
    Traceback (most recent call last):
    heban.domain.errors.BadData: 1 fault in the data:
      error: nowhere: no data package here: datapackage.json is missing. Repair: give a folder that has one.
    """
    path = Path(folder)
    descriptor = path / DESCRIPTOR
    if not descriptor.exists():
        message = f"no data package here: {DESCRIPTOR} is missing"
        repair = "give a folder that has one"
        if path.is_file():
            message = "this is a file, and a data package is a folder"
            repair = "give the folder that holds it"
        raise BadData([Finding("error", str(folder), None, None, None, message, repair)])
    try:
        document = json.loads(descriptor.read_text("utf-8-sig"))
        return DataPackage(path, document, on)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"not a readable descriptor: {error}"
        repair = "mend the JSON; every resource needs a name and a path"
        raise BadData([Finding("error", DESCRIPTOR, None, None, None, message, repair)]) from error


def _resource(folder: Path, entry: dict[str, Any]) -> Resource:
    return Resource(
        name=entry["name"],
        kind=entry.get("kind", ""),
        path=folder / entry["path"],
        encoding=entry.get("encoding"),
        sha256=str(entry.get("hash", "")).removeprefix("sha256:"),
        card=read_card(entry),
    )


def _of_edition(rows: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Leave out the other editions of every indicator that comes in the edition chosen."""
    chosen = rows["edition"] == edition
    return rows[chosen | ~rows["indicator"].isin(rows.loc[chosen, "indicator"])]


def _one_edition_each(rows: pd.DataFrame) -> None:
    editions = rows.groupby("indicator")["edition"].unique()
    for indicator, found in editions.items():
        if len(found) > 1:
            listed = ", ".join(sorted(found))
            raise BadSpec(
                f"the indicator {indicator!r} comes in {len(found)} editions ({listed}), "
                'which are never spliced. Choose one: editions=[…], or edition = "…" in region.toml.'
            )
