"""Which pairs exchange more, or less, than the gravity model expects."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammainc, gammaincc
from scipy.stats import false_discovery_control

from heban.domain.errors import BadSpec
from heban.measures.gravity.design import covariates
from heban.measures.gravity.fitting import Gravity
from heban.measures.gravity.fitting import fit as fitted
from heban.measures.gravity.poisson import deviance, freedom
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]

FLAG_LEVEL = 0.05


def dispersion(fit: Gravity, year: int) -> float:
    """Return how much more the flows of a year vary than Poisson counts would: Pearson's X² / (N − K).

    1 for counts as they come; much more where events come in bundles. NaN when nothing is left to judge
    by. Source: McCullagh and Nelder, Generalized Linear Models (1989), eq. 4.23.

    >>> round(dispersion(_demo(), 2020), 6)
    0.0
    """
    observed, expected = fit.observed(year), fit.expected(year)
    judged = expected > 0
    squares = (observed[judged] - expected[judged]) ** 2 / expected[judged]
    model = fit.fitted.model
    spare = freedom(model, model.cells.years.index(year))
    return float(squares.sum()) / model.cells.share / spare if spare > 0 else float("nan")


def residuals(
    fit: Gravity, year: int, *, scale: float | None = None, level: float = FLAG_LEVEL
) -> pd.DataFrame:
    """Return for each pair of a year what is observed and expected, and how unlikely the difference is.

    ratio = y/μ; pearson = (y − μ)/√μ; deviance = ±√(2(y ln(y/μ) − y + μ)). `p` is two-sided: twice the
    smaller of P(Y ≥ y) and P(Y ≤ y) of a Poisson count, both flow and expectation divided by `scale`,
    which is the year's dispersion when not given, so that flows in bundles or in money are not taken for
    counts; 1 gives the Poisson test itself. `q` is Benjamini and Hochberg's over the pairs of the year, and
    `flag` is "strong" or "weak" where q ≤ `level`. The fit is to the same flows, so that a very strong
    pair hides itself a little. Separated pairs have the expectation 0 and nothing else. Sorted by p.
    Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57: 289–300.

    >>> made = residuals(_demo(), 2020, scale=1.0)
    >>> made.loc[0, ["origin", "destination", "flag"]].tolist(), len(made)
    (['a', 'b', ''], 20)
    """
    observed, expected = fit.observed(year), fit.expected(year)
    shown = ~np.isnan(expected) if fit.fitted.model.cells.directed else np.triu(~np.isnan(expected), 1)
    origin, destination = np.nonzero(shown)
    y, mean = observed[shown], expected[shown]
    found = dispersion(fit, year) if scale is None else scale
    if scale is not None and not scale > 0:
        raise BadSpec(
            f"scale is {scale}; it is what flow and expectation are divided by, so give it above 0."
        )
    p = _tails(y, mean, found)
    table = pd.DataFrame(
        {
            "origin": np.array(fit.places, dtype=object)[origin],
            "destination": np.array(fit.places, dtype=object)[destination],
            "observed": y,
            "expected": mean,
            "ratio": _over(y, mean),
            "pearson": _over(y - mean, np.sqrt(mean)),
            "deviance": np.where(mean > 0, np.sign(y - mean) * np.sqrt(deviance(y, mean)), np.nan),
            "p": p,
            "q": _discoveries(p),
        }
    )
    high = np.where(table["observed"] > table["expected"], "strong", "weak")
    table["flag"] = np.where(table["q"] <= level, high, "")
    return table.sort_values(["p", "origin", "destination"], ignore_index=True)


def unexpected(
    fit: Gravity,
    year: int,
    side: Literal["strong", "weak"],
    *,
    scale: float | None = None,
    level: float = FLAG_LEVEL,
) -> pd.DataFrame:
    """Return the pairs of a year that exchange clearly more ("strong") or less ("weak") than expected.

    Those flagged by `residuals`, the least likely first.

    >>> unexpected(_demo(), 2020, "strong", scale=1.0).empty
    True
    """
    table = residuals(fit, year, scale=scale, level=level)
    return table[table["flag"] == side].reset_index(drop=True)


def _tails(y: Floats, mean: Floats, scale: float) -> Floats:
    """Return the two-sided tail probability; the incomplete gamma function carries it beyond integers."""
    if not scale > 0:
        return np.full_like(y, np.nan)
    count, expected = y / scale, mean / scale
    above = np.where(y > 0, gammainc(np.where(y > 0, count, 1.0), expected), 1.0)
    below = gammaincc(count + 1.0, expected)
    return np.where(mean > 0, np.minimum(1.0, 2 * np.minimum(above, below)), np.nan)


def _discoveries(p: Floats) -> Floats:
    q, judged = np.full_like(p, np.nan), ~np.isnan(p)
    if judged.any():
        q[judged] = false_discovery_control(p[judged], method="bh")
    return q


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _demo() -> Gravity:
    """Flows that are distance to the power of −1; for the examples."""

    at = np.array([0.0, 1.0, 3.0, 7.0, 15.0])
    km = np.abs(np.subtract.outer(at, at))
    rows = [("abcde"[a], "abcde"[b], 6 / km[a, b]) for a in range(5) for b in range(5) if a != b]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"]).assign(year=2020, **{"class": ""})
    return fitted(Flows(frame, tuple("abcde"), directed=True), covariates("abcde", km))
