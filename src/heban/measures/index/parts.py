"""The parts of a specification: one for each step, with every key typed and described."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Above0 = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Pool = Literal["panel", "year", "base"]
ImputeMethod = Literal[
    "none", "constant", "mean", "median", "group_mean", "group_median", "row_mean",
    "linear", "latest", "carried", "regression", "em", "neighbours",
]  # fmt: skip
TreatStep = Literal["winsorise", "log_CT", "log_CT_plus", "log_CT_orig", "log_GII", "boxcox"]
NormaliseMethod = Literal[
    "minmax", "zscore", "rank", "borda", "percentile", "distance_to_maximum", "distance_to_reference",
    "distance_to_target", "goalposts", "share_of_maximum", "fixed_base", "symmetric_growth",
    "efficacy", "categorical", "none",
]  # fmt: skip
WeighMethod = Literal["given", "equal", "pca", "entropy", "critic", "ahp", "budget", "optimised"]
AggregateMethod = Literal[
    "arithmetic", "geometric", "harmonic", "power", "median", "owa",
    "mazziotta_pareto", "copeland", "benefit_of_the_doubt",
]  # fmt: skip
# "none" is no step, "no limit" no limit: said in words, so that neither is a default.
Steps = Annotated[
    tuple[TreatStep, ...],
    BeforeValidator(
        lambda given: () if given == "none" else given,
        json_schema_input_type=tuple[TreatStep, ...] | Literal["none"],
    ),
]
Points = Annotated[int, Field(ge=0)] | None
Most = Annotated[
    Points,
    BeforeValidator(
        lambda given: None if given == "no limit" else given,
        json_schema_input_type=Points | Literal["no limit"],
    ),
]


class Part(BaseModel):
    """A part of a specification: fixed once made, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Node(Part):
    """An indicator or an aggregate: where it hangs, what it weighs, and its limits in natural units."""

    code: str
    """code of the node, and of the panel's indicator unless `indicator` names it"""
    parent: str = ""
    """code of the aggregate above it; the root has none"""
    weight: Annotated[float, Field(ge=0)] = 1.0
    """weight within the parent, on any scale"""
    direction: Literal[1, -1] = 1
    """1 when more is better, -1 when less is; an aggregate of -1 is turned before it enters its parent"""
    denominator: str = ""
    """indicator of the panel that this one is divided by"""
    target: float | None = None
    """for distance_to_target, in the indicator's own unit"""
    goalposts: tuple[float, float] | None = None
    """for goalposts and efficacy, lower and upper in the indicator's own unit, whatever its direction"""
    indicator: str = ""
    """indicator of the panel when it is not the code, so that one indicator can stand in two aggregates"""
    available: bool = True
    """false lists a part of the framework that has no data: it is named as missing and weighs nothing"""


class Denominate(Part):
    """Division of each indicator by the denominator of its node."""

    scale: Above0 = 1.0
    """what was divided is multiplied by it"""


class ImputeOne(Part):
    """How absent cells of one indicator are filled; what is not said is as for all."""

    method: ImputeMethod | None = None
    value: float | None = None
    group: str | None = None
    limit: Count | None = None
    neighbours: Count | None = None
    outside: bool | None = None
    geometric: bool | None = None


class Impute(Part):
    """How absent cells are filled; `none` leaves them absent (§1)."""

    method: ImputeMethod = "none"
    """the rule"""
    value: float | None = None
    """for constant, what is filled in"""
    group: str = ""
    """for group_mean and group_median, the name of the grouping of places"""
    limit: Count | None = None
    """for linear, latest and carried, the longest gap or age in years"""
    neighbours: Count = 5
    """for neighbours, how many"""
    outside: bool = False
    """for linear: before the first and after the last known year, that year's value"""
    geometric: bool = False
    """for linear: the line of logarithms, which is constant growth"""
    pool: Literal["panel", "year"] = "year"
    """what means, medians and neighbours are taken over"""
    of: dict[str, ImputeOne] = Field(default_factory=dict)
    """what differs for single indicators, by code"""


class Screen(Part):
    """Which places are kept: by the share of cells that are known, that are not zero, or by name."""

    rule: Literal["none", "missing", "zeros", "both"] = "none"
    """what a place must pass"""
    least_available: Share = 2 / 3
    """least share of known cells, after imputation"""
    least_nonzero: Share = 0.05
    """least share of known cells that are not zero"""
    forced_in: tuple[str, ...] = ()
    """places that stay in any case"""
    forced_out: tuple[str, ...] = ()
    """places that are left out in any case"""


class TreatOne(Part):
    """How outliers of one indicator are treated; what is not said is as for all."""

    steps: Steps | None = None
    winmax: Most = None
    skew_limit: Above0 | None = None
    kurt_limit: Above0 | None = None
    combine: bool | None = None
    power: float | None = None


