"""The specification of boards and of a plan: what a city needs, what may move, at which cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from heban.domain.errors import BadSpec
from heban.measures.index.parts import Above0, Count, Part, Share
from heban.measures.index.spec import IndexSpec, checked, loaded

At0 = Annotated[float, Field(ge=0)]
Mobility = Literal["transferable", "shareable", "bound"]


class Need(Part):
    """What a place needs of a factor, in the unit of the board (of `per`, where the factor has one)."""

    kind: Literal["absolute", "quantile", "fitted"] = "quantile"
    """a number; a quantile of the places; or what other places of like size and structure have"""
    value: float | None = None
    """the number, of an absolute need"""
    at: Share = 0.5
    """the quantile, of the kinds quantile and fitted"""
    group: str = ""
    """the group of the region that the quantile is taken of; all places if none"""
    on: tuple[str, ...] = ()
    """codes of the quantities (of `[[structure]]`, or factors) that a fitted need is explained by"""
    log: bool = True
    """whether a fitted need explains log(1 + value) by log(1 + what explains it)"""


class Quantity(Part):
    """A quantity by place: where it stands in the package."""

    code: str
    """code of the quantity"""
    source: str
    """statistics:<indicator>, holdings:<kind>, institutions:<kind>[+<kind>…], flows:<kind>, records:papers"""
    zh: str = ""
    """name in Chinese"""
    en: str = ""
    """name in English"""
    unit: str = ""
    """unit of the amount, in Chinese; of the board where a factor is bound to its place"""
    unit_en: str = ""
    """unit in English"""
    years: tuple[int, int] | None = None
    """years that rows are summed over, or statistics averaged; if none, all, or the last of statistics"""
    complete: bool = True
    """whether a list of records holds all there are: a place without a row then has 0, else no figure"""


class Factor(Quantity):
    """A factor of innovation: a board of each place."""

    per: str = ""
    """code of the quantity that the board is measured per unit of; the amount itself if none"""
    per_size: Above0 = 1.0
    """how many units of `per` make one: 10 of 万人 gives a board per 100,000 people"""
    mobility: Mobility = "bound"
    """transferable: what is given is gone; shareable: it is not; bound to its place: it cannot be planned"""
    moved_zh: str = ""
    """what moves, in Chinese, when not the thing itself: the hours of a laboratory, not the laboratory"""
    moved_en: str = ""
    """what moves, in English"""
    need: Need = Need()
    band: Annotated[float, Field(ge=0, lt=1)] | Literal["poisson"] = 0.1
    """how sure a value is: a share of it on either side, or "poisson" of a count; 0.1 is ours (默认值待核)"""
    weight: At0 = 1.0
    """how much a filled deficit of this factor counts"""
    rate: Above0 | None = None
    """cost of moving one unit over 100 km; the reciprocal of the mean need of a place if none"""
    whole: bool = False
    """only whole units move"""
    pillar: str = ""
    """the pillar that the factor stands in, for a composite board; none if empty"""


class Cost(Part):
    """What it costs to move something from one place to another."""

    by: Literal["distance", "travel", "none"] = "distance"
    """great-circle distance; a matrix of hours or of cost from a file; or the same everywhere"""
    file: str = ""
    """the table of `travel`: origin, destination, value (100 km of distance count as one)"""
    fixed: At0 = 0.1
    """effort of any move, however near; Heban's own (默认值待核)"""
    border: Annotated[float, Field(gt=0, le=1)] | Literal["measured"] = "measured"
    """what crossing a province border leaves of an exchange: effort is divided by it (§20); 1 is no border"""
    price: At0 = 0.05
    """gain that one unit of cost outweighs; Heban's own (默认值待核)"""
    budget: At0 | None = None
    """the most that all moves together may cost"""


class Limits(Part):
    """What a plan may not do."""

    exports: At0 | None = None
    """the most that a place gives, all factors together, each counted in mean needs"""
    absorption: At0 | None = None
    """the most that a place takes, all factors together, each counted in mean needs"""
    fill: Share = 1.0
    """the share of a deficit that may be filled"""
    at_least: Share = 0.0
    """the share of every deficit of a planned factor that must be filled"""
    partners: Count | None = None
    """how many others a place deals with at most"""
    reciprocity: At0 = 0.0
    """gain that a place must get for each mean need that it gives"""
    forbidden: tuple[tuple[str, str], ...] = ()
    """pairs of places, from and to, between which nothing moves"""


class Objective(Part):
    """What a plan is good for."""

    fairness: Literal["sum", "worst_off"] = "sum"
    """the sum of all gains, or first the place that gets the least of what it could"""
    poorest: At0 = 0.0
    """how much more a gain counts at the place with the shortest boards than at the one with the longest"""
    steps: tuple[tuple[Share, Share], ...] = ((0.5, 0.7), (1.0, 1.0))
    """points of the concave gain: share of a deficit filled, share of its gain; Heban's own (默认值待核)"""


class Drivers(Part):
    """Which quantities are asked to explain a place's output of innovation."""

    outcome: Quantity
    """the output"""
    factors: tuple[str, ...]
    """codes of the quantities or factors that are asked"""
    log: bool = True
    """whether logarithms of 1 + each are taken"""


class Patrols(Part):
    """Whose long and short boards the report goes round with (巡查匹配)."""

    places: tuple[str, ...] = ()
    """codes of places"""
    groups: tuple[str, ...] = ()
    """codes of groups of the region"""


class PlanSpec(Part):
    """What is planned, and how.

    >>> made = from_dict({"factors": [{"code": "labs", "source": "institutions:laboratory"}]})
    >>> made.factors[0].need.kind, made.cost.border
    ('quantile', 'measured')
    """

    factors: tuple[Factor, ...]
    structure: tuple[Quantity, ...] = ()
    """quantities that explain needs or divide amounts, themselves no boards"""
    level: str = "city"
    """level of the places that are planned for"""
    group: str = ""
    """only the members of this group of the region; all places of the level if none"""
    certainty: Annotated[float, Field(gt=0, lt=1)] = 0.9
    """of every interval of a value and of a need; 0.9 is Heban's own (默认值待核)"""
    cost: Cost = Cost()
    limits: Limits = Limits()
    objective: Objective = Objective()
    patrol: Patrols = Patrols()
    drivers: Drivers | None = None
    """what is asked of key factors; nothing if none"""
    index: IndexSpec | None = None
    """the index of the boards that a scenario rebuilds; the weighted mean of the boards if none"""

    def quantity(self, code: str) -> Quantity:
        """Return the factor or quantity of a code, or raise `BadSpec`."""
        for one in (*self.factors, *self.structure):
            if one.code == code:
                return one
        listed = ", ".join(one.code for one in (*self.factors, *self.structure))
        raise BadSpec(f"no factor or quantity has the code {code!r}; there are {listed}.")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a specification.

    >>> schema()["properties"]["level"]["default"]
    'city'
    """
    return PlanSpec.model_json_schema()


def from_dict(document: Mapping[str, Any]) -> PlanSpec:
    """Return a checked specification, or raise `BadSpec` naming every key that is wrong.

    >>> from_dict({"factors": [], "cost": {"bordr": 1.0}})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      cost.bordr: there is no such key. Did you mean border?
    """
    return checked(PlanSpec, document)


def from_toml(text: str) -> PlanSpec:
    """Return the specification that a TOML text describes.

    >>> from_toml('[[factors]]\\ncode = "labs"\\nsource = "institutions:laboratory"').factors[0].mobility
    'bound'
    """
    return from_dict(loaded(text))
