"""The spatial Durbin model: what a place's own conditions do at home, and what they do to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.measures.spatial.neighbours import Weights, needed

Floats = npt.NDArray[np.float64]

DRAWS = 10_000
LEVEL = 0.95

Spill = Literal["siphon", "radiation", ""]
SPILLS: dict[Spill, dict[Language, str]] = {
    "siphon": {
        "zh": "“{name}”每增加1，邻地合计变化{estimate:.3g}（95%区间{low:.3g}至{high:.3g}）：虹吸。",
        "en": "One more of {name} goes with {estimate:.3g} at the neighbours "
        "(95% interval {low:.3g} to {high:.3g}): a siphon.",
    },
    "radiation": {
        "zh": "“{name}”每增加1，邻地合计变化{estimate:.3g}（95%区间{low:.3g}至{high:.3g}）：辐射。",
        "en": "One more of {name} goes with {estimate:.3g} at the neighbours "
        "(95% interval {low:.3g} to {high:.3g}): radiation.",
    },
    "": {
        "zh": "“{name}”对邻地的效应与零无法区分（{estimate:.3g}，95%区间{low:.3g}至{high:.3g}）："
        "既非虹吸也非辐射。",
        "en": "The effect of {name} on the neighbours cannot be told from zero ({estimate:.3g}, 95% interval "
        "{low:.3g} to {high:.3g}): neither siphon nor radiation.",
    },
}


@dataclass(frozen=True, eq=False)
class Durbin:
    """A fitted spatial Durbin model.

    `coefficients` by name (a lag of x is "W x", the lag of the outcome "rho"): estimate, se, low, high.
    `effects` by variable and kind (direct, indirect, total): estimate, low, high. `spill` gives each
    variable its word. `draws` were used for the intervals, `rejected` had |ρ| ≥ 1.
    """

    coefficients: pd.DataFrame
    effects: pd.DataFrame
    spill: dict[str, Spill]
    likelihood: float
    observations: int
    draws: int
    rejected: int

    def sentences(self, lang: Language) -> list[str]:
        """Return for each variable whether it drains the neighbours (虹吸) or lifts them (辐射)."""
        return [
            SPILLS[word][lang].format(name=name, **self.effects.loc[(name, "indirect")])
            for name, word in self.spill.items()
        ]


def durbin(
    outcome: pd.Series[Any],
    explanations: pd.DataFrame,
    weights: Weights,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> Durbin:
    """Fit how an outcome depends on a place's own conditions, its neighbours' conditions and their outcome.

    y = ρWy + α + Xβ + WXθ + ε, by maximum likelihood (spreg), rows of W summing to 1. Of variable k the
    effects are those of S = (I − ρW)⁻¹(βI + θW): direct tr(S)/n, total (β + θ)/(1 − ρ), indirect the
    difference: what one unit more at a place goes with at all other places together. Intervals of 95 %: the
    quantiles over `draws` of the coefficients from their normal law (LeSage and Pace). An indirect effect
    below 0 with its whole interval is a siphon (虹吸: neighbours lose), above 0 radiation (辐射: they gain);
    the model tells what goes together, not what causes what. Raises `BadSpec` when a place lacks a value or
    a neighbour, when there are too few places, columns that say the same, or PySAL is missing.
    Source: LeSage and Pace (2009), Introduction to Spatial Econometrics, ch. 2 and 5.

    >>> from heban.measures.spatial.neighbours import nearest
    >>> rng = np.random.default_rng(1)
    >>> at, x = np.arange(40.0), rng.normal(size=40)
    >>> beside = nearest(map(str, range(40)), np.abs(np.subtract.outer(at, at)), 2)
    >>> y = x - beside.shares() @ x + rng.normal(0, 0.1, 40)
    >>> series = {name: pd.Series(v, index=list(beside.places)) for name, v in (("x", x), ("y", y))}
    >>> durbin(series["y"], pd.DataFrame({"x": series["x"]}), beside, rng).spill
    {'x': 'siphon'}
    """
    names, shares = [str(name) for name in explanations.columns], weights.shares()
    y, x = _checked(outcome, explanations, weights)
    design = np.column_stack([np.ones(len(y)), x, shares @ x])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise BadSpec(
            f"{', '.join(names)} and their neighbours' means repeat each other; leave one of them out."
        )
    model = needed("spreg.ml_lag").BaseML_Lag(y[:, None], design, _standardised(weights), epsilon=1e-10)
    estimate = np.asarray(model.betas, dtype=float).ravel()
    spread = np.asarray(model.vm, dtype=float)
    drawn = rng.multivariate_normal(estimate, (spread + spread.T) / 2, size=draws, method="eigh")
    inside = np.abs(drawn[:, -1]) < 1
    effects = _effects(np.vstack([estimate, drawn[inside]]), shares, names)
    labels = ["constant", *names, *(f"W {name}" for name in names), "rho"]
    return Durbin(
        coefficients=_coefficients(labels, estimate, np.sqrt(np.diag(spread))),
        effects=effects,
        spill={name: _spill(effects.loc[(name, "indirect")]) for name in names},
        likelihood=float(model.logll),
        observations=len(y),
        draws=int(inside.sum()),
        rejected=int((~inside).sum()),
    )


def _checked(outcome: pd.Series[Any], explanations: pd.DataFrame, weights: Weights) -> tuple[Floats, Floats]:
    y = weights.aligned(outcome, "outcome")
    columns = [weights.aligned(explanations[name], str(name)) for name in explanations]
    if not columns:
        raise BadSpec("a spatial Durbin model needs at least one explanation; give a column of figures.")
    needs = 2 * len(columns) + 3
    if len(y) <= needs:
        raise BadSpec(
            f"{len(y)} places cannot carry {needs} parameters; use fewer explanations or more places."
        )
    return y, np.column_stack(columns)


def _standardised(weights: Weights) -> Any:
    made = weights.pysal()
    made.transform = "r"
    return made


def _coefficients(labels: list[str], estimate: Floats, se: Floats) -> pd.DataFrame:
    half = norm.ppf((1 + LEVEL) / 2) * se
    columns = {"estimate": estimate, "se": se, "low": estimate - half, "high": estimate + half}
    return pd.DataFrame(columns, index=pd.Index(labels, name="name"))


def _effects(drawn: Floats, shares: Floats, names: list[str]) -> pd.DataFrame:
    """Return estimate and interval of each effect; the first row of the draws is the estimate."""
    rho, count = drawn[:, -1], len(names)
    roots = np.linalg.eigvals(shares)
    inverse = 1 / (1 - rho[:, None] * roots)
    own, lagged = inverse.mean(axis=1).real, (inverse * roots).mean(axis=1).real
    tail = (1 - LEVEL) / 2
    rows = {}
    for number, name in enumerate(names):
        beta, theta = drawn[:, 1 + number], drawn[:, 1 + count + number]
        direct, total = beta * own + theta * lagged, (beta + theta) / (1 - rho)
        for kind, values in (("direct", direct), ("indirect", total - direct), ("total", total)):
            low, high = np.quantile(values[1:], [tail, 1 - tail])
            rows[name, kind] = {"estimate": values[0], "low": low, "high": high}
    made = pd.DataFrame.from_dict(rows, orient="index")
    made.index = pd.MultiIndex.from_tuples(list(rows), names=["variable", "kind"])
    return made


def _spill(indirect: pd.Series[Any]) -> Spill:
    if indirect["high"] < 0:
        return "siphon"
    return "radiation" if indirect["low"] > 0 else ""
