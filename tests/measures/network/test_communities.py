"""Modularity, the Leiden algorithm, agreement of runs: laws, small cases checked by hand, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from heban.domain.errors import BadSpec
from heban.measures.network import leiden
from heban.measures.network.agreement import agreement, together
from heban.measures.network.communities import Communities, communities
from heban.measures.network.modularity import joined, modularity, quality, share_within
from heban.records.flows import Flows
from tests.measures.network.flowcases import Row, flows_of, scaled

UNKNOWN = (
    "flows between places without a value: 1 of 1, the first from a to b in 2020; absence is not zero (§1). "
    "Find the values, or leave those rows out and say so."
)
PLACES = tuple("abcdefghij")
place = st.sampled_from(PLACES)
rows = st.lists(st.tuples(place, place, st.integers(1, 9).map(float)), min_size=1, max_size=30).filter(
    lambda found: any(origin != destination for origin, destination, _ in found)
)
groups = st.lists(st.integers(0, 3), min_size=10, max_size=10).map(
    lambda numbers: dict(zip(PLACES, numbers, strict=True))
)
resolutions = st.sampled_from([0.3, 1.0, 2.5])


def undirected(found: list[Row]) -> Flows:
    return flows_of(found, PLACES, directed=False)


def clique(members: str) -> list[Row]:
    return [(a, b, 1.0) for a, b in product(members, members) if a < b]


def parts(found: Communities) -> set[frozenset[str]]:
    return {frozenset(found.members(number)) for number in found.sizes.index}


def longhand(flows: Flows, partition: dict[str, int], resolution: float) -> float:
    """The double sum of the definition, pair by ordered pair."""
    matrix = flows.matrix()
    weights = matrix if not flows.directed else matrix + matrix.T
    strength, total = weights.sum(axis=1), weights.sum()
    return sum(
        weights[i, j] / total - resolution * strength[i] * strength[j] / total**2
        for i, j in product(range(len(weights)), repeat=2)
        if partition[flows.places[i]] == partition[flows.places[j]]
    )


@settings(max_examples=60)
@given(rows, groups, resolutions, st.booleans())
def test_modularity_is_the_double_sum_of_its_definition(
    found: list[Row], partition: dict[str, int], resolution: float, directed: bool
) -> None:
    flows = flows_of(found, PLACES, directed=directed)
    right = longhand(flows, partition, resolution)
    assert modularity(flows, partition, resolution=resolution) == pytest.approx(right, abs=1e-12)


@settings(max_examples=60)
@given(rows, groups, st.sampled_from([0.125, 4.0, 3.0]), st.permutations(PLACES))
def test_modularity_knows_neither_unit_nor_order_nor_names_of_groups(
    found: list[Row], partition: dict[str, int], factor: float, order: list[str]
) -> None:
    flows = undirected(found)
    right = pytest.approx(modularity(flows, partition), abs=1e-12)
    assert modularity(scaled(flows, factor), partition) == right
    assert modularity(Flows(flows.frame, tuple(order), directed=False), partition) == right
    assert modularity(flows, {place: f"g{number}" for place, number in partition.items()}) == right
    assert modularity(Flows(flows.frame, (*PLACES, "z"), directed=False), {**partition, "z": 9}) == right


@settings(max_examples=60)
@given(rows, groups)
def test_one_group_of_all_has_modularity_nil_and_all_the_flow(
    found: list[Row], partition: dict[str, int]
) -> None:
    flows, everything = undirected(found), dict.fromkeys(PLACES, "x")
    assert modularity(flows, everything) == pytest.approx(0, abs=1e-12)
    assert share_within(flows, everything) == 1
    within = sum(v for a, b, v in found if a != b and partition[a] == partition[b])
    assert share_within(flows, partition) == pytest.approx(within / sum(v for a, b, v in found if a != b))


def test_without_flow_there_is_no_modularity() -> None:
    nothing = undirected([("a", "a", 3.0)])
    assert np.isnan(modularity(nothing, dict.fromkeys(PLACES, 1)))
    assert np.isnan(share_within(nothing, dict.fromkeys(PLACES, 1)))


def test_two_cliques_that_a_flow_joins_are_found() -> None:
    flows = undirected([*clique("abcde"), *clique("fghij"), ("e", "f", 1.0)])
    found = communities(flows, seed=3, runs=10)
    assert parts(found) == {frozenset("abcde"), frozenset("fghij")}
    assert found.modularity == pytest.approx(20 / 21 - 0.5)
    assert found.stability == found.agreement.mean_information == 1
    assert found.firmness.eq(1).all()


def test_a_ring_of_cliques_falls_apart_where_it_is_thin() -> None:
    ring = [*clique("abc"), *clique("def"), *clique("ghi"), ("c", "d", 0.1), ("f", "g", 0.1), ("i", "a", 0.1)]
    found = communities(undirected(ring), seed=1, runs=5)
    assert parts(found) == {frozenset("abc"), frozenset("def"), frozenset("ghi"), frozenset("j")}


def best_modularity(flows: Flows, resolution: float) -> float:
    """The largest modularity over every partition of the places, by listing them all."""

    def grown(numbers: list[int]) -> float:
        if len(numbers) == len(flows.places):
            given = dict(zip(flows.places, numbers, strict=True))
            return modularity(flows, given, resolution=resolution)
        return max(grown([*numbers, new]) for new in range(max(numbers) + 2))

    return grown([0])


@pytest.mark.parametrize(("seed", "resolution"), [(0, 1.0), (1, 1.0), (2, 0.6), (3, 1.7)])
def test_on_a_small_network_no_partition_is_better(seed: int, resolution: float) -> None:
    rng = np.random.default_rng(seed)
    ends = [pair for pair in product("abcdef", "abcdef") if pair[0] < pair[1] and rng.uniform() < 0.6]
    flows = flows_of([(a, b, float(rng.integers(1, 6))) for a, b in ends], tuple("abcdef"), directed=False)
    found = communities(flows, seed=seed, runs=20, resolution=resolution)
    assert found.modularity == pytest.approx(best_modularity(flows, resolution), abs=1e-12)


@settings(max_examples=50)
@given(rows, resolutions, st.integers(0, 99))
def test_communities_are_connected_and_no_place_gains_by_moving(
    found: list[Row], resolution: float, seed: int
) -> None:
    flows = undirected(found)
    made = communities(flows, seed=seed, runs=2, resolution=resolution)
    assert made.modularity == pytest.approx(
        modularity(flows, made.membership, resolution=resolution), abs=1e-12
    )
    group, matrix = made.membership.to_numpy(), flows.matrix()
    for number in made.sizes.index:
        inside = group == number
        assert csgraph.connected_components(matrix[np.ix_(inside, inside)])[0] == 1
    for code, other in product(range(len(PLACES)), (*made.sizes.index, 0)):
        moved = np.where(np.arange(len(PLACES)) == code, other, group)
        assert quality(joined(flows), moved, resolution) <= made.modularity + 1e-9


@settings(max_examples=60)
@given(rows, st.permutations(PLACES), st.sampled_from([0.25, 8.0]))
def test_communities_know_neither_order_nor_unit(found: list[Row], order: list[str], factor: float) -> None:
    flows = undirected(found)
    made = communities(flows, seed=5, runs=3)
    turned = communities(scaled(Flows(flows.frame, tuple(order), directed=False), factor), seed=5, runs=3)
    assert turned.membership.index.to_list() == order
    assert turned.membership.reindex(list(PLACES)).equals(made.membership)
    assert np.array_equal(turned.modularities, made.modularities)


@settings(max_examples=60)
@given(rows)
def test_a_place_without_ties_is_by_itself_and_changes_nothing(found: list[Row]) -> None:
    flows = undirected(found)
    wider = communities(Flows(flows.frame, (*PLACES, "z"), directed=False), seed=5, runs=3)
    assert wider.members(int(wider.membership["z"])) == ("z",)
    assert np.isnan(wider.firmness["z"])
    assert modularity(flows, wider.membership) == pytest.approx(wider.modularity, abs=1e-12)
    assert wider.sizes.is_monotonic_decreasing


def test_the_same_seed_gives_the_same_and_the_runs_are_told() -> None:
    rng = np.random.default_rng(1)
    noise = [(a, b, float(rng.integers(1, 9))) for a, b in product(PLACES, PLACES) if a < b]
    told: list[tuple[int, int]] = []
    first = communities(undirected(noise), seed=7, runs=4, progress=lambda *done: told.append(done))
    again = communities(undirected(noise), seed=7, runs=4)
    assert first.membership.equals(again.membership)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert first.runs == 4
    assert first.modularity == first.modularities.max()


def test_a_directed_flow_counts_with_the_one_that_comes_back() -> None:
    both = [(b, a, 1.0) for a, b, _ in clique("abcde")] + clique("fghij") + [("e", "f", 1.0)]
    found = communities(flows_of(both, PLACES, directed=True), seed=1, runs=3)
    assert parts(found) == {frozenset("abcde"), frozenset("fghij")}


def test_large_tables_are_summed_sparsely_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    flows = undirected([*clique("abcd"), *clique("efg"), *clique("hij"), ("d", "e", 1.0), ("g", "h", 2.0)])
    full = communities(flows, seed=2, runs=5)
    monkeypatch.setattr(leiden, "FULL", 0)
    assert communities(flows, seed=2, runs=5).membership.equals(full.membership)


partitions = st.integers(2, 12).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 3), min_size=size, max_size=size), min_size=2, max_size=4)
)


@settings(max_examples=60)
@given(partitions)
def test_agreement_is_that_of_scikit_learn(given_partitions: list[list[int]]) -> None:
    found = agreement(given_partitions)
    for (i, left), (j, right) in product(enumerate(given_partitions), repeat=2):
        assert found.rand[i, j] == pytest.approx(adjusted_rand_score(left, right), abs=1e-9)
        information = normalized_mutual_info_score(left, right)
        assert found.information[i, j] == pytest.approx(information, abs=1e-7)


@settings(max_examples=60)
@given(partitions)
def test_together_is_counted_pair_by_pair(given_partitions: list[list[int]]) -> None:
    runs = [np.array(one) for one in given_partitions]
    found = together(runs[0], runs)
    for i, share in enumerate(found):
        others = [j for j in np.flatnonzero(runs[0] == runs[0][i]) if j != i]
        right = np.mean([[run[i] == run[j] for j in others] for run in runs]) if others else np.nan
        assert share == pytest.approx(right, nan_ok=True)


def test_one_run_has_no_stability() -> None:
    found = communities(undirected(clique("abc")), seed=1, runs=1)
    assert np.isnan(found.stability)
    assert found.firmness["a"] == 1


def test_what_is_refused_and_how() -> None:
    flows = undirected(clique("abc"))
    for ask, message in (
        (
            lambda: modularity(flows, {"a": 1, "b": 1}),
            "the partition lacks c, d, e, f, g, h, i, j; give every place of the flows a group.",
        ),
        (
            lambda: modularity(flows, dict.fromkeys(PLACES, 1), resolution=0),
            "the resolution is 0; give a number above 0, 1 for modularity as usual.",
        ),
        (lambda: communities(flows, seed=1, runs=0), "0 runs find nothing; give 1 or more."),
        (
            lambda: communities(flows, seed=1, resolution=-1),
            "the resolution is -1; give a number above 0, 1 for modularity as usual.",
        ),
        (
            lambda: communities(undirected([]), seed=1),
            "there is no flow between places, so there are no communities to find.",
        ),
        (
            lambda: communities(flows, seed=1, runs=1).members(99),
            "there is no community 99; they are numbered 1 to 8.",
        ),
        (
            lambda: joined(undirected([("a", "b", float("nan"))])),
            UNKNOWN,
        ),
        (
            lambda: agreement([[1, 2], [1]]),
            "partitions agree or not over the same places; give each the same number, one or more.",
        ),
    ):
        with pytest.raises(BadSpec) as refused:
            ask()
        assert str(refused.value) == message