class Treat(Part):
    """How outliers are treated: steps in turn until skewness or kurtosis is within its limit."""

    steps: Steps = ()
    """the steps in order; "none" or an empty list is no treatment at all"""
    winmax: Most = 5
    """most points that winsorise moves"""
    skew_limit: Above0 = 2.0
    """an indicator passes with an absolute skewness below it"""
    kurt_limit: Above0 = 3.5
    """or with a kurtosis below it"""
    combine: bool = False
    """a step works on what the last one left, not on the original values"""
    power: float | None = None
    """for boxcox, its power; fitted when not given"""
    pool: Literal["panel", "year"] = "panel"
    """all years as one column, or each year by itself"""
    of: dict[str, TreatOne] = Field(default_factory=dict)
    """what differs for single indicators, by code"""


class NormaliseOne(Part):
    """How one indicator is normalised; what is not said is as for all."""

    method: NormaliseMethod | None = None
    range: tuple[float, float] | None = None
    mean: float | None = None
    sd: Above0 | None = None
    reference: str | None = None
    cap: Above0 | None = None
    trim: bool | None = None
    scores: tuple[float, ...] | None = None
    """for categorical, from the worst category to the best"""
    edges: tuple[float, ...] | None = None
    """for categorical, the limits between categories in the indicator's own unit"""
    shares: tuple[float, ...] | None = None
    """for categorical, the limits as quantiles of the pool, counted from its worst end"""


class Normalise(Part):
    """How values become scores on a common scale."""

    method: NormaliseMethod = "minmax"
    """the rule"""
    range: tuple[float, float] | None = None
    """scale of minmax, percentile, goalposts, efficacy, distances; 0–100 when not given, efficacy 60–100"""
    mean: float = 0.0
    """mean of zscore"""
    sd: Above0 = 1.0
    """standard deviation of zscore"""
    pool: Pool = "panel"
    """what extremes, means and ranks are taken over: all years, each year, or the base year"""
    base_year: int | None = None
    """for pool = "base", fixed_base and chained growth"""
    reference: str = ""
    """for distance_to_reference, the code of the place"""
    cap: Above0 | None = None
    """greatest growth in a year, for fixed_base (0.5 is 50 %) and symmetric_growth (in per cent)"""
    trim: bool | None = None
    """scores are held within the range; when not said, goalposts are and distances are not"""
    of: dict[str, NormaliseOne] = Field(default_factory=dict)
    """what differs for single indicators, by code"""


class WeighOne(Part):
    """Where the weights of one node's children, or of one level, come from."""

    method: WeighMethod | None = None
    negative: Literal["refuse", "zero"] | None = None
    children: tuple[str, ...] = ()
    """for ahp and budget, the order of the children in judgements and points"""
    judgements: tuple[tuple[float, ...], ...] = ()
    """for ahp: how many times as important the row is as the column"""
    points: tuple[tuple[float, ...], ...] = ()
    """for budget: a row for each expert, summing to 100"""
    importance: dict[str, float] = Field(default_factory=dict)
    """for optimised: the target share of each child, by code; equal when not given"""


class Weigh(Part):
    """Where weights come from."""

    method: WeighMethod = "given"
    """the rule; given weights are those of the nodes"""
    negative: Literal["refuse", "zero"] = "refuse"
    """what pca does with an indicator that runs against its group"""
    of: dict[str, WeighOne] = Field(default_factory=dict)
    """what differs for the children of single nodes, by code, or of a level, by its number as text"""


class AggregateOne(Part):
    """How the children of one node, or of the nodes of one level, are brought together."""

    method: AggregateMethod | None = None
    exponent: float | None = None
    threshold: Share | None = None
    penalty: Literal[1, -1] | None = None
    order: tuple[float, ...] | None = None
    """for owa, weights from the best child to the worst"""
    share_bounds: tuple[Share, Share] | None = None
    """for benefit_of_the_doubt, least and greatest share of a child in the score"""


class Aggregate(Part):
    """How children are brought together.

    Level 1 holds the indicators; a node stands one level above its highest child.
    """

    method: AggregateMethod = "arithmetic"
    """the rule"""
    exponent: float = 1.0
    """of power and owa"""
    threshold: Share = 0.0
    """least share of the children, by count, that must be known"""
    penalty: Literal[1, -1] = -1
    """for mazziotta_pareto: -1 lowers the score of an uneven place, 1 raises it"""
    chain: bool = False
    """growth by symmetric_growth is aggregated first and then chained into an index"""
    of: dict[str, AggregateOne] = Field(default_factory=dict)
    """what differs for single nodes, by code, or for a level, by its number as text"""
