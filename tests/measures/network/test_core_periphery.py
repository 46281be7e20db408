"""Core and periphery, coreness, and networks of chance with the same degrees."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.core_periphery import Between, core_periphery, core_test
from heban.measures.network.coreness import coreness
from heban.measures.network.rewiring import _exchanged, rewired
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, scaled


def undirected(rows: list[Row]) -> Flows:
    return flows_of(rows, PLACES, directed=False)


def tied(*pairs: str) -> Flows:
    return undirected([(pair[0], pair[1], 1.0) for pair in pairs])


def pattern_fit(present: np.ndarray, inside: np.ndarray, between: str = "tied") -> float:
    """Pearson's correlation of ties with the ideal pattern, pair by pair."""
    above = np.triu_indices(len(present), 1)
    counts = np.ones(len(above[0]), dtype=bool) if between == "tied" else (inside[:, None] == inside)[above]
    ideal = (inside[:, None] | inside)[above].astype(float)[counts]
    ties = present[above].astype(float)[counts]
    if not ties.size:
        return float("nan")
    if np.ptp(ideal) == 0 or np.ptp(ties) == 0:
        return float("nan")
    return float(np.corrcoef(ties, ideal)[0, 1])


@settings(max_examples=25)
@given(counted(), st.booleans(), st.sampled_from(["tied", "free"]))
def test_the_core_is_the_best_of_those_that_part_no_equal_degrees(
    rows: list[Row], whole: bool, between: Between
) -> None:
    flows = undirected(rows)
    present = flows.matrix() > 0
    counts = np.ones(len(present), dtype=bool) if whole else present.any(axis=1)
    present, degree = present[np.ix_(counts, counts)], present.sum(axis=1)[counts]
    tries = {level: pattern_fit(present, degree >= level, between) for level in set(degree[degree > 0])}
    fits = [fit for fit in tries.values() if not np.isnan(fit)]
    found = core_periphery(flows, between=between, whole=whole)
    assert found.correlation == pytest.approx(max(fits, default=np.nan), nan_ok=True)
    inside = found.is_core.to_numpy()[counts]
    assert np.array_equal(found.is_core[found.is_core].index, found.core)
    if fits:
        assert pattern_fit(present, inside, between) == pytest.approx(found.correlation)
        within = present[np.ix_(inside, inside)]
        size = len(within)
        right = within.sum() / (size * (size - 1)) if size > 1 else np.nan
        assert found.shares["core"] == pytest.approx(right, nan_ok=True)
    else:
        assert found.core == ()


@settings(max_examples=25)
@given(counted(), st.permutations(PLACES), st.sampled_from([0.5, 7.0]))
def test_the_core_knows_neither_order_nor_size_nor_lonely_places(
    rows: list[Row], order: list[str], factor: float
) -> None:
    flows = undirected(rows)
    found = core_periphery(flows)
    turned = core_periphery(scaled(Flows(flows.frame, (*order, "z"), directed=False), factor))
    assert set(turned.core) == set(found.core)
    assert turned.correlation == pytest.approx(found.correlation, nan_ok=True)
    assert not turned.is_core["z"]


def test_a_perfect_core_fits_perfectly() -> None:
    found = core_periphery(tied("ab", "ac", "ad", "ae", "bc", "bd", "be"))
    assert found.core == ("a", "b")
    assert found.correlation == pytest.approx(1)
    assert found.shares.to_list() == [1.0, 1.0, 0.0]
    assert found.scan[["size", "least_degree"]].to_numpy().tolist() == [[2, 4], [5, 2]]


@pytest.mark.parametrize("flows", [tied("ab", "bc", "cd", "de", "ef", "fa"), tied()])
def test_where_all_have_one_degree_there_is_no_core(flows: Flows) -> None:
    assert core_periphery(flows).core == ()
    assert np.isnan(core_periphery(flows).correlation)
    assert np.isnan(core_test(flows, seed=1, draws=5).p_value)


