"""Scenarios side by side, drawn in the same worlds."""

from __future__ import annotations

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.scenario.change import Change, consequences
from heban.plans.scenario.comparison import ahead, compared
from heban.plans.scenario.edits import edited
from tests.plans.scenario.states import WEIGHTS, edits, index, three


def changed(place: str, indicator: str, add: float, **more: int) -> Change:
    after = edited(three(), edits((place, indicator, "add", add)))
    given = {"draws": 256, "seed": 3} | more
    return consequences(three(), after, index(), doubts=[WEIGHTS], **given)


CHANGES = {"x up": changed("a", "x", 1.0), "y up": changed("b", "y", 1.0), "less": changed("c", "x", -0.5)}


def test_side_by_side() -> None:
    made = compared(CHANGES)
    assert made.index.names == ["scope", "place", "year", "node"]
    assert made.columns.get_level_values("scenario").unique().tolist() == ["x up", "y up", "less"]
    change = made.xs("change", axis=1, level="figure")
    assert change.loc[("place", "a", 2020, "i")].tolist() == [25.0, 0.0, 0.0]
    assert change.loc[("place", "b", 2020, "i")].tolist() == [0.0, 25.0, 0.0]
    np.testing.assert_allclose(change.loc[("region", "", 2020, "i")], [25 / 3, 25 / 3, -12.5 / 3])
    assert made.loc[("place", "b", 2020, "i"), ("y up", "probability")] == 1.0


def test_which_is_ahead() -> None:
    made = ahead(CHANGES, 2020)
    # x against y is even, since their weights are; both beat the loss in every draw.
    assert made.loc["x up", "y up"] == pytest.approx(0.5, abs=0.05)
    assert made.loc["x up", "y up"] + made.loc["y up", "x up"] == 1
    assert made.loc[["x up", "y up"], "less"].tolist() == [1.0, 1.0]
    assert np.isnan(made.loc["less", "less"])


def test_of_a_node_of_which_less_is_better_the_lower_is_ahead() -> None:
    nodes = [
        {"code": "i"}, {"code": "harm", "parent": "i", "direction": -1}, {"code": "x", "parent": "harm"},
        {"code": "y", "parent": "i"},
    ]  # fmt: skip
    made = {
        name: consequences(
            three(), edited(three(), edits(("a", "x", "add", add))), index(nodes=nodes),
            doubts=[WEIGHTS.__class__(level=2)], draws=16, seed=1,
        )
        for name, add in (("more", 1.0), ("less", 0.5))
    }  # fmt: skip
    assert ahead(made, 2020, "harm").loc["less", "more"] == 1.0
    assert ahead(made, 2020).loc["less", "more"] == 1.0


def test_scenarios_drawn_apart_are_refused() -> None:
    with pytest.raises(BadSpec) as error:
        ahead({"one": CHANGES["x up"], "other": changed("a", "x", 1.0, seed=4)}, 2020)
    assert str(error.value) == (
        "scenario 'other' was drawn apart from 'one'. Compare changes of one state, with the same doubts, "
        "draws and seed."
    )


def test_a_year_that_is_not_there_and_no_scenario_at_all() -> None:
    with pytest.raises(UnknownName) as error:
        ahead(CHANGES, 2021)
    assert str(error.value) == "no year '2021' in the index. Near names: 2020."
    for measure in (compared, lambda none: ahead(none, 2020)):
        with pytest.raises(BadSpec) as refused:
            measure({})
        assert str(refused.value) == "there is no scenario to compare; give at least one by name."
