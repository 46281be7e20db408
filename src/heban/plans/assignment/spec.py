"""The specification of an assignment: how many experts a need wants, and what limits them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from heban.measures.index.parts import Count, Part, Share
from heban.measures.index.spec import checked, loaded

Count0 = Annotated[int, Field(ge=0)]
At0 = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Outside(Part):
    """How many of a need's places experts of another province fill, as shares of the places it wants.

    Places are whole: of 3 places at_least = 0.3 keeps 1 for other provinces, at_most = 0.3 opens none.
    """

    at_least: Share = 0.0
    """share of the places that only experts of another province may fill, rounded up"""
    at_most: Share = 1.0
    """share of the places that experts of another province may fill, rounded down"""


class AssignmentSpec(Part):
    """What is assigned, and within which limits.

    >>> AssignmentSpec(floor=0.2).wanted
    3
    """

    wanted: Count = 3
    """experts that a need wants, where the table of needs does not say; Heban's own (默认值待核)"""
    least: Count0 = 0
    """experts that a need must get, where the table of needs does not say; NoPlan when it cannot"""
    capacity: Count0 = 8
    """needs that an expert serves at most, where the table of experts does not say; ours (默认值待核)"""
    floor: At0 = 0.0
    """relevance below which nothing is assigned"""
    unfilled: At0 = 1.0
    """what an empty place costs, in the greatest relevance of a candidate; ours (默认值待核)"""
    fairness: Literal["sum", "max_min"] = "sum"
    """the sum of relevance, or first the need that gets least"""
    same_organisation: bool = False
    """whether an expert may serve the organisation that it belongs to"""
    outside: Outside = Outside()


def from_dict(document: Mapping[str, Any]) -> AssignmentSpec:
    """Return a checked specification, or raise `BadSpec` naming every key that is wrong.

    >>> from_dict({"wantd": 3})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      wantd: there is no such key. Did you mean wanted?
    """
    return checked(AssignmentSpec, document)


def from_toml(text: str) -> AssignmentSpec:
    """Return the specification that a TOML text describes.

    >>> from_toml('fairness = "max_min"').fairness
    'max_min'
    """
    return from_dict(loaded(text))
