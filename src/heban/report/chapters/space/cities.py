"""What each city is strong in, what lies within its reach, and whether what lay within reach came."""

from __future__ import annotations

import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures import space
from heban.report.chapters.maker import NONE, name_of, named, names_of
from heban.report.chapters.space.ground import LEAST, UNIT, Ground, Period
from heban.report.facts import Facts

FEW = 3  # strengths and fields within reach that are named
SOME = 3  # grants in a field, for it to be named a strength: 默认值待核
LABELS = {
    "value": ("项目", "Number"),
    "diversity": ("见长的学科", "Fields present"),
    "strengths": ("最强的学科：区位商（项目）", "Strongest fields: quotient (grants)"),
    "reach": ("下一步可及：关联密度", "Next within reach: density"),
    "rank": ("位次", "Rank"),
    "class": ("学科", "Field"),
    "quotient": ("区位商", "Location quotient"),
    "density": ("关联密度", "Relatedness density"),
}


def add_cities(facts: Facts, made: Ground) -> None:
    """Add the profile of every city with enough grants, the core cities apart, and the long tables."""
    last = made.last
    others = [code for code in last.cities() if code not in made.core]
    notes = (
        f"最强的学科取区位商最大、且至少有 {SOME} 项的 {FEW} 个（不小于 1 者）；"
        f"下一步可及取区位商小于 1 的学科中关联密度最大的 {FEW} 个。",
        f"Strongest: the {FEW} largest quotients of 1 or more with at least {SOME} grants. Within reach: of "
        f"the fields below 1, the {FEW} with the largest relatedness density.",
    )
    for id, codes in (("space.core", made.core), ("space.others", others)):
        facts.table(
            id,
            named(_profiles(made, codes), made.region, "place"),
            sources=made.sources,
            labels=LABELS,
            units={"value": UNIT},
            decimals={"value": 0, "diversity": 0},
            notes=notes,
        )
    for id, column, chosen in (
        ("space.strengths", "quotient", strengths),
        ("space.reach", "density", within_reach),
    ):
        rows = [
            (code, rank, field, last.amounts.loc[code, field], value)
            for code in last.cities()
            for rank, (field, value) in enumerate(chosen(last, code).items(), start=1)
        ]
        frame = pd.DataFrame(rows, columns=["place", "rank", "class", "value", column])
        frame.insert(3, "class_zh", [made.label(one)[0] for one in frame["class"]])
        frame.insert(4, "class_en", [made.label(one)[1] for one in frame["class"]])
        facts.table(
            id,
            named(frame, made.region, "place"),
            sources=made.sources,
            labels=LABELS,
            units={"value": UNIT},
            decimals={column: 2, "value": 0},
        )
    _say(facts, made)


def strengths(period: Period, place: str) -> pd.Series[float]:
    """Return a place's largest quotients of 1 or more, of fields in which it has enough."""
    own = period.quotient.loc[place, period.fields]
    own = own[period.present.loc[place] & (period.amounts.loc[place, period.fields] >= SOME)]
    return own.sort_values(ascending=False, kind="stable").head(FEW)


def within_reach(period: Period, place: str) -> pd.Series[float]:
    """Return the fields that a place lacks and whose neighbours it has most of, with their density."""
    own = period.density.loc[place][~period.present.loc[place]].dropna()
    return own[own > 0].sort_values(ascending=False, kind="stable").head(FEW)


def add_entries(facts: Facts, made: Ground) -> None:
    """Add whether fields within reach were taken up more often: from the last period but one to the last."""
    before, after = made.periods[-2:]
    cities = [code for code in before.cities() if code in after.cities()]
    fields = [one for one in before.fields if one in after.fields]
    entered = space.entries(before.present.loc[cities, fields], after.present.loc[cities, fields])
    density = before.density.loc[cities, fields]
    facts.fact("space.entry.cities", len(cities), decimals=0, sources=made.sources)
    facts.fact("space.entry.before", before.since, plain=True, sources=made.sources)
    facts.fact("space.entry.until", before.year, plain=True, sources=made.sources)
    for name, came in (("entered", 1.0), ("stayed", 0.0)):
        facts.fact(
            f"space.entry.{name}", int((entered == came).sum().sum()), decimals=0, sources=made.sources
        )
        mean = density.where(entered == came).stack().mean()
        facts.fact(f"space.entry.{name}.density", mean, decimals=2, sources=made.sources)
    facts.fact("space.entry.verdict", _entry_verdict(entered, density), sources=made.sources)


