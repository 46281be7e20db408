"""The chapter of the space on the bundled package: its figures again, by hand, from the rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heban.records.package import open_package
from heban.report.chapters.space.ground import Ground, ground
from heban.report.chapters.space.web import layout, ties
from heban.report.run import compose

SHANGHAI, NANJING, SUZHOU = "310100", "320100", "320500"


def table(facts: Any, id: str) -> pd.DataFrame:
    made = facts["tables"][id]
    return pd.DataFrame(made["rows"], columns=[column["name"] for column in made["columns"]])


def value(facts: Any, key: str) -> Any:
    return facts["facts"][f"space.{key}"]["value"]


@pytest.fixture(scope="module")
def made(yrd: Path) -> Ground:
    return ground(open_package(yrd))


@pytest.fixture(scope="module")
def quotient(yrd: Path) -> Callable[[str, str], float]:
    """The location quotient of a city in a class, 2013 to 2017, from the files."""
    grants = pd.read_parquet(yrd / "grants.parquet")
    nation = pd.read_csv(yrd / "grants_nation.csv")
    nation = nation[nation["year"] == 2017].set_index("class")["value"]
    mine = grants[grants["year"].between(2013, 2017) & grants["class"].isin(nation.index)]
    held = mine.groupby(["place", "class"])["value"].sum()

    def found(place: str, field: str) -> float:
        share = float(held.get((place, field), 0.0)) / held[place].sum()
        return float(share / (nation[field] / nation.sum()))

    return found


@pytest.fixture(scope="module")
def related(yrd: Path) -> Callable[[str, str], float]:
    """The relatedness of two of the fields that are drawn, 2017, from the file."""
    pairs = pd.read_csv(yrd / "grant_pairs.csv")
    pairs = pairs[(pairs["year"] == 2017) & ~pairs["class"].isin(SMALL) & ~pairs["other"].isin(SMALL)]
    pairs = pairs[pairs["class"] != pairs["other"]]
    both = pd.concat([pairs, pairs.rename(columns={"class": "other", "other": "class"})])
    met = both.set_index(["class", "other"])["together"]
    sums = met.groupby("class").sum()
    total = sums.sum()

    def found(one: str, other: str) -> float:
        s, t = sums[one], sums[other]
        chance = total / 2 * (s / total * t / (total - s) + t / total * s / (total - t))
        return float(met[one, other] / chance)

    return found


SMALL = ["art", "education", "military_science"]  # below 0.3 % of China's grants of the period


def test_the_quotient_of_shanghai_is_that_of_the_rows(full_facts: Any, quotient: Any) -> None:
    first = table(full_facts, "space.strengths").query(f"place == '{SHANGHAI}'").iloc[0]
    assert first["class"] == "international_studies"
    assert first["quotient"] == pytest.approx(quotient(SHANGHAI, "international_studies"))
    assert first["value"] == 92


def test_the_strongest_fields_are_the_largest_quotients_with_enough_grants(
    full_facts: Any, made: Ground, quotient: Any
) -> None:
    for city in (SUZHOU, "340300"):
        held = made.last.amounts.loc[city]
        ranked = sorted(
            (field for field in made.last.fields if held[field] >= 3 and quotient(city, field) >= 1),
            key=lambda field: -quotient(city, field),
        )
        shown = table(full_facts, "space.strengths").query(f"place == '{city}'")["class"]
        assert shown.tolist() == ranked[:3]


def test_what_lies_within_reach_is_the_share_of_related_fields_that_a_city_has(
    full_facts: Any, made: Ground, quotient: Any, related: Any
) -> None:
    fields = made.last.fields
    has = {field: quotient(NANJING, field) >= 1 for field in fields}
    density = {
        field: sum(related(field, one) for one in fields if one != field and has[one])
        / sum(related(field, one) for one in fields if one != field)
        for field in fields
        if not has[field]
    }
    best = sorted(density, key=lambda field: -density[field])[:3]
    shown = table(full_facts, "space.reach").query(f"place == '{NANJING}'")
    assert shown["class"].tolist() == best
    assert shown["density"].tolist() == pytest.approx([density[field] for field in best])


def test_the_region_is_present_where_its_own_share_is_the_larger(full_facts: Any, made: Ground) -> None:
    amounts = made.last.amounts
    delta, nation = amounts.drop(index="rest").sum(), amounts.sum()
    at_least = (delta / delta.sum() >= nation / nation.sum())[made.last.fields]
    nodes = table(full_facts, "space.fields").set_index("class")
    assert set(nodes.index[nodes["standing"] == "present"]) == set(at_least.index[at_least])
    assert value(full_facts, "present") == at_least.sum()
    assert {name["en"] for name in value(full_facts, "small")} == {
        "Art studies",
        "Education",
        "Military science",
    }


def test_the_ties_hold_all_fields_together_and_are_the_strongest(
    full_facts: Any, made: Ground, related: Any
) -> None:
    drawn = table(full_facts, "space.ties")
    fields = made.last.fields
    assert len(drawn) == len(fields) - 1 + len(fields)
    assert drawn["value"].is_monotonic_decreasing
    top = drawn.iloc[0]
    assert top["value"] == pytest.approx(max(related(one, two) for one, two in combinations(fields, 2)))
    joined = {fields[0]}
    for _ in fields:
        for one, two in zip(drawn["origin"], drawn["destination"], strict=True):
            joined |= {one, two} if joined & {one, two} else set()
    assert joined == set(fields)


def test_every_field_has_a_spot_of_its_own(full_facts: Any) -> None:
    spots = table(full_facts, "space.fields")[["x", "y"]].to_numpy(dtype=float)
    assert spots.min() == 0
    assert spots.max() == 1
    gaps = [np.linalg.norm(one - two) for one, two in combinations(spots, 2)]
    assert min(gaps) > 0.02


def test_fields_without_a_tie_stand_beside_the_others() -> None:
    names = list("abcd")
    counts = pd.DataFrame(0.0, names, names)
    counts.loc["a", "b"] = counts.loc["b", "a"] = counts.loc["b", "c"] = counts.loc["c", "b"] = 1.0
    kept = ties(counts)
    assert kept[["origin", "destination"]].to_numpy().tolist() == [["a", "b"], ["b", "c"]]
    spots = layout(kept, names)
    assert not spots.duplicated().any()
    assert spots.notna().all().all()


def test_the_best_partner_adds_the_most_around_what_is_lacking(
    full_facts: Any, made: Ground, quotient: Any, related: Any
) -> None:
    fields, cities = made.last.fields, made.last.cities()
    has = {(city, field): quotient(city, field) >= 1 for city in cities for field in fields}
    gaps = [field for field in fields if not has[NANJING, field]]

    def adds(partner: str, field: str) -> float:
        others = [one for one in fields if one != field]
        new = [one for one in others if has[partner, one] and not has[NANJING, one]]
        return sum(related(field, one) for one in new) / sum(related(field, one) for one in others)

    row = table(full_facts, "space.partners").set_index("place").loc[NANJING]
    for side, inside in (("within", True), ("between", False)):
        own = [city for city in cities if city != NANJING and city.startswith("32") is inside]
        mean = {city: float(np.mean([adds(city, field) for field in gaps])) for city in own}
        best = max(mean, key=lambda city: mean[city])
        assert row[side] == best
        assert row[f"{side}_adds"] == pytest.approx(mean[best])
        helped = max(gaps, key=lambda field: adds(best, field))
        assert row[f"{side}_field_zh"] == made.label(helped)[0]


def test_a_province_of_one_city_has_no_partner_inside(full_facts: Any) -> None:
    row = table(full_facts, "space.partners").set_index("place").loc[SHANGHAI]
    assert (row["within"], row["within_zh"], row["within_en"]) == ("", "（无他市）", "(no other city)")
    assert pd.isna(row["within_adds"])
    assert row["between_adds"] > 0


def test_mean_proximity_is_that_of_the_pairs(full_facts: Any, made: Ground) -> None:
    period = made.periods[0]
    cities = [code for code in period.totals.index if all(one.totals[code] >= 10 for one in made.periods)]
    fields = [one for one in made.last.fields if all(one in each.fields for each in made.periods)]
    held = period.amounts.loc[cities, fields].to_numpy()
    unit = held / np.sqrt((held**2).sum(axis=1, keepdims=True))
    inside = [
        float(unit[i] @ unit[j])
        for i, j in combinations(range(len(cities)), 2)
        if cities[i][:2] == cities[j][:2]
    ]
    assert value(full_facts, "trend.cities") == len(cities)
    assert value(full_facts, "trend.within.pairs") == len(inside)
    assert value(full_facts, "trend.proximity.within.first") == pytest.approx(np.mean(inside))


def test_the_ways_of_pairs_add_up(full_facts: Any) -> None:
    modes = table(full_facts, "space.modes")
    ways = modes[["competition", "complementation", "both_rise", "both_fall", "still"]]
    assert ways.sum(axis=1).tolist() == pytest.approx([100.0] * 3)
    assert modes[["before", "after"]].to_numpy().tolist() == [
        ["2003–2007", "2008–2012"],
        ["2008–2012", "2013–2017"],
        ["2003–2007", "2013–2017"],
    ]


def test_the_cone_is_the_shares_of_the_cities(full_facts: Any, yrd: Path) -> None:
    grants = pd.read_parquet(yrd / "grants.parquet")
    grants = grants[grants["year"].between(2013, 2017) & (grants["class"] != "nssfc_unclassified")]
    held = grants.groupby("place")["value"].sum()
    shares = 100 * held.sort_values(ascending=False) / held.sum()
    cone = table(full_facts, "space.cone")
    assert cone["place"].tolist() == shares.index[:12].tolist()
    assert cone["last"].tolist() == pytest.approx(shares.iloc[:12].tolist())
    assert value(full_facts, "top3.last") == pytest.approx(shares.iloc[:3].sum())
    every = np.concatenate([held.to_numpy(), np.zeros(41 - len(held))])
    gini = np.abs(np.subtract.outer(every, every)).sum() / (2 * 41**2 * every.mean())
    assert value(full_facts, "gini.last") == pytest.approx(gini)
    ranks = table(full_facts, "space.ranks").query("span == '2013–2017'")
    assert ranks["value"].tolist() == pytest.approx(shares.cumsum().iloc[:15].tolist())


def test_entries_are_counted_from_both_periods(full_facts: Any, made: Ground) -> None:
    before, after = made.periods[-2:]
    cities = [code for code in before.cities() if code in after.cities()]
    fields = [one for one in before.fields if one in after.fields]
    could = [(c, f) for c in cities for f in fields if not before.present.loc[c, f]]
    came = [(c, f) for c, f in could if after.present.loc[c, f]]
    assert value(full_facts, "entry.entered") == len(came)
    assert value(full_facts, "entry.stayed") == len(could) - len(came)
    mean = np.mean([before.density.loc[c, f] for c, f in came])
    assert value(full_facts, "entry.entered.density") == pytest.approx(mean)


def test_the_page_says_that_these_are_not_high_technology(full: Path, full_facts: Any) -> None:
    package = open_package(full)
    assert value(full_facts, "what")["en"].startswith("National social science grants")
    for lang, words in (
        ("zh", "不含高新技术：这里演示的是方法"),
        ("en", "no high technology: they show the method"),
    ):
        assert words in value(full_facts, "caveat")[lang]
        document = compose(package, full_facts, [], lang)
        assert words in str(document)
