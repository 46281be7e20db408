"""What plans rest on, taken from a package: amounts, boards, distances, borders, ties, disciplines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.distance import great_circle
from heban.domain.errors import BadSpec, HebanError, UnknownName
from heban.domain.place import Place
from heban.measures.gravity import border, design
from heban.measures.space.proximity import jaffe
from heban.plans import allocation
from heban.plans.allocation import Effort, Names, Plan
from heban.plans.boards import Boards, build
from heban.plans.spec import PlanSpec, from_toml
from heban.records.amounts import Amounts, amounts
from heban.records.flows import Flows
from heban.records.package import DataPackage
from heban.report.chapters.network.cooperation import cooperation, unfit
from heban.report.planning.travel import travel

FILE = "plan.toml"
NO_BORDER = 1.0


@dataclass(frozen=True, eq=False)
class Ground:
    """A package with its specification, and what both together say of each place."""

    package: DataPackage
    spec: PlanSpec
    places: tuple[Place, ...]
    amounts: Amounts
    boards: Boards
    base: Path

    @property
    def codes(self) -> list[str]:
        """Codes of the places that have boards."""
        return list(self.boards.places)

    @cached_property
    def named(self) -> Names:
        """What places are called in sentences."""
        return Names({place.code: place for place in self.package.region.places})

    @cached_property
    def year(self) -> int:
        """The last year that any amount is of."""
        return max((years[1] for years in self.amounts.years.values()), default=0)

    @property
    def sources(self) -> tuple[str, ...]:
        """The resources that the boards come from."""
        used = [name for names in self.amounts.origins.values() for name in names]
        return tuple(dict.fromkeys([*used, "places"]))

    @cached_property
    def distance(self) -> npt.NDArray[np.float64]:
        """Great-circle distances in kilometres; NaN for a place without coordinates."""
        of = {place.code: place for place in self.places}
        lon, lat = ([getattr(of[code], axis) for code in self.codes] for axis in ("lon", "lat"))
        return great_circle(np.array(lon, dtype=float), np.array(lat, dtype=float))

    @cached_property
    def provinces(self) -> list[str | None]:
        """The province of each place, None where the region has no such level."""
        return [self._province(code) for code in self.codes]

    @cached_property
    def ties(self) -> Flows | None:
        """Who works with whom, all years together; None when the package does not say."""
        if unfit(self.package):
            return None
        made = cooperation(self.package).flows
        rows = made.frame.assign(year=made.years[-1])
        summed = rows.groupby(["origin", "destination", "year", "class"], as_index=False)["value"].sum()
        return Flows(summed, made.places, made.directed, made.unit)

    @cached_property
    def proximity(self) -> pd.DataFrame | None:
        """Jaffe's proximity of places by the disciplines they hold; None without such holdings."""
        kinds = [name for name in DISCIPLINES if name in self.package.row_kinds]
        return jaffe(self.package.holdings(kinds[0])) if kinds else None

    @cached_property
    def border(self) -> tuple[float, border.Border | None]:
        """What crossing a province border leaves of an exchange, and the measurement it comes from (§20).

        Measured over all years of the package's own ties together; where they do not carry it, 1, no border.
        """
        asked = self.spec.cost.border
        if asked != "measured":
            return float(asked), None
        if self.ties is None:
            return NO_BORDER, None
        try:
            covariates = design.of_region(self.package.region, self.ties.places)
        except UnknownName:
            return NO_BORDER, None
        found = border.borders(self.ties, covariates, friction="pooled", cluster="place").years[-1]
        penalty = found.penalty
        return (NO_BORDER if penalty is None else min(penalty, NO_BORDER)), found

    @cached_property
    def effort(self) -> Effort:
        """What a move between any two places takes."""
        cost = self.spec.cost
        way = travel(self.base / cost.file, self.codes) if cost.by == "travel" else None
        return allocation.effort(self.distance, self.provinces, cost, self.border[0], travel=way)

    @cached_property
    def plan(self) -> Plan:
        """The plan with the greatest gain after cost."""
        return allocation.plan(self.boards, self.spec, self.effort)

    def _province(self, code: str) -> str | None:
        try:
            return self.package.region.at_level(code, "province").code
        except HebanError:
            return None


DISCIPLINES = ("grants",)  # kinds of holdings whose classes are disciplines


def read_spec(package: DataPackage, file: Path | None = None) -> tuple[PlanSpec, Path]:
    """Return the specification in a file, or the package's own `plan.toml`, and the folder it stands in."""
    path = package.folder / FILE if file is None else file
    if not path.is_file():
        raise BadSpec(f"there is no specification {str(path)!r}. Give --spec, or add {FILE} to the package.")
    return from_toml(path.read_text("utf-8-sig")), path.parent


def ground(package: DataPackage, spec: PlanSpec, base: Path, *, seed: int = 1) -> Ground:
    """Return what plans of a package rest on: its places of the level asked for, and their boards."""
    region = package.region
    places = tuple(region.of_level(spec.level))
    if not places:
        raise BadSpec(f"level = {spec.level!r}: the region has no place of that level.")
    wanted = [*spec.factors, *spec.structure, *((spec.drivers.outcome,) if spec.drivers else ())]
    found = amounts(package, wanted, [place.code for place in places])
    groups = {code: group.members for code, group in region.groups.items()}
    boards = build(found.table, spec, groups, missing=found.missing, seed=seed)
    if not boards.factors:
        listed = ", ".join(one.code for one in spec.factors)
        raise BadSpec(f"the package {package.name} holds none of the factors {listed}.")
    return Ground(package, spec, places, found, boards, base)
