"""The assignment: which expert serves which need, what stays empty and why, what limits are worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from heban.domain.place import LANGUAGES
from heban.plans.assignment.clash import no_plan
from heban.plans.assignment.fair import Fair, fair, own_best
from heban.plans.assignment.ground import Ground, ground
from heban.plans.assignment.spec import AssignmentSpec
from heban.plans.assignment.words import left, priced, told
from heban.plans.solve.matching import matched, worths
from heban.plans.solve.problem import Bools, Floats, Ints

REASONS = ("floor", "conflict", "balance", "capacity")


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which expert serves which need, with all that it came from.

    `chosen` and `best_sum` mark open pairs of the ground: the assignment, and the one with the greatest sum,
    which is the same unless fairness was asked for.
    """

    ground: Ground
    chosen: Bools
    best_sum: Bools
    fairness: Fair | None = None

    def __repr__(self) -> str:
        sizes = f"{len(self.ground.needs)} needs, {len(self.ground.experts)} experts"
        pairs = int(self.chosen.sum())
        return f"<Assignment: {sizes}, {pairs} pair{'s' if pairs != 1 else ''}, mean {self.mean:.4g}>"

    @cached_property
    def relevance(self) -> Floats:
        """Relevance of the open pairs."""
        return self.ground.relevance[self.ground.open]

    @cached_property
    def got(self) -> Ints:
        """How many experts each need gets."""
        found = np.bincount(self.ground.market.need[self.chosen], minlength=len(self.ground.needs))
        return found.astype(np.intp)

    @cached_property
    def means(self) -> Floats:
        """The mean relevance over the places that each need wants; an empty place counts 0."""
        return self._means(self.chosen)

    def _means(self, chosen: Bools) -> Floats:
        market = self.ground.market
        total = np.bincount(market.need[chosen], self.relevance[chosen], minlength=len(market.wanted))
        return np.asarray(total / market.wanted)

    @property
    def total(self) -> float:
        """The sum of relevance."""
        return float(self.relevance[self.chosen].sum())

    @property
    def empty(self) -> int:
        """Places that stay empty."""
        return int((self.ground.wanted - self.got).sum())

    @property
    def mean(self) -> float:
        """The mean relevance over all wanted places; an empty place counts 0, NaN without needs."""
        return self.total / wanted if (wanted := int(self.ground.wanted.sum())) else float("nan")

    @property
    def worst(self) -> float:
        """The mean relevance of the need that gets least; NaN without needs."""
        return float(self.means.min()) if len(self.means) else float("nan")

    @property
    def lost(self) -> float:
        """The share of the greatest sum of relevance that fairness costs; negative where it adds."""
        most = float(self.relevance[self.best_sum].sum())
        return 1 - self.total / most if most > 0 else 0.0

    @cached_property
    def price(self) -> Floats:
        """What one more need served by each expert brings to the greatest sum of worth, (experts,).

        Worth is relevance, and the cost of an empty place where one is filled. Under fairness these are the
        prices of the assignment with the greatest sum.
        """
        return worths(self.ground.market, self.ground.worth, self.best_sum).expert

    def pairs(self) -> pd.DataFrame:
        """Return who serves whom: need, expert, relevance; the best of a need first."""
        market, at = self.ground.market, np.flatnonzero(self.chosen)
        order = at[np.lexsort((market.expert[at], -self.relevance[at], market.need[at]))]
        needs, experts = np.array(self.ground.needs, object), np.array(self.ground.experts, object)
        columns = {"need": needs[market.need[order]], "expert": experts[market.expert[order]]}
        return pd.DataFrame(columns | {"relevance": self.relevance[order]})

    def loads(self) -> pd.DataFrame:
        """Return how many needs each expert serves, of how many it may, and what one more would bring."""
        given = self.ground
        load = np.bincount(given.market.expert[self.chosen], minlength=len(given.experts))
        rows = {"expert": given.experts, "capacity": given.capacity, "load": load, "price": self.price}
        return pd.DataFrame(rows)

    def needs(self) -> pd.DataFrame:
        """Return what each need gets: experts, wanted, mean relevance, and the mean of its own best."""
        given = self.ground
        best = own_best(given.market, self.relevance)
        rows = {"need": given.needs, "wanted": given.wanted, "got": self.got, "mean": self.means}
        return pd.DataFrame(rows | {"own_best": best})

    def unfilled(self) -> pd.DataFrame:
        """Return the needs with empty places, and what empties how many of them, in words too.

        `floor`: too few candidates reach the floor of relevance; `conflict`: too few are left without a
        conflict of interest; `balance`: too few for the places kept for a province; `capacity`: experts are
        taken by others that they are worth more to. `reason` is the first of those there are.
        """
        given = self.ground
        steps = [given.wanted, *self._left(), self.got]
        gone = np.stack([before - after for before, after in pairwise(steps)], axis=1)
        rows = []
        for n in np.flatnonzero(gone.sum(axis=1)).tolist():
            counts = dict(zip(REASONS, gone[n].tolist(), strict=True))
            row = {"need": given.needs[n], "wanted": int(given.wanted[n]), "got": int(self.got[n])} | counts
            row["reason"] = next(name for name in REASONS if counts[name])
            rows.append(row | {str(lang): left(row, lang) for lang in LANGUAGES})
        columns = ["need", "wanted", "got", *REASONS, "reason", *LANGUAGES]
        return pd.DataFrame(rows, columns=columns)

    def _left(self) -> tuple[Ints, Ints, Ints]:
        """Return how many places could be filled: above the floor, without conflict, within the balance."""
        given, count = self.ground, len(self.ground.needs)
        above = np.bincount(given.need[given.above], minlength=count)
        free = np.bincount(given.need[given.above & ~given.barred], minlength=count)
        market = given.market
        gate = np.minimum(np.bincount(market.gate, minlength=len(market.owner)), market.room)
        within = np.bincount(market.owner, gate, minlength=count).astype(np.intp)
        by_floor = np.minimum(given.wanted, above)
        return by_floor, np.minimum(by_floor, free), np.minimum(np.minimum(by_floor, free), within)

    def prices(self) -> pd.DataFrame:
        """Return the experts of whom one more would be worth anything, dearest first, in words too."""
        rows = self.loads()
        dear = rows[rows["price"] > 0].sort_values(["price", "expert"], ascending=[False, True])
        kept = dear[["expert", "capacity", "price"]].reset_index(drop=True)
        said = {str(lang): [priced(row, lang) for row in kept.to_dict("records")] for lang in LANGUAGES}
        return kept.assign(**{lang: pd.array(texts, dtype="str") for lang, texts in said.items()})

    def sentences(self, lang: str) -> list[str]:
        """Return the assignment in words, "zh" or "en"."""
        return told(self, lang)


