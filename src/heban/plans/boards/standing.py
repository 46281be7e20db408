"""Where each board stands: long 长板, short 短板, or neither; and the boards as a panel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue, Indicator
from heban.plans.boards.board import Boards
from heban.plans.spec import Factor
from heban.records.panel import DIMENSIONS, Panel

Floats = npt.NDArray[np.float64]

ROOT = "boards"
STANDINGS = {
    "long": ("长板", "long"),
    "even": ("够用", "even"),
    "short": ("短板", "short"),
    "unknown": ("无数据", "no data"),
}


def standing(boards: Boards) -> pd.DataFrame:
    """Return a row for each board: what a place has of a factor, what it needs, and how it stands.

    Long: value_low > need_high. Short: value_high < need_low. Even: the intervals meet. Unknown: value or
    need is not known (§1). `share` = value / need is the length of the plank, from share_low = value_low /
    need_high to share_high = value_high / need_low, so that a long plank lies beyond 1 with its whole
    band; they are NaN where they would be divided by 0. surplus, deficit: in the unit of the board;
    to_give, to_fill: as amounts.

    >>> standing(_demo()).loc[:, ["place", "standing", "share", "to_give", "to_fill"]].to_numpy().tolist()
    [['a', 'long', 3.0, 3.0, 0.0], ['b', 'short', 0.5, 0.0, 0.5], ['c', 'unknown', nan, nan, nan]]
    """
    n, m = boards.value.shape
    low, middle, high = shares(boards)
    columns = {
        "value": boards.value, "low": boards.value_low, "high": boards.value_high,
        "need": boards.need, "need_low": boards.need_low, "need_high": boards.need_high,
        "share": middle, "share_low": low, "share_high": high,
        "standing": _words(boards),
        "surplus": boards.surplus, "deficit": boards.deficit,
        "to_give": boards.to_give, "to_fill": boards.to_fill,
    }  # fmt: skip
    places = np.repeat(np.array(boards.places, dtype=object), m)
    factors = np.tile(np.array([one.code for one in boards.factors], dtype=object), n)
    return pd.DataFrame({"place": places, "factor": factors, **{k: v.ravel() for k, v in columns.items()}})


def shares(boards: Boards) -> tuple[Floats, Floats, Floats]:
    """Return the lower end, the value and the upper end of value / need, (n, m); NaN where a need is 0.

    >>> [part[:, 0].round(3).tolist() for part in shares(_demo())]
    [[2.5, 0.25, nan], [3.0, 0.5, nan], [3.5, 0.75, nan]]
    """
    low = _over(boards.value_low, boards.need_high)
    return low, _over(boards.value, boards.need), _over(boards.value_high, boards.need_low)


def panel(boards: Boards, year: int) -> Panel:
    """Return the values of the boards as a panel of one year, with the hierarchy that an index is built on.

    The root "boards" stands over the pillars, a pillar over its factors; a factor without a pillar hangs
    on the root. Weights are those of the factors; a pillar weighs as much as its factors together, so that
    means of means are means of the factors. More is better. Raises `BadSpec` when a code stands twice.

    >>> made = panel(_demo(), 2024)
    >>> made, [one.code for one in made.catalogue.children("boards")]
    (<Panel: 3 places, 1 years, 1 indicators, 1 cells absent>, ['labs'])
    """
    values = xr.DataArray(
        boards.value[:, None, :],
        coords={"place": list(boards.places), "year": [year], "indicator": [f.code for f in boards.factors]},
        dims=DIMENSIONS,
    )
    return Panel(values, _catalogue(boards))


def _catalogue(boards: Boards) -> Catalogue:
    """Return the root, the pillars and the factors as indicators."""
    pillars = {one.pillar: 0.0 for one in boards.factors if one.pillar}
    for one in boards.factors:
        if one.pillar:
            pillars[one.pillar] += one.weight
    made = [Indicator(ROOT, "合板", "Boards", "", additive=False)]
    made += [
        Indicator(code, code, code, "", parent=ROOT, weight=weight, additive=False)
        for code, weight in pillars.items()
    ]
    made += [
        Indicator(
            one.code, one.zh or one.code, one.en or one.code, one.unit, one.unit_en,
            parent=one.pillar or ROOT, weight=one.weight, additive=not one.per,
        )
        for one in boards.factors
    ]  # fmt: skip
    codes = [one.code for one in made]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadSpec(
            f"the root {ROOT!r}, pillars and factors have codes of their own; twice: {', '.join(twice)}."
        )
    return Catalogue({one.code: one for one in made})


def _words(boards: Boards) -> npt.NDArray[np.object_]:
    """Return how each board stands, (n, m)."""
    known = ~np.isnan(boards.value) & ~np.isnan(boards.need)
    cases = [~known, boards.surplus > 0, boards.deficit > 0]
    return np.select(cases, ["unknown", "long", "short"], "even").astype(object)


def _over(value: Floats, need: Floats) -> Floats:
    return np.asarray(np.divide(value, need, out=np.full(value.shape, np.nan), where=need > 0))


def _demo() -> Boards:
    """One factor of three places that need 2 each: one has 6, one has 1, of one nothing is known."""
    value, half = np.array([[6.0], [1.0], [np.nan]]), np.array([[1.0], [0.5], [np.nan]])
    need = np.full((3, 1), 2.0)
    labs = Factor(code="labs", source="institutions:laboratory")
    return Boards(tuple("abc"), (labs,), value, value - half, value + half, need, need, need, np.ones((3, 1)))
