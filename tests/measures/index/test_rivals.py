"""What would change a rank: every answer is put in and must bring the two level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.domain.errors import UnknownName
from heban.measures.index import stages
from heban.measures.index.pipeline import build
from heban.measures.index.rivals import rivals
from heban.records.panel import Panel
from tests.measures.index.small import panel, random_panel, spec, with_gaps

YEAR = 2021
OF: dict[str, dict[str, Any]] = {
    "a": {"weight": 3},
    "right": {"weight": 2, "direction": -1},
    "b": {"direction": -1},
}


def again(result: Any, scores: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    made = stages.aggregate(scores, result.hierarchy, result.spec, weights=weights, years=result.years)
    return made.scores[..., -1]


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "power"])
@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_the_needed_score_brings_a_place_level(method: str, gaps: float) -> None:
    given = with_gaps(random_panel(places=9), gaps) if gaps else random_panel(places=9)
    made = build(
        given, spec(of=OF, normalise={"range": [1, 100]}, aggregate={"method": method, "exponent": 0.5})
    )
    table = rivals(made, YEAR).indicators
    at = made.years.index(YEAR)
    tried = 0
    for (place, code), row in table[table["needed"].notna()].iterrows():
        scores = made.stages["normalised"].to_numpy().copy()
        if row["needed"] <= 0:
            continue  # below every scale: the means cannot take it
        scores[made.places.index(place), at, made.hierarchy.number(code)] = row["needed"]
        reached = again(made, scores)[made.places.index(place), at]
        rival = float(made.scores.sel(place=row["rival"], year=YEAR, node="index"))
        assert reached == pytest.approx(rival, rel=1e-11)
        tried += 1
    assert tried > 10


def test_the_needed_share_brings_a_place_level() -> None:
    made = build(random_panel(places=9), spec(of=OF))
    table = rivals(made, YEAR).weights
    at = made.years.index(YEAR)
    tree = made.hierarchy
    possible = table[table["possible"]]
    assert len(possible) > 5
    for (place, code), row in possible.iterrows():
        node = tree.number(code)
        siblings = tree.children[int(tree.parents[node])]
        weights = made.weights.to_numpy().copy()
        weights[siblings] *= (1 - row["needed"]) / (weights[siblings].sum() - weights[node])
        weights[node] = row["needed"]
        index = again(made, made.stages["normalised"].to_numpy(), weights)
        mine, rival = (index[made.places.index(one), at] for one in (place, row["rival"]))
        assert mine == pytest.approx(rival, rel=1e-11)
        assert row["now"] + row["change"] == pytest.approx(row["needed"])


def test_the_rival_is_the_one_just_ahead_and_the_best_has_none() -> None:
    made = build(random_panel(places=9), spec())
    ranks = made.ranks.sel(node="index", year=YEAR).to_series()
    table = rivals(made, YEAR).indicators
    rival = table["rival"].groupby(level="place").first()
    assert set(rival.index) == set(ranks.index) - {ranks.idxmin()}
    assert (ranks[rival.index].to_numpy() - ranks[rival.to_numpy()].to_numpy() == 1).all()
    assert (table["gap"] > 0).all()


def test_ties_chase_the_next_score_and_not_each_other() -> None:
    made = build(panel([[[3.0]], [[1.0]], [[1.0]], [[0.0]]], "x"), spec({"i": "", "x": "i"}))
    table = rivals(made, 2020).indicators
    assert table["rival"].tolist() == ["P0", "P0", "P1"]


def test_in_an_index_of_less_the_rival_has_less() -> None:
    made = build(random_panel(places=9), spec(of={"index": {"direction": -1}}))
    assert (rivals(made, YEAR).indicators["gap"] < 0).all()


@pytest.mark.parametrize("normalise", [{"method": "minmax"}, {"method": "goalposts"}, {"method": "efficacy"}])
def test_the_change_in_unit_put_into_the_data_brings_a_place_level(normalise: dict[str, Any]) -> None:
    given = random_panel(places=9)
    of = {code: {"goalposts": [0, 20], **OF.get(code, {})} for code in "abcd"}
    made = build(given, spec({**OF_TREE}, {**of, "right": OF["right"]}, normalise=normalise))
    table = rivals(made, YEAR).indicators
    some = table[table["possible"] & table["change_in_unit"].notna()]
    assert len(some) > 5
    tried = 0
    for (place, code), row in some.iterrows():
        values = given.values.copy(deep=True)
        of_code = given.values.sel(indicator=code).to_numpy()
        extremes = {int(of_code.argmin()), int(of_code.argmax())}
        if normalise["method"] == "minmax" and given.places.index(place) * 3 + 1 in extremes:
            continue  # moving an end of the scale moves everybody
        values.loc[place, YEAR, code] += row["change_in_unit"]
        changed = build(Panel(values, given.catalogue), made.spec).scores.sel(node="index", year=YEAR)
        assert float(changed.sel(place=place)) == pytest.approx(
            float(changed.sel(place=row["rival"])), rel=1e-9
        )
        tried += 1
    assert tried > 3


OF_TREE = {
    "index": "",
    "left": "index",
    "right": "index",
    "a": "left",
    "b": "left",
    "c": "right",
    "d": "right",
}


def test_what_no_change_can_do_is_not_possible() -> None:
    tree = {"i": "", "x": "i", "y": "i"}
    made = build(panel([[[4.0, 4.0]], [[3.0, 0.0]], [[0.0, 1.0]]], "xy"), spec(tree))
    table = rivals(made, 2020).indicators
    assert table.loc[("P1", "x"), ["gap", "needed", "possible"]].tolist() == [62.5, 200.0, False]
    assert table.loc[("P1", "y"), "possible"] is np.False_ or not table.loc[("P1", "y"), "possible"]
    # P1 is behind P0 in both: no share of weight helps.
    assert not rivals(made, 2020).weights.loc["P1", "possible"].any()


def test_other_methods_leave_the_answer_open() -> None:
    made = build(random_panel(places=9), spec(aggregate={"of": {"left": {"method": "median"}}}))
    found = rivals(made, YEAR)
    indicators, weights = found.indicators["needed"].unstack(), found.weights["needed"].unstack()
    assert indicators[["a", "b"]].isna().all(axis=None) and indicators[["c", "d"]].notna().all(axis=None)
    assert weights[["a", "b"]].isna().all(axis=None) and weights["left"].notna().any()


def test_values_that_were_changed_have_no_change_in_unit() -> None:
    given = panel(np.exp(np.arange(12.0))[:, None, None], "x")
    made = build(given, spec({"i": "", "x": "i"}, treat={"steps": ["winsorise"], "winmax": 2}))
    table = rivals(made, 2020).indicators
    moved = made.frame("history")["x"].droplevel("year").str.contains("lowered")
    assert moved.any()
    assert (
        table["change_in_unit"]
        .droplevel("indicator")
        .isna()
        .eq(moved[table.index.get_level_values("place")])
        .all()
    )


def test_the_least_change_is_the_least_of_the_possible() -> None:
    made = build(random_panel(places=9), spec())
    found = rivals(made, YEAR)
    least = found.least()
    for place, row in least.dropna(subset=["indicator"]).iterrows():
        some = found.indicators.loc[place]
        assert abs(row["change"]) == some.loc[some["possible"], "change"].abs().min()
    for place, row in least.dropna(subset=["node"]).iterrows():
        some = found.weights.loc[place]
        assert abs(row["change_of_share"]) == some.loc[some["possible"], "change"].abs().min()


def test_an_indicator_and_a_single_place_have_tables_too() -> None:
    made = build(random_panel(places=9), spec())
    found = rivals(made, YEAR, "a")
    assert found.indicators["change"].tolist() == found.indicators["gap"].tolist()
    assert found.weights.empty and found.weights.index.names == ["place", "node"]
    assert found.least()["indicator"].tolist() == ["a"] * 8
    alone = rivals(build(random_panel(places=1), spec()), YEAR)
    assert alone.indicators.empty and alone.weights.empty and alone.least().empty


def test_unknown_years_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"^no year '1999' in the index\."):
        rivals(build(random_panel(), spec()), 1999)
