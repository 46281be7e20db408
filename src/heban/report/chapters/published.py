"""The published index: each edition as printed, and how later editions revised earlier ones."""

from __future__ import annotations

from typing import Any

import pandas as pd

from heban.measures import growth
from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker
from heban.report.charts import Chart
from heban.report.charts.series import editions, multiples
from heban.report.facts import Facts

UNIT = ("分", "points")
AGREES = {True: ("相符", "agrees"), False: ("不符", "does not agree")}


def add(package: DataPackage, facts: Facts) -> None:
    """Add the totals, pillars and revisions of the published index."""
    rows = package.frames("published")
    sources = tuple(rows["table"].unique())
    rows = rows[rows["place"] == package.region.code].sort_values(["edition", "name", "year"])
    totals = rows[rows["level"] == "total"]
    _add_totals(facts, totals, sources)
    _add_revisions(facts, revisions(totals), sources)
    _add_pillars(facts, rows[rows["level"] == "pillar"], sources)
    _add_verification(facts, rows, sources)


def revisions(totals: pd.DataFrame) -> pd.DataFrame:
    """Return, for every year that several editions print, the first and the last value and their change.

    The base year is left out: it is 100 by definition.
    """
    several = totals.groupby("year").filter(lambda group: len(group) > 1 and group["value"].nunique() > 1)
    ordered = several.sort_values(["year", "edition"]).groupby("year", as_index=False)
    table = ordered.agg(
        edition_first=("edition", "first"),
        value_first=("value", "first"),
        edition_last=("edition", "last"),
        value_last=("value", "last"),
    )
    change = table["value_last"] - table["value_first"]
    return table.assign(change=change, change_rate=100 * change / table["value_first"])


def _add_totals(facts: Facts, totals: pd.DataFrame, sources: tuple[str, ...]) -> None:
    table = totals[["edition", "year", "value"]]
    facts.table(
        "published.totals",
        table,
        sources=sources,
        units={"value": UNIT},
        decimals={"value": 2},
        labels={"value": ("总指数", "Composite index")},
    )
    latest = totals["edition"].max()
    series = totals[totals["edition"] == latest].set_index("year")["value"]
    first, last = int(series.index[0]), int(series.index[-1])
    annual = growth.annual(series[first], series[last], last - first)
    facts.fact("published.editions", totals["edition"].nunique(), decimals=0, sources=sources)
    facts.fact("published.latest.edition", int(latest), plain=True, sources=sources)
    facts.fact("published.latest.first_year", first, plain=True, sources=sources)
    facts.fact("published.latest.last_year", last, plain=True, sources=sources)
    facts.fact("published.latest.value", series[last], decimals=2, unit=UNIT, sources=sources)
    facts.fact(
        "published.latest.annual_growth",
        100 * annual,
        decimals=2,
        unit="%",
        sources=sources,
        how=("首末两年之比开年数次方减一", "last over first, to the power of one over the steps, less one"),
    )


def _add_revisions(facts: Facts, table: pd.DataFrame, sources: tuple[str, ...]) -> None:
    facts.table(
        "published.revisions",
        table,
        sources=sources,
        labels={
            "edition_first": ("首次发布的版本", "First edition"),
            "value_first": ("首次发布值", "First value"),
            "edition_last": ("最近版本", "Latest edition"),
            "value_last": ("最近值", "Latest value"),
            "change": ("修订", "Revision"),
            "change_rate": ("修订幅度", "Revision, %"),
        },
        units={"value_first": UNIT, "value_last": UNIT, "change": UNIT, "change_rate": "%"},
        decimals={"value_first": 2, "value_last": 2, "change": 2, "change_rate": 2},
    )
    how = ("最近版本之值减首次发布值", "latest edition's value less the first one's")
    facts.fact("published.revised_years", len(table), decimals=0, sources=sources)
    facts.fact("published.revised_down", int((table["change"] < 0).sum()), decimals=0, sources=sources)
    largest = table.sort_values("change", key=abs).iloc[-1].to_dict() if len(table) else {}
    for key in ("year", "edition_first", "edition_last"):
        facts.fact(f"published.revision.{key}", _whole(largest.get(key)), plain=True, sources=sources)
    for key in ("value_first", "value_last", "change"):
        facts.fact(
            f"published.revision.{key}", largest.get(key), decimals=2, unit=UNIT, sources=sources, how=how
        )


