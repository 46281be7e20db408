"""Relatedness of classes: how often two classes are present in the same places, against what to expect."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.space.matrices import Bools, Floats, labelled, presences

Measure = Literal["probability", "association", "cosine", "jaccard_sums", "jaccard"]


def cooccurrences(present: pd.DataFrame) -> pd.DataFrame:
    """Return in how many places each pair of classes is present together, with ubiquity on the diagonal.

    C = M'M. Rows may be places, or anything that holds classes, such as patents; `cooccurrences(present.T)`
    counts the classes that two places share.
    Source: Hidalgo, Klinger, Barabási & Hausmann, Science 317 (2007) 482–487.

    >>> cooccurrences(pd.DataFrame({"x": [1, 1], "y": [1, 0]})).to_numpy().tolist()
    [[2.0, 1.0], [1.0, 1.0]]
    """
    return labelled(together(presences(present)), present.columns, present.columns)


def relatedness(counts: pd.DataFrame, measure: Measure = "probability") -> pd.DataFrame:
    """Return how related each pair of classes is, from co-occurrences and what they would be by chance.

    C_ij from `cooccurrences`, i ≠ j; S_i = Σ_{j≠i} C_ij, T = ΣS_i; u_i = C_ii, the ubiquity. The diagonal
    is 0: a class is not related to itself.

    - "probability": C_ij / [T/2 · (S_i/T · S_j/(T−S_i) + S_j/T · S_i/(T−S_j))], 1 as by chance, where no
      class is drawn twice (Steijn, Utrecht University 2017; Balland, EconGeo);
    - "association": C_ij·T/(S_i S_j), 1 as by chance (van Eck & Waltman, JASIST 60 (2009) 1635–1651);
    - "cosine": C_ij/√(S_i S_j) (the same);
    - "jaccard_sums": C_ij/(S_i + S_j − C_ij), which EconGeo calls Jaccard; for it co-occurrences are what
      there is;
    - "jaccard": C_ij/(u_i + u_j − C_ij), places with both over places with either (Jaccard 1901).

    0 for a class that never occurs with another.

    >>> counts = cooccurrences(pd.DataFrame({"x": [1, 1, 0], "y": [1, 1, 1], "z": [0, 1, 1]}))
    >>> relatedness(counts, "jaccard").loc["x"].round(4).to_dict()
    {'x': 0.0, 'y': 0.6667, 'z': 0.3333}
    >>> relatedness(counts, "jaccard_sums").loc["x"].round(4).to_dict()
    {'x': 0.0, 'y': 0.4, 'z': 0.2}
    """
    if measure not in get_args(Measure):
        raise unknown("relatedness", str(measure), get_args(Measure), "the technology space")
    values = _symmetric(counts)
    own = np.diag(values).copy()
    np.fill_diagonal(values, 0.0)
    if measure == "jaccard" and (own < values.max(axis=1, initial=0.0)).any():
        raise BadSpec(
            "the diagonal of the co-occurrences is below their rows, so it is not the ubiquity that "
            "'jaccard' needs. Use `cooccurrences(present)`, or 'jaccard_sums'."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        found = values / _chance(measure, values, own)
    found[~(values > 0)] = 0.0
    return labelled(found, counts.index, counts.columns)


def class_proximity(present: pd.DataFrame, *, symmetric: bool = True) -> pd.DataFrame:
    """Return the proximity of classes in the product space: the smaller chance to have one, given the other.

    φ_ij = C_ij/max(u_i, u_j), with φ_ii = 1. Not `symmetric`: φ_ij = C_ij/u_i, the chance of j in places
    that have i. 0 where either class is present nowhere.
    Source: Hidalgo, Klinger, Barabási & Hausmann, Science 317 (2007) 482–487.

    >>> class_proximity(pd.DataFrame({"x": [1, 1], "y": [1, 0]})).to_numpy().tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    counts = together(presences(present))
    own = np.diag(counts).copy()
    found = near(counts) if symmetric else counts / np.where(own > 0, own, 1.0)[:, None]
    return labelled(found, present.columns, present.columns)


