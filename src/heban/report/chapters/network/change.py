"""The network through the years: what came, what went, and what the borders of provinces cost."""

from __future__ import annotations

from heban.domain.errors import UnknownName
from heban.domain.place import LANGUAGES
from heban.domain.region import Region
from heban.measures.gravity import border, design, words
from heban.measures.network.evolution import evolution
from heban.report.cooperation import Cooperation
from heban.report.facts import Facts

NO_PROVINCES = (
    "本区域没有省级划分，不计算省界效应。",
    "The region has no provinces, hence no border effect.",
)


def add_change(facts: Facts, made: Cooperation, _: Region) -> None:
    """Add the ties that came and went from the first half of the years to the second."""
    flows, years = made.flows, made.flows.years
    halves = [years[: (len(years) + 1) // 2], years[(len(years) + 1) // 2 :]]
    if not halves[1]:
        halves = [years, years]
    row = evolution(flows, halves).iloc[0]
    for end, half in (("before", halves[0]), ("after", halves[1])):
        for edge, year in (("first", half[0]), ("last", half[-1])):
            facts.fact(f"network.{end}.{edge}", year, plain=True, sources=made.sources)
    for name in ("new", "lost", "persistent"):
        facts.fact(f"network.change.{name}", row[name], decimals=0, sources=made.sources)
    facts.fact("network.change.jaccard", row["jaccard"], decimals=2, sources=made.sources)
    facts.fact("network.change.turnover", 100 * row["turnover"], decimals=0, unit="%", sources=made.sources)


def add_border(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add what the records say of the border effect of provinces, or why they say nothing."""
    try:
        covariates = design.of_region(region, made.flows.places)
    except UnknownName:
        facts.fact("network.border", NO_PROVINCES, sources=("places",))
        return
    found = border.borders(made.flows, covariates, friction="pooled", cluster="place")
    # Of years that are refused one reason is enough, and none where another year carries an effect.
    told = found.record() | {"years": [] if found.carried() else [found.years[-1].record()]}
    zh, en = (" ".join(words.sentences(told, lang)) for lang in LANGUAGES)
    facts.fact("network.border", (zh, en), sources=(*made.sources, "places"))
