"""What plans rest on, taken from a package: amounts, boards, distances, borders, ties, disciplines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.distance import great_circle
from heban.domain.errors import BadSpec, HebanError, UnknownName
from heban.domain.place import Language, Place
from heban.measures.factors import KeyFactors, key_factors
from heban.measures.gravity import border, design
from heban.measures.space.proximity import disciplinary_complement, jaffe
from heban.plans import allocation
from heban.plans.allocation import Effort, Names, Plan
from heban.plans.boards import Boards, build
from heban.plans.patrol import GroupPatrol, Patrol, patrol, patrol_group
from heban.plans.spec import PlanSpec, from_toml
from heban.records.amounts import Amounts, amounts
from heban.records.flows import Flows
from heban.records.holdings import Holdings
from heban.records.package import DataPackage
from heban.report.cooperation import cooperation, unfit
from heban.report.indexing import spec_file
from heban.report.planning.travel import travel

FILE = "plan.toml"
NO_BORDER = 1.0
DISCIPLINES = ("grants",)  # kinds of holdings whose classes are disciplines
FEWEST_FACTORS = 4  # that first ones can be named of


@dataclass(frozen=True, eq=False)
class Ground:
    """A package with its specification, and what both together say of each place."""

    package: DataPackage
    spec: PlanSpec
    places: tuple[Place, ...]
    amounts: Amounts
    boards: Boards
    base: Path
    seed: int

    @property
    def codes(self) -> list[str]:
        """Codes of the places that have boards."""
        return list(self.boards.places)

    @cached_property
    def named(self) -> Names:
        """What places are called in sentences; those that share an English name are told apart (§10)."""
        region = self.package.region
        return Names({one.code: replace(one, en=region.short_name(one.code, "en")) for one in region.places})

    def called(self, lang: Language) -> dict[str, str]:
        """Return the names of the places by code, as `named` has them."""
        return {place.code: self.named.place(place.code, lang) for place in self.places}

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
    def disciplines(self) -> Holdings | None:
        """What places hold by discipline; None when the package has no such holdings."""
        kinds = [name for name in DISCIPLINES if name in self.package.row_kinds]
        return self.package.holdings(kinds[0]) if kinds else None

    @cached_property
    def beside(self) -> dict[str, pd.DataFrame | None]:
        """What stands beside a match without ranking it: ties, proximity and complement of disciplines."""
        held, met = self.disciplines, self.ties
        known = None if met is None else pd.DataFrame(met.matrix(), list(met.places), list(met.places))
        return {
            "ties": known,
            "proximity": None if held is None else jaffe(held),
            "complement": None if held is None else disciplinary_complement(held),
        }

    def code(self, name: str) -> str:
        """Return the code of a place that is said by code or by name, in either language."""
        if name in self.package.region:
            return name
        return self.package.region.resolve(name, level=self.spec.level).code

    def members(self, group: str) -> list[str]:
        """Return the members of a group of the region that have boards."""
        return [code for code in self.package.region.group(group).members if code in self.codes]

    def patrol(self, place: str) -> Patrol:
        """Return what one place could give and get."""
        return patrol(self.boards, self.spec, self.effort, place, **self.beside)

    def patrol_group(self, members: Sequence[str]) -> GroupPatrol:
        """Return what a group of places can do for itself, and what is left for and from outside."""
        return patrol_group(self.boards, self.spec, self.effort, members, **self.beside)

    @cached_property
    def drivers(self) -> KeyFactors | None:
        """Which quantities go with the output that the specification names; None when it asks for none."""
        asked = self.spec.drivers
        if asked is None:
            return None
        held = [code for code in asked.factors if code in self.amounts.table]
        if asked.outcome.code not in self.amounts.table or len(held) < FEWEST_FACTORS:
            return None
        table = self.amounts.table[[asked.outcome.code, *held]]
        table = np.log1p(table) if asked.log else table
        return key_factors(table.reset_index(), asked.outcome.code, held, place="place", seed=self.seed)

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


def read_spec(package: DataPackage, file: Path | None = None) -> tuple[PlanSpec, Path]:
    """Return the specification in a file, or the package's own `plan.toml`, and the folder it stands in."""
    path = spec_file(package, FILE, file)
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
    boards = build(found.table, spec, groups, missing=found.missing, level=spec.certainty, seed=seed)
    if not boards.factors:
        listed = ", ".join(one.code for one in spec.factors)
        raise BadSpec(f"the package {package.name} holds none of the factors {listed}.")
    return Ground(package, spec, places, found, boards, base, seed)
