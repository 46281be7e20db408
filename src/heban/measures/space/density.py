"""Relatedness density: how much of what is related to a class a place already has."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Floats, alike, labelled, presences

Definition = Literal["hidalgo", "balland"]


def relatedness_density(
    held: pd.DataFrame, related: pd.DataFrame, definition: Definition, *, neighbours: int | None = None
) -> pd.DataFrame:
    """Return the share of the relatedness around each class that falls on classes the place has.

    ω_rc = Σ_q M_rq φ_cq / Σ_q φ_cq, from 0 to 1, place × class; the two definitions differ for what q = c
    does:

    - "hidalgo": the diagonal of `related` counts as it stands, 1 for a proximity, so that a place's own
      presence raises its density (Hidalgo et al., Science 317 (2007) 482–487);
    - "balland": the diagonal is left out, above and below, so that density says the same thing of classes a
      place has and of classes it lacks (Balland, Boschma, Crespo & Rigby, Regional Studies 53 (2019)
      1252–1268, who print per cent).

    `held` is presence, or any weight from 0 up such as location quotients. `neighbours` takes only so many
    most related other classes; those that tie with the last all count. NaN where nothing is related to the
    class.

    >>> held = pd.DataFrame({"x": [1, 0], "y": [0, 1]}, index=["a", "b"])
    >>> related = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], index=["x", "y"], columns=["x", "y"])
    >>> relatedness_density(held, related, "hidalgo").round(4).loc["a"].to_dict()
    {'x': 0.6667, 'y': 0.3333}
    >>> relatedness_density(held, related, "balland").loc["a"].to_dict()
    {'x': 0.0, 'y': 1.0}
    """
    if definition not in ("hidalgo", "balland"):
        raise BadSpec(f"definition is {definition!r} and takes 'hidalgo' or 'balland'.")
    if not (held.columns.equals(related.index) and related.index.equals(related.columns)):
        raise BadSpec(
            f"presence has {held.shape[1]} classes and relatedness {related.shape[0]} × {related.shape[1]}; "
            "both need the same classes in the same order. Bring them into line with reindex."
        )
    values = related.to_numpy(dtype=float)
    if definition == "balland" or neighbours is not None:
        values = values.copy()
    if definition == "balland":
        np.fill_diagonal(values, 0.0)
    if neighbours is not None:
        _keep_nearest(values, neighbours, definition)
    return labelled(around(held.to_numpy(dtype=float), values), held.index, held.columns)


def average_density(density: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Return each place's mean density over the classes that it has, and over those that it lacks.

    Columns internal (how coherent what it has is) and external (how near what it lacks is). NaN where there
    is no such class; classes without a density are left out.
    Source: Balland, Boschma, Crespo & Rigby, Regional Studies 53 (2019) 1252–1268.

    >>> density = pd.DataFrame({"x": [0.2, 0.4], "y": [0.6, 0.8]}, index=["a", "b"])
    >>> present = pd.DataFrame({"x": [1, 1], "y": [0, 1]}, index=["a", "b"])
    >>> average_density(density, present).loc["a"].to_dict()
    {'internal': 0.2, 'external': 0.6}
    """
    alike(density, present, "density and presence")
    has = pd.DataFrame(presences(present), index=density.index, columns=density.columns)
    return pd.DataFrame(
        {"internal": density.where(has).mean(axis=1), "external": density.mask(has).mean(axis=1)}
    )


def around(held: Floats, related: Floats) -> Floats:
    """Return the density of arrays: held (place, class), related (class, class), its diagonal as it stands.

    >>> around(np.array([[1.0, 0.0]]), np.array([[1.0, 0.5], [0.5, 1.0]])).round(4).tolist()
    [[0.6667, 0.3333]]
    """
    total = related.sum(axis=1)
    found = np.asarray(held @ related.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        found /= np.where(total > 0, total, np.nan)
    return found


def _keep_nearest(values: Floats, neighbours: int, definition: Definition) -> None:
    """Set to 0 the relatedness of each class to all others but its nearest."""
    count = len(values)
    if not 0 < neighbours < count:
        raise BadSpec(
            f"neighbours is {neighbours} and must lie between 1 and {count - 1}, the other classes."
        )
    own = np.diag(values).copy()
    np.fill_diagonal(values, -np.inf)
    last: npt.NDArray[np.float64] = np.partition(values, count - neighbours, axis=1)[:, count - neighbours]
    values[values < last[:, None]] = 0.0
    np.fill_diagonal(values, own if definition == "hidalgo" else 0.0)
