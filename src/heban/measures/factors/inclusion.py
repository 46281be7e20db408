"""How surely a factor is among the first within places: the panel regression over redrawn places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.factors.design import Design
from heban.measures.factors.ranking import Importance
from heban.measures.factors.resampling import counted, drawn

Floats = npt.NDArray[np.float64]

BOOTSTRAPS = 1000
TOP = 3
LEVEL = 0.95
NULL = 1e-10  # eigenvalue, over the greatest, of a draw that cannot tell the terms, or the years, apart
FLAT = 1e-9  # share of a term's variation over all places below which a draw has none of it
HELD = 500_000  # moments held at once, so that memory does not grow with the draws


@dataclass(frozen=True, eq=False)
class Inclusion:
    """Standardised within-estimates over redrawn places.

    `estimate` (factor,) from all places, `weights` (draw, factor), NaN in a draw that cannot tell the terms
    apart.
    """

    factors: tuple[str, ...]
    estimate: Floats
    weights: Floats
    top: int
    seed: int
    level: float

    @property
    def failed(self) -> int:
        """How many draws could not tell the terms apart; they are not counted."""
        return int(np.isnan(self.weights).any(axis=1).sum())

    def importance(self) -> Importance:
        """Return the sizes without their signs, ready to stand beside other methods.

        Raises `BadSpec` when no draw can tell the terms apart.
        """
        known = ~np.isnan(self.weights).any(axis=1)
        if not known.any():
            raise BadSpec("no draw of places can tell the factors apart; use fewer factors or lags.")
        sizes = np.abs(self.weights[known])
        return Importance("fixed_effects", self.factors, np.abs(self.estimate), sizes, self.level)

    def table(self) -> pd.DataFrame:
        """Return a row for each factor, the largest first: see `ranking.Importance.table`."""
        return self.importance().table(self.top)


def inclusion(
    design: Design, *, bootstraps: int = BOOTSTRAPS, seed: int, top: int = TOP, level: float = LEVEL
) -> Inclusion:
    """Return how often each factor is among the first when the places are drawn again, with replacement.

    A draw takes as many places as there are, each with all its years, so that what hangs together within
    a place stays together (Cameron, Gelbach and Miller 2008, Rev. Econ. Stat. 90: 414–427). The size of a
    factor is |Σ_l β_l sd(x̃_l)/sd(ỹ)| over its lags. Moments of figures centred in their places add up over
    places, S = Σ_i w_i Z_i′Z_i, w the counts of a draw; the years are then taken out of S by the Schur
    complement, so that nothing is fitted anew to rows. A factor drawn twice counts as two places.
    `design` as in `PanelFit.design`. Raises `BadSpec` when fewer than two factors stand.

    >>> from heban.measures.factors.fixedeffects import fit
    >>> place, year = np.repeat(list("abcdefgh"), 4), np.tile(range(2018, 2022), 8)
    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame(rng.normal(size=(32, 3)), columns=["staff", "money", "rain"])
    >>> made = fit(x, 2 * x["staff"] + x["money"] + rng.normal(0, 0.5, 32), place, year)
    >>> inclusion(made.design, seed=1, top=2).table()[["factor", "inclusion", "rank"]].round(2)
      factor  inclusion  rank
    0  staff        1.0     1
    1  money        1.0     2
    2   rain        0.0     3
    """
    standing = len(_standing(design))
    if standing < 2 or not 0 < top <= standing or bootstraps < 1:
        raise BadSpec(
            f"the first {top} of {standing} factors over {bootstraps} draws cannot be told; give two "
            "factors that stand at least, no more first ones than factors, and one draw."
        )
    places = len(np.unique(design.place))
    counts = counted(drawn(places, bootstraps, np.random.default_rng(seed)), places)
    estimate = sizes(design, np.ones((1, places)))[0]
    return Inclusion(_standing(design), estimate, sizes(design, counts), top, seed, level)


def sizes(design: Design, counts: Floats) -> Floats:
    """Return the standardised estimate of each factor that stands, (draw, factor).

    `counts` (draw, place): how often a draw has each place, the places in the order of `design.place`; so
    that other measures can be computed for the same draws. See `inclusion`.

    >>> from heban.measures.factors.fixedeffects import fit
    >>> x = pd.DataFrame({"staff": [1.0, 2, 4, 1, 3, 9, 2, 2, 5], "rain": [2.0, 1, 1, 3, 1, 2, 0, 1, 1]})
    >>> made = fit(x, x["staff"], list("aaabbbccc"), [1, 2, 3] * 3)
    >>> (sizes(made.design, np.ones((1, 3))) + 0).round(6).tolist()
    [[1.0, 0.0]]
    """
    if not design.terms:
        return np.empty((len(counts), 0))
    moments = _moments(design)
    owner = np.array([[term.factor == name for name in _standing(design)] for term in design.terms])
    step = max(1, HELD // moments[0].size)
    return np.concatenate(
        [
            _solved(counts[at : at + step], moments, owner.astype(np.float64))
            for at in range(0, len(counts), step)
        ]
    )


def _standing(design: Design) -> tuple[str, ...]:
    return tuple(name for name in design.factors if any(term.factor == name for term in design.terms))


def _moments(design: Design) -> Floats:
    """Return Z′Z of each place, (place, column, column): factors, outcome, years, centred in the place."""
    effects = design.effects()
    inner = effects.centred(np.column_stack([design.x, design.y]))
    left = effects.residues(np.column_stack([design.x, design.y]))
    size = np.sqrt((left**2).sum(axis=0))
    z = np.column_stack([inner / size, effects.times[:, 1:]])  # a year is what the others leave
    made = np.zeros((effects.places, z.shape[1], z.shape[1]))
    for number in range(effects.places):
        rows = z[effects.place == number]
        made[number] = rows.T @ rows
    return made


def _solved(counts: Floats, moments: Floats, owner: Floats) -> Floats:
    """Return the standardised estimate of each factor in each draw, (draw, factor)."""
    terms = len(owner)
    shape = moments.shape[1:]
    drawn = (counts @ moments.reshape(len(moments), -1)).reshape(-1, *shape)
    inner = _without_years(drawn, terms + 1)
    own = np.einsum("bii->bi", inner)
    able = own.min(axis=1) > FLAT
    sd = np.sqrt(np.where(able[:, None], own, 1.0))
    joint = inner / (sd[:, :, None] * sd[:, None, :])
    among = joint[:, :terms, :terms]
    able &= np.linalg.eigvalsh(among)[:, 0] > NULL
    among[~able] = np.eye(terms)
    beta = np.linalg.solve(among, joint[:, :terms, terms:])[:, :, 0]
    return np.where(able[:, None], beta @ owner, np.nan)


def _without_years(drawn: Floats, columns: int) -> Floats:
    """Return the moments of the first columns beside the others: A − B D⁺ B′ in every draw."""
    first, cross = drawn[:, :columns, :columns], drawn[:, :columns, columns:]
    if cross.shape[2] == 0:
        return first
    inverse = np.linalg.pinv(drawn[:, columns:, columns:], rcond=NULL, hermitian=True)
    return np.asarray(first - cross @ inverse @ cross.transpose(0, 2, 1))
