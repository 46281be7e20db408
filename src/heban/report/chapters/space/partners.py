"""Who could add what a city lacks: the best partner inside its province, and the best outside."""

from __future__ import annotations

import pandas as pd

from heban.measures.space.complementarity import added_density, linkage_potential
from heban.report.chapters.maker import NONE, name_of, named
from heban.report.chapters.space.ground import Ground
from heban.report.facts import Facts

SIDES = ("within", "between")
ALONE = ("（无他市）", "(no other city)")
LABELS = {
    "within": ("省内最互补", "Best in the province"),
    "within_adds": ("增添", "Adds"),
    "within_field": ("最受益的学科", "Field helped most"),
    "between": ("省外最互补", "Best outside"),
    "between_adds": ("增添", "Adds"),
    "between_field": ("最受益的学科", "Field helped most"),
}
NOTES = (
    "增添：伙伴见长而本市未见长的学科，在本市各缺口学科的关联度中所占的平均比重（0 至 1）；"
    "最受益的学科是其中所占比重最大的缺口。",
    "Adds: the mean share, from 0 to 1, of the relatedness around the fields a city lacks that falls on "
    "fields the partner has and the city has not; the field helped most is where that share is largest.",
)


def add_partners(facts: Facts, made: Ground) -> None:
    """Add the best partner of each city inside and outside its province, and the field it helps most."""
    last = made.last
    cities = last.cities()
    potential = linkage_potential(last.present.loc[cities], last.related)
    table = pd.DataFrame([{"place": code, **_both(made, code, potential.loc[code])} for code in cities])
    facts.table(
        "space.partners",
        named(table, made.region, "place"),
        sources=made.sources,
        labels=LABELS,
        decimals={"within_adds": 2, "between_adds": 2},
        notes=NOTES,
    )
    _say(facts, made, table)


def _both(made: Ground, code: str, potential: pd.Series[float]) -> dict[str, object]:
    """Return the best partner of a city on both sides of its province's border."""
    last, home = made.last, made.province(code)
    adds = added_density(last.present.loc[potential.index], last.related, code)
    record: dict[str, object] = {}
    for side in SIDES:
        others = [one for one in potential.index if one != code]
        own = [one for one in others if (made.province(one) == home) is (side == "within")]
        ranked = potential[own].dropna().sort_values(ascending=False, kind="stable")
        best = str(ranked.index[0]) if len(ranked) else ""
        field = str(adds.loc[best].idxmax()) if best else ""
        for at, lang in ((0, "zh"), (1, "en")):
            name = made.region.short_name(best, "zh" if lang == "zh" else "en") if best else ALONE[at]
            record[f"{side}_{lang}"] = name
            record[f"{side}_field_{lang}"] = made.label(field)[at] if field else NONE[at]
        record[side], record[f"{side}_adds"] = best, ranked.iloc[0] if best else None
    columns = [
        f"{side}{end}" for side in SIDES for end in ("", "_zh", "_en", "_adds", "_field_zh", "_field_en")
    ]
    return {column: record[column] for column in columns}


def _say(facts: Facts, made: Ground, table: pd.DataFrame) -> None:
    """Add on which side of the border the best partners stand, and who is named most often."""
    both = table.dropna(subset=["within_adds", "between_adds"])
    outside = int((both["between_adds"] > both["within_adds"]).sum())
    facts.fact("space.partners.cities", len(both), decimals=0, sources=made.sources)
    facts.fact("space.partners.outside", outside, decimals=0, sources=made.sources)
    times = table.loc[table["between"] != "", "between"].value_counts()
    first = sorted(times.index, key=lambda code: (-times[code], code))[:1]
    told = name_of(made.region, first[0]) if first else NONE
    facts.fact("space.partners.favourite", told, sources=made.sources)
    count = int(times[first[0]]) if first else 0
    facts.fact("space.partners.favourite.cities", count, decimals=0, sources=made.sources)
