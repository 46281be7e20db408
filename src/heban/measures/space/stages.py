"""Stages: how alike and how complementary the fields of places are over time, and which of the two grows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.complementarity import linkage_potential, technological_complementarity
from heban.measures.space.cooccurrence import cooccurrences, relatedness
from heban.measures.space.matrices import Bools, Floats, table
from heban.measures.space.proximity import jaffe
from heban.measures.space.quotient import presence
from heban.records.holdings import Holdings

Complement: TypeAlias = Callable[[pd.DataFrame, tuple[str, ...]], pd.DataFrame]
Arrays: TypeAlias = dict[str, Floats]

EVERY = ""  # the group of all classes
STILL = 1e-12  # changes below this are none
MODES = ("competition", "complementation", "both_rise", "both_fall", "still")


@dataclass(frozen=True, eq=False)
class Stages:
    """Proximity and complementarity of pairs of places over time.

    `means` has a row for each group of classes ("" for all), period, scope (all, within or between
    provinces) and measure: pairs, mean, low, high, then change from the period before with its band, and
    `real`, whether that band excludes 0. `modes` has a row for each step between periods, group, scope and
    mode: pairs, share, low, high.
    """

    means: pd.DataFrame
    modes: pd.DataFrame


class Chance(NamedTuple):
    """How often each place is drawn (draw, place), and the ends of a band."""

    weights: Floats
    ends: tuple[float, float]


def stages(
    holdings: Holdings,
    provinces: Mapping[str, str],
    *,
    periods: Mapping[str, Collection[int]] | None = None,
    groups: Mapping[str, str] | None = None,
    complement: Complement | None = None,
    draws: int = 499,
    seed: int = 0,
    level: float = 0.95,
) -> Stages:
    """Return the mean proximity and complementarity of pairs of places over time, and which of them grows.

    Proximity is `jaffe`; complementarity is `by_linkage` over the relatedness of all years unless
    `complement` names another, and counts as the mean of both directions of a pair. `periods` names years
    to be pooled, each year without it. `groups` names the group of classes, such as a technology intensity;
    measures then stand for each group beside all classes. From one period to the next a pair goes by

    - "competition": proximity rises while complementarity falls, both are after the same fields;
    - "complementation": complementarity rises while proximity falls;
    - "both_rise", "both_fall"; "still" where one of the two does not change.

    Bands are percentiles over draws of places with replacement, the measures of pairs as found and no pair
    of a place with itself: they say how much hangs on which places there are. A step is `real` when the
    band of the change excludes 0. Pairs of which either place has nothing in the group are left out.
    Sources: of the bands, Snijders & Borgatti, Connections 22(2) (1999) 161–170; the modes are Heban's own.

    >>> rows = [("a", "x", 2020, 2.0), ("a", "y", 2020, 1.0), ("b", "x", 2020, 1.0), ("b", "y", 2020, 2.0)]
    >>> rows += [("a", "x", 2021, 2.0), ("b", "y", 2021, 2.0)]
    >>> frame = pd.DataFrame(rows, columns=["place", "class", "year", "value"])
    >>> found = stages(Holdings.from_frame(frame), {"a": "P", "b": "P"}, draws=20)
    >>> found.means.query("scope == 'within' and measure == 'proximity'")["mean"].round(4).tolist()
    [0.8, 0.0]
    """
    if not draws >= 1 or not 0 < level < 1:
        raise BadSpec(f"draws is {draws} and level {level:g}; at least 1 draw, and a level between 0 and 1.")
    spans = _spans(holdings, periods)
    same = _same(holdings.places, provinces)
    measure = complement or by_linkage(_pooled(holdings, spans))
    tails = (1 - level) / 2, (1 + level) / 2
    chance = Chance(_weights(len(holdings.places), draws, seed), tails)
    parts = {name: _part(holdings, years) for name, years in spans.items()}
    means, modes = [], []
    for group, classes in _grouped(holdings, groups).items():
        found = {name: _pairs(*part, classes, measure) for name, part in parts.items()}
        for scope, pairs in same.items():
            means += [{"group": group, "scope": scope, **row} for row in _means(found, pairs, chance)]
            modes += [{"group": group, "scope": scope, **row} for row in _modes(found, pairs, chance)]
    return Stages(pd.DataFrame(means), pd.DataFrame(modes, columns=_MODE_COLUMNS))


def by_linkage(related: pd.DataFrame, *, quotient: float = 1.0) -> Complement:
    """Return complementarity as `linkage_potential` among classes, for `stages`.

    >>> amounts = pd.DataFrame({"x": [2.0, 1.0], "y": [1.0, 2.0]}, index=["a", "b"])
    >>> by_linkage(pd.DataFrame(np.ones((2, 2)), ["x", "y"], ["x", "y"]))(amounts, ("x", "y")).loc["a", "b"]
    np.float64(0.0)
    """

    def measure(amounts: pd.DataFrame, classes: tuple[str, ...]) -> pd.DataFrame:
        return linkage_potential(presence(amounts, quotient=quotient), related, among=classes)

    return measure


def by_subcategory(parents: Mapping[str, str], *, quotient: float = 0.0) -> Complement:
    """Return complementarity as `technological_complementarity` within classes, for `stages`.

    >>> amounts = pd.DataFrame({"x1": [1.0, 0.0], "x2": [0.0, 1.0]}, index=["a", "b"])
    >>> by_subcategory({"x1": "x", "x2": "x"})(amounts, ("x1", "x2")).loc["a", "b"]
    np.float64(1.0)
    """

    def measure(amounts: pd.DataFrame, classes: tuple[str, ...]) -> pd.DataFrame:
        return technological_complementarity(amounts[list(classes)], parents, quotient=quotient)

    return measure


_MODE_COLUMNS = ["group", "scope", "before", "period", "pairs", "mode", "share", "low", "high"]


def _spans(holdings: Holdings, periods: Mapping[str, Collection[int]] | None) -> dict[str, list[int]]:
    """Return the years of each period in order."""
    if periods is None:
        return {str(year): [int(year)] for year in sorted(holdings.frame["year"].unique())}
    empty = [name for name, years in periods.items() if not len(years)]
    if empty or not periods:
        raise BadSpec(f"the period {empty[0]!r} has no year." if empty else "there is no period.")
    return {str(name): [int(year) for year in years] for name, years in periods.items()}


def _same(places: tuple[str, ...], provinces: Mapping[str, str]) -> dict[str, Bools]:
    """Return which pairs of places are of a scope, the first place before the second and its mirror image."""
    lost = [place for place in places if place not in provinces]
    if lost:
        raise BadSpec(
            f"places without a province: {len(lost)}, the first {lost[0]}. Give each place its province."
        )
    number = pd.factorize(np.array([provinces[place] for place in places], dtype=object))[0]
    apart = ~np.eye(len(places), dtype=bool)
    same = np.equal.outer(number, number)
    return {"all": apart, "within": same & apart, "between": ~same}


def _grouped(holdings: Holdings, groups: Mapping[str, str] | None) -> dict[str, tuple[str, ...]]:
    """Return the classes of each group, all of them first."""
    found = {EVERY: holdings.classes}
    if groups is None:
        return found
    lost = [one for one in holdings.classes if one not in groups]
    if lost:
        raise BadSpec(
            f"classes without a group: {len(lost)}, the first {lost[0]}. Give every class a group, or leave "
            "it out of the holdings."
        )
    for name in sorted({groups[one] for one in holdings.classes}):
        found[name] = tuple(one for one in holdings.classes if groups[one] == name)
    return found


def _pooled(holdings: Holdings, spans: dict[str, list[int]]) -> pd.DataFrame:
    """Return the relatedness of classes over all years of the periods, so that it is one for all of them."""
    years = sorted({year for span in spans.values() for year in span})
    return relatedness(cooccurrences(presence(table(holdings, years))))


def _weights(places: int, draws: int, seed: int) -> Floats:
    """Return how often each place is drawn, with replacement."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(places, np.full(places, 1 / places), size=draws).astype(float)


