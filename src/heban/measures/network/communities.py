"""Communities: groups of places that exchange more with each other than strengths alone would bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import PCG64, Generator

from heban.domain.errors import BadSpec
from heban.measures.network import leiden
from heban.measures.network.agreement import Agreement, agreement, together
from heban.measures.network.modularity import Floats, Numbers, checked, joined, quality
from heban.records.flows import Flows

Progress = Callable[[int, int], None]
SAME = 1e-12  # modularities so near are one and the same


@dataclass(frozen=True)
class Communities:
    """The best of several runs, and how far the others agree with it.

    `membership` numbers the community of each place from 1, the largest first; a place without ties is a
    community by itself. `modularities` has one number for each run, `agreement` compares the runs pair by
    pair over the places with ties, and `firmness` is for each place the share of the other members of its
    community that it is with, on the mean over all runs (NaN where it has none).
    """

    membership: pd.Series[int]
    modularity: float
    modularities: Floats
    agreement: Agreement
    firmness: pd.Series[float]
    resolution: float
    seed: int

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return len(self.modularities)

    @property
    def stability(self) -> float:
        """The mean adjusted Rand index between runs: 1 when all found the same; NaN for a single run."""
        return self.agreement.mean_rand

    @property
    def sizes(self) -> pd.Series[int]:
        """The number of places of each community."""
        return self.membership.value_counts().sort_index().rename("places")

    def members(self, number: int) -> tuple[str, ...]:
        """Return the places of a community, by its number."""
        if number not in self.sizes.index:
            raise BadSpec(f"there is no community {number}; they are numbered 1 to {len(self.sizes)}.")
        return tuple(str(place) for place in self.membership.index[self.membership == number])


def communities(
    flows: Flows, *, seed: int, runs: int = 60, resolution: float = 1.0, progress: Progress | None = None
) -> Communities:
    """Find communities of places with the Leiden algorithm: so many runs, of which the best is kept.

    The quality is modularity with a resolution (`modularity.modularity`); a directed flow counts with the
    one that comes back. Every community is connected, and no place gains by moving to another one. The same
    seed gives the same answer whatever the order of the places. Modularity has many near-equal
    optima: read `stability` and `firmness` before a map of communities is shown. `progress(done, runs)` is
    called after every run. `BadSpec` without any flow between places.
    Source: Traag, Waltman & van Eck, Scientific Reports 9 (2019) 5233.

    >>> found = communities(_demo(), seed=1, runs=5)
    >>> found.membership.to_dict(), round(found.modularity, 4), found.stability
    ({'a': 1, 'b': 1, 'c': 1, 'd': 2, 'e': 2, 'f': 2, 'g': 3}, 0.3571, 1.0)
    """
    if runs < 1:
        raise BadSpec(f"{runs} runs find nothing; give 1 or more.")
    order = np.argsort(np.array(flows.places, dtype=str), kind="stable")
    matrix = joined(flows)[order][:, order]
    if not matrix.nnz:
        raise BadSpec("there is no flow between places, so there are no communities to find.")
    ground = leiden.ground(matrix)
    found = []
    for rng in Generator(PCG64(seed)).spawn(runs):
        found.append(leiden.partition(ground, checked(resolution), rng))
        if progress:
            progress(len(found), runs)
    modularities = np.array([quality(matrix, one, resolution) for one in found])
    best = int((modularities >= modularities.max() - SAME).argmax())
    tied = np.flatnonzero(ground.strength > 0)
    places = [flows.places[number] for number in order]
    return Communities(
        membership=_by_place(_numbered(found[best]), places, flows, "community"),
        modularity=float(modularities[best]),
        modularities=modularities,
        agreement=agreement([one[tied] for one in found]),
        firmness=_by_place(together(found[best], found), places, flows, "firmness"),
        resolution=resolution,
        seed=seed,
    )


def _numbered(groups: Numbers) -> Numbers:
    """Number groups from 1, the largest first, equal ones by their first place."""
    _, first, inverse, count = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    number = np.empty(len(count), dtype=np.intp)
    number[np.lexsort((first, -count))] = np.arange(1, len(count) + 1)
    return number[inverse]


def _by_place(values: Numbers | Floats, places: list[str], flows: Flows, name: str) -> pd.Series:
    """Return values by place, in the order of the universe."""
    return pd.Series(values, index=places, name=name).reindex(list(flows.places))


def _demo() -> Flows:
    """Return two triangles joined by one flow, and a place alone; for the examples."""
    pairs = ["ab", "ac", "bc", "cd", "de", "df", "ef"]
    frame = pd.DataFrame({"origin": [p[0] for p in pairs], "destination": [p[1] for p in pairs]})
    return Flows(frame.assign(**{"year": 2020, "class": "", "value": 1.0}), tuple("abcdefg"), directed=False)