def _entry_verdict(entered: pd.DataFrame, density: pd.DataFrame) -> tuple[str, str]:
    """Say what the logit of entry on density finds, or why it finds nothing."""
    try:
        found = space.entry_logit(entered, {"density": density}, standardised=True)
    except BadSpec:
        return (
            "进入的学科太少，不能检验关联密度是否有用。",
            "Too few entries to test whether density is of use.",
        )
    row = found.table.loc["density"]
    odds, low, high = (f"{row[name]:.2f}" for name in ("odds_ratio", "low", "high"))
    doubt = row["low"] <= 1 <= row["high"]
    zh = f"关联密度高一个标准差，进入的胜算为 {odds} 倍（95% 区间 {low}—{high}，按城市聚类）"
    en = (
        f"One standard deviation more of density goes with {odds} times the odds of entry "
        f"(95 % interval {low} to {high}, clustered by city)"
    )
    if doubt:
        zh, en = (
            zh + "：分不出有无作用，“可及”只是线索",
            en + ": no effect can be told, and reach is a hint only",
        )
    return zh + "。", en + "."


def _profiles(made: Ground, codes: list[str]) -> pd.DataFrame:
    """Return one row for each city: its size, its diversity, its strengths and its reach in words."""
    last = made.last
    records = []
    for code in codes:
        strong, near = strengths(last, code), within_reach(last, code)
        record: dict[str, object] = {
            "place": code,
            "value": last.totals[code],
            "diversity": int(last.present.loc[code].sum()),
        }
        for at, (lang, held, break_) in enumerate(
            (("zh", "{}（{:.0f}）", "；"), ("en", "{} ({:.0f})", "; "))
        ):
            shown = [
                held.format(f"{made.label(str(field))[at]} {value:.1f}", last.amounts.loc[code, field])
                for field, value in strong.items()
            ]
            reached = [f"{made.label(str(field))[at]} {value:.2f}" for field, value in near.items()]
            record[f"strengths_{lang}"], record[f"reach_{lang}"] = break_.join(shown), break_.join(reached)
        records.append(record)
    columns = ["place", "value", "diversity", "strengths_zh", "strengths_en", "reach_zh", "reach_en"]
    return pd.DataFrame(records, columns=columns)


def _say(facts: Facts, made: Ground) -> None:
    """Add what the text says of the cities."""
    last, region, sources = made.last, made.region, made.sources
    count = last.present.loc[made.core].sum(axis=1).sort_values(ascending=False, kind="stable")
    for name, code in (("widest", count.index[0]), ("narrowest", count.index[-1])):
        facts.fact(f"space.{name}", name_of(region, str(code)), sources=sources)
        facts.fact(f"space.{name}.fields", int(count[code]), decimals=0, sources=sources)
    first = strengths(last, made.core[0])
    facts.fact("space.core.cities", names_of(region, made.core), sources=sources)
    facts.fact("space.example", name_of(region, made.core[0]), sources=sources)
    strong = [made.label(str(one)) for one in first.index]
    facts.fact("space.example.strength", strong or NONE, sources=sources)
    reach = within_reach(last, made.core[0])
    near = [made.label(str(one)) for one in reach.index]
    facts.fact("space.example.reach", near or NONE, sources=sources)
    facts.fact("space.cities", len(last.cities()), decimals=0, sources=sources)
    facts.fact("space.cities.least", LEAST, decimals=0)