def _part(holdings: Holdings, years: list[int]) -> tuple[Holdings, pd.DataFrame]:
    """Return the holdings of a period, and their table."""
    rows = holdings.frame[holdings.frame["year"].isin(years)]
    return Holdings(rows, holdings.places, holdings.classes), table(holdings, years)


def _pairs(part: Holdings, amounts: pd.DataFrame, classes: tuple[str, ...], measure: Complement) -> Arrays:
    """Return both measures of pairs in a period, NaN where either place has nothing in the classes."""
    rows = part.frame[part.frame["class"].isin(classes)]
    near = jaffe(Holdings(rows, part.places, classes)).to_numpy()
    one_way = measure(amounts, classes).to_numpy(dtype=float)
    return {"proximity": near, "complementarity": (one_way + one_way.T) / 2 + 0 * near}


def _means(found: Mapping[str, Arrays], pairs: Bools, chance: Chance) -> Iterator[dict[str, object]]:
    """Give the rows of means of a group and scope."""
    for measure in ("proximity", "complementarity"):
        before: tuple[float, Floats] | None = None
        for period, arrays in found.items():
            known = pairs & ~np.isnan(arrays[measure])
            mean, drawn = next(_mean([arrays[measure]], known, chance))
            low, high = _band(drawn, chance)
            step = (mean - before[0], drawn - before[1]) if before else (np.nan, np.full(len(drawn), np.nan))
            down, up = _band(step[1], chance)
            yield {
                "period": period, "measure": measure, "pairs": int(known.sum()) // 2,
                "mean": mean, "low": low, "high": high,
                "change": step[0], "change_low": down, "change_high": up, "real": bool(down > 0 or up < 0),
            }  # fmt: skip
            before = mean, drawn


