"""Before and after: the index of the boards rebuilt with the plan in it."""

from __future__ import annotations

from heban.plans.boards.standing import ROOT
from heban.plans.scenario.joined import of_plan
from heban.plans.scenario.tables import by_place, of_region
from heban.report.chapters.maker import NONE, SEED, names_of
from heban.report.facts import Facts
from heban.report.planning.ground import Ground
from heban.report.planning.tables import names

DRAWS = 256
SURE = 0.95
LABELS = {
    "before": ("现在", "Now"),
    "after": ("方案之后", "After the plan"),
    "change": ("变化", "Change"),
    "low": ("下界", "Low"),
    "high": ("上界", "High"),
    "probability": ("确有其事的概率", "Probability that it is real"),
}


def add_after(facts: Facts, made: Ground) -> None:
    """Add the change of every place and of the region, with the probability that it is real."""
    change = of_plan(made.plan, made.year, seed=SEED, draws=DRAWS)
    root = made.spec.index.root if made.spec.index else ROOT
    table = by_place(change).xs((made.year, root), level=("year", "node")).reset_index()
    table = table.dropna(subset=["before", "after"])
    moved = table[table["change"].abs() > 1e-9].sort_values("change", ascending=False, kind="stable")
    shown = moved[["place", "before", "after", "change", "low", "high", "probability"]]
    facts.table(
        "boards.after",
        names(made, shown),
        labels=LABELS,
        decimals={**dict.fromkeys(("before", "after", "change", "low", "high"), 1), "probability": 2},
        sources=made.sources,
    )
    region = of_region(change).loc[(made.year, root)]
    for key in ("before", "after", "change", "low", "high"):
        facts.fact(f"boards.region.{key}", region[key], decimals=1, sources=made.sources)
    facts.fact("boards.region.probability", region["probability"], decimals=2, sources=made.sources)
    facts.fact("boards.region.draws", DRAWS, decimals=0)
    facts.fact("boards.sure", SURE, decimals=2)
    gains = moved[(moved["change"] > 0) & (moved["probability"] >= SURE)]
    facts.fact("boards.after.gain", len(gains), decimals=0, unit=("地", "places"), sources=made.sources)
    losses = int((moved["change"] < -1e-9).sum())
    facts.fact("boards.after.lose", losses, decimals=0, unit=("地", "places"), sources=made.sources)
    best = [str(code) for code in moved["place"][:3]]
    facts.fact("boards.after.most", names_of(made.package.region, best) or NONE, sources=made.sources)
