"""The specification of a composite index: typed, checked before anything runs, from TOML or a dict."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from heban.domain.errors import BadSpec
from heban.measures.index.faults import refusal, sentence

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
Steps = Annotated[tuple[TreatStep, ...], BeforeValidator(lambda given: () if given == "none" else given)]
Points = Annotated[int, Field(ge=0)] | None
Most = Annotated[Points, BeforeValidator(lambda given: None if given == "no limit" else given)]


class Part(BaseModel):
    """A part of a specification: fixed once made, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Node(Part):
    """An indicator or an aggregate: where it hangs, what it weighs, and its limits in natural units.

    `indicator` names the panel's indicator when it is not the code itself, so that one indicator can
    stand in two pillars. `available = false` lists a part of the framework that has no data.
    """

    code: str
    parent: str = ""
    weight: Annotated[float, Field(ge=0)] = 1.0
    direction: Literal[1, -1] = 1
    denominator: str = ""
    target: float | None = None
    goalposts: tuple[float, float] | None = None
    indicator: str = ""
    available: bool = True


class Denominate(Part):
    """Division by each node's denominator; `scale` multiplies what was divided."""

    scale: Above0 = 1.0


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
    """How absent cells are filled; `none` leaves them absent (§1).

    `value` is for constant, `group` names the grouping for group_mean and group_median, `limit` is in years,
    `outside` lets linear go beyond the known years, `geometric` takes its line in logarithms; `pool`
    is what means, medians and neighbours are taken over.
    """

    method: ImputeMethod = "none"
    value: float | None = None
    group: str = ""
    limit: Count | None = None
    neighbours: Count = 5
    outside: bool = False
    geometric: bool = False
    pool: Literal["panel", "year"] = "year"
    of: dict[str, ImputeOne] = Field(default_factory=dict)


class Screen(Part):
    """Which places are kept: by the share of cells that are known, that are not zero, or by name."""

    rule: Literal["none", "missing", "zeros", "both"] = "none"
    least_available: Share = 2 / 3
    least_nonzero: Share = 0.05
    forced_in: tuple[str, ...] = ()
    forced_out: tuple[str, ...] = ()


class TreatOne(Part):
    """How outliers of one indicator are treated; what is not said is as for all."""

    steps: Steps | None = None
    winmax: Most = None
    skew_limit: Above0 | None = None
    kurt_limit: Above0 | None = None
    combine: bool | None = None
    power: float | None = None


class Treat(Part):
    """How outliers are treated: steps in turn until skewness or kurtosis is within its limit.

    A step works on the original column, with `combine` on what the last one left. `power` is that of boxcox.
    """

    steps: Steps = ()
    winmax: Most = 5
    skew_limit: Above0 = 2.0
    kurt_limit: Above0 = 3.5
    combine: bool = False
    power: float | None = None
    pool: Literal["panel", "year"] = "panel"
    of: dict[str, TreatOne] = Field(default_factory=dict)


class NormaliseOne(Part):
    """How one indicator is normalised; what is not said is as for all.

    `scores`, from the worst category to the best, and `edges` (in the indicator's unit) or `shares` (of
    the pool, from its worst end) are for categorical.
    """

    method: NormaliseMethod | None = None
    range: tuple[float, float] | None = None
    mean: float | None = None
    sd: Above0 | None = None
    reference: str | None = None
    cap: Above0 | None = None
    trim: bool | None = None
    scores: tuple[float, ...] | None = None
    edges: tuple[float, ...] | None = None
    shares: tuple[float, ...] | None = None


class Normalise(Part):
    """How values become scores on a common scale.

    `range` is that of minmax, percentile, goalposts, efficacy, of the distances and of share_of_maximum
    (its upper end): 0–100 when not said, 60–100 for efficacy. `mean` and `sd` are those of zscore; `cap`
    limits a year's growth; `trim` holds scores within the range (unsaid, goalposts do, distances do not).
    """

    method: NormaliseMethod = "minmax"
    range: tuple[float, float] | None = None
    mean: float = 0.0
    sd: Above0 = 1.0
    pool: Pool = "panel"
    base_year: int | None = None
    reference: str = ""
    cap: Above0 | None = None
    trim: bool | None = None
    of: dict[str, NormaliseOne] = Field(default_factory=dict)


