"""The specification of a matching: how relevance is measured, who may serve how many, who must be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.measures.index.parts import Count, Part, Share
from heban.measures.index.spec import checked, loaded
from heban.measures.relevance.spec import EXPERTS, NEEDS, Relevance
from heban.plans.assignment.spec import AssignmentSpec


class Seen(Part):
    """Whose exposure is watched: offers whose column holds one of the values, and the floors to price."""

    column: str = "protected"
    """column of the offers that marks small laboratories, young firms and the like"""
    values: tuple[str, ...] = ("1", "yes", "true", "是")
    """cells of that column that mark an offer"""
    floors: tuple[Share, ...] = (0.1, 0.2, 0.3)
    """shares of the exposure whose cost is told"""
    floor: Share = 0.0
    """the share that is given to them; 0 leaves the order as it is"""


class MatchSpec(Part):
    """How needs are matched with offers.

    >>> MatchSpec().probability
    0.2
    """

    relevance: Relevance | None = None
    """how relevance is measured; if none, `EXPERTS` where offers have works, else `NEEDS`"""
    probability: Share = 0.2
    """with judgements, an offer of a lower probability is no answer; Heban's own (默认值待核)"""
    relevant: float = 3.0
    """the level from which a judgement counts as relevant, on the scale 1 to 4"""
    direct: Count = 20_000
    """up to so many offers every one is scored for every need; beyond, the search index picks 200 first"""
    page: Count = 200
    """how many needs the page shows; the tables hold them all"""
    seed: int = 1
    """for cross-validation of what is learnt from judgements"""
    assign: AssignmentSpec = AssignmentSpec()
    seen: Seen = Seen()

    def measured(self, *, works: bool) -> Relevance:
        """Return how relevance is measured of offers with or without works."""
        return self.relevance or (EXPERTS if works else NEEDS)


def from_dict(document: Mapping[str, Any]) -> MatchSpec:
    """Return a checked specification, or raise `BadSpec` naming every key that is wrong.

    >>> from_dict({"assign": {"wantd": 3}})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      assign.wantd: there is no such key. Did you mean wanted?
    """
    return checked(MatchSpec, document)


def from_toml(text: str) -> MatchSpec:
    """Return the specification that a TOML text describes.

    >>> from_toml("[assign]\\nwanted = 2").assign.wanted
    2
    """
    return from_dict(loaded(text))