def _modes(found: Mapping[str, Arrays], pairs: Bools, chance: Chance) -> Iterator[dict[str, object]]:
    """Give the rows of modes of a group and scope, for each step from a period to the next."""
    names = list(found)
    for before, period in pairwise(names):
        nearer, fuller = (found[period][one] - found[before][one] for one in ("proximity", "complementarity"))
        known = pairs & ~np.isnan(nearer) & ~np.isnan(fuller)
        near, full = (np.sign(np.where(np.abs(one) < STILL, 0.0, one)) for one in (nearer, fuller))
        signs = ((near > 0) & (full < 0), (near < 0) & (full > 0), (near > 0) & (full > 0),
                 (near < 0) & (full < 0), (near == 0) | (full == 0))  # fmt: skip
        for mode, (share, drawn) in zip(MODES, _mean(signs, known, chance), strict=True):
            low, high = _band(drawn, chance)
            step = {"before": before, "period": period, "pairs": int(known.sum()) // 2}
            yield {**step, "mode": mode, "share": share, "low": low, "high": high}


def _mean(values: Sequence[Floats | Bools], known: Bools, chance: Chance) -> Iterator[tuple[float, Floats]]:
    """Give for each the mean over known pairs, and over those of each draw, NaN where there is none."""
    stacked = np.stack([*(np.where(known, one, 0.0) for one in values), known.astype(float)])
    weights = chance.weights
    halves = (weights @ np.hstack(list(stacked))).reshape(len(weights), len(stacked), -1)
    drawn = (halves * weights[:, None]).sum(axis=2).T
    number, count = np.where(drawn[-1] > 0, drawn[-1], np.nan), known.sum() or np.nan
    for total, sums in zip(stacked[:-1].sum(axis=(1, 2)), drawn[:-1], strict=True):
        yield float(total / count), sums / number


def _band(drawn: Floats, chance: Chance) -> tuple[float, float]:
    """Return the band of draws; those without a pair tell nothing."""
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, chance.ends)
    return float(low), float(high)
