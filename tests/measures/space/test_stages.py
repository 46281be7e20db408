"""Stages: means of pairs over time, their bands, and which of the two measures grows."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.space.complementarity import linkage_potential, technological_complementarity
from heban.measures.space.cooccurrence import cooccurrences, relatedness
from heban.measures.space.matrices import table
from heban.measures.space.proximity import jaffe
from heban.measures.space.quotient import presence
from heban.measures.space.stages import MODES, by_subcategory, stages
from heban.records.holdings import Holdings

PLACES, CLASSES = tuple("abcdef"), ("x1", "x2", "y1", "y2", "y3")
PROVINCES = dict(zip(PLACES, "PPPQQQ", strict=True))
PARENTS = {name: name[0] for name in CLASSES}


def held(tables: dict[int, np.ndarray]) -> Holdings:
    rows = [
        (place, name, year, float(values[i, k]))
        for year, values in tables.items() for i, place in enumerate(PLACES) for k, name in enumerate(CLASSES)
        if values[i, k]
    ]  # fmt: skip
    return Holdings(pd.DataFrame(rows, columns=["place", "class", "year", "value"]), PLACES, CLASSES)


@pytest.fixture(scope="module")
def drawn() -> Holdings:
    rng = np.random.default_rng(5)
    return held({year: rng.integers(0, 7, (6, 5)) for year in (2019, 2020, 2021)})


def pairs(scope: str) -> list[tuple[str, str]]:
    every = [(a, b) for number, a in enumerate(PLACES) for b in PLACES[number + 1 :]]
    same = {"all": (True, False), "within": (True,), "between": (False,)}[scope]
    return [(a, b) for a, b in every if (PROVINCES[a] == PROVINCES[b]) in same]


@pytest.mark.parametrize("scope", ["all", "within", "between"])
def test_means_are_those_of_the_measures_pair_by_pair(drawn: Holdings, scope: str) -> None:
    found = stages(drawn, PROVINCES, draws=5).means
    related = relatedness(cooccurrences(presence(table(drawn))))
    for year in (2019, 2020, 2021):
        near = jaffe(drawn, [year])
        full = linkage_potential(presence(table(drawn, year)), related)
        full = (full + full.T) / 2
        for measure, matrix in (("proximity", near), ("complementarity", full)):
            row = found[
                (found["scope"] == scope) & (found["measure"] == measure) & (found["period"] == str(year))
            ]
            values = pd.Series([matrix.loc[pair] for pair in pairs(scope)]).dropna()
            assert row["pairs"].tolist() == [len(values)]
            assert row["mean"].tolist() == pytest.approx([values.mean()])


def test_changes_are_between_neighbouring_periods(drawn: Holdings) -> None:
    found = stages(drawn, PROVINCES, draws=50).means
    one = found.query("scope == 'all' and measure == 'proximity'")
    assert one["change"].tolist() == pytest.approx([np.nan, *np.diff(one["mean"])], nan_ok=True)
    assert one["real"].tolist() == [
        bool(a > 0 or b < 0) for a, b in zip(one["change_low"], one["change_high"], strict=True)
    ]
    assert (one["low"] <= one["high"]).all()


def test_the_band_is_of_draws_of_places_without_pairs_of_one_place(drawn: Holdings) -> None:
    found = stages(drawn, PROVINCES, draws=40, seed=3).means
    row = found.query("scope == 'within' and measure == 'proximity' and period == '2020'").iloc[0]
    near = jaffe(drawn, [2020]).to_numpy()
    weights = np.random.default_rng(3).multinomial(6, np.full(6, 1 / 6), size=40)
    means = []
    for times in weights:
        places = np.repeat(np.arange(6), times)
        values = [
            near[a, b] for n, a in enumerate(places) for b in places[n + 1 :]
            if a != b and PROVINCES[PLACES[a]] == PROVINCES[PLACES[b]]
        ]  # fmt: skip
        if values:
            means.append(np.mean(values))
    assert [row["low"], row["high"]] == pytest.approx(np.quantile(means, [0.025, 0.975]).tolist())


def test_a_pair_that_parts_from_competition_to_complementing() -> None:
    alike = np.array([[4, 0, 1, 0, 0], [4, 0, 1, 0, 0], *np.zeros((4, 5))])
    apart = np.array([[5, 0, 0, 0, 0], [0, 5, 0, 0, 0], *np.zeros((4, 5))])
    way = by_subcategory(PARENTS)
    found = stages(held({2020: alike, 2021: apart, 2022: alike}), PROVINCES, complement=way, draws=9)
    one = found.modes.query("scope == 'within' and share == 1")
    assert one[["before", "period", "mode", "pairs"]].to_numpy().tolist() == [
        ["2020", "2021", "complementation", 1], ["2021", "2022", "competition", 1],
    ]  # fmt: skip
    assert found.modes.query("scope == 'between'")["share"].isna().all()
    means = found.means.query("scope == 'all'").set_index(["measure", "period"])["mean"]
    assert means["proximity"].tolist() == pytest.approx([1, 0, 1])
    assert means["complementarity"].tolist() == pytest.approx([0, 1, 0])


def test_modes_share_out_every_pair(drawn: Holdings) -> None:
    modes = stages(drawn, PROVINCES, draws=9).modes
    sums = modes.groupby(["scope", "period"])["share"].sum()
    assert sums.tolist() == pytest.approx([1] * 6)
    assert sorted(set(modes["mode"])) == sorted(MODES)


def test_modes_are_counted_pair_by_pair(drawn: Holdings) -> None:
    modes = stages(drawn, PROVINCES, draws=9).modes
    related = relatedness(cooccurrences(presence(table(drawn))))
    near = [jaffe(drawn, [year]) for year in (2019, 2020)]
    full = [linkage_potential(presence(table(drawn, year)), related) for year in (2019, 2020)]
    tally = dict.fromkeys(MODES, 0)
    for a, b in pairs("all"):
        nearer = near[1].loc[a, b] - near[0].loc[a, b]
        fuller = sum(full[1].loc[pair] - full[0].loc[pair] for pair in ((a, b), (b, a))) / 2
        if np.isnan(nearer) or np.isnan(fuller):
            continue
        if abs(nearer) < 1e-12 or abs(fuller) < 1e-12:
            tally["still"] += 1
        elif nearer > 0:
            tally["competition" if fuller < 0 else "both_rise"] += 1
        else:
            tally["complementation" if fuller > 0 else "both_fall"] += 1
    found = modes.query("scope == 'all' and period == '2020'").set_index("mode")
    assert (found["share"] * found["pairs"]).to_dict() == pytest.approx(tally)


def test_what_stands_still_is_in_no_other_mode(drawn: Holdings) -> None:
    rows = drawn.to_frame().query("year == 2020")
    twice = Holdings(pd.concat([rows, rows.assign(year=2021, value=rows["value"] * 2)]), PLACES, CLASSES)
    modes = stages(twice, PROVINCES, draws=9).modes
    assert modes.query("mode == 'still'")["share"].tolist() == [1, 1, 1]
    assert modes.query("mode != 'still'")["share"].tolist() == [0] * 12


def test_groups_and_periods_are_holdings_of_their_own(drawn: Holdings) -> None:
    way = by_subcategory(PARENTS)
    spans = {"early": [2019, 2020], "late": [2021]}
    found = stages(drawn, PROVINCES, periods=spans, groups=PARENTS, complement=way, draws=9).means
    assert found["group"].unique().tolist() == ["", "x", "y"]
    rows = drawn.to_frame().query("`class`.str.startswith('y') and year < 2021")
    part = Holdings(rows, PLACES, CLASSES[2:])
    near = jaffe(part)
    beside = technological_complementarity(table(part), PARENTS)
    one = found.query("group == 'y' and period == 'early' and scope == 'all'").set_index("measure")["mean"]
    values = [near.loc[pair] for pair in pairs("all")]
    assert one["proximity"] == pytest.approx(np.nanmean(values))
    both = [(beside.loc[a, b] + beside.loc[b, a]) / 2 for a, b in pairs("all")]
    assert one["complementarity"] == pytest.approx(np.nanmean(both))


def test_the_seed_decides_the_bands_alone(drawn: Holdings) -> None:
    one, same, other = (stages(drawn, PROVINCES, draws=20, seed=seed).means for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one["low"].equals(other["low"])
    pd.testing.assert_series_equal(one["mean"], other["mean"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 0}, "draws is 0 and level 0.95; at least 1 draw, and a level between 0 and 1."),
        (
            {"provinces": {"a": "P"}},
            "places without a province: 5, the first b. Give each place its province.",
        ),
        (
            {"groups": {"x1": "high"}},
            "classes without a group: 4, the first x2. Give every class a group, or leave it out of the "
            "holdings.",
        ),
        ({"periods": {"none": []}}, "the period 'none' has no year."),
        ({"periods": {}}, "there is no period."),
    ],
)
def test_faults_are_named(drawn: Holdings, options: dict, message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        stages(drawn, **{"provinces": PROVINCES, **options})


def test_a_year_that_is_not_there_is_named(drawn: Holdings) -> None:
    message = "no year '2031' in the holdings. Near names: 2021, 2019, 2020."
    with pytest.raises(UnknownName) as error:
        stages(drawn, PROVINCES, periods={"late": [2031]})
    assert str(error.value) == message
