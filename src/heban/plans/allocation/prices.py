"""Prices of limits: what one more unit of each would be worth, in figures and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.domain.place import LANGUAGES, Language
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.words import CODES, Names, figure, share, thing, unit
from heban.plans.spec import Factor

LEAST = 1e-9  # of the dearest price of its kind: less is rounding

PER = {"budget": "gain per unit of cost", "exports": "gain per mean need", "imports": "gain per mean need"}
SPOKEN: dict[str, dict[Language, str]] = {
    "supply": {
        "zh": "{place}每多一{unit}可调的{thing}，全域净增益增{price}{part}。",
        "en": "One more unit ({unit}) of {thing} to give in {place} is worth {price}{part}.",
    },
    "arrival": {
        "zh": "{place}每多到一{unit}{thing}，增益增{price}{part}。",
        "en": "One more unit ({unit}) of {thing} arriving in {place} is worth {price}{part}.",
    },
    "budget": {
        "zh": "预算每多一单位，全域净增益增{price}{part}。",
        "en": "One more unit of budget is worth {price}{part}.",
    },
    "exports": {
        "zh": "{place}的调出上限每放宽一份平均需求，全域净增益增{price}{part}。",
        "en": "One more mean need that {place} may give is worth {price}{part}.",
    },
    "imports": {
        "zh": "{place}的吸纳上限每放宽一份平均需求，全域净增益增{price}{part}。",
        "en": "One more mean need that {place} may take is worth {price}{part}.",
    },
    "floor": {
        "zh": "{place}的{thing}保底每提高一{unit}，全域净增益减{price}{part}。",
        "en": "One more unit ({unit}) of {thing} that {place} must get costs {price}{part}.",
    },
}

PART: dict[Language, str] = {"zh": "（本方案的{part}）", "en": ", {part} of what the whole plan is worth"}


class Price(NamedTuple):
    """The price of one limit: what it is, of which place and factor (positions), and how much."""

    limit: str
    place: int | None
    factor: int | None
    price: float


def prices(plan: Plan, names: Names = CODES) -> pd.DataFrame:
    """Return what one more unit of every limit that binds is worth: a row for each price that is not 0.

    Columns limit (supply, arrival, budget, exports, imports, floor), place, factor (codes; empty where the
    limit is not of one), price, unit, part (the price over the plan's objective), zh and en. A price is the
    gain after cost that the first bit of a unit more would bring (LP duality): a dual price. Of a floor it
    is what the floor costs. "arrival" is no limit: what the next unit is worth at the place that gets it.
    Where an optimum is degenerate, prices are one of several that are right. Raises `BadSpec` for a plan
    with whole numbers or partners, whose limits have no price.
    Source: Koopmans (1949), Econometrica 17, Suppl.: 136–146, for the prices of transport.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = prices(plan(*_demo()))
    >>> made[["limit", "place", "price"]].round(9).values.tolist()[0]
    ['supply', 'a', 0.01175]
    >>> print(made.en[0])
    One more unit (hours) of instrument time to give in a is worth 0.0118, 1.49 % of what the whole plan
    is worth.
    """
    rows = []
    for found in _found(plan):
        kind = None if found.factor is None else plan.factors[found.factor]
        part = found.price / plan.objective if plan.objective > 0 else np.nan
        row: dict[str, object] = {
            "limit": found.limit,
            "place": "" if found.place is None else plan.places[found.place],
            "factor": kind.code if kind else "",
            "price": found.price,
            "unit": PER[found.limit] if kind is None else f"gain per unit ({unit(kind, 'en')})",
            "part": part,
        }
        said = {str(lang): _sentence(row, kind, names, lang) for lang in LANGUAGES}
        rows.append(row | said)
    columns = ["limit", "place", "factor", "price", "unit", "part", *LANGUAGES]
    return pd.DataFrame(rows, columns=columns)


def _sentence(row: Mapping[str, Any], kind: Factor | None, names: Names, lang: Language) -> str:
    """Return a price in words."""
    part = PART[lang].format(part=share(row["part"], lang)) if row["part"] <= 1 else ""
    return SPOKEN[row["limit"]][lang].format(
        place=names.place(row["place"], lang),
        thing="" if kind is None else thing(kind, lang),
        unit="" if kind is None else unit(kind, lang),
        price=figure(row["price"]),
        part=part,
    )


def _found(plan: Plan) -> Iterator[Price]:
    """Yield the prices that are not 0: limit by limit, place by place."""
    duals = plan.solution.duals
    if duals is None:
        raise BadSpec(
            "a plan with whole numbers or partners has no prices; drop `whole` and limits.partners to get "
            "those of the plan without them, or ask `sensitivity`."
        )
    for limit, made in (("supply", duals.supply), ("arrival", duals.arrival), ("floor", duals.floor)):
        if made is not None:
            for i, f in np.argwhere(made > LEAST * made.max(initial=0.0)).tolist():
                yield Price(limit, i, f, float(made[i, f]))
    if duals.budget > 0:
        yield Price("budget", None, None, duals.budget)
    for limit, each in (("exports", duals.exports), ("imports", duals.imports)):
        if each is not None:
            for i in np.flatnonzero(each > LEAST * each.max(initial=0.0)).tolist():
                yield Price(limit, i, None, float(each[i]))
