"""Backbone: the ties that are too large, for the places at their ends, to be a share by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.modularity import Floats
from heban.measures.network.requirements import known, one_of
from heban.measures.network.ties import pairs
from heban.records.flows import Flows

Correction = Literal["none", "bonferroni", "benjamini_hochberg"]
Rule = Literal["either", "both"]


@dataclass(frozen=True)
class Backbone:
    """The ties of a network, which of them are kept, and how much of the network that is.

    `ties` has origin, destination, value, alpha_origin, alpha_destination, kept. `tests` is the number
    of ends that could be judged, `by_chance` how many of them would pass at this level if no tie meant
    anything. `share_of_ties`, `share_of_value` and `share_of_places` tell what the kept ties hold of all.
    """

    ties: pd.DataFrame
    level: float
    tests: int
    by_chance: float
    share_of_ties: float
    share_of_value: float
    share_of_places: float

    @property
    def kept(self) -> pd.DataFrame:
        """The kept ties, largest first."""
        return self.ties[self.ties["kept"]].reset_index(drop=True)


def disparity(flows: Flows) -> pd.DataFrame:
    """Return for both ends of each tie how probable a share as large would be by chance.

    α = (1 − w/s)^(k − 1): the chance that of a strength s cut at random into k parts one part is w or
    more, k being the ties of the place. Directed: s and k are what leaves the origin and what arrives
    at the destination. An end with one tie has nothing to be compared with: its α is NaN. A flow
    between places without a value is refused: no share of either end is known then (§1).
    Columns origin, destination, value, alpha_origin, alpha_destination, largest flow first.
    Source: Serrano, Boguñá & Vespignani, PNAS 106 (2009) 6483, eq. 2.

    >>> disparity(_demo()).round(4).to_numpy().tolist()[0]
    ['a', 'b', 8.0, 0.04, 0.1111]
    """
    if flows.frame["value"].isna().any():
        known(flows)
    frame = pairs(flows)
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    if flows.directed:
        alphas = [_alpha(frame["value"], frame[end]) for end in ("origin", "destination")]
    else:
        both = _alpha(pd.concat([frame["value"]] * 2), pd.concat([frame["origin"], frame["destination"]]))
        alphas = [both[: len(frame)], both[len(frame) :]]
    return frame.assign(alpha_origin=alphas[0], alpha_destination=alphas[1])


def backbone(
    flows: Flows, *, level: float = 0.05, rule: Rule = "either", correction: Correction = "none"
) -> Backbone:
    """Keep the ties that stand out at one of their ends, or at both (disparity filter).

    A tie is kept where α < level at either end, or at "both" (an end with one tie only then speaks neither
    for nor against; a pair tied only to each other is not kept). Every end is a test of its own: of
    `tests` ends about level · tests pass by chance, `by_chance`. "bonferroni" asks for level/tests and
    leaves a false tie with probability ≤ level in all; "benjamini_hochberg" keeps false ends below the
    share `level` of those that pass, on the mean.
    Source: Serrano, Boguñá & Vespignani, PNAS 106 (2009) 6483; Benjamini & Hochberg, J. R. Stat. Soc. B
    57 (1995) 289.

    >>> found = backbone(_demo(), level=0.1)
    >>> found.kept[["origin", "destination"]].to_numpy().tolist(), round(found.share_of_value, 4)
    ([['a', 'b']], 0.5714)
    """
    _check(level, rule, correction)
    ties = disparity(flows)
    ends = ties[["alpha_origin", "alpha_destination"]].to_numpy()
    judged = ~np.isnan(ends)
    bar = _bar(ends[judged], level, correction)
    passes = ends < bar if correction == "none" else ends <= bar
    kept = passes.any(axis=1) if rule == "either" else (passes | ~judged).all(axis=1) & judged.any(axis=1)
    touched = set(ties.loc[kept, "origin"]) | set(ties.loc[kept, "destination"])
    total = float(ties["value"].sum())
    return Backbone(
        ties=ties.assign(kept=kept),
        level=level,
        tests=int(judged.sum()),
        by_chance=float(level * judged.sum()),
        share_of_ties=float(kept.mean()) if len(ties) else float("nan"),
        share_of_value=float(ties.loc[kept, "value"].sum()) / total if total else float("nan"),
        share_of_places=len(touched) / len(flows.places) if flows.places else float("nan"),
    )


def _alpha(values: pd.Series[float], ends: pd.Series[str]) -> Floats:
    """Return α of each value at the place that it touches."""
    table = pd.DataFrame({"value": values.to_numpy(dtype=float), "end": ends.to_numpy(dtype=str)})
    group = table.groupby("end")["value"]
    share = np.minimum((table["value"] / group.transform("sum")).to_numpy(), 1.0)
    ties = group.transform("size").to_numpy(dtype=float)
    return np.where(ties > 1, (1 - share) ** (ties - 1), np.nan)


def _bar(alphas: Floats, level: float, correction: Correction) -> float:
    """Return what α must lie below: the level itself, or corrected for the number of tests."""
    if correction == "none" or not alphas.size:
        return level
    if correction == "bonferroni":
        return level / alphas.size
    ordered = np.sort(alphas)
    under = ordered <= level * np.arange(1, len(ordered) + 1) / len(ordered)
    return float(ordered[under][-1]) if under.any() else -1.0


def _check(level: float, rule: str, correction: str) -> None:
    if not 0 < level < 1:
        raise BadSpec(f"the level is {level:g}; give a probability between 0 and 1, such as 0.05.")
    one_of("rule", rule, get_args(Rule))
    one_of("correction", correction, get_args(Correction))


def _demo() -> Flows:
    """Return one large flow between two places that have small ones too; for the examples."""
    rows = [("a", "b", 8.0), ("a", "c", 1.0), ("a", "d", 1.0), ("b", "c", 1.0), ("b", "d", 3.0)]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcde"), directed=False)
