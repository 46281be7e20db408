"""Pairs of places: whose boards look alike, and whose long boards meet the other's short ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.plans.boards.board import Boards
from heban.plans.boards.standing import shares
from heban.plans.spec import Factor

Floats = npt.NDArray[np.float64]

FEWEST = 3  # factors that two places must both have for a likeness; Heban's own (默认值待核)


def similarity(boards: Boards) -> pd.DataFrame:
    """Return how alike the boards of each two places are, (n, n), from −1 to 1.

    The cosine of the planks log(1 + value/need), each factor less its mean over places and divided by its
    standard deviation. 1: long and short in the same factors and as much; −1: one is long where the other
    is short. Not the correlation, which would call a place that is long in everything and one that is
    short in everything alike when their profiles run parallel, and which says little with six factors. NaN
    where two places have fewer than 3 known factors in common; factors without variation or need are left
    out. Heban's own choice; the cosine: Salton and McGill (1983).

    >>> similarity(_demo()).round(2).to_numpy().tolist()
    [[1.0, -0.7, -0.28], [-0.7, 1.0, -0.48], [-0.28, -0.48, 1.0]]
    """
    plank = np.log1p(shares(boards)[1])
    known = ~np.isnan(plank)
    counted = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, plank - np.nansum(plank, axis=0) / counted, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / counted)
    varies = spread > 1e-12
    scaled, seen = centred[:, varies] / spread[varies], known[:, varies].astype(float)
    lengths = np.sqrt(scaled**2 @ seen.T)  # of a place's planks, over the factors that both have
    size = lengths * lengths.T
    alike = np.full(size.shape, np.nan)
    np.divide(scaled @ scaled.T, size, out=alike, where=(size > 0) & (seen @ seen.T >= FEWEST))
    return pd.DataFrame(np.clip(alike, -1.0, 1.0), index=list(boards.places), columns=list(boards.places))


def complementarity(boards: Boards) -> pd.DataFrame:
    """Return a row for each pair of places: what each could fill of the other's deficits, and with what.

    to_b = Σ_f min(to_give[a, f], to_fill[b, f]) / mean need of f, over the factors that can be planned: in
    mean needs, so that hours and contracts add up; to_a the same from b. `mutual` = min(to_a, to_b): what
    both can count on from each other; `total` = to_a + to_b. `by_a` and `by_b` are the evidence: (factor,
    mean needs) of what a and b give, the largest first. Unknown boards give and lack nothing here;
    `unknown` counts the factors not known of one of the two, for which both sums may be too small. Each
    pair is looked at alone: what a could give to b it could also give to others; a plan shares it out.
    Pairs stand by mutual, then total, falling. Heban's own formula. Others: the geometric mean in place of
    the least, which lets much one way make up for little the other; weights of factors in place of 1;
    minus the correlation of profiles.

    >>> table = complementarity(_demo())
    >>> table[["a", "b", "to_b", "to_a", "mutual"]].to_numpy()[0].tolist(), table.loc[0, "by_a"]
    (['a', 'b', 1.0, 0.5, 0.5], (('labs', 1.0),))
    """
    filled = _fillable(boards)
    one, other = np.triu_indices(len(boards.places), k=1)
    to_b, to_a = filled[one, other].sum(axis=1), filled[other, one].sum(axis=1)
    known = ~np.isnan(boards.to_give) & ~np.isnan(boards.to_fill)
    unseen = (~(known[one] & known[other]) & boards.planned).sum(axis=1)
    places = np.array(boards.places, dtype=object)
    table = pd.DataFrame({
        "a": places[one], "b": places[other], "to_b": to_b, "to_a": to_a,
        "mutual": np.minimum(to_b, to_a), "total": to_b + to_a, "unknown": unseen,
        "by_a": _evidence(filled[one, other], boards), "by_b": _evidence(filled[other, one], boards),
    })  # fmt: skip
    return table.sort_values(["mutual", "total"], ascending=False, kind="stable", ignore_index=True)


def _fillable(boards: Boards) -> Floats:
    """Return what each place could fill of another's deficit in each factor, in mean needs, (n, n, m)."""
    unit = np.where(boards.planned & (boards.mean_need > 0), boards.mean_need, np.inf)
    give, fill = (np.nan_to_num(part) / unit for part in (boards.to_give, boards.to_fill))
    return np.minimum(give[:, None, :], fill[None, :, :])


def _evidence(parts: Floats, boards: Boards) -> list[tuple[tuple[str, float], ...]]:
    """Return the factors that carry each sum, the largest first."""
    codes = [factor.code for factor in boards.factors]
    return [
        tuple(
            (codes[number], float(row[number]))
            for number in np.argsort(-row, kind="stable")
            if row[number] > 0
        )
        for row in parts
    ]


def _demo() -> Boards:
    """Three places that need 10 of each factor; the second has what the first lacks, and the reverse."""
    codes = ("labs", "grads", "funds")
    factors = tuple(Factor(code=code, source=f"holdings:{code}", mobility="transferable") for code in codes)
    value: npt.NDArray[np.float64] = np.array([[30.0, 5.0, 10.0], [0.0, 25.0, 10.0], [10.0, 10.0, 10.5]])
    need = np.full((3, 3), 10.0)
    return Boards(tuple("abc"), factors, value, value, value, need, need, need, np.ones((3, 3)))