def planted(seed: int) -> Flows:
    """Places in two circles of one degree each, of which one is knit together as degrees alone would not."""
    rng = np.random.default_rng(seed)
    core, rest = [f"c{i}" for i in range(8)], [f"p{i}" for i in range(24)]
    rows = [(a, b, 1.0) for a, b in combinations(core, 2)]
    rows += [(rest[i], rest[(i + 1) % 24], 1.0) for i in range(24)]
    rows += [(core[i % 8], rest[j], 1.0) for i, j in enumerate(rng.permutation(24)[:8])]
    return flows_of(rows, (*core, *rest), directed=False)


def test_a_core_beyond_its_degrees_is_seen_and_one_of_hubs_only_is_not() -> None:
    beyond = core_test(planted(1), seed=2, draws=99)
    assert beyond.p_value == 0.01
    assert beyond.chance.max() < beyond.correlation
    star = core_test(tied("ab", "ac", "ad", "ae", "bc"), seed=2, draws=19)
    assert star.p_value == 1


def test_with_ties_between_the_fit_falls_as_the_core_is_knit() -> None:
    """With degrees fixed a tie within the core is two fewer between: why the test leaves those free."""
    assert core_test(planted(1), seed=2, draws=19, between="tied").p_value == 1


def test_the_test_is_that_of_its_seed() -> None:
    first, again = (core_test(planted(1), seed=4, draws=9) for _ in range(2))
    assert np.array_equal(first.chance, again.chance)
    assert len(first.chance) == 9


def test_chance_networks_keep_degrees_and_all_come_up_alike_often() -> None:
    ends = np.array([[0, 1], [0, 2], [1, 2], [2, 3], [3, 4], [4, 5]])
    degree = np.bincount(ends.ravel())
    possible = [
        made
        for made in combinations(combinations(range(6), 2), 6)
        if np.array_equal(np.bincount(np.ravel(made), minlength=6), degree)
    ]
    chain, draws = rewired(ends, 6, np.random.default_rng(1)), 7200
    seen = Counter(tuple(sorted(tuple(sorted(tie)) for tie in next(chain).tolist())) for _ in range(draws))
    assert set(seen) == set(possible)
    expected = draws / len(possible)
    assert sum((count - expected) ** 2 / expected for count in seen.values()) < 70  # df 35: p = 0.0004


class Dealt:
    """A generator of which every answer is set beforehand."""

    def __init__(self, order: tuple[int, ...], turned: tuple[int, ...]) -> None:
        self.order, self.turned = np.array(order), np.array(turned)

    def permutation(self, size: int) -> np.ndarray:
        return self.order

    def integers(self, high: int, size: int) -> np.ndarray:
        return self.turned


def test_every_exchange_is_as_likely_as_the_one_back() -> None:
    """All outcomes of one step with two pairs at once, from every network with the same degrees."""
    degree = [3, 2, 2, 2, 1]
    states = [
        made
        for made in combinations(combinations(range(5), 2), 5)
        if np.array_equal(np.bincount(np.ravel(made), minlength=5), degree)
    ]
    steps: Counter[tuple[object, object]] = Counter()
    for state, order, turned in product(states, permutations(range(5)), product((0, 1), repeat=2)):
        made = _exchanged(np.array(state), 5, 2, Dealt(order, turned))  # type: ignore[arg-type]
        steps[state, tuple(sorted(tuple(sorted(tie)) for tie in made.tolist()))] += 1
    assert {after for _, after in steps} == set(states)
    assert all(steps[after, before] == count for (before, after), count in steps.items())


@settings(max_examples=50)
@given(counted(1), st.integers(0, 99))
def test_chance_networks_are_simple_and_of_the_same_degrees(rows: list[Row], seed: int) -> None:
    ends = np.argwhere(np.triu(undirected(rows).matrix()))
    chain = rewired(ends, len(PLACES), np.random.default_rng(seed))
    for _ in range(3):
        made = next(chain)
        assert np.array_equal(np.bincount(made.ravel(), minlength=6), np.bincount(ends.ravel(), minlength=6))
        assert len({frozenset(tie) for tie in made.tolist() if tie[0] != tie[1]}) == len(ends)


def misfit(flows: Flows, values: np.ndarray) -> float:
    above = np.triu_indices(len(values), 1)
    return float(((flows.matrix() - np.outer(values, values))[above] ** 2).sum())


