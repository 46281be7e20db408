"""Who works with whom: from counted pairs when the package has them, else from its records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from heban.measures import network
from heban.records.flows import Flows
from heban.records.package import DataPackage
from heban.records.reduce import needed

COUNTED = "coaffiliation"  # the kind of flows that holds pairs counted by others
PAPERS, PROJECTS = (("论文", "papers"), ("项目", "projects"))
UNITS = {PAPERS: ("篇对", "paper pairs"), PROJECTS: ("项目对", "project pairs")}


@dataclass(frozen=True)
class Cooperation:
    """The undirected network of a package's cities, what its records are, and the tables it comes from."""

    flows: Flows
    what: tuple[str, str]
    sources: tuple[str, ...]

    @property
    def unit(self) -> tuple[str, str]:
        """What one unit of flow is: a pair of cities in one record."""
        return UNITS[self.what]


@lru_cache(maxsize=1)  # `unfit` asks first, then the chapter: records are reduced once
def cooperation(package: DataPackage) -> Cooperation:
    """Return the network of a package: each record gives every pair of its cities one."""
    cities = _cities(package)
    if COUNTED in package.row_kinds:
        flows = package.flows(COUNTED, cities, directed=False)
        return Cooperation(flows, PAPERS, tuple(dict.fromkeys(flows.frame["table"])))
    what, records = (
        (PAPERS, "papers")
        if package.of_kind("works") and package.of_kind("work_places")
        else (PROJECTS, "projects")
    )
    flows = package.network(records, places=cities)
    return Cooperation(flows, what, _used(package, records))


def classed(package: DataPackage) -> Cooperation | None:
    """Return the ties between cities in papers that have a class, by class; None when there are none.

    They come from the records themselves: pairs that others counted have no class.
    """
    if not all(package.of_kind(kind) for kind in needed("papers")):
        return None
    flows = package.network("papers", places=_cities(package), by_class=True)
    rows = flows.frame
    between = rows[(rows["class"] != "") & (rows["origin"] != rows["destination"])]
    if between.empty:
        return None
    return Cooperation(replace(flows, frame=between), PAPERS, _used(package, "papers"))


def unfit(package: DataPackage) -> str:
    """Say what is lacking when a package has no pairs: neither counted ones nor records of several cities."""
    papers, projects = (
        all(package.of_kind(kind) for kind in needed(records)) for records in ("papers", "projects")
    )
    if not (COUNTED in package.row_kinds or papers or projects):
        return f"rows {COUNTED}, or records of papers or projects"
    return "" if network.ties(cooperation(package).flows) else "records of two cities"


def _cities(package: DataPackage) -> list[str]:
    return [city.code for city in package.region.cities()]


def _used(package: DataPackage, records: str) -> tuple[str, ...]:
    return tuple(resource.name for kind in needed(records) for resource in package.of_kind(kind))