class WeighOne(Part):
    """Where the weights of one node's children, or of one level, come from.

    `children` names the order of `judgements` (ahp: how many times as important the row is as the column) and
    `points` (budget: a row for each expert, summing to 100); `importance` is for optimised.
    """

    method: WeighMethod | None = None
    negative: Literal["refuse", "zero"] | None = None
    children: tuple[str, ...] = ()
    judgements: tuple[tuple[float, ...], ...] = ()
    points: tuple[tuple[float, ...], ...] = ()
    importance: dict[str, float] = Field(default_factory=dict)


class Weigh(Part):
    """Where weights come from; `given` are those of the nodes. `of` takes a node's code, or a level as text.

    `negative` says what pca does with an indicator that runs against its group.
    """

    method: WeighMethod = "given"
    negative: Literal["refuse", "zero"] = "refuse"
    of: dict[str, WeighOne] = Field(default_factory=dict)


class AggregateOne(Part):
    """How the children of one node, or of the nodes of one level, are brought together.

    `order` gives owa's weights from the best child to the worst, `share_bounds` the least and the greatest
    share of a child in benefit_of_the_doubt.
    """

    method: AggregateMethod | None = None
    exponent: float | None = None
    threshold: Share | None = None
    penalty: Literal[1, -1] | None = None
    order: tuple[float, ...] | None = None
    share_bounds: tuple[Share, Share] | None = None


class Aggregate(Part):
    """How children are brought together, by level or by node where that differs.

    Level 1 holds the indicators; a node stands one level above its highest child. `of` takes
    the code of a node, or the number of its level as text. `threshold` is the least share of children,
    by count, that must be known; `exponent` is that of power and owa; `chain` turns growth into an index.
    """

    method: AggregateMethod = "arithmetic"
    exponent: float = 1.0
    threshold: Share = 0.0
    penalty: Literal[1, -1] = -1
    chain: bool = False
    of: dict[str, AggregateOne] = Field(default_factory=dict)


class IndexSpec(Part):
    """How an index is built, step by step.

    `root` is the code of the index, `nodes` its hierarchy; without nodes the hierarchy is
    that of the panel's catalogue below `root`. The years are those of the panel from `first_year` to
    `last_year`; `every_year` adds those that it lacks, absent. Steps run in the order given here.
    Source of the steps: OECD/JRC Handbook on Constructing Composite Indicators (2008).

    >>> IndexSpec(root="index").normalise.method
    'minmax'
    """

    root: str
    first_year: int | None = None
    last_year: int | None = None
    every_year: bool = False
    nodes: tuple[Node, ...] = ()
    denominate: Denominate = Denominate()
    impute: Impute = Impute()
    screen: Screen = Screen()
    treat: Treat = Treat()
    normalise: Normalise = Normalise()
    weigh: Weigh = Weigh()
    aggregate: Aggregate = Aggregate()


def from_dict(document: Mapping[str, Any]) -> IndexSpec:
    """Return a checked specification, or raise `BadSpec` naming every key that is wrong.

    >>> from_dict({"root": "index", "normalise": {"metod": "minmax", "range": [0, 100]}})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      normalise.metod: there is no such key. Did you mean method?
    """
    try:
        return IndexSpec.model_validate(_tupled(document))
    except ValidationError as error:
        raise refusal([sentence(fault, IndexSpec) for fault in error.errors()]) from None


def from_toml(text: str) -> IndexSpec:
    """Return the specification that a TOML text describes.

    >>> from_toml('root = "index"').root
    'index'
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"the specification is not TOML: {error}.") from error
    return from_dict(document)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a specification.

    >>> schema()["properties"]["root"]["type"]
    'string'
    """
    return IndexSpec.model_json_schema()


def _tupled(value: Any) -> Any:
    """Return TOML's arrays as tuples, which are what a fixed specification holds."""
    if isinstance(value, Mapping):
        return {key: _tupled(one) for key, one in value.items()}
    return tuple(_tupled(one) for one in value) if isinstance(value, list | tuple) else value
