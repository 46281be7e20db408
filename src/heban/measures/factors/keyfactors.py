"""Key factors: which factors go with an outcome, by several methods side by side, each with its doubt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.factors import (
    checks,
    fixedeffects,
    inclusion,
    orders,
    permutation,
    resampling,
    size,
    stability,
)
from heban.measures.factors.collinearity import Collinearity, collinearity
from heban.measures.factors.effects import effects
from heban.measures.factors.fixedeffects import PanelFit
from heban.measures.factors.leaks import Leak
from heban.measures.factors.lmg import MOST, Floats, lmg_many
from heban.measures.factors.noise import noise
from heban.measures.factors.ranking import STANDS, Importance
from heban.measures.factors.resampling import Ints, Sample
from heban.measures.factors.result import KeyFactors
from heban.measures.factors.size import Size
from heban.measures.factors.table import Rows, rows

Method = Literal["lmg", "stability", "permutation"]

ORDERS = 200  # of entering, above 18 factors; 默认值待核
LEAST_DRAWS = 0.5  # share of the draws in which a regression within places must stand


def key_factors(  # noqa: PLR0913 — what to search, how often and how, the latter by name
    table: pd.DataFrame,
    outcome: str,
    factors: Sequence[str],
    *,
    place: str | None = None,
    year: str | None = None,
    top: int = 3,
    bootstraps: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    methods: Sequence[Method] = ("lmg", "stability", "permutation"),
) -> KeyFactors:
    """Return which factors go with an outcome, and how sure that is.

    Each method ranks the factors in the table and in `bootstraps` draws of whole places (of rows without
    `place`): `lmg`, `stability` (first `top` + 1 of the lasso path), `permutation`; with years also
    "fixed_effects", the size of a factor's effect within places. They stand side by side, are never
    averaged, and the first of `methods` leads. `KeyFactors.top` names the first `top` only when chance does
    not do as well (p ≤ .02, `noise.noise`), the sample has 10 places and 5 independent rows for each factor
    at least (`size.cases`), none of them holds the outcome itself (`checks.leakage`), and each is among the
    first in .8 of the draws. These figures and top + 1 are ours (默认值待核, §12).
    Rows that lack a value are left out and counted (§1). Units change nothing. Importance is association,
    not cause. Raises `UnknownName` and `BadSpec` as `table.rows`, and for a request out of range.

    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame(rng.normal(size=(60, 4)), columns=["staff", "money", "roads", "rain"])
    >>> frame["patents"] = 2 * frame["staff"] + 2 * frame["money"] + rng.normal(size=60)
    >>> found = key_factors(frame, "patents", ["staff", "money", "roads", "rain"], top=2, bootstraps=200)
    >>> sorted(found.top().names), found.top(3).refused
    (['money', 'staff'], 'unsure')
    """
    _allowed(len(factors), top, bootstraps, level, methods)
    data = rows(table, outcome, factors, place=place, year=year)
    whole = data.whole
    sample = resampling.sample(
        data.x[whole], data.y[whole], None if data.place is None else data.place[whole]
    )
    drawn = resampling.drawn(sample.places, bootstraps, np.random.default_rng([seed, 0]))
    moments = resampling.moments_of(sample, drawn)
    panel = _panel(data, level)
    found = []
    if sample.places >= size.LEAST_PLACES:
        for method in methods:
            values, draws = _WAYS[method](sample, drawn, top, seed)
            found.append(Importance(method, data.names, values, draws, level))
        found += _within(panel, top, bootstraps, seed, level)
    units = np.column_stack([data.x, data.y])[whole].std(axis=0)
    return KeyFactors(
        outcome=outcome,
        factors=data.names,
        size=_size(data, sample),
        noise=noise(data.x, data.y, np.random.default_rng([seed, 1]), place=data.place, year=data.year),
        importances=tuple(found),
        effects=effects(sample, moments, data.names, units, level=level),
        leaks=_leaks(data),
        collinearity=_collinearity(data),
        panel=panel,
        count=top,
        false=_false(len(factors), top) if "stability" in methods else None,
        bootstraps=bootstraps,
        seed=seed,
        level=level,
    )


def _allowed(factors: int, top: int, bootstraps: int, level: float, methods: Sequence[str]) -> None:
    known = get_args(Method)
    for method in methods:
        if method not in known:
            raise unknown("method", method, known, "the methods of key factors")
    if not methods or len(set(methods)) < len(methods):
        raise BadSpec(f"methods are {', '.join(methods) or 'none'}; name at least one, and each once.")
    if not 1 <= top < factors:
        raise BadSpec(f"top is {top} of {factors} factors; it has to be at least 1 and leave a factor out.")
    if bootstraps < 100:
        raise BadSpec(f"bootstraps is {bootstraps}; at least 100 are needed, and 1000 are usual.")
    if not 0 < level < 1:
        raise BadSpec(f"level is {level:g} and must lie above 0 and below 1, as 0.95.")


def _lmg(sample: Sample, drawn: Ints, _: int, seed: int) -> tuple[Floats, Floats]:
    """Return LMG shares of the sample and of the draws; from sampled orders above 18 factors."""
    once = resampling.correlations(sample.moments(np.ones((1, sample.places))))
    many = resampling.correlations(resampling.moments_of(sample, drawn))
    if sample.factors <= MOST:
        return lmg_many(once)[0], lmg_many(many)
    exact = orders.sampled_many(once, orders.drawn(sample.factors, 10 * ORDERS, seed))[0]
    return exact, orders.sampled_many(many, orders.drawn(sample.factors, ORDERS, seed))


def _stability(sample: Sample, drawn: Ints, top: int, seed: int) -> tuple[Floats, Floats]:
    """Return selection frequencies of the sample and of the draws."""
    rng, first = np.random.default_rng([seed, 2]), _first(sample.factors, top)
    once = stability.stability(sample, first, rng)
    return once.frequency, stability.frequencies(sample, drawn, first, rng, stability.PAIRS)


def _permutation(sample: Sample, drawn: Ints, _: int, seed: int) -> tuple[Floats, Floats]:
    """Return permutation importance of the sample and of the draws, folds and penalty being the same."""
    once = permutation.permutation(sample, np.random.default_rng([seed, 3]))
    grown = [
        permutation.increases(sample, resampling.counted(part, sample.places), once.folds, once.penalty)
        for part in resampling.parts(drawn)
    ]
    return once.importance, np.concatenate(grown)


_WAYS: dict[Method, Callable[[Sample, Ints, int, int], tuple[Floats, Floats]]] = {
    "lmg": _lmg,
    "stability": _stability,
    "permutation": _permutation,
}


def _first(factors: int, top: int) -> int:
    """Return how many factors of the lasso path count as selected: one more than is asked for."""
    return min(top + 1, factors - 1)


def _false(factors: int, top: int) -> float:
    """Return the bound on the expected number of false selections at a frequency of .8."""
    return stability.bound(_first(factors, top), factors, STANDS)


def _size(data: Rows, sample: Sample) -> Size:
    whole = data.whole
    place, year = data.place, data.year
    return Size(
        factors=len(data.names),
        rows=int(whole.sum()),
        left_out=int((~whole).sum()),
        places=sample.places,
        years=0 if year is None else len(np.unique(year[whole])),
        cases=size.cases(data.y[whole], None if place is None else place[whole]),
    )


def _panel(data: Rows, level: float) -> PanelFit | None:
    """Return the regression within places, where rows of several years can be compared."""
    if data.place is None or data.year is None:
        return None
    with contextlib.suppress(BadSpec):  # nothing varies within places: there is no such regression
        return fixedeffects.fit(_frame(data), data.y, data.place, data.year, level=level)
    return None


def _within(panel: PanelFit | None, top: int, bootstraps: int, seed: int, level: float) -> list[Importance]:
    """Return the sizes of effects within places; none when too few factors vary there to be ranked."""
    if panel is None or len({term.factor for term in panel.design.terms}) <= top:
        return []
    drawn = inclusion.inclusion(panel.design, bootstraps=bootstraps, seed=seed, top=top, level=level)
    if bootstraps - drawn.failed < LEAST_DRAWS * bootstraps:
        return []
    return [drawn.importance()]


def _leaks(data: Rows) -> tuple[Leak, ...]:
    keys = (None, None) if data.year is None else (data.place, data.year)
    return tuple(checks.leakage(_frame(data), data.y, *keys))


def _collinearity(data: Rows) -> Collinearity | None:
    """Return how factors hang together; None without more rows than factors."""
    with contextlib.suppress(BadSpec):
        return collinearity(_frame(data)[data.whole])
    return None


def _frame(data: Rows) -> pd.DataFrame:
    return pd.DataFrame(data.x, columns=list(data.names))
