"""Who works with whom: from counted pairs when the package has them, else from its records."""

from __future__ import annotations

from dataclasses import dataclass

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


def cooperation(package: DataPackage) -> Cooperation:
    """Return the network of a package: each record gives every pair of its cities one."""
    cities = [city.code for city in package.region.cities()]
    if COUNTED in package.row_kinds:
        flows = package.flows(COUNTED, cities, directed=False)
        return Cooperation(flows, PAPERS, tuple(dict.fromkeys(flows.frame["table"])))
    what, records = (PAPERS, "papers") if package.of_kind("work_places") else (PROJECTS, "projects")
    flows = package.network(records, places=cities)
    used = [resource.name for kind in needed(records) for resource in package.of_kind(kind)]
    return Cooperation(flows, what, tuple(used))


def unfit(package: DataPackage) -> str:
    """Say what is lacking when a package has neither counted pairs nor records of several places."""
    kinds = [name for name in ("works", "work_places", "projects", "participations") if package.of_kind(name)]
    if COUNTED in package.row_kinds or {"works", "work_places"} <= set(kinds):
        return ""
    if {"projects", "participations"} <= set(kinds):
        return ""
    return f"rows {COUNTED}, or records of papers or projects"
