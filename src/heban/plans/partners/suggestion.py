"""Suggestions: who could become partners, how likely, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import LANGUAGES
from heban.measures import space
from heban.plans.allocation.words import CODES, Names
from heban.plans.partners.features import Block, Features, Ground
from heban.plans.partners.history import history
from heban.plans.partners.model import Model, fit
from heban.plans.partners.words import reason, suggested
from heban.plans.solve.problem import Floats, Ints
from heban.records.flows import Flows

TOP = 10


@dataclass(frozen=True, eq=False)
class Suggestions:
    """Pairs that are not linked, the likeliest first, with the model that says so.

    `table`: one, other, chance, shared (codes of common partners, the strongest first), km, what each
    feature adds to the logit beyond its mean, and the suggestion in words, zh and en. `span` is the years
    that the chance is of.
    """

    table: pd.DataFrame
    model: Model
    span: int


def suggest(
    flows: Flows,
    year: int,
    rng: np.random.Generator,
    ground: Ground | None = None,
    *,
    span: int = 1,
    top: int = TOP,
    of: str | None = None,
    names: Names = CODES,
) -> Suggestions:
    """Return who could become partners after a year, of all or `of` one, the likeliest first.

    The model is fitted on links that were new in the `span` years until `year`, by what was known before
    them, and applied to what is known by `year`: a chance of a new link within the next `span` years. Only
    pairs without a link so far are suggested. Shared partners stand in the order of their weaker tie to
    both. A chance is an association in the past, and no judgement that a link would do good.
    Raises `BadSpec`, and `UnknownName` for one that was not there by the year.

    >>> from heban.plans.partners.invented import growing
    >>> made = suggest(growing(), 2003, np.random.default_rng(0), span=2, top=2)
    >>> made.table[["one", "other"]].to_numpy().tolist()
    [['p10', 'p20'], ['p06', 'p18']]
    """
    if span < 1 or top < 1:
        raise BadSpec(f"span is {span} and top is {top}; both need 1 or more.")
    known = ground or Ground()
    model = fit(flows, year - span, year, rng, known)[0]
    features = Features(history(flows, year), known)
    if of is not None and of not in features.history.codes:
        raise unknown("partner", of, features.history.codes, f"the flows until {year}")
    blocks = features.blocks() if of is None else iter([features.of(features.history.codes.index(of))])
    scaled = (block._replace(values=features.scaled(block.values)) for block in blocks)
    one, other, values = _likeliest(scaled, model, top)
    return Suggestions(_table(features, model, (one, other, values), span, names), model, span)


def _likeliest(blocks: Iterator[Block], model: Model, top: int) -> tuple[Ints, Ints, Floats]:
    """Return the pairs with the greatest chances: ends and features; ties go by codes."""
    parts = []
    for block in blocks:
        if not len(block.one):
            continue
        chance = model.chance(block.values)
        count = min(top, len(chance))
        border = np.partition(chance, len(chance) - count)[len(chance) - count]
        at = np.flatnonzero(chance >= border)
        at = at[np.lexsort((block.other[at], block.one[at], -chance[at]))][:count]
        parts.append((block.one[at], block.other[at], block.values[at], chance[at]))
    if not parts:
        none = np.zeros(0, dtype=np.intp)
        return none, none, np.zeros((0, len(model.names)))
    one, other, values, chance = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((other, one, -chance))[:top]
    return one[order], other[order], values[order]


def _table(
    features: Features, model: Model, pairs: tuple[Ints, Ints, Floats], span: int, names: Names
) -> pd.DataFrame:
    one, other, values = pairs
    codes = np.array(features.history.codes, dtype=object)
    there = features.ground.where is not None
    km = features.kilometres(one, other) if there else np.full(len(one), np.nan)
    shared = [_shared(features, i, j) for i, j in zip(one.tolist(), other.tolist(), strict=True)]
    chance, parts = model.chance(values), model.parts(values)
    rows = {"one": codes[one], "other": codes[other], "chance": chance, "shared": shared, "km": km}
    rows |= {name: parts[:, number] for number, name in enumerate(model.names)}
    adds = _added(features, one, other)
    for lang in LANGUAGES:
        rows[lang] = [
            suggested(
                names.place(codes[i], lang),
                names.place(codes[j], lang),
                float(chance[row]),
                span,
                reason(shared[row], float(km[row]), adds[row], names, lang),
                lang,
            )
            for row, (i, j) in enumerate(zip(one.tolist(), other.tolist(), strict=True))
        ]
    return pd.DataFrame(rows)


def _shared(features: Features, one: int, other: int) -> list[str]:
    """Return the partners of both, in the order of their weaker tie to the two."""
    weight = features.history.weight
    weaker = weight[one].minimum(weight[other]).tocoo()
    order = np.lexsort((weaker.col, -weaker.data))
    return [features.history.codes[at] for at in weaker.col[order].tolist()]


def _added(features: Features, one: Ints, other: Ints) -> list[list[tuple[str, str, str, float]]]:
    """Return, for each pair and either way, the gap of the taker that the giver fills best."""
    none: list[list[tuple[str, str, str, float]]] = [[] for _ in one]
    if features.ground.profile is None:
        return none
    present = features.present
    related = space.class_proximity(present)
    for row, ends in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        codes = [features.history.codes[end] for end in ends]
        if not all(code in present.index for code in codes):
            continue
        for taker, giver in (codes, codes[::-1]):
            most = space.added_density(present, related, taker).loc[giver]
            if most.max() > 0:
                none[row].append((giver, taker, str(most.idxmax()), float(most.max())))
    return none
