"""Facets: what a need asks of an offer beyond its text, and what the offer states of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import eq, ge, gt, le, lt
from typing import Any

import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.relevance.sentences import Reason, reason
from heban.records.texts.folding import fold

_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_CONDITION = re.compile(rf"(>=|<=|>|<|=|≥|≤)\s*({_NUMBER})\s*(.*)")
_STATED = re.compile(rf"({_NUMBER})\s*(.*)")
_COMPARE = {">=": ge, "≥": ge, "<=": le, "≤": le, ">": gt, "<": lt, "=": eq}


def facets(given: Any) -> dict[str, str]:
    """Return the facets of a cell: a mapping, or text such as "resolution = 1 nm; voltage = 200 kV".

    In a need, what stands after the name may be a condition: "resolution <= 2 nm". Raises `BadSpec`.

    >>> facets("resolution <= 2 nm; 材料=石墨烯")
    {'resolution': '<= 2 nm', '材料': '石墨烯'}
    """
    if isinstance(given, Mapping):
        return {str(name): str(value) for name, value in given.items()}
    if pd.isna(given) or not str(given).strip():
        return {}
    made: dict[str, str] = {}
    for part in re.split(r"[;；]", str(given)):
        if part.strip():
            found = re.fullmatch(r"\s*([^<>=≤≥]+?)\s*(=|>=|<=|>|<|≥|≤)\s*(.+?)\s*", part)
            if not found:
                raise BadSpec(
                    f"{part.strip()!r} is no facet. Write name = value, or name >= number in a need."
                )
            made[found[1]] = found[3] if found[2] == "=" else f"{found[2]} {found[3]}"
    return made


def missing(asked: Any, stated: Any) -> list[Reason]:
    """Return what a need asks and an offer does not meet, or does not state; absence is not failure (§1).

    A number is compared where both have the same unit after folding, else the texts must be equal.

    >>> for found in missing("resolution <= 2 nm; voltage >= 100 kV", "resolution = 3 nm"):
    ...     print(found.en)
    Its resolution is 3 nm; the need asks for <= 2 nm.
    It does not state voltage; the need asks for >= 100 kV.
    """
    offered = {fold(name): value for name, value in facets(stated).items()}
    found = []
    for name, condition in facets(asked).items():
        value = offered.get(fold(name))
        if value is None:
            found.append(reason("facet_unstated", facet=name, asked=condition))
        elif not met(condition, value):
            found.append(reason("facet_unmet", facet=name, asked=condition, stated=value))
    return found


def met(condition: str, stated: str) -> bool:
    """Tell whether what is stated meets a condition.

    >>> met(">= 5", "6"), met("<= 2 nm", "1.5nm"), met("<= 2 nm", "1.5 mm"), met("石墨烯", "石墨烯")
    (True, True, False, True)
    """
    wanted = _CONDITION.fullmatch(fold(condition))
    number = _STATED.fullmatch(fold(stated))
    if wanted is None:
        return fold(condition) == fold(stated)
    if number is None or wanted[3].strip() != number[2].strip():
        return False
    limit, value = float(wanted[2]), float(number[1])
    return bool(_COMPARE[wanted[1]](value, limit))
