"""Roles of cities in what they exchange: hub 枢纽, source 源泉, sink 洼地, peripheral 边缘."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.balance import balances
from heban.measures.network import resampling
from heban.measures.network.exchange import within
from heban.measures.network.requirements import Bools, Floats
from heban.measures.network.resampling import Scheme, Units
from heban.records.flows import Flows

ROLES = {
    "hub": ("枢纽", "hub"),
    "source": ("源泉", "source"),
    "sink": ("洼地", "sink"),
    "undecided": ("未定", "undecided"),
    "peripheral": ("边缘", "peripheral"),
}


@dataclass(frozen=True)
class Rule:
    """When a place exchanges much, and when it gives much more than it receives or the reverse.

    `volume_quantile`: much is a volume at or above this quantile of the places that take part.
    `least_balance`: a balance counts as leaning from this size on; 0.1 is 11 given for 9 received.
    `level`: the coverage of the band of the balance. No primary source gives the first two: 默认值待核 (§12).
    """

    volume_quantile: float = 0.75  # 默认值待核
    least_balance: float = 0.1  # 默认值待核
    level: float = 0.95

    def __post_init__(self) -> None:
        for name, value in (("volume_quantile", self.volume_quantile), ("least_balance", self.least_balance)):
            if not 0 <= value <= 1:
                raise BadSpec(f"{name} is {value:g} and must lie between 0 and 1.")
        if not 0 < self.level < 1:
            raise BadSpec(f"level is {self.level:g} and must lie above 0 and below 1, as 0.95.")


def city_roles(
    flows: Flows,
    rng: np.random.Generator,
    *,
    draws: int = 1000,
    units: str = "count",
    scheme: Scheme = "poisson",
    rule: Rule | None = None,
) -> pd.DataFrame:
    """Return the role of each place from its volume and its balance, with a bootstrap band.

    volume = given + received, balance = (given − received)/volume, between places (§6); `within` stands
    beside. low and high bound the balance over `draws` resamples of the units (`resampling.of_flows`): the
    percentiles at the level of the rule. p is the chance of a net as large if units went either way
    with probability one half, for counts that of the binomial test; it guards places with few records, whose
    percentiles are too narrow. busy_share is the share of draws in which the place is busy.

    A busy place leans when |balance| ≥ least_balance, the band excludes 0 and p ≤ 1 − level: a source when
    it gives more, a sink when it receives more. It is a hub when |balance| < least_balance, and "undecided"
    when |balance| is larger but cannot be told from 0 with the records there are; a least_balance of 0
    therefore names no hubs, since no records prove a balance to be 0. All other places are peripheral; one
    without flow has no balance. Records that come in bundles make the band of counts too narrow: name the
    bundle in `units` where it is known.
    Source: the words hub, source and sink are those of the 2023 index of the Yangtze River Delta, which
    gives no thresholds; band: Davison & Hinkley, Bootstrap Methods (1997), ch. 5; p: Phipson & Smyth (2010).

    >>> city_roles(_demo(), np.random.default_rng(1), rule=Rule(volume_quantile=0.5)).role.to_dict()
    {'a': 'source', 'b': 'sink', 'c': 'hub', 'd': 'peripheral', 'e': 'peripheral'}
    """
    drawn = resampling.of_flows(flows, units)
    given, received = (side[0] for side in drawn.moved(drawn.times[None, :]))
    table = _judged(drawn, (given, received), rng, draws, scheme, rule or Rule())
    table.index = pd.Index(flows.places)
    table.insert(2, "within", within(flows))
    return table


def roles_of_totals(
    given: pd.Series[float],
    received: pd.Series[float],
    rng: np.random.Generator,
    *,
    draws: int = 1000,
    rule: Rule | None = None,
) -> pd.DataFrame:
    """Return the roles of places of which only the totals given and received are published.

    The totals are counts, taken as independent (Poisson). A place that only one series knows has no role.
    Otherwise as `city_roles`.

    >>> given, received = pd.Series({"a": 4445, "b": 90}), pd.Series({"a": 4427, "b": 10})
    >>> table = roles_of_totals(given, received, np.random.default_rng(1), rule=Rule(volume_quantile=0))
    >>> table.role.to_dict()
    {'a': 'hub', 'b': 'source'}
    """
    both = balances(given.astype(float), received.astype(float))
    known = both.dropna(subset=["given", "received"])
    ends = known["given"].to_numpy(dtype=float), known["received"].to_numpy(dtype=float)
    table = _judged(resampling.of_totals(*ends), ends, rng, draws, "poisson", rule or Rule())
    table.index = known.index
    unknown = both.loc[both.index.difference(known.index), ["given", "received"]]
    return pd.concat([table, unknown]).reindex(both.index) if len(unknown) else table


def _judged(
    units: Units,
    ends: tuple[Floats, Floats],
    rng: np.random.Generator,
    draws: int,
    scheme: Scheme,
    rule: Rule,
) -> pd.DataFrame:
    if draws < 1:
        raise BadSpec(f"draws is {draws}; a band needs at least 1, and 1000 are usual.")
    given, received = ends
    volume, net = given + received, given - received
    outs, ins = (np.concatenate(side) for side in zip(*units.drawn(draws, rng, scheme), strict=True))
    low, high = _band(_ratio(outs - ins, outs + ins), rule.level)
    table = pd.DataFrame({"given": given, "received": received, "volume": volume, "net": net})
    table = table.assign(
        balance=_ratio(net, volume),
        low=low,
        high=high,
        p=np.where(volume > 0, units.evenness(draws, rng), np.nan),
        busy_share=_busy(outs + ins, rule).mean(axis=0),
    )
    return table.assign(role=_roles(table, _busy(volume, rule), rule))


def _roles(table: pd.DataFrame, busy: Bools, rule: Rule) -> npt.NDArray[np.str_]:
    """Return the role of each row, the first that fits."""
    balance = table["balance"]
    apart = ((table["low"] > 0) | (table["high"] < 0)) & (table["p"] <= 1 - rule.level)
    large = balance.abs() >= rule.least_balance
    return np.select(
        [~busy, large & ~apart, large & (balance > 0), large & (balance < 0)],
        ["peripheral", "undecided", "source", "sink"],
        "hub",
    )


def _busy(volume: Floats, rule: Rule) -> Bools:
    """Return who is at or above the quantile of those that take part, in each row."""
    rows = np.atleast_2d(volume)
    limit = np.full(len(rows), np.inf)
    some = (rows > 0).any(axis=1)
    positive = np.where(rows[some] > 0, rows[some], np.nan)
    limit[some] = np.nanquantile(positive, rule.volume_quantile, axis=1) if some.any() else []
    return np.asarray((rows >= limit[:, None]).reshape(volume.shape))


def _ratio(net: Floats, volume: Floats) -> Floats:
    ratio = np.full(volume.shape, np.nan)
    np.divide(net, volume, out=ratio, where=volume > 0)
    return ratio


def _band(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the percentiles that hold the level, per column; draws without flow say nothing."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.full((2, draws.shape[1]), np.nan)
    some = np.isfinite(draws).any(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(draws[:, some], tails, axis=0)
    return low, high


def _demo() -> Flows:
    rows = [("a", "b", 90), ("b", "a", 10), ("c", "d", 30), ("d", "c", 28), ("e", "c", 1), ("c", "b", 9)]
    rows += [("a", "c", 8), ("b", "c", 4), ("c", "a", 1)]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"]).assign(
        **{"year": 2020, "class": ""}
    )
    return Flows(frame, tuple("abcde"), directed=True)
