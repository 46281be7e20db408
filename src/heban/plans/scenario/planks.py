"""The default index of boards: the weighted mean of what places have of their needs, at most all of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue
from heban.measures.index.spec import Aggregate, IndexSpec, Node, Normalise
from heban.measures.uncertainty.doubts import MeasurementError
from heban.plans.boards.board import Boards
from heban.plans.boards.standing import ROOT, panel
from heban.records.panel import Panel

Floats = npt.NDArray[np.float64]


def planks(boards: Boards, year: int) -> Panel:
    """Return what each place has of its need of every factor, value / need, as a panel of one year.

    1 is the whole need, more is surplus. A need of 0 is met (1); where value or need is not known there is
    no plank (§1). `year` is the label of the state. The hierarchy is that of `boards.panel`.

    >>> from heban.plans.allocation.programme import _demo
    >>> planks(_demo()[0], 2024).value("b", 2024, "hours")
    0.5
    """
    known = ~np.isnan(boards.value) & ~np.isnan(boards.need)
    share = np.where(known, 1.0, np.nan)
    np.divide(boards.value, boards.need, out=share, where=known & (boards.need > 0))
    made = panel(replace(boards, value=share), year)
    leaves = {factor.code for factor in boards.factors}
    named = {
        one.code: replace(one, unit="需求的倍数", unit_en="times the need", additive=False)
        if one.code in leaves
        else one
        for one in made.catalogue
    }
    return Panel(made.values, Catalogue(named))


def plank_index(boards: Boards) -> IndexSpec:
    """Return the index of planks: 100 · min(value / need, 1), the weighted arithmetic mean through pillars.

    Goalposts 0 and 1 on the panel of `planks`, trimmed, so that no long board makes up for a short one and no
    score looks at another place. Weights are those of the factors, a pillar's the sum of its factors', so
    that every node is 100 times the composite board (`boards.composite`), unknown where one of its planks is
    (§1). Factors that weigh 0 are left out. Raises `BadSpec` when none weighs more.
    Source: Heban's own; of fixed goalposts UNDP, Human Development Report, technical notes.

    >>> from heban.plans.allocation.programme import _demo
    >>> [(node.code, node.goalposts) for node in plank_index(_demo()[0]).nodes]
    [('boards', None), ('hours', (0.0, 1.0)), ('parks', (0.0, 1.0))]
    """
    weights = {factor.code: factor.weight for factor in boards.factors}
    if not any(weights.values()):
        raise BadSpec("no factor weighs more than 0, so that the boards have no index; give one a weight.")
    nodes = []
    for one in panel(boards, 0).catalogue:
        if one.weight > 0:
            posts = (0.0, 1.0) if one.code in weights else None
            nodes.append(Node(code=one.code, parent=one.parent, weight=one.weight, goalposts=posts))
    return IndexSpec(
        root=ROOT,
        nodes=tuple(nodes),
        normalise=Normalise(method="goalposts"),
        aggregate=Aggregate(threshold=1.0),
    )


def plank_errors(boards: Boards, level: float = 0.9) -> MeasurementError | None:
    """Return the errors of the planks that the bands of the boards' values stand for; None without any.

    A band is read as the interval of a normal error that holds with probability `level`, that of
    `boards.build`: s = (value_high − value_low) / (2 z) / need, z the quantile of (1 + level)/2; the same
    in every state, for it is the error of what was counted. A need is taken as known. Heban's own.

    >>> from dataclasses import replace
    >>> from heban.plans.allocation.programme import _demo
    >>> boards = _demo()[0]
    >>> wide = replace(boards, value_low=boards.value * 0.9, value_high=boards.value * 1.1)
    >>> plank_errors(wide).standard_errors["hours"].ravel().round(3).tolist()
    [0.106, 0.03, 0.03]
    """
    half = (boards.value_high - boards.value_low) / (2 * ndtri((1 + level) / 2))
    error = np.full(half.shape, np.nan)
    np.divide(half, boards.need, out=error, where=boards.need > 0)
    made = {
        factor.code: error[:, [number]]
        for number, factor in enumerate(boards.factors)
        if factor.weight > 0 and np.nan_to_num(error[:, number]).any()
    }
    return MeasurementError(standard_errors=made, name="bands") if made else None
