"""The part of a specification that says what is uncertain: `[uncertainty]`, typed like every other part."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from heban.measures.index.parts import Above0, Count, Part, Share

DoubtKind = Literal[
    "choice", "interval", "distribution", "weight_noise", "simplex", "include",
    "imputation_draws", "measurement_error",
]  # fmt: skip
Shape = Literal["uniform", "normal", "truncated_normal", "triangular", "beta", "lognormal"]
From0 = Annotated[float, Field(ge=0)]


class Doubt(Part):
    """One uncertain input; each kind reads its own keys and refuses the others."""

    kind: DoubtKind
    """what is drawn"""
    name: str = ""
    """name of the input in the results"""
    of: str = ""
    """for choice, interval and distribution: the setting's address, as treat.winmax or aggregate.of.2"""
    values: tuple[Any, ...] | None = None
    """for choice: the values, equally likely; of a whole step a table of settings each"""
    low: float | None = None
    """for interval: the lower end"""
    high: float | None = None
    """for interval: the upper end"""
    whole: bool = False
    """for interval and distribution: whole numbers only"""
    shape: Shape | None = None
    """for distribution; for measurement_error normal or lognormal"""
    parameters: dict[str, float] | None = None
    """for distribution: low, high, mean, sd, mode, a, b, median, as the shape needs"""
    factor: Share = 0.25
    """for weight_noise: each weight times a number from 1 − factor to 1 + factor"""
    levels: tuple[Count, ...] | None = None
    """for weight_noise: the levels whose weights are uncertain; all when not given"""
    level: Count | None = None
    """for simplex: the level whose weights are uncertain"""
    concentration: Above0 = 1.0
    """for simplex: the larger, the nearer the weights stay to their own"""
    sets: Count | None = None
    """for weights and measurement_error: as many sets drawn beforehand; without it each draw has its own"""
    indicators: tuple[str, ...] | None = None
    """for include: the indicators that may be out"""
    how: Literal["each", "one"] = "each"
    """for include: each by itself in or out, or at most one out"""
    m: Count = 20
    """for imputation_draws: the number of fillings"""
    pool: Literal["panel", "year"] = "panel"
    """for imputation_draws: what the distribution is fitted to"""
    ridge: From0 = 0.0
    """for imputation_draws: rows that know of no correlation, as a share of the rows"""
    standard_errors: dict[str, From0] | None = None
    """for measurement_error: the published standard error of each indicator"""
    relative: bool = False
    """for measurement_error: standard errors are shares of the value"""


class Doubts(Part):
    """How sure the index is: what is uncertain in it, and what is to be told of that."""

    inputs: tuple[Doubt, ...] = ()
    """what is uncertain; without inputs a stated default is made from the specification"""
    design: Literal["monte_carlo", "latin", "sobol"] = "sobol"
    """how the draws are spread over what is uncertain"""
    interval: tuple[Share, Share] = (0.05, 0.95)
    """the quantiles that intervals of ranks and scores run between"""
    nodes: tuple[str, ...] | None = None
    """nodes whose ranks and scores are told beside those of the index; all aggregates when not given"""
    years: tuple[int, ...] | None = None
    """years of which shares of ranks, pairs of places and places' sensitivity are told; the last if none"""
