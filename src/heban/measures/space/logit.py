"""Entry and relatedness: does a place rather take up what is near to what it has?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import rankdata
from scipy.stats import t as student

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Floats

Cluster = Literal["place", "class", "none"]

STEPS = 50  # Newton steps before the fit is given up; it needs about six
HALVINGS = 30
SMALL = 1e-10  # change of the log odds below which the fit is at rest
SURE = 30.0  # log odds past which an event is predicted perfectly


@dataclass(frozen=True, eq=False)
class Logit:
    """A logit model of entry (or exit).

    `table` has a row per term: coefficient, standard_error, t, p, odds_ratio, low and high (of the odds
    ratio), with "constant" first. `auc` is the chance that a cell with the event has a higher prediction
    than one without. `pseudo_r2` is McFadden's. `left_out` counts cells where the event could happen but a
    covariate is unknown.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    observations: int
    events: int
    left_out: int
    clusters: int
    likelihood: float
    pseudo_r2: float
    auc: float
    iterations: int


def entry_logit(
    outcome: pd.DataFrame,
    covariates: Mapping[str, pd.DataFrame],
    *,
    cluster: Cluster = "place",
    level: float = 0.95,
    standardised: bool = False,
) -> Logit:
    """Return the logit of entry on relatedness density and other covariates, with odds ratios.

    P(y_rc = 1) = 1/(1 + e^−(α + Σβx_rc)) over the cells where `outcome` (of `entries` or `exits`) is 0 or 1,
    by maximum likelihood. `covariates` are place × class tables of the period before, such as the "balland"
    density, read by name; a cell that one of them does not know is left out and counted. `standardised`
    divides each by its standard deviation over the cells used, so that an odds ratio is that of one
    deviation; otherwise it is that of one unit: a density of 0.4 instead of 0.3 multiplies the odds by
    odds_ratio^0.1. Errors are robust and clustered, by place unless told, with the factor
    G/(G−1)·(n−1)/(n−k); intervals of `level` and p by Student's t with G − 1 degrees of freedom. "none"
    takes every cell for itself. Refuses covariates that predict perfectly or depend on each other.
    Sources: Boschma, Balland & Kogler, Industrial and Corporate Change 24 (2015) 223–250; Cameron & Miller,
    Journal of Human Resources 50 (2015) 317–372 (clusters).

    >>> places = list("abcdefgh")
    >>> density = pd.DataFrame({"x": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]}, index=places)
    >>> outcome = pd.DataFrame({"x": [0.0, 0, 1, 0, 1, 0, 1, 1]}, index=places)
    >>> found = entry_logit(outcome, {"density": density}, standardised=True)
    >>> found.table["odds_ratio"].round(3).to_dict(), found.auc
    ({'constant': 0.069, 'density': 3.901}, 0.8125)
    """
    if not 0 < level < 1:
        raise BadSpec(f"level is {level:g} and must lie above 0 and below 1, as 0.95.")
    y, x, groups, left_out = _cells(outcome, covariates, cluster)
    deviation = _deviation(x, list(covariates))
    terms = np.column_stack([np.ones(len(y)), x / deviation])
    beta, information, steps = maximum(y, terms)
    mean = expit(terms @ beta)
    variance, clusters = _clustered(terms * (y - mean)[:, None], information, groups)
    if not standardised:
        unit = np.concatenate([[1.0], 1 / deviation])
        beta, variance = beta * unit, variance * np.outer(unit, unit)
    names = ["constant", *covariates]
    likelihood, alone = _likelihood(y, mean), _likelihood(y, np.full(len(y), y.mean()))
    return Logit(
        _summary(names, beta, np.sqrt(np.diag(variance)), clusters, level),
        pd.DataFrame(variance, index=names, columns=names),
        len(y), int(y.sum()), left_out, clusters, likelihood, 1 - likelihood / alone, auc(y, mean), steps,
    )  # fmt: skip


def maximum(y: Floats, x: Floats) -> tuple[Floats, Floats, int]:
    """Return the coefficients of a logit by maximum likelihood, the information, and Newton's steps.

    Columns of x as they are, the constant among them. Refuses perfect prediction and dependent columns.

    >>> maximum(np.array([0.0, 1, 0, 1]), np.ones((4, 1)))[0].tolist()
    [0.0]
    """
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise BadSpec(
            "covariates depend on each other, so that none has an effect of its own. Leave one out."
        )
    beta = np.zeros(x.shape[1])
    for step in range(1, STEPS + 1):
        odds = x @ beta
        mean = expit(odds)
        information = (x * (mean * (1 - mean))[:, None]).T @ x
        move = np.linalg.solve(information, x.T @ (y - mean))
        if np.abs(x @ move).max() < SMALL:
            return beta + move, information, step
        beta = beta + move * _length(y, odds, x @ move)
        if np.abs(x @ beta).max() > SURE:
            break
    raise BadSpec(
        "the covariates predict the event perfectly in some cells, so that a coefficient has no end. Leave "
        "out the covariate that does, or join classes until each value has cells with the event and without."
    )