def _add_pillars(facts: Facts, pillars: pd.DataFrame, sources: tuple[str, ...]) -> None:
    table = pillars.rename(columns={"name": "pillar_zh", "name_en": "pillar_en"})
    facts.table(
        "published.pillars",
        table[["pillar_zh", "pillar_en", "edition", "year", "value"]],
        sources=sources,
        labels={"pillar": ("一级指标", "Pillar"), "value": ("得分", "Score")},
        units={"value": UNIT},
        decimals={"value": 2},
    )
    grown = _fastest(table)
    facts.fact("published.fastest.pillar", grown.get("pillar"), sources=sources)
    for key in ("edition", "first_year", "last_year"):
        facts.fact(f"published.fastest.{key}", _whole(grown.get(key)), plain=True, sources=sources)
    facts.fact("published.fastest.annual_growth", grown.get("annual"), decimals=2, unit="%", sources=sources)


def verification(rows: pd.DataFrame) -> dict[str, Any]:
    """Return whether the total is the equally weighted mean of its pillars, where all of them are printed.

    Rounding is carried through (§9): the mean of five figures with two decimals is known to
    ± 0.005, and the total agrees when its own interval meets that of the mean.
    """
    count = rows.loc[rows["level"] == "pillar", "name"].nunique()
    known = rows[rows["value"] != growth.BASE]
    for (edition, year), group in known.groupby(["edition", "year"]):
        pillars = group[group["level"] == "pillar"]
        total = group[group["level"] == "total"]
        if len(pillars) == count and len(total) == 1:
            half = 0.5 * 10.0 ** -float(pillars["decimals"].min())
            mean, printed = float(pillars["value"].mean()), float(total["value"].iloc[0])
            own = 0.5 * 10.0 ** -float(total["decimals"].iloc[0])
            agrees = abs(mean - printed) <= half + own
            return {"edition": edition, "year": year, "mean": mean, "low": mean - half, "high": mean + half,
                    "printed": printed, "agrees": AGREES[agrees]}  # fmt: skip
    return {}


def _add_verification(facts: Facts, rows: pd.DataFrame, sources: tuple[str, ...]) -> None:
    found = verification(rows)
    for key in ("edition", "year"):
        facts.fact(f"published.check.{key}", _whole(found.get(key)), plain=True, sources=sources)
    for key in ("mean", "low", "high"):
        facts.fact(f"published.check.{key}", found.get(key), decimals=3, unit=UNIT, sources=sources)
    facts.fact("published.check.printed", found.get("printed"), decimals=2, unit=UNIT, sources=sources)
    facts.fact("published.check.agrees", found.get("agrees"), sources=sources)


def _fastest(pillars: pd.DataFrame) -> dict[str, Any]:
    """Return the pillar that grew fastest in the latest edition that prints two years after the base."""
    records = []
    for (zh, en, edition), group in pillars.groupby(["pillar_zh", "pillar_en", "edition"]):
        known = group[group["value"] != growth.BASE].sort_values("year")
        if len(known) < 2:
            continue
        first, last = known.iloc[0], known.iloc[-1]
        annual = 100 * growth.annual(first["value"], last["value"], int(last["year"] - first["year"]))
        ends = {"first_year": first["year"], "last_year": last["year"]}
        records.append({"pillar": (zh, en), "edition": edition, **ends, "annual": annual})
    latest = max((record["edition"] for record in records), default="")
    return max((r for r in records if r["edition"] == latest), key=lambda r: r["annual"], default={})


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


CHARTS = {
    "published_editions": Chart(editions, ("published.totals",)),
    "published_pillars": Chart(
        multiples, ("published.pillars",), {"facet": "pillar", "series": "edition", "columns": 5}
    ),
}
CHAPTER = Maker("published", "已发布指数", "The published index", add, CHARTS, needs=("published",))
