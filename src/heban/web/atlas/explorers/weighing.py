"""What if the reader weighs it differently: sliders of pillars and of indicators, and what they answer."""

from __future__ import annotations

from itertools import count
from math import isclose, isnan
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from heban.domain.errors import BadSpec
from heban.report.formatting import number
from heban.web.atlas import whatif
from heban.web.atlas.answers import weights
from heban.web.atlas.figures import Sight

TOP = 10  # the end of a slider
Groups = list[list[float]]
"""Weights that stand beside each other: those of the pillars, then those inside of each pillar."""


def own(asked: QueryDict, sight: Sight) -> dict[str, Any] | None:
    """Return the index as the reader weighs it; None when what is stored does not allow it."""
    ruler = whatif.ruler(sight.results)
    if ruler is None:
        return None
    groups = stated = _stated(ruler)
    totals, refused = ruler.totals, ""
    try:
        pillars, leaves = weights(asked, "w"), weights(asked, "i")
        if pillars or leaves:
            answered = ruler.weighed(pillars or stated[0], leaves)
            groups = [pillars or stated[0], *(_inside(ruler, leaves) or stated[1:])]
            totals = ruler.totals if _alike(groups, stated) else answered
    except BadSpec as no:
        refused = str(no)
    return {
        "refused": refused,
        "is_stated": not refused and _alike(groups, stated),
        "year": ruler.year,
        "address": reverse("atlas:weighed", args=(sight.results.slug,)),
        "table": sight.page("table", whatif.SCORES),
        "sliders": _sliders(ruler, sight, groups),
        "rows": _rows(ruler, sight, totals),
    }


def _stated(ruler: whatif.Ruler) -> Groups:
    """The stated weights on the scale of the sliders, of which the heaviest of a group is at the end."""
    groups = [ruler.weights, *(inside.weights for inside in ruler.insides)]
    return [[round(TOP * float(weight / group.max()), 2) for weight in group] for group in groups]


def _inside(ruler: whatif.Ruler, leaves: list[float]) -> Groups:
    """The weights of all indicators, pillar by pillar."""
    if not leaves:
        return []
    waiting = iter(leaves)
    return [[next(waiting) for _ in inside.indicators] for inside in ruler.insides]


def _alike(groups: Groups, others: Groups) -> bool:
    """Whether weights say the same: only proportions count."""
    return all(
        isclose(one / sum(group), same / sum(other), abs_tol=1e-9)
        for group, other in zip(groups, others, strict=True)
        for one, same in zip(group, other, strict=True)
    )


def _sliders(ruler: whatif.Ruler, sight: Sight, groups: Groups) -> list[dict[str, Any]]:
    at, numbers = 0 if sight.lang == "zh" else 1, count()
    insides = [inside.indicators for inside in ruler.insides] or [() for _ in ruler.pillars]
    held = groups[1:] or [[] for _ in ruler.pillars]
    return [
        {
            "id": f"w{place}",
            "name": names[at],
            "weight": f"{weight:g}",
            "leaves": [
                {"id": f"i{next(numbers)}", "name": leaf[1 + at], "weight": f"{own:g}"}
                for leaf, own in zip(inside, _fitting(leaves), strict=True)
            ],
        }
        for place, (names, weight, inside, leaves) in enumerate(
            zip(ruler.pillars, _fitting(groups[0]), insides, held, strict=True)
        )
    ]


def _fitting(group: list[float]) -> list[float]:
    """Weights that the sliders can show."""
    top = max(group, default=0)
    return [TOP * weight / top for weight in group] if top > TOP else group


def _rows(ruler: whatif.Ruler, sight: Sight, totals: Any) -> list[dict[str, Any]]:
    ranks, before = ruler.ranks(totals), ruler.ranks(ruler.totals)
    return [
        {
            "code": code, "name": sight.places.get(code, code), "href": sight.page("place", code),
            "stored": number(float(old), 1), "total": number(float(new), 1), "rank": rank, "before": was,
        }
        for code, old, new, rank, was in zip(ruler.places, ruler.totals, totals, ranks, before, strict=True)
        if not isnan(new)
    ]  # fmt: skip
