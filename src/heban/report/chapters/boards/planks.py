"""The boards themselves: planks around the need, the composite, what is bound, what is missing."""

from __future__ import annotations

import pandas as pd

from heban.plans.boards.bound import consequences
from heban.plans.boards.composite import composite
from heban.plans.boards.standing import ROOT, standing
from heban.report.chapters.maker import NONE, name_of, names_of
from heban.report.facts import Facts
from heban.report.planning.ground import Ground
from heban.report.planning.tables import MOBILITY, names, told

SHOWN = 9  # places drawn as planks
BOARD = {
    "factor": ("要素", "Factor"),
    "share": ("占需要的比", "Share of the need"),
    "share_low": ("下界", "Low"),
    "share_high": ("上界", "High"),
    "standing": ("长短", "Standing"),
    "value": ("现有", "Has"),
    "need": ("需要", "Needs"),
}
NEEDS = {
    "absolute": ("定额", "a number set"),
    "quantile": ("各地的分位数", "a quantile of the places"),
    "fitted": ("由规模与结构拟合", "fitted from size and structure"),
}


def add_planks(facts: Facts, made: Ground) -> None:
    """Add every board, those of a few places as planks, the composite, and what no plan can move."""
    board = told(standing(made.boards))
    columns = [
        "place",
        "factor",
        "share",
        "share_low",
        "share_high",
        "standing",
        "standing_zh",
        "standing_en",
    ]
    two = {"share": 2, "share_low": 2, "share_high": 2}
    chosen = board[board["place"].isin(_chosen(made))][columns]
    facts.table("boards.shown", names(made, chosen), labels=BOARD, decimals=two, sources=made.sources)
    every = names(made, board[["place", "factor", "value", "need", *columns[2:]]])
    facts.table(
        "boards.all", every, labels=BOARD, decimals={**two, "value": 2, "need": 2}, sources=made.sources
    )
    _add_counts(facts, made, board)
    _add_composite(facts, made)
    _add_factors(facts, made)


def _chosen(made: Ground) -> list[str]:
    """Return the members of the region's first group and the places of the patrol; else the first few."""
    groups = list(made.package.region.groups.values())
    wanted = [*(groups[0].members if groups else ()), *made.spec.patrol.places]
    known = [code for code in dict.fromkeys(wanted) if code in made.codes]
    return (known or made.codes)[:SHOWN]


def _add_counts(facts: Facts, made: Ground, board: pd.DataFrame) -> None:
    """Add how many boards are long and short, and who has most of either."""
    region = made.package.region
    for standing_ in ("long", "short", "even", "unknown"):
        count = int((board["standing"] == standing_).sum())
        facts.fact(f"boards.{standing_}", count, decimals=0, unit=("块", "boards"), sources=made.sources)
    for standing_, name in (("long", "longest"), ("short", "shortest")):
        each = (board["standing"] == standing_).groupby(board["place"]).sum()
        most = [str(code) for code in each.index[each == each.max()]] if each.max() > 0 else []
        facts.fact(f"boards.{name}", names_of(region, most[:3]) or NONE, sources=made.sources)
        facts.fact(f"boards.{name}.count", int(each.max()), decimals=0, unit=("块", "boards"))
    known = board["standing"].ne("unknown").groupby(board["place"]).any()
    blank = [str(code) for code in known.index[~known]]
    facts.fact("boards.known", int(known.sum()), decimals=0, unit=("地", "places"), sources=made.sources)
    facts.fact("boards.blank", names_of(region, blank) or NONE, sources=made.sources)


def _add_composite(facts: Facts, made: Ground) -> None:
    """Add how much of its needs each place meets, and its shortest board."""
    table = composite(made.boards)
    table = table[table["board"] == ROOT].dropna(subset="value")
    table = table.sort_values("value", ascending=False, kind="stable").rename(columns={"shortest": "factor"})
    for column in ("value", "low", "high"):
        table[column] = 100 * table[column]
    shown = names(made, table[["place", "value", "low", "high", "factor"]])
    facts.table(
        "boards.composite",
        shown,
        labels={
            "value": ("满足需要的程度", "Needs met"),
            "low": ("下界", "Low"),
            "high": ("上界", "High"),
            "factor": ("最短的板", "Shortest board"),
        },
        units=dict.fromkeys(("value", "low", "high"), "%"),
        decimals=dict.fromkeys(("value", "low", "high"), 0),
        sources=made.sources,
        notes=(
            "各板长度取 min(1, 现有/需要) 的加权平均：长板补不了自己的短板。Heban 自定的公式。",
            "The weighted mean of min(1, value/need): what is long does not make up for what is short. "
            "The formula is Heban's own.",
        ),
    )
    best, last = (str(table.iloc[at]["place"]) for at in (0, -1))
    facts.fact("boards.best", name_of(made.package.region, best), sources=made.sources)
    facts.fact("boards.last", name_of(made.package.region, last), sources=made.sources)


def _add_factors(facts: Facts, made: Ground) -> None:
    """Add each factor with its need and whether it moves, why others are missing, and what is bound."""
    held = {factor.code for factor in made.boards.factors}
    rows = [
        (
            one.code,
            *MOBILITY[one.mobility],
            *NEEDS[one.need.kind],
            *made.boards.missing.get(one.code, ("", "")),
        )
        for one in made.spec.factors
    ]
    columns = ["factor", "mobility_zh", "mobility_en", "need_zh", "need_en", "missing_zh", "missing_en"]
    labels = {
        "factor": ("要素", "Factor"),
        "mobility": ("能否流动", "Mobility"),
        "need": ("需要", "Need"),
        "missing": ("缺数的原因", "Why it is missing"),
    }
    table = pd.DataFrame(rows, columns=columns)
    facts.table("boards.factors", names(made, table), labels=labels, sources=made.sources)
    for id, there in (("boards.factors.held", True), ("boards.factors.missing", False)):
        named = [(one.zh, one.en or one.zh) for one in made.spec.factors if (one.code in held) == there]
        facts.fact(id, named or NONE, sources=made.sources)
    facts.fact("boards.factors.count", len(held), decimals=0, unit=("项", "factors"), sources=made.sources)
    zh_names, en_names = made.called("zh"), made.called("en")
    said = [(one.said("zh", zh_names), one.said("en", en_names)) for one in consequences(made.boards)]
    bound = ("".join(zh for zh, _ in said), " ".join(en for _, en in said)) if said else NONE
    facts.fact("boards.bound", bound, sources=made.sources)