def correlation_proximity(quotient: pd.DataFrame) -> pd.DataFrame:
    """Return the proximity of classes from the correlation of their location quotients over places.

    φ_ij = (1 + r_ij)/2, so that all of the quotients counts and not presence alone. NaN for a class whose
    quotient is the same everywhere or is unknown somewhere.
    Source: Hausmann, Stock & Yıldırım, Research Policy 51 (2022) 104090.

    >>> correlation_proximity(pd.DataFrame({"x": [0.0, 2.0], "y": [2.0, 0.0]})).round(12).to_numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.corrcoef(quotient.to_numpy(dtype=float), rowvar=False)
    return labelled((1 + np.atleast_2d(correlation)) / 2, quotient.columns, quotient.columns)


def zscore(present: pd.DataFrame) -> pd.DataFrame:
    """Return how many standard deviations a co-occurrence lies above that of classes thrown at random.

    z_ij = (C_ij − μ)/σ, μ = u_i u_j/n and σ² = μ(1 − u_i/n)(n − u_j)/(n − 1), the hypergeometric moments,
    over n rows (places or patents). NaN on the diagonal, and for a class that is present nowhere or
    everywhere.
    Source: Teece, Rumelt, Dosi & Winter, Journal of Economic Behavior and Organization 23 (1994) 1–30.

    >>> zscore(pd.DataFrame({"x": [1, 1, 0, 0], "y": [1, 1, 0, 0]})).round(4).loc["x", "y"]
    np.float64(1.7321)
    """
    found = presences(present)
    counts, n = together(found), len(found)
    spread = found.sum(axis=0).astype(float)
    expected = np.outer(spread, spread) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(expected * np.outer(1 - spread / n, (n - spread) / np.float64(n - 1)))
        z = (counts - expected) / deviation
    z[~(deviation > 0)] = np.nan
    np.fill_diagonal(z, np.nan)
    return labelled(z, present.columns, present.columns)


def together(found: Bools) -> Floats:
    """Return M'M of a presence array, exact: counts below 2²⁴ are whole in single precision.

    >>> together(np.array([[True, True], [True, False]])).tolist()
    [[2.0, 1.0], [1.0, 1.0]]
    """
    if len(found) < 2**24:
        single = found.astype(np.float32)
        return np.asarray(single.T @ single, dtype=np.float64)
    double = found.astype(np.float64)
    return np.asarray(double.T @ double)


def near(counts: Floats) -> Floats:
    """Return the proximities of co-occurrences that have the ubiquity on the diagonal.

    >>> near(np.array([[2.0, 1.0], [1.0, 0.0]])).tolist()
    [[1.0, 0.5], [0.5, 0.0]]
    """
    own = np.diag(counts)
    most = np.maximum.outer(own, own)
    np.maximum(most, 1.0, out=most)
    return np.divide(counts, most, out=most)


def _chance(measure: Measure, values: Floats, own: Floats) -> Floats:
    """Return what a measure divides co-occurrences by."""
    sums = own if measure == "jaccard" else values.sum(axis=0)
    total = float(sums.sum())
    if measure == "association":
        return np.outer(sums, sums) / total
    if measure == "cosine":
        return np.sqrt(np.outer(sums, sums))
    if measure == "probability":
        once = np.outer(sums / (total - sums), sums)  # S_i S_j/(T − S_i)
        return (once + once.T) / 2
    return np.add.outer(sums, sums) - values


def _symmetric(counts: pd.DataFrame) -> Floats:
    """Return a copy of a table of co-occurrences, or refuse one that is none."""
    values = counts.to_numpy(dtype=float, copy=True)
    if not counts.index.equals(counts.columns):
        raise BadSpec("a table of co-occurrences has the same classes in rows and columns, in one order.")
    if not (values >= 0).all() or not np.allclose(values, values.T, rtol=1e-9, atol=0):
        raise BadSpec("co-occurrences are symmetric, known and 0 or more; make them with `cooccurrences`.")
    return np.asarray(values)