def assign(
    candidates: pd.DataFrame,
    needs: pd.DataFrame,
    experts: pd.DataFrame,
    spec: AssignmentSpec | None = None,
    *,
    related: pd.DataFrame | None = None,
) -> Assignment:
    """Return which expert serves which need, so that the most places are filled and relevance is greatest.

    Maximises Σ relevance − unfilled · greatest relevance · empty places, over pairs of `candidates` (need,
    expert, relevance ≥ the floor) without a conflict of interest. A need gets at most `wanted` and at least
    `least`, an expert serves at most `capacity`; columns of that name in `needs` and `experts` go before the
    specification. `related` (one, other, kind) names who must not judge or serve whom (`conflicts`); columns
    organisation, contact and province of `needs`, organisation and province of `experts` are used when there.
    An empty place is dear, and never forces a pair below the floor. fairness "max_min" first lifts the need
    that gets least (`fair`). The answer does not depend on the order of rows: ties go by ids.
    Raises `BadData` listing every fault of the tables, `BadSpec`, and `NoPlan` naming limits that clash.

    >>> candidates = pd.DataFrame({"need": ["n1", "n1", "n2"], "expert": ["e1", "e2", "e1"],
    ...     "relevance": [0.9, 0.5, 0.8]})
    >>> needs, experts = pd.DataFrame({"need": ["n1", "n2"]}), pd.DataFrame({"expert": ["e1", "e2"]})
    >>> assign(candidates, needs, experts, AssignmentSpec(wanted=1, capacity=1)).pairs().to_numpy().tolist()
    [['n1', 'e2', 0.5], ['n2', 'e1', 0.8]]
    """
    return solved(ground(candidates, needs, experts, spec or AssignmentSpec(), related))


def solved(given: Ground) -> Assignment:
    """Return the assignment of a ground, or raise `NoPlan`."""
    found = matched(given.market, given.worth)
    if found.lacking.any():
        raise no_plan(given)
    if given.spec.fairness == "sum":
        return Assignment(given, found.chosen, found.chosen)
    fairest = fair(given, found.chosen)
    return Assignment(given, fairest.chosen, found.chosen, fairest)
