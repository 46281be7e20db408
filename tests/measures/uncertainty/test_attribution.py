"""What answers for the doubt about an index: by hand, exact against estimated, by target."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue, Indicator
from heban.measures import uncertainty as doubt
from heban.measures.index.spec import IndexSpec, from_dict
from heban.records.panel import Panel

WINMAX = doubt.Interval(of="treat.winmax", low=0, high=3, whole=True)
SCALE = doubt.Choice(of="normalise.method", values=("minmax", "percentile"))
NOISE = doubt.WeightNoise(factor=0.5, sets=12)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def two_indicators() -> tuple[Panel, IndexSpec]:
    """Place a has the scores 100 and 0, place b 0 and 100."""
    values = xr.DataArray(
        [[[2.0, 1.0]], [[1.0, 2.0]]],
        dims=("place", "year", "indicator"),
        coords={"place": ["a", "b"], "year": [2020], "indicator": ["x", "y"]},
    )
    codes = {"i": "", "x": "i", "y": "i"}
    nodes = [{"code": code, "parent": parent} for code, parent in codes.items()]
    catalogue = Catalogue({code: Indicator(code, code, code, "1") for code in codes})
    return Panel(values, catalogue), from_dict({"root": "i", "nodes": nodes})


def test_exact_indices_of_two_weights_by_hand() -> None:
    """a = 100 x/(x + y) over weights {1, 3} × {1, 3}: 50, 25, 75, 50; V = 312.5, of which each has half."""
    inputs = [doubt.Choice(of=f"nodes.{code}.weight", values=(1.0, 3.0)) for code in ("x", "y")]
    made = doubt.exact_sensitivity(*two_indicators(), inputs, rng())
    assert made.runs.score()[:, 0, 0] == pytest.approx([50, 25, 75, 50])
    found = doubt.index_table(made, "scores").loc[("a", 2020)]
    assert found["first"].tolist() == pytest.approx([0.5, 0.5])
    assert found["total"].tolist() == pytest.approx([0.5, 0.5])
    assert found["variance"].tolist() == pytest.approx([312.5, 312.5])
    # Ranks of a against nominal 1, 1 (a tie): 1, 2, 1, 1 and of b 1, 1, 2, 1: mean shift 0, ½, ½, 0.
    assert doubt.rank_shift(made.runs)[:, 0].tolist() == pytest.approx([0, 0.5, 0.5, 0])
    shift = doubt.index_table(made).loc[2020]
    assert shift["first"].tolist() == pytest.approx([0, 0])
    assert shift["total"].tolist() == pytest.approx([1, 1])


def test_estimates_agree_with_exact_indices(panel: Panel, spec: IndexSpec) -> None:
    exact = doubt.exact_sensitivity(panel, spec, [WINMAX, SCALE, NOISE], rng(3))
    assert exact.runs.draws == 4 * 2 * 12
    # The sets of weights come from the generator after the points: give both the same.
    many = doubt.sensitivity(panel, spec, [WINMAX, SCALE, doubt.WeightNoise(factor=0.5)], 2048, rng(3))
    for target in ("scores", "panel"):
        one, other = (doubt.index_table(made, target)[["first", "total"]] for made in (exact, many))
        weighty = doubt.index_table(exact, target)["variance"].to_numpy() > 1
        difference = np.abs(one.to_numpy() - other.to_numpy())[weighty]
        assert np.median(difference) < 0.1


def test_exact_and_estimated_are_the_same_for_the_same_finite_inputs(panel: Panel, spec: IndexSpec) -> None:
    exact = doubt.exact_sensitivity(panel, spec, [WINMAX, SCALE], rng())
    many = doubt.sensitivity(panel, spec, [WINMAX, SCALE], 4096, rng())
    for target in ("shift", "scores", "ranks", "panel"):
        one, other = (doubt.index_table(made, target) for made in (exact, many))
        assert one.index.equals(other.index)
        varied = one["variance"].to_numpy() > 0
        for column in ("first", "total"):
            np.testing.assert_allclose(other[column][varied], one[column][varied], atol=0.03)
        assert one["first"][~varied].isna().all()


def test_targets_have_their_rows(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.sensitivity(panel, spec, [WINMAX, SCALE, NOISE], 32, rng())
    assert made.runs.draws == 32 * 5
    assert made.inputs == ("treat.winmax", "normalise.method", "weights")
    shift = doubt.index_table(made)
    assert shift.index.get_level_values("year").unique().tolist() == [2020, 2021, 2022, "all"]
    assert doubt.index_table(made, "scores", "output").shape == (8 * 3 * 3, 4)
    assert doubt.index_table(made, "panel").index.tolist() == list(made.inputs)
    with pytest.raises(BadSpec) as error:
        doubt.index_table(made, "rank")
    assert str(error.value) == "target is 'rank'; it is 'shift', 'scores', 'ranks' or 'panel'."


def test_one_index_for_the_panel_is_weighted_by_variance(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.exact_sensitivity(panel, spec, [WINMAX, SCALE, NOISE], rng())
    apart = doubt.index_table(made, "scores")
    weights = apart["variance"].to_numpy().reshape(-1, 3)
    parts = apart["total"].fillna(0).to_numpy().reshape(-1, 3)
    together = doubt.index_table(made, "panel")
    assert together["total"].to_numpy() == pytest.approx((parts * weights).sum(0) / weights.sum(0))
    assert together["variance"].iloc[0] == pytest.approx(weights[:, 0].sum())


def test_bootstrap_intervals_hold_the_estimate_and_come_again(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.sensitivity(panel, spec, [WINMAX, SCALE, NOISE], 64, rng())
    for target in ("shift", "panel"):
        one, two = (doubt.index_table(made, target, bootstrap=200, rng=rng(5)) for _ in range(2))
        assert one.equals(two)
        for name in ("first", "total"):
            assert (one[f"{name}_low"] <= one[name] + 0.02).all()
            assert (one[name] <= one[f"{name}_high"] + 0.02).all()


def test_the_uncertainty_of_a_sensitivity_is_that_of_a_and_b(panel: Panel, spec: IndexSpec) -> None:
    made = doubt.sensitivity(panel, spec, [WINMAX, SCALE, NOISE], 32, rng())
    sample = made.uncertainty
    assert sample.draws == 64
    np.testing.assert_array_equal(sample.score(), made.runs.score()[:64])
    np.testing.assert_array_equal(sample.rank(), made.runs.rank()[:64])
    assert sample.parameters.equals(made.runs.parameters.iloc[:64])
    exact = doubt.exact_sensitivity(panel, spec, [WINMAX, SCALE], rng())
    assert exact.uncertainty is exact.runs


def test_what_cannot_be_told_apart_or_counted_is_refused(panel: Panel, spec: IndexSpec) -> None:
    for job in (
        lambda: doubt.sensitivity(panel, spec, [WINMAX], 8, rng()),
        lambda: doubt.exact_sensitivity(panel, spec, [WINMAX], rng()),
    ):
        with pytest.raises(BadSpec) as error:
            job()
        assert str(error.value) == "one input answers for everything; sensitivity needs two or more."
    with pytest.raises(BadSpec) as error:
        doubt.combinations(panel, spec, [WINMAX, doubt.WeightNoise()], rng())
    assert str(error.value) == (
        "weights: not all of the endless combinations can be run; give a number of sets, whole numbers, or a "
        "choice."
    )
