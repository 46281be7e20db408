"""Corridors: how much flow runs inside a named group of places, and how much chance would put there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.measures.network.nullmodels import by_degree, by_strength, expected_by_strength, significance
from heban.measures.network.requirements import Bools, Floats, members, one_of
from heban.records.flows import Flows

Groups = Mapping[str, Collection[str]]
Counted = Literal["flow", "ties"]
NAN = float("nan")


def corridors(flows: Flows, groups: Groups, *, count: Counted = "flow") -> pd.DataFrame:
    """Return per group and year the flow inside the group, out of it and elsewhere, beside its expectation.

    internal has both ends in the group, outward exactly one; of directed flows outgoing and incoming part
    the outward ones. Shares are of all flow between places of the universe (§6). expected_internal and
    expected_outward follow from the strengths alone (`nullmodels.expected_by_strength`); ratio and
    outward_ratio divide the observed by them. `count="ties"` counts tied pairs instead of their flow, and
    degrees take the place of strengths. A flow of unknown value makes the sums unknown (§1).

    >>> corridors(_demo(), {"west": ["a", "b"]})[["year", "internal", "outward", "internal_share", "ratio"]]
       year  internal  outward  internal_share  ratio
    0  2020       4.0      1.0        0.444444    3.6
    1  2021       1.0      0.0        0.200000   10.0
    """
    inside = members(flows, groups)
    rows = [
        {"group": name, "year": year, **_parts(matrix, own, flows.directed)}
        for year, matrix in _matrices(flows, count)
        for name, own in zip(groups, inside, strict=True)
    ]
    return pd.DataFrame(rows)


def corridor_test(
    flows: Flows,
    groups: Groups,
    rng: np.random.Generator,
    *,
    draws: int = 999,
    count: Counted = "flow",
) -> pd.DataFrame:
    """Return per group and year how its internal flow stands to networks in which all strengths are kept.

    internal, its expected value (mean of the draws), sd, ratio, z and two-sided p; outward, its expected
    value and ratio. Since strengths are kept, internal and outward move against each other one for two,
    and one p serves both. `count="flow"` draws records with every strength kept, "ties" networks of ties
    with every degree kept (`nullmodels`); all groups of a year are read from the same draws. The null knows
    nothing of distance: a corridor of near places stands out for being near as well. Of k groups and years
    tested at 5 %, k/20 stand out by chance.

    >>> found = corridor_test(_demo(), {"west": ["a", "b"]}, np.random.default_rng(1), draws=99)
    >>> found.loc[0, ["year", "internal", "p"]].tolist()
    [2020.0, 4.0, 0.03]
    """
    one_of("count", count, get_args(Counted))
    inside = members(flows, groups)
    rows = []
    for year in flows.years:
        now = flows.of_year(year)
        drawn = _drawn(now, inside, rng, draws, count)
        for name, own, figures in zip(groups, inside, drawn.T, strict=True):
            parts = _parts(next(_matrices(now, count))[1], own, flows.directed)
            rows.append({"group": name, "year": year, **_tested(parts, figures)})
    return pd.DataFrame(rows)


def _matrices(flows: Flows, count: Counted) -> Iterator[tuple[int, Floats]]:
    """Yield the matrix of each year, of flows or of ties; undirected ones hold each flow twice."""
    one_of("count", count, get_args(Counted))
    for year in flows.years:
        matrix = flows.of_year(year).matrix()
        yield year, matrix if count == "flow" else (matrix != 0).astype(float)


def _parts(matrix: Floats, own: Bools, directed: bool) -> dict[str, float]:
    """Return what runs inside, out of and outside a group, with the shares and the expectation."""
    once = 1 if directed else 2
    total = float(matrix.sum()) / once
    internal, outgoing, incoming = _split(matrix, own)
    expected, expected_out, expected_in = _split(expected_by_strength(matrix), own)
    outward, expected_outward = (outgoing + incoming) / once, (expected_out + expected_in) / once
    parts = {"internal": internal / once, "outward": outward}
    if directed:
        parts |= {"outgoing": outgoing, "incoming": incoming}
    return parts | {
        "elsewhere": float(matrix[~own][:, ~own].sum()) / once,
        "total": total,
        "internal_share": internal / once / (total or NAN),
        "outward_share": outward / (total or NAN),
        "expected_internal": expected / once,
        "ratio": internal / (expected or NAN),
        "expected_outward": expected_outward,
        "outward_ratio": outward / (expected_outward or NAN),
    }


def _split(matrix: Floats, own: Bools) -> tuple[float, float, float]:
    """Return the sums of the matrix inside the group, from it outwards and into it."""
    given, received = matrix[own], matrix[:, own]  # summed, not subtracted: what is not there is exactly 0
    return float(given[:, own].sum()), float(given[:, ~own].sum()), float(received[~own].sum())


def _drawn(flows: Flows, inside: Bools, rng: np.random.Generator, draws: int, count: Counted) -> Floats:
    """Return the internal flow of each group in each draw, (draw, group)."""
    if count == "flow":
        ends = by_strength(flows, draws, rng)
        return np.array(
            [(inside[:, first] & inside[:, last]).sum(axis=1) for first, last in ends], dtype=float
        )
    once = 1 if flows.directed else 2
    stacks = []
    for stack in by_degree(flows, draws, rng):
        within = [stack[:, own][:, :, own].sum(axis=(1, 2)) / once for own in inside]
        stacks.append(np.array(within, dtype=float).T.reshape(len(stack), len(inside)))
    return np.concatenate(stacks)


def _tested(parts: dict[str, float], drawn: Floats) -> dict[str, float]:
    internal, outward = parts["internal"], parts["outward"]
    figures = significance(internal, drawn)
    expected = 2 * internal + outward - 2 * figures["expected"]
    return {
        "internal": internal,
        **figures,
        "outward": outward,
        "expected_outward": expected,
        "outward_ratio": outward / (expected or NAN),
    }


def _demo() -> Flows:
    rows = [
        ("a", "b", 2020, 4),
        ("c", "d", 2020, 4),
        ("b", "c", 2020, 1),
        ("a", "b", 2021, 1),
        ("c", "d", 2021, 4),
    ]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "value"]).assign(**{"class": ""})
    return Flows(frame, tuple("abcd"), directed=False)
