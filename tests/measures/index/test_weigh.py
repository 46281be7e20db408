"""Weights: given, of the data, of experts, by an optimiser; and what they come to at the top."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.index import aggregate
from heban.measures.index.tree import ancestry, leaves
from heban.measures.index.weigh.expert import ahp, budget
from heban.measures.index.weigh.given import by_name, effective, equal, shared
from heban.measures.index.weigh.objective import component_weights, critic, entropy
from heban.measures.index.weigh.optimise import to_information, to_targets

NAN = float("nan")
#       0  1  2  3  4  5: two pillars, one indicator straight under the index
UNEVEN = [3, 3, 4, 5, 5, -1]


@pytest.fixture
def scores() -> np.ndarray:
    """Four indicators that share one cause, 60 places."""
    rng = np.random.default_rng(8)
    cause = rng.standard_normal((60, 1))
    return 50 + 10 * (cause + rng.standard_normal((60, 4)) * [0.5, 1.0, 1.5, 2.0])


# Given ---------------------------------------------------------------------------------------


def test_weights_by_name_keep_the_order_of_the_children() -> None:
    assert by_name({"z": 1, "a": 2, "m": 3}, ["m", "z", "a"]).tolist() == [3, 1, 2]
    with pytest.raises(UnknownName) as unknown_name:
        by_name({"rd_spent": 1}, ["rd_spend", "gdp"])
    assert str(unknown_name.value) == (
        "no child 'rd_spent' in this group, which the weights name. Near names: rd_spend."
    )
    with pytest.raises(BadSpec) as caught:
        by_name({"gdp": 1}, ["rd_spend", "gdp"])
    assert str(caught.value) == "no weight for rd_spend: give one for each of rd_spend, gdp."
    with pytest.raises(BadSpec) as caught:
        by_name({"gdp": -1}, ["gdp"])
    assert str(caught.value) == "the weight of gdp is a finite number from 0 up, not -1."


def test_equal_and_shared() -> None:
    assert equal(2).tolist() == [0.5, 0.5]
    assert shared([[1, 3], [2, 2]]).tolist() == [[0.25, 0.75], [0.5, 0.5]]
    for wrong in ([0, 0], [-1, 2], [NAN, 1]):
        with pytest.raises(BadSpec):
            shared(wrong)
    with pytest.raises(BadSpec):
        equal(0)


def test_the_hierarchy_as_an_array() -> None:
    assert leaves(UNEVEN).tolist() == [0, 1, 2]
    assert ancestry(UNEVEN)[2].tolist() == [False, False, True, False, True, True]
    for wrong, sentence in {
        (1, 0): "the hierarchy has a circle: node 0 lies above itself.",
        (0,): "the hierarchy has a circle: node 0 lies above itself.",
        (5, -1): "a parent is the number of a node, 0 to 1, or -1; 5 is neither.",
        (): "parents is a list of whole numbers: the parent of each node, -1 at a root.",
    }.items():
        with pytest.raises(BadSpec) as caught:
            ancestry(wrong)
        assert str(caught.value) == sentence


def test_defect_22_effective_weights_are_those_in_fact_used() -> None:
    one, other = [1, 1, 1, 1, 1, 1], [1, 3, 1, 2, 1, 1]
    assert effective(UNEVEN, one).tolist() == [0.25, 0.25, 0.5, 0.5, 0.5, 1]
    np.testing.assert_allclose(effective(UNEVEN, other), [2 / 12, 6 / 12, 1 / 3, 2 / 3, 1 / 3, 1])
    both = effective(UNEVEN, [one, other])  # draws
    np.testing.assert_allclose(both[1], effective(UNEVEN, other))


@given(
    hnp.arrays(np.float64, 3, elements=st.floats(1, 100)),
    hnp.arrays(np.float64, 6, elements=st.floats(0.1, 9)),
)
def test_defect_22_they_rebuild_the_index_from_its_indicators(x: np.ndarray, w: np.ndarray) -> None:
    first = aggregate.arithmetic(x[:2], w[:2])
    index = aggregate.arithmetic([float(first), float(x[2])], w[3:5])
    eff = effective(UNEVEN, w)
    assert eff[:3] @ x == pytest.approx(float(index))
    assert eff[:3].sum() == pytest.approx(1)


def test_effective_weights_of_a_place_with_gaps() -> None:
    present = np.array([[True, False, True, True, True, True], [False, False, True, False, True, True]])
    found = effective(UNEVEN, np.ones(6), present=present)
    np.testing.assert_allclose(found, [[0.5, 0, 0.5, 0.5, 0.5, 1], [0, 0, 1, 0, 1, 1]])
    with pytest.raises(BadSpec) as caught:
        effective(UNEVEN, [1, 1])
    assert str(caught.value) == "6 nodes need as many weights, not (2,)."
    with pytest.raises(BadSpec):
        effective(UNEVEN, [1, 1, 1, 1, 1, -1])


# From the data -------------------------------------------------------------------------------


def test_the_component_leans_to_what_the_group_shares(scores: np.ndarray) -> None:
    found = component_weights(scores)
    assert found.weights.sum() == pytest.approx(1) and found.negative == ()
    assert (np.diff(found.weights) < 0).all()  # the noisier, the less
    np.testing.assert_allclose(found.weights, found.vector**2)
    linear = component_weights(scores, scheme="linear")
    np.testing.assert_allclose(linear.weights, found.vector / found.vector.sum())
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(component_weights(scores[:, order]).weights, found.weights[order], rtol=1e-9)
    np.testing.assert_allclose(component_weights(scores * [1, 5, 9, 2] + 3).weights, found.weights, rtol=1e-9)


def test_defect_29_a_negative_loading_is_never_a_silent_negative_weight(scores: np.ndarray) -> None:
    turned = scores * [1, 1, 1, -1]
    with pytest.raises(BadSpec) as caught:
        component_weights(turned)
    vector = component_weights(turned, negative="zero").vector
    assert str(caught.value) == (
        f"the first component runs against number 3 ({vector[3]:.3f}): that child would lower what it "
        "is part of. "
        "Check its direction, move it to another group, or choose negative='zero'."
    )
    zero = component_weights(turned, negative="zero")
    assert zero.negative == (3,) and zero.weights[3] == 0 and zero.weights.sum() == pytest.approx(1)
    kept = component_weights(turned, negative="keep", scheme="linear")
    assert kept.weights[3] < 0 and kept.negative == (3,)
    assert (component_weights(turned, negative="keep").weights > 0).all()


def test_defect_29_the_sign_of_a_component_is_ruled() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        values = rng.standard_normal((12, 5))
        vector = component_weights(values, negative="keep").vector
        assert vector.sum() > 0
        np.testing.assert_allclose(component_weights(-values, negative="keep").vector, vector, atol=1e-9)


def test_entropy_by_hand() -> None:
    values = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 5.0]])
    assert entropy(values).tolist() == [0, 1]
    three = np.column_stack([values, [0.0, 0.0, 8.0]])
    p = np.array([1, 2, 5]) / 8
    d = 1 + (p * np.log(p)).sum() / np.log(3)
    np.testing.assert_allclose(entropy(three), [0, d / (1 + d), 1 / (1 + d)])
    holed = np.array([[1.0, 2.0], [3.0, 4.0], [NAN, 4.0]])
    alone = 1 + (0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2)
    other = 1 + (0.2 * np.log(0.2) + 0.8 * np.log(0.4)) / np.log(3)
    np.testing.assert_allclose(entropy(holed), np.array([alone, other]) / (alone + other))


def test_critic_by_hand() -> None:
    values = np.array([[0.0, 0.0, 2.0], [1.0, 1.0, 0.0], [2.0, 2.0, 4.0]])
    s, r = np.std([0, 0.5, 1], ddof=1), 0.5
    np.testing.assert_allclose(
        critic(values), np.array([s * (1 - r), s * (1 - r), s * 2 * (1 - r)]) / (4 * s * (1 - r))
    )
    np.testing.assert_allclose(critic(values * [1, 9, 4] + 7), critic(values))
    constant = np.column_stack([values, [3.0, 3.0, 3.0]])
    np.testing.assert_allclose(critic(constant), [*critic(values), 0])


def test_data_that_give_no_weights_are_refused() -> None:
    same = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    with pytest.raises(BadSpec) as caught:
        critic(same)
    assert str(caught.value) == (
        "CRITIC gives no child any weight: they do not vary, or all say the same. Take equal weights."
    )
    with pytest.raises(BadSpec) as caught:
        entropy(np.ones((3, 2)))
    assert str(caught.value).startswith("entropy gives no child any weight")
    with pytest.raises(BadSpec) as caught:
        entropy(same - 2)
    assert str(caught.value) == "entropy takes scores from 0 up; the least is -1. Normalise to 0–100 first."
    with pytest.raises(BadSpec) as caught:
        entropy([[0.0, 1.0], [0.0, 2.0]])
    assert str(caught.value) == "entropy needs two values and a sum above 0; child number 0 has not. Drop it."
    with pytest.raises(BadSpec):
        component_weights(same, scheme="cubic")  # type: ignore[arg-type]
    with pytest.raises(BadSpec):
        component_weights(same, negative="abs")  # type: ignore[arg-type]


# Of experts ----------------------------------------------------------------------------------


def test_ahp_finds_the_weights_that_consistent_judgements_stand_for() -> None:
    truth = np.array([0.5, 0.3, 0.15, 0.05])
    found = ahp(truth[:, None] / truth[None, :])
    np.testing.assert_allclose(found.weights, truth)
    assert found.ratio == pytest.approx(0, abs=1e-9) and found.eigenvalue == pytest.approx(4)


def test_ahp_by_hand_of_saaty_s_three() -> None:
    # λ of a reciprocal 3×3 matrix is 1 + c + 1/c with c the cube root of a₁₃/(a₁₂·a₂₃).
    matrix = [[1, 2, 8], [0.5, 1, 2], [0.125, 0.5, 1]]
    c = 2 ** (1 / 3)
    found = ahp(matrix)
    assert found.eigenvalue == pytest.approx(1 + c + 1 / c)
    assert found.ratio == pytest.approx((c + 1 / c - 2) / 2 / 0.58)
    geometric = np.prod(matrix, axis=1) ** (1 / 3)
    np.testing.assert_allclose(found.weights, geometric / geometric.sum())  # exact for three


def test_ahp_refuses_judgements_that_contradict_each_other_and_names_the_worst() -> None:
    judged = [[1, 2, NAN], [NAN, 1, 2], [9, NAN, 1]]  # a > b > c, yet c is far above a
    judged[0][2] = 1 / 9
    with pytest.raises(BadSpec) as caught:
        ahp(judged, ["a", "b", "c"])
    assert str(caught.value) == (
        "the judgements contradict each other: consistency ratio 1.383, at most 0.1. "
        "Furthest off: a against b is judged 2, the others imply about 0.606. "
        "Judge again, or set allow_inconsistent."
    )
    found = ahp(judged, ["a", "b", "c"], allow_inconsistent=True)
    assert found.ratio > 1 and found.weights.sum() == pytest.approx(1)
    assert found.implied == pytest.approx(found.weights[0] / found.weights[1])


def test_experts_are_joined_by_the_geometric_mean() -> None:
    one, two = [[1, 4], [0.25, 1]], [[1, 1], [NAN, 1]]
    found = ahp([one, two])
    np.testing.assert_allclose(found.weights, [2 / 3, 1 / 3])
    assert found.by_expert.tolist() == [0, 0]


def test_ahp_takes_rounded_reciprocals_and_no_others() -> None:
    assert ahp([[1, 3], [0.333, 1]]).weights[0] == pytest.approx(0.75, abs=1e-3)
    with pytest.raises(BadSpec) as caught:
        ahp([[1, 3], [3, 1]], ["a", "b"])
    assert str(caught.value) == (
        "judgements are positive and reciprocal: a against b is 3 and the other way round 3. "
        "Give 1/x for x, or leave one of the two empty."
    )
    for wrong in ([[1, 2, 3]], [[0]], [[1, -2], [-0.5, 1]], np.ones((16, 16))):
        with pytest.raises(BadSpec):
            ahp(wrong)
    with pytest.raises(BadSpec):
        ahp([[1, 1], [1, 1]], ["a"])


def test_budgets_are_averaged_and_checked() -> None:
    found = budget([[60, 40, 0], [40, 30, 30]])
    np.testing.assert_allclose(found.weights, [0.5, 0.35, 0.15])
    np.testing.assert_allclose(found.spread, np.std([[0.6, 0.4, 0], [0.4, 0.3, 0.3]], axis=0, ddof=1))
    np.testing.assert_allclose([found.lowest, found.highest], [[0.4, 0.3, 0], [0.6, 0.4, 0.3]])
    assert np.isnan(budget([[2, 8]], total=10).spread).all()
    for points, sentence in (
        ([[60, 60]], "the points of expert number 0 sum to 120, not to 100."),
        ([[100, NAN]], "expert number 0 left a child without points or gave less than 0; give 0 where none."),
        ([60, 40], "points have the axes (expert, child), and the budget is above 0."),
    ):
        with pytest.raises(BadSpec) as caught:
            budget(points)
        assert str(caught.value) == sentence
    with pytest.raises(BadSpec):
        budget([[50, 50]], experts=["a", "b"])


# By an optimiser -----------------------------------------------------------------------------


def test_defect_01_targets_go_by_name_in_any_order(scores: np.ndarray) -> None:
    names = ["zeta", "alpha", "mid", "beta"]
    wanted = {"zeta": 4, "alpha": 2, "mid": 3, "beta": 3}
    reference = to_targets(scores, [4, 2, 3, 3])
    for order in itertools.permutations(wanted):
        found = to_targets(scores, {name: wanted[name] for name in order}, names=names)
        np.testing.assert_array_equal(found.weights, reference.weights)
    with pytest.raises(UnknownName):
        to_targets(scores, {**wanted, "gamma": 1}, names=names)
    with pytest.raises(BadSpec) as caught:
        to_targets(scores, {"zeta": 4, "alpha": 2, "mid": 3}, names=names)
    assert str(caught.value) == "no target for beta: give one for each of zeta, alpha, mid, beta."


def test_defect_02_the_optimum_is_reached_and_what_is_reported_is_it(scores: np.ndarray) -> None:
    found = to_targets(scores, [1.1, 1.0, 0.9, 0.8])
    assert found.converged and found.gap < 1e-6
    np.testing.assert_allclose(found.achieved, np.array([1.1, 1.0, 0.9, 0.8]) / 3.8, atol=1e-6)
    total = aggregate.arithmetic(scores, found.weights)
    r = np.array([np.corrcoef(column, total)[0, 1] for column in scores.T])
    np.testing.assert_allclose(found.correlations, r, rtol=1e-9)
    np.testing.assert_allclose(found.achieved, r / r.sum(), rtol=1e-9)
    assert found.weights.sum() == pytest.approx(1) and (found.weights >= 0).all()
    assert found.iterations > 0 and found.evaluations >= found.iterations


def test_defect_02_a_target_out_of_reach_is_said_to_be_missed(scores: np.ndarray) -> None:
    found = to_targets(scores, [0, 0, 0, 1])
    assert found.converged and found.gap > 0.1
    assert (found.weights >= 0).all()
    # No weights on a grid come nearer.
    target = np.array([0, 0, 0, 1.0])
    nearest = ((found.achieved - target) ** 2).sum()
    for parts in itertools.product(range(6), repeat=4):
        if sum(parts):
            total = scores @ np.array(parts)
            r = np.array([np.corrcoef(column, total)[0, 1] for column in scores.T])
            assert ((r / r.sum() - target) ** 2).sum() >= nearest - 1e-9


def test_defect_02_too_few_iterations_are_not_called_a_success(scores: np.ndarray) -> None:
    found = to_targets(scores, [1.1, 1.0, 0.9, 0.4], max_iterations=1)
    assert not found.converged


def test_other_totals_measures_and_gaps_in_the_data(scores: np.ndarray) -> None:
    target = [1.0, 1.0, 1.0, 1.0]
    linear = to_targets(scores, target)
    same = to_targets(scores, target, total=lambda w: scores @ w)
    np.testing.assert_allclose(same.weights, linear.weights, atol=1e-5)
    squared = to_targets(scores, target, measure="squared")
    np.testing.assert_allclose(squared.achieved, 0.25, atol=1e-6)
    geometric = to_targets(scores + 50, None, total=lambda w: aggregate.geometric(scores + 50, w))
    assert geometric.converged and geometric.gap < 1e-5
    holed = scores.copy()
    holed[::7, 2] = NAN
    assert to_targets(holed).gap < 1e-5


def test_bounds_of_the_weights_are_kept(scores: np.ndarray) -> None:
    found = to_targets(scores, [5, 1, 1, 1], bounds=(0.1, 0.4))
    assert (found.weights >= 0.1 - 1e-9).all() and (found.weights <= 0.4 + 1e-9).all()
    with pytest.raises(BadSpec) as caught:
        to_targets(scores, bounds=(0.3, 1))
    assert str(caught.value) == (
        "bounds (0.3, 1) leave no weights: they need 0 ≤ low ≤ 1/4 ≤ high ≤ 1 for 4 children."
    )


def test_the_most_telling_total_beats_equal_weights(scores: np.ndarray) -> None:
    found = to_information(scores)
    assert found.converged and found.target is None and np.isnan(found.gap)
    total = scores @ equal(4)
    plain = np.mean([np.corrcoef(column, total)[0, 1] for column in scores.T])
    assert found.correlations.mean() > plain


def test_what_an_optimiser_cannot_use_is_refused(scores: np.ndarray) -> None:
    for act, sentence in (
        (lambda: to_targets(scores, [1, 2]), "4 children need as many targets, not 2."),
        (lambda: to_targets(scores, {"a": 1}),
         "targets by name need the names of the 4 children, in their order."),
        (lambda: to_targets(np.ones((5, 2))),
         "child number 0 does not vary: nothing correlates with it. Drop it."),
        (lambda: to_targets(scores, measure="rank"), "measure is 'correlation' or 'squared', not 'rank'."),
        (lambda: to_targets(scores, total=lambda w: [1.0]), "the total has 1 values for 60 rows of scores."),
    ):  # fmt: skip
        with pytest.raises(BadSpec) as caught:
            act()  # type: ignore[no-untyped-call]
        assert str(caught.value) == sentence
