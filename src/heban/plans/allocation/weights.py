"""Weights of factors from elsewhere: those of an index, or what key factors explain."""

from __future__ import annotations

import math
from collections.abc import Mapping

from heban.domain.errors import BadSpec, unknown
from heban.plans.spec import PlanSpec


def weights_from(shares: Mapping[str, float], spec: PlanSpec) -> PlanSpec:
    """Return the specification with the weights of its factors taken from shares by factor.

    weight = share · (number of factors) / Σ shares: the mean weight stays 1, so that price keeps its
    meaning. Shares may be the weights of an index, or the shares of a key-factor analysis, on any scale.
    Every factor needs one: a factor without a share is not one of share 0 (§1). Raises `BadSpec` for a
    factor without a share, and for shares that are negative or all 0; `UnknownName` for a share of a factor
    that is not there.

    >>> from heban.plans.allocation.programme import _demo
    >>> [one.weight for one in weights_from({"hours": 0.3, "parks": 0.1}, _demo()[1]).factors]
    [1.5, 0.5]
    """
    codes = [factor.code for factor in spec.factors]
    for code in shares:
        if code not in codes:
            raise unknown("factor", code, codes, "the specification")
    missing = [code for code in codes if code not in shares]
    if missing:
        raise BadSpec(
            f"no share is given for {', '.join(missing)}; give one, 0 if the factor counts nothing."
        )
    wrong = [f"{code} ({shares[code]:g})" for code in codes if not 0 <= shares[code] < math.inf]
    if wrong:
        raise BadSpec(f"shares must be numbers of 0 or more; wrong are {', '.join(wrong)}.")
    total = sum(shares[code] for code in codes)
    if total == 0:
        raise BadSpec("all shares are 0; at least one factor must count.")
    scale = len(codes) / total
    made = [one.model_copy(update={"weight": shares[one.code] * scale}) for one in spec.factors]
    return spec.model_copy(update={"factors": tuple(made)})