def auc(y: Floats, score: Floats) -> float:
    """Return the chance that a cell with the event scores higher than one without; ties count half.

    Source: Hanley & McNeil, Radiology 143 (1982) 29–36.

    >>> auc(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.9]))
    0.875
    """
    events = float(y.sum())
    others = len(y) - events
    if not events or not others:
        return float("nan")
    ranks = float(rankdata(score)[y > 0].sum())
    return (ranks - events * (events + 1) / 2) / (events * others)


def _cells(
    outcome: pd.DataFrame, covariates: Mapping[str, pd.DataFrame], cluster: Cluster
) -> tuple[Floats, Floats, npt.NDArray[np.intp], int]:
    """Return the events, the covariates and the cluster of each cell that is used, and how many are not."""
    if cluster not in ("place", "class", "none"):
        raise BadSpec(f"cluster is {cluster!r} and takes 'place', 'class' or 'none'.")
    if not covariates:
        raise BadSpec("covariates is empty; name at least one table, such as {'density': density}.")
    values = outcome.to_numpy(dtype=float)
    could = ~np.isnan(values)
    if not np.isin(values[could], (0.0, 1.0)).all():
        raise BadSpec("the outcome holds other figures than 0, 1 and NaN; make it with `entries` or `exits`.")
    layers = [one.reindex_like(outcome).to_numpy(dtype=float) for one in covariates.values()]
    known = could & np.isfinite(layers).all(axis=0)
    y = values[known]
    if len(np.unique(y)) < 2:
        raise BadSpec(
            f"{len(y)} cells are left, {int(y.sum())} with the event; a logit needs some of each kind."
        )
    row, column = np.nonzero(known)
    groups = {"place": row, "class": column, "none": np.arange(len(row))}[cluster]
    number = np.unique(groups, return_inverse=True)[1]
    return y, np.column_stack([one[known] for one in layers]), number, int(could.sum() - known.sum())


def _deviation(x: Floats, names: list[str]) -> Floats:
    """Return the standard deviation of each covariate, or refuse one that has none."""
    deviation = x.std(axis=0)
    flat = [name for name, one, most in zip(names, deviation, np.abs(x).max(axis=0), strict=True)
            if one <= 1e-12 * most]  # fmt: skip
    if flat:
        raise BadSpec(f"covariates that are the same in every cell: {', '.join(flat)}. Leave them out.")
    return np.asarray(deviation)


def _length(y: Floats, odds: Floats, move: Floats) -> float:
    """Return how much of a step does not lower the likelihood."""
    before, length = _likelihood(y, expit(odds)), 1.0
    for _ in range(HALVINGS):
        if _likelihood(y, expit(odds + length * move)) >= before - 1e-12 * abs(before):
            return length
        length /= 2
    return 0.0


def _likelihood(y: Floats, mean: Floats) -> float:
    """Return the log likelihood of events under their chances."""
    chance = np.where(y > 0, mean, 1 - mean)
    return float(np.log(np.maximum(chance, np.finfo(float).tiny)).sum())


def _clustered(scores: Floats, information: Floats, groups: npt.NDArray[np.intp]) -> tuple[Floats, int]:
    """Return the clustered covariance of coefficients and the number of clusters."""
    n, k = scores.shape
    count = int(groups.max()) + 1
    if count < 2 or n <= k:
        raise BadSpec(f"{n} cells in {count} clusters do not carry standard errors of {k} coefficients.")
    sums = np.column_stack([np.bincount(groups, weights=one, minlength=count) for one in scores.T])
    inverse = np.linalg.inv(information)
    factor = count / (count - 1) * (n - 1) / (n - k)
    return inverse @ (sums.T @ sums) @ inverse * factor, count


def _summary(names: list[str], beta: Floats, error: Floats, clusters: int, level: float) -> pd.DataFrame:
    """Return a row for each term, with odds ratio and interval."""
    far = float(student.ppf((1 + level) / 2, clusters - 1))
    t = beta / error
    columns = {
        "coefficient": beta,
        "standard_error": error,
        "t": t,
        "p": 2 * student.sf(np.abs(t), clusters - 1),
        "odds_ratio": np.exp(beta),
        "low": np.exp(beta - far * error),
        "high": np.exp(beta + far * error),
    }
    return pd.DataFrame(columns, index=names)
