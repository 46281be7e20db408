"""Principal components of a group of indicators, and how many of them are more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index.statistics.correlation import correlate
from heban.measures.index.statistics.sample import observations

Array = npt.NDArray[np.float64]

CELLS = 4_000_000  # of invented data held at once


@dataclass(frozen=True)
class Components:
    """Principal components of the correlation matrix, the strongest first.

    `eigenvalues` (component) sum to the number of indicators; `explained` is their share;
    `vectors` (indicator, component) have length 1; `loadings` are the correlations of indicators
    with components, vector · √eigenvalue. Of each component the sign is the one with which its
    vector sums above 0 (when it sums to 0, its largest element is positive). `rows` is how many
    complete observations there were.
    """

    eigenvalues: Array
    explained: Array
    vectors: Array
    loadings: Array
    rows: int


def principal(values: npt.ArrayLike) -> Components:
    """Find the principal components of standardised indicators.

    Eigenvectors of the correlation matrix over the rows where all indicators are present. `values`
    (place, year, indicator) or (row, indicator), directions applied. BadSpec when fewer than three rows
    are complete or an indicator does not vary over them: impute first, or drop it.
    Source: OECD/JRC Handbook (2008), step 4.

    >>> found = principal([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])
    >>> found.eigenvalues.round(6), found.vectors[:, 0].round(6)
    (array([1.5, 0.5]), array([0.707107, 0.707107]))
    """
    rows = _complete(values)
    eigenvalues, vectors = np.linalg.eigh(correlate(rows).coefficient)
    eigenvalues = np.maximum(eigenvalues[::-1], 0.0)
    vectors = vectors[:, ::-1]
    total = vectors.sum(axis=0)
    strongest = vectors[np.abs(vectors).round(9).argmax(axis=0), np.arange(vectors.shape[1])]
    sign = np.where(np.abs(total) > 1e-9, np.sign(total), np.sign(strongest))
    vectors = vectors * sign
    return Components(
        eigenvalues, eigenvalues / len(eigenvalues), vectors, vectors * np.sqrt(eigenvalues), len(rows)
    )


def _complete(values: npt.ArrayLike) -> Array:
    rows = observations(values)
    rows = rows[~np.isnan(rows).any(axis=1)]
    if len(rows) < 3:
        raise BadSpec(
            f"components need at least 3 observations with all indicators present, not {len(rows)}. "
            "Impute first."
        )
    constant = np.flatnonzero(np.ptp(rows, axis=0) == 0)
    if constant.size:
        raise BadSpec(
            f"components need indicators that vary; number {constant[0]} is the same everywhere. Drop it."
        )
    return rows


def by_group(
    values: npt.ArrayLike, groups: Sequence[str], names: Sequence[str] | None = None
) -> Mapping[str, tuple[Components, pd.DataFrame]]:
    """Find the components of each group, with a table of loadings beside.

    `groups` names the group of each indicator (column). For each group: its components, and a frame
    of loadings with the indicators as rows, the components as columns (1, 2, …) and two
    more rows, "eigenvalue" and "explained".

    >>> found = by_group([[1.0, 2.0, 5.0], [2.0, 1.0, 4.0], [3.0, 3.0, 9.0]], ["a", "a", "b"])
    >>> found["a"][1].loc["explained"].round(2).tolist()
    [0.75, 0.25]
    """
    rows = observations(values)
    labels = [str(i) for i in range(rows.shape[1])] if names is None else list(names)
    if len(groups) != rows.shape[1] or len(labels) != rows.shape[1]:
        raise BadSpec(f"each of {rows.shape[1]} indicators has one group and one name.")
    result: dict[str, tuple[Components, pd.DataFrame]] = {}
    for group in dict.fromkeys(groups):
        columns = [i for i, of in enumerate(groups) if of == group]
        found = principal(rows[:, columns])
        table = pd.DataFrame(
            np.vstack([found.loadings, found.eigenvalues, found.explained]),
            index=[*(labels[i] for i in columns), "eigenvalue", "explained"],
            columns=range(1, len(columns) + 1),
        )
        result[group] = (found, table)
    return result


@dataclass(frozen=True)
class Parallel:
    """Observed eigenvalues, those that chance alone reaches, and how many components exceed them."""

    eigenvalues: Array
    chance: Array
    retained: int


def parallel(
    values: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 1000, quantile: float = 0.95
) -> Parallel:
    """Tell how many components are more than chance, by Horn's parallel analysis.

    Eigenvalues of the indicators against the `quantile` of those of as many independent normal
    indicators with as many rows; components are kept from the first to the last before one that
    does not exceed it. BadSpec as `principal`. Source: Horn (1965), Psychometrika 30: 179–185.

    >>> values = [[1.0, 1.1, 3.0], [2.0, 2.1, 9.0], [3.0, 2.9, 1.0], [4.0, 4.2, 7.0], [5.0, 5.0, 2.0]]
    >>> parallel(values, rng=np.random.default_rng(1), draws=200).retained
    0
    """
    if draws < 1 or not 0 < quantile < 1:
        raise BadSpec("parallel analysis takes at least one draw and a quantile between 0 and 1.")
    found = principal(values)
    count = found.eigenvalues.size
    invented = np.empty((draws, count))
    step = max(1, CELLS // (found.rows * count))
    for start in range(0, draws, step):
        size = min(step, draws - start)
        data = rng.standard_normal((size, found.rows, count))
        data -= data.mean(axis=1, keepdims=True)
        data /= np.sqrt((data**2).sum(axis=1, keepdims=True))
        invented[start : start + size] = np.linalg.eigvalsh(data.swapaxes(1, 2) @ data)[:, ::-1]
    chance = np.quantile(invented, quantile, axis=0)
    beyond = found.eigenvalues > chance
    return Parallel(found.eigenvalues, chance, int(beyond.argmin()) if not beyond.all() else count)
