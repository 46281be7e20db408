"""Core and periphery: a core tied within itself and to all, a periphery tied to the core only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.random import PCG64, Generator

from heban.domain.errors import BadSpec
from heban.measures.network.modularity import Floats, Numbers, present
from heban.measures.network.requirements import one_of
from heban.measures.network.rewiring import rewired
from heban.records.flows import Flows

Between = Literal["tied", "free"]


@dataclass(frozen=True)
class CorePeriphery:
    """The core that fits best, and how well.

    `correlation` is that between the ties and the ideal pattern; `scan` has the size, the least degree
    and the correlation of every core that was tried; `shares` the share of possible ties that are present
    within the core, between core and periphery, and within the periphery.
    """

    core: tuple[str, ...]
    is_core: pd.Series[bool]
    correlation: float
    shares: pd.Series[float]
    scan: pd.DataFrame


@dataclass(frozen=True)
class CoreTest:
    """The correlation of the best core beside those of networks in which places have the same degrees.

    `chance` has one number for each draw; the p-value counts those no smaller (§18).
    """

    correlation: float
    chance: Floats
    p_value: float
    seed: int


def core_periphery(flows: Flows, *, between: Between = "tied", whole: bool = False) -> CorePeriphery:
    """Find the core by trying every one that the order of degrees allows.

    In the ideal pattern places of the core are all tied and those of the periphery not at all. Pairs
    `between` the two are all "tied" as well, or "free": then they do not count. For each degree d the
    core of all places with d ties or more is tried; kept is that with the largest Pearson correlation,
    over the pairs of places that count, between the pattern and the ties present (sizes and directions
    of flows do not matter, unknown sizes neither, §17). Places of equal degree are never parted, so the
    answer does not hang on the order of places; where all have one degree there is no core and the
    correlation is NaN. Places without ties are left out unless `whole`: they fit the periphery of any core.
    Source: Borgatti & Everett, Social Networks 21 (2000) 375, eq. 1–2 and the same with missing blocks.

    >>> found = core_periphery(_demo())
    >>> found.core, round(found.correlation, 4), found.shares.round(4).tolist()
    (('a', 'b'), 0.7638, [1.0, 0.75, 0.0])
    """
    one_of("between", between, get_args(Between))
    ends, degree, counted = _network(flows, whole=whole)
    scan = _scanned(ends, degree, counted, between)
    fit = scan["correlation"].to_numpy()
    best = int(np.nanargmax(fit)) if np.isfinite(fit).any() else None
    least = np.inf if best is None else int(scan["least_degree"].iloc[best])
    inside = pd.Series(degree >= least, index=list(flows.places), name="is_core")
    return CorePeriphery(
        core=tuple(str(place) for place in inside.index[inside]),
        is_core=inside,
        correlation=float("nan") if best is None else float(fit[best]),
        shares=_shares(ends, inside.to_numpy(), counted),
        scan=scan,
    )


def core_test(
    flows: Flows, *, seed: int, draws: int = 199, between: Between = "free", whole: bool = False
) -> CoreTest:
    """Return how often networks of chance with the same degrees have a core that fits as well.

    The p-value is (1 + draws with a correlation no smaller) / (1 + draws). The draws are two chains of
    exchanges (`rewiring.rewired`) from the network itself, of chance lengths that add up to `draws`:
    so the p-value holds however slowly they mix. Degrees alone go far to make a core; a large p-value
    says that this one is no more than its hubs. Leave the pairs `between` "free" here: with degrees
    fixed, the fit of the pattern in which they are tied falls with every tie within the core.
    NaN where there is no core.
    Source: Besag & Clifford, Biometrika 76 (1989) 633; Kojaku & Masuda, New J. Phys. 20 (2018) 043012.

    >>> core_test(_demo(), seed=1, draws=9).p_value
    1.0
    """
    if draws < 1:
        raise BadSpec(f"{draws} draws show nothing; give 1 or more, 199 for a p-value down to 0.005.")
    one_of("between", between, get_args(Between))
    ends, degree, counted = _network(flows, whole=whole)
    observed = _best(ends, degree, counted, between)
    if np.isnan(observed):
        return CoreTest(observed, np.full(draws, np.nan), float("nan"), seed)
    rng = Generator(PCG64(seed))
    before = int(rng.integers(draws + 1))
    chains = [(before, rng.spawn(1)[0]), (draws - before, rng)]
    chance = np.array(
        [
            _best(made, degree, counted, between)
            for length, one in chains
            for made in islice(rewired(ends, len(degree), one), length)
        ]
    )
    reached = int((chance >= observed - 1e-12).sum())
    return CoreTest(observed, chance, (1 + reached) / (1 + draws), seed)


def _network(flows: Flows, *, whole: bool) -> tuple[Numbers, Numbers, int]:
    """Return the ends of each tie, the degree of each place, and how many places count."""
    ties = present(flows).tocoo()
    ends = np.stack([np.asarray(end, dtype=np.intp) for end in ties.coords], axis=1)
    ends = ends[ends[:, 0] < ends[:, 1]]
    degree = np.bincount(ends.ravel(), minlength=len(flows.places))
    return ends, degree, len(degree) if whole else int((degree > 0).sum())


def _scanned(ends: Numbers, degree: Numbers, counted: int, between: Between) -> pd.DataFrame:
    """Return the fit of the core of each least degree, the smallest core first."""
    levels = np.unique(degree[degree > 0])[::-1]
    size = np.searchsorted(-np.sort(degree)[::-1], -levels, side="right").astype(float)
    touching, within = (
        np.cumsum(np.bincount(np.searchsorted(-levels, -nearest), minlength=len(levels)))
        for nearest in (degree[ends].max(axis=1), degree[ends].min(axis=1))
    )
    core, rest = size * (size - 1) / 2, (counted - size) * (counted - size - 1) / 2
    everything = counted * (counted - 1) / 2
    if between == "tied":
        fit = _phi(everything, everything - rest, np.full(len(levels), len(ends)), touching)
    else:
        fit = _phi(core + rest, core, len(ends) - touching + within, within)
    return pd.DataFrame({"size": size.astype(int), "least_degree": levels, "correlation": fit})


def _phi(pairs: Floats | float, ideal: Floats, present: Numbers, both: Numbers) -> Floats:
    """Return the correlation of two yes-or-no properties of pairs from how many have either, and both."""
    spread = ideal * (pairs - ideal) * present * (pairs - present)  # 0 where all pairs are of one kind
    shared = both * pairs - ideal * present
    return np.where(spread > 0, shared / np.sqrt(np.where(spread > 0, spread, 1)), np.nan)


def _best(ends: Numbers, degree: Numbers, counted: int, between: Between) -> float:
    fit = _scanned(ends, degree, counted, between)["correlation"].to_numpy()
    return float(np.nanmax(fit)) if np.isfinite(fit).any() else float("nan")


def _shares(ends: Numbers, inside: np.ndarray, counted: int) -> pd.Series[float]:
    """Return the share of possible ties present within and between core and periphery."""
    kind = inside[ends].sum(axis=1)
    core, rest = int(inside.sum()), counted - int(inside.sum())
    possible = np.array([core * (core - 1) / 2, core * rest, rest * (rest - 1) / 2])
    present = np.array([(kind == 2).sum(), (kind == 1).sum(), (kind == 0).sum()])
    with np.errstate(invalid="ignore"):
        return pd.Series(present / possible, index=["core", "between", "periphery"], name="share")


def _demo() -> Flows:
    """Return two places tied to each other and three that hang on them; for the examples."""
    pairs = ["ab", "ac", "ad", "bc", "bd", "ae", "bf"]
    frame = pd.DataFrame({"origin": [p[0] for p in pairs], "destination": [p[1] for p in pairs]})
    return Flows(frame.assign(**{"year": 2020, "class": "", "value": 1.0}), tuple("abcdefg"), directed=False)