@settings(max_examples=25)
@given(counted(1).filter(lambda rows: any(a != b for a, b, _ in rows)))
def test_no_small_change_of_coreness_fits_better(rows: list[Row]) -> None:
    flows = undirected(rows)
    found = coreness(flows)
    values = found.values.to_numpy()
    assert found.converged
    assert values.max() == 1
    assert (values >= 0).all()
    assume(not found.at_ceiling)
    outer = np.outer(values, values)
    above = np.triu_indices(len(values), 1)
    best = values * np.sqrt((flows.matrix() * outer)[above].sum() / (outer[above] ** 2).sum())
    least = misfit(flows, best)
    for number, step in [(n, s) for n in range(len(values)) for s in (1e-2, -1e-2)]:
        other = best.copy()
        other[number] = max(0.0, other[number] + step)
        assert misfit(flows, other) >= least - 1e-6 * max(1.0, least)


@settings(max_examples=25)
@given(st.lists(st.floats(0.5, 4), min_size=4, max_size=6))
def test_flows_that_are_products_give_their_factors_back(factors: list[float]) -> None:
    places = tuple("abcdef"[: len(factors)])
    rows = [(places[i], places[j], factors[i] * factors[j]) for i, j in combinations(range(len(factors)), 2)]
    found = coreness(flows_of(rows, places, directed=False))
    np.testing.assert_allclose(found.values, np.array(factors) / max(factors), rtol=1e-4)


@settings(max_examples=25)
@given(counted(1), st.permutations(PLACES), st.sampled_from([0.5, 64.0]))
def test_coreness_knows_neither_order_nor_unit(rows: list[Row], order: list[str], factor: float) -> None:
    flows = undirected(rows)
    found = coreness(flows)
    turned = coreness(scaled(Flows(flows.frame, (*order, "z"), directed=False), factor))
    np.testing.assert_allclose(turned.values.reindex(list(PLACES)), found.values, atol=1e-5)
    assert turned.explained == pytest.approx(found.explained, nan_ok=True, abs=1e-9)
    assert turned.correlation == pytest.approx(found.correlation, nan_ok=True, abs=1e-6)


def test_the_fit_of_coreness_is_that_of_all_pairs_with_ties() -> None:
    flows = undirected([("a", "b", 4.0), ("a", "c", 2.0), ("b", "c", 3.0), ("c", "d", 1.0)])
    found = coreness(flows)
    present = flows.matrix()[:4, :4]
    above = np.triu_indices(4, 1)
    made = np.outer(found.values, found.values)[:4, :4][above]
    assert found.correlation == pytest.approx(np.corrcoef(present[above], made)[0, 1])
    left = present[above] - made * (present[above] @ made) / (made @ made)
    assert found.explained == pytest.approx(1 - (left @ left) / (present[above].var() * 6), abs=1e-6)


def test_without_ties_there_is_no_coreness() -> None:
    found = coreness(tied())
    assert found.values.isna().all()
    assert np.isnan(found.explained)


def test_a_tie_is_one_whatever_its_size_when_not_weighted() -> None:
    plain = coreness(tied("ab", "ac", "bc", "cd"))
    heavy = coreness(
        undirected([("a", "b", 9.0), ("a", "c", 1.0), ("b", "c", 2.0), ("c", "d", 5.0)]), weighted=False
    )
    assert heavy.values.equals(plain.values)


def test_the_centre_of_a_star_stands_at_the_ceiling() -> None:
    found = coreness(tied("ab", "ac", "ad"))
    assert found.at_ceiling == ("a",)
    leaf = found.values["b"]
    assert found.values.to_list() == pytest.approx([1, leaf, leaf, leaf, 0, 0])
    assert 10 * (10 * leaf - 1) + 2 * 100 * leaf**3 == pytest.approx(0, abs=1e-4)  # the slope at a leaf


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(BadSpec) as refused:
        core_periphery(tied("ab"), between="some")  # type: ignore[arg-type]
    assert str(refused.value) == "between is 'some' and takes 'tied' or 'free'."


def test_no_draws_are_refused() -> None:
    with pytest.raises(BadSpec) as refused:
        core_test(tied("ab"), seed=1, draws=0)
    assert str(refused.value) == "0 draws show nothing; give 1 or more, 199 for a p-value down to 0.005."
