"""What would change if one expert took more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.plans.allocation.words import figure
from heban.plans.assignment.assignment import Assignment, solved
from heban.plans.assignment.ground import Ground
from heban.plans.assignment.words import IF, changed, language
from heban.plans.solve.matching import matched

STAY = 2.0**-23  # of the greatest worth: so much a pair that stands brings more, that ties change nothing


@dataclass(frozen=True, eq=False)
class WhatIf:
    """An assignment before and after one expert takes more; `price` is what the first one more is worth."""

    expert: str
    more: int
    before: Assignment
    after: Assignment
    price: float

    @property
    def gain(self) -> float:
        """The gain of the objective: of relevance, and of the cost of empty places that are filled."""
        given = self.before.ground
        dear = given.spec.unfilled * float(self.before.relevance.max(initial=0.0))
        return self.relevance + dear * self.filled

    @property
    def relevance(self) -> float:
        """The change of the sum of relevance."""
        return self.after.total - self.before.total

    @property
    def filled(self) -> int:
        """How many more places are filled."""
        return self.before.empty - self.after.empty

    @property
    def worst(self) -> float:
        """The change of what the worst-off need gets."""
        return self.after.worst - self.before.worst

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The pairs that come and go: need, expert, change ("gained" or "lost"), relevance."""
        market = self.before.ground.market
        at = np.flatnonzero(self.before.chosen != self.after.chosen)
        needs, experts = (
            np.array(ids, object) for ids in (self.before.ground.needs, self.before.ground.experts)
        )
        columns = {"need": needs[market.need[at]], "expert": experts[market.expert[at]]}
        came = np.where(self.after.chosen[at], "gained", "lost")
        return pd.DataFrame(columns | {"change": came, "relevance": self.before.relevance[at]})

    def sentence(self, lang: str) -> str:
        """Return what would change, in words, "zh" or "en"."""
        spoken = language(lang)
        rows = self.changes.to_dict("records")
        return IF[spoken].format(
            expert=self.expert,
            more=self.more,
            gain=figure(self.gain),
            price=figure(self.price),
            relevance=figure(self.relevance),
            filled=self.filled,
            changes=changed([{str(key): value for key, value in row.items()} for row in rows], spoken),
        )


def what_if(made: Assignment, expert: str, more: int = 1) -> WhatIf:
    """Return what would change if one expert served more needs, solved again, beside the price at the margin.

    The price is what the first one more brings to the greatest sum; a sum gains exactly that by one more, and
    by several at most as much for each. Among plans as good the one nearest to the assignment is taken.
    Under fairness the fair assignment is sought again, and the price is that of the sum. `more` may be
    negative. Raises `UnknownName` for an expert that is not there, `BadSpec`, and `NoPlan`.

    >>> from heban.plans.assignment.assignment import assign
    >>> from heban.plans.assignment.spec import AssignmentSpec
    >>> candidates = pd.DataFrame({"need": ["n1", "n1", "n2"], "expert": ["e1", "e2", "e1"],
    ...     "relevance": [0.9, 0.5, 0.8]})
    >>> needs, experts = pd.DataFrame({"need": ["n1", "n2"]}), pd.DataFrame({"expert": ["e1", "e2"]})
    >>> made = assign(candidates, needs, experts, AssignmentSpec(wanted=1, capacity=1))
    >>> print(what_if(made, "e1").sentence("en"))
    If expert e1 served 1 more, the objective would gain 0.4 (price at the margin 0.4): relevance changes by
    0.4, 0 more places are filled; n1 gains e1, n1 loses e2.
    """
    given = made.ground
    if expert not in given.experts:
        raise unknown("expert", str(expert), map(str, given.experts), "the assignment")
    at = given.experts.index(expert)
    if given.capacity[at] + more < 0:
        raise BadSpec(
            f"expert {expert!r} serves at most {given.capacity[at]}; it cannot serve {-more} fewer."
        )
    grown = given.with_more(at, more)
    return WhatIf(expert, more, made, _again(grown, made), float(made.price[at]))


def _again(grown: Ground, made: Assignment) -> Assignment:
    """Return the assignment of the changed ground that stays nearest to the one made."""
    if made.fairness is not None:
        return solved(grown)
    worth = grown.worth + STAY * float(grown.worth.max(initial=0.0)) * made.chosen
    found = matched(grown.market, worth)
    if found.lacking.any():
        return solved(grown)  # raises the clash
    return replace(made, ground=grown, chosen=found.chosen, best_sum=found.chosen)
