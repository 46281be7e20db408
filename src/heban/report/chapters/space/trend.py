"""Alike against complementary: how both went over the periods, within provinces and between them."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from heban.measures.space.complementarity import linkage_potential
from heban.measures.space.stages import Complement, Stages, stages
from heban.records.holdings import Holdings
from heban.report.chapters.maker import SEED
from heban.report.chapters.space.ground import ALWAYS, Ground, Period
from heban.report.facts import Facts

SERIES = {
    ("proximity", "within"): ("邻近：省内", "Alike, within"),
    ("proximity", "between"): ("邻近：省际", "Alike, between"),
    ("complementarity", "within"): ("互补：省内", "Complementary, within"),
    ("complementarity", "between"): ("互补：省际", "Complementary, between"),
}
LABELS = {
    "span": ("时期", "Period"),
    "measure": ("量", "Measure"),
    "scope": ("省内或省际", "Within or between"),
    "series": ("量", "Measure"),
    "value": ("城市对的均值", "Mean over pairs"),
    "low": ("下界", "Low"),
    "high": ("上界", "High"),
    "pairs": ("城市对", "Pairs"),
    "before": ("从", "From"),
    "after": ("到", "To"),
    "competition": ("转向竞争", "Towards competition"),
    "complementation": ("转向互补", "Towards complements"),
    "both_rise": ("两者都升", "Both rise"),
    "both_fall": ("两者都降", "Both fall"),
    "still": ("有一项不动", "One stands still"),
}
MODES = ("competition", "complementation", "both_rise", "both_fall", "still")


class Followed(NamedTuple):
    """The cities and fields that are followed through all periods, and what they held."""

    cities: list[str]
    fields: list[str]
    holdings: Holdings


def add_trend(facts: Facts, made: Ground) -> None:
    """Add mean proximity and complementarity of pairs of cities by period, and which way the pairs went."""
    followed = follow(made)
    every = _stages(made, followed, made.periods)
    ends = _stages(made, followed, (made.periods[0], made.last))
    _means(facts, made, every.means)
    steps = [every.modes, ends.modes] if len(made.periods) > 2 else [every.modes]
    _modes(facts, made, pd.concat(steps, ignore_index=True))
    _say(facts, made, followed, ends)


def follow(made: Ground) -> Followed:
    """Return the cities with enough in every period, and the fields that are fields in every period."""
    cities = [
        code for code in made.last.cities(ALWAYS) if all(one.totals[code] >= ALWAYS for one in made.periods)
    ]
    fields = [one for one in made.last.fields if all(one in period.fields for period in made.periods)]
    rows = pd.concat([period.holdings.frame for period in made.periods])
    rows = rows[rows["place"].isin(cities) & rows["class"].isin(fields)]
    return Followed(cities, fields, Holdings.from_frame(rows, cities, fields))


def _stages(made: Ground, followed: Followed, periods: tuple[Period, ...]) -> Stages:
    return stages(
        followed.holdings,
        {code: made.province(code) for code in followed.cities},
        periods={period.span: [period.year] for period in periods},
        complement=_against_the_country(made, followed),
        seed=SEED,
    )


def _against_the_country(made: Ground, followed: Followed) -> Complement:
    """Return complementarity from presence against the country, over the relatedness of the last period.

    A period is told by its amounts, since that is all that a measure of complementarity is given.
    """
    by_period = [(one.amounts.loc[followed.cities, followed.fields], one.present) for one in made.periods]
    related = made.last.related.loc[followed.fields, followed.fields]

    def measure(amounts: pd.DataFrame, _: tuple[str, ...]) -> pd.DataFrame:
        present = next(held for known, held in by_period if (known.to_numpy() == amounts.to_numpy()).all())
        return linkage_potential(present.loc[followed.cities, followed.fields], related)

    return measure


def _means(facts: Facts, made: Ground, means: pd.DataFrame) -> None:
    """Add the means by period, and their first and last values one by one."""
    rows = means[means["scope"] != "all"].rename(columns={"period": "span", "mean": "value"})
    years = {period.span: period.year for period in made.periods}
    rows = rows.assign(year=rows["span"].map(years)).sort_values(
        ["measure", "scope", "year"], ascending=[False, False, True]
    )
    keys = list(zip(rows["measure"], rows["scope"], strict=True))
    names = {f"series_{lang}": [SERIES[key][at] for key in keys] for at, lang in ((0, "zh"), (1, "en"))}
    columns = ["year", "span", "measure", "scope", *names, "value", "low", "high", "pairs"]
    facts.table(
        "space.trend",
        rows.assign(**names)[columns],
        sources=made.sources,
        labels=LABELS,
        decimals={"value": 3, "low": 3, "high": 3, "pairs": 0},
        hidden=("year", "measure", "scope"),
        notes=(
            "横轴是各时期的末年。上下界是对城市重抽样的 95% 区间。",
            "Within and between provinces. Years are the last of each period. Low and high are a 95 % "
            "interval over draws of cities.",
        ),
    )
    for (measure, scope), own in rows.groupby(["measure", "scope"], sort=False):
        for edge, at in (("first", 0), ("last", -1)):
            name = f"space.trend.{measure}.{scope}.{edge}"
            facts.fact(name, own["value"].iloc[at], decimals=2, sources=made.sources)


def _modes(facts: Facts, made: Ground, modes: pd.DataFrame) -> None:
    """Add the share of pairs that went each way, from period to period and from the first to the last."""
    own = modes[modes["scope"] == "all"]
    own = own.assign(after=own["period"], share=100 * own["share"])
    order = list(dict.fromkeys(zip(own["before"], own["after"], strict=True)))
    wide = own.pivot(index=["before", "after"], columns="mode", values="share").loc[order].reset_index()
    wide.insert(2, "pairs", own["pairs"].iloc[0])
    facts.table(
        "space.modes",
        wide[["before", "after", "pairs", *MODES]],
        sources=made.sources,
        labels=LABELS,
        units=dict.fromkeys(MODES, "%"),
        decimals={"pairs": 0, **dict.fromkeys(MODES, 0)},
        hidden=("still",),
        notes=(
            "转向竞争：邻近上升而互补下降；转向互补：互补上升而邻近下降。",
            "Towards competition: proximity rises while complementarity falls; towards complements: the "
            "reverse.",
        ),
    )
    for mode in ("competition", "complementation"):
        share = wide[mode].iloc[-1]
        facts.fact(f"space.trend.{mode}", share, decimals=0, unit="%", sources=made.sources)


def _say(facts: Facts, made: Ground, followed: Followed, ends: Stages) -> None:
    """Add who was followed, and in words which way both means went from the first period to the last."""
    facts.fact("space.trend.cities", len(followed.cities), decimals=0, sources=made.sources)
    facts.fact("space.trend.least", ALWAYS, decimals=0)
    facts.fact("space.trend.fields", len(followed.fields), decimals=0, sources=made.sources)
    last = ends.means[ends.means["period"] == made.last.span].set_index(["measure", "scope"])
    for scope in ("within", "between"):
        pairs = last.loc[("proximity", scope), "pairs"]
        facts.fact(f"space.trend.{scope}.pairs", pairs, decimals=0, sources=made.sources)
    moved = [_moved(last.loc[(measure, "all")]) for measure in ("proximity", "complementarity")]
    facts.fact(
        "space.trend.verdict",
        _verdict(*moved),
        sources=made.sources,
        how=(
            "首末两个时期全部城市对均值之差：对城市重抽样的 95% 区间不含 0 才算",
            "the difference of the means of all pairs counts when its 95 % interval over draws of cities "
            "leaves out 0",
        ),
    )


def _moved(row: pd.Series[float]) -> int:
    """Return which way a mean went: 1 up, −1 down, 0 when its band leaves a doubt."""
    return 0 if not row["real"] else 1 if row["change"] > 0 else -1


def _verdict(proximity: int, complementarity: int) -> tuple[str, str]:
    """Say which way both means went.

    >>> _verdict(1, 0)
    ('邻近上升，互补的变化未超出抽样误差', 'proximity rose, complementarity moved within sampling error')
    """
    if not proximity and not complementarity:
        return "两者的变化都未超出抽样误差", "neither moved beyond sampling error"
    zh = {1: "上升", -1: "下降", 0: "的变化未超出抽样误差"}
    en = {1: "rose", -1: "fell", 0: "moved within sampling error"}
    return (
        f"邻近{zh[proximity]}，互补{zh[complementarity]}",
        f"proximity {en[proximity]}, complementarity {en[complementarity]}",
    )
