"""Corridors and their null models: shares that close, draws that keep what they promise."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.network import share_touching
from heban.measures.network.corridors import corridor_test, corridors
from heban.measures.network.nullmodels import by_degree, by_strength, expected_by_strength, significance
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, of_matrix, scaled

GROUP = {"west": ["a", "b", "c"]}
PLANTED = {"planted": ["a", "b", "c", "d"]}


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_corridor_by_hand() -> None:
    flows = flows_of([("a", "b", 4), ("b", "d", 2), ("e", "c", 1), ("d", "e", 3), ("a", "a", 9)])
    (row,) = corridors(flows, GROUP).to_dict("records")
    figures = {"internal": 4, "outgoing": 2, "incoming": 1, "outward": 3, "elsewhere": 3, "total": 10}
    assert {name: row[name] for name in figures} == figures
    assert (row["internal_share"], row["outward_share"]) == (0.4, 0.3)
    # a and b give 4 and 2, b and c receive 4 and 1: all pairs of the group but b to b
    assert row["expected_internal"] == pytest.approx((4 * (4 + 1) + 2 * 1) / 10)
    assert row["ratio"] == pytest.approx(4 / 2.2)
    (ties,) = corridors(flows, GROUP, count="ties").to_dict("records")
    assert (ties["internal"], ties["outward"], ties["total"]) == (1, 2, 4)


@given(counted(1), st.booleans())
def test_inside_outward_and_elsewhere_are_all(rows: list[Row], directed: bool) -> None:
    flows = flows_of(rows, directed=directed)
    (row,) = corridors(flows, GROUP).to_dict("records")
    assert row["internal"] + row["outward"] + row["elsewhere"] == pytest.approx(row["total"])
    touching = share_touching(flows, GROUP["west"])
    np.testing.assert_allclose(row["internal_share"] + row["outward_share"], touching)
    rest = corridors(flows, {"east": ["d", "e", "f"]}).to_dict("records")[0]
    assert rest["internal"] == pytest.approx(row["elsewhere"])
    assert rest["outward"] == pytest.approx(row["outward"])


@given(counted(1), st.booleans(), st.permutations(PLACES), st.floats(0.01, 100))
def test_neither_the_order_nor_the_unit_matters(
    rows: list[Row], directed: bool, order: list[str], factor: float
) -> None:
    flows = flows_of(rows, directed=directed)
    other = scaled(flows_of(rows, tuple(order), directed=directed), factor)
    ratios = ["internal_share", "outward_share", "ratio", "outward_ratio"]
    np.testing.assert_allclose(
        corridors(other, GROUP)[ratios].to_numpy(float), corridors(flows, GROUP)[ratios].to_numpy(float),
        rtol=1e-9, atol=1e-12,
    )  # fmt: skip


def test_a_corridor_over_the_years() -> None:
    frames = [
        flows_of([("a", "b", 2), ("d", "e", year - 2019)], year=year).frame for year in (2020, 2021, 2023)
    ]
    table = corridors(Flows(pd.concat(frames), PLACES, True), {**GROUP, "rest": ["d", "e"]})
    west = table[table["group"] == "west"]
    assert west["year"].tolist() == [2020, 2021, 2023]
    assert west["internal_share"].tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 3])


@given(counted(1), st.booleans())
def test_the_expectation_by_strength_keeps_strengths_but_for_the_diagonal(
    rows: list[Row], directed: bool
) -> None:
    matrix = flows_of(rows, directed=directed).matrix()
    if not matrix.sum():
        assert np.isnan(expected_by_strength(matrix)[0, 1])
        return
    given_out, received = matrix.sum(axis=1), matrix.sum(axis=0)
    expected = expected_by_strength(matrix)
    own = given_out * received / matrix.sum()
    np.testing.assert_allclose(expected.sum(axis=1) + own, given_out)
    np.testing.assert_allclose(expected.sum(axis=0) + own, received)


@settings(max_examples=30)
@given(counted(1), st.booleans(), st.integers(0, 2**32 - 1))
def test_draws_keep_strengths_and_stay_between_places(rows: list[Row], directed: bool, seed: int) -> None:
    flows = flows_of(rows, directed=directed)
    matrix = flows.matrix()
    for origins, destinations in by_strength(flows, 3, rng(seed)):
        assert (origins != destinations).all()
        drawn = np.zeros_like(matrix)
        np.add.at(drawn, (origins, destinations), 1)
        drawn = drawn if directed else drawn + drawn.T
        assert drawn.sum(axis=1).tolist() == matrix.sum(axis=1).tolist()
        assert drawn.sum(axis=0).tolist() == matrix.sum(axis=0).tolist()


@settings(max_examples=30)
@given(counted(1), st.booleans(), st.integers(0, 2**32 - 1))
def test_drawn_ties_keep_degrees(rows: list[Row], directed: bool, seed: int) -> None:
    flows = flows_of(rows, directed=directed)
    linked = flows.matrix() != 0
    (stack,) = by_degree(flows, 4, rng(seed))
    assert stack.shape == (4, 6, 6)
    assert not stack[:, range(6), range(6)].any()
    assert (stack.sum(axis=2) == linked.sum(axis=1)).all()
    assert (stack.sum(axis=1) == linked.sum(axis=0)).all()
    assert directed or (stack == stack.transpose(0, 2, 1)).all()


def fits(observed: Counter[tuple[int, ...]], weights: dict[tuple[int, ...], int]) -> None:
    """Every draw is a possible one, and each as frequent as its weight says."""
    assert set(observed) <= set(weights)
    draws, total = sum(observed.values()), sum(weights.values())
    expected = np.array([draws * weight / total for weight in weights.values()])
    found = np.array([observed[key] for key in weights])
    assert ((found - expected) ** 2 / expected).sum() < stats.chi2.ppf(0.999, len(weights) - 1)


def test_draws_by_strength_are_as_frequent_as_matchings_of_records() -> None:
    matrix = np.array([[0, 2, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1], [1, 0, 0, 0]])
    origins = np.repeat(*(part for part in (np.nonzero(matrix)[0], matrix[matrix > 0])))
    destinations = np.repeat(np.nonzero(matrix)[1], matrix[matrix > 0])

    def key(first: np.ndarray, last: np.ndarray) -> tuple[int, ...]:
        return tuple(np.bincount(first * 4 + last, minlength=16).tolist())

    orders = (destinations[list(order)] for order in itertools.permutations(range(len(origins))))
    weights = Counter(key(origins, order) for order in orders if (order != origins).all())
    assert len(weights) == 23
    every_fourth = itertools.islice(by_strength(of_matrix(matrix), 16_000, rng(3)), 0, None, 4)
    fits(Counter(key(first, last) for first, last in every_fourth), weights)


def matchings(ends: list[int]) -> list[list[tuple[int, int]]]:
    if not ends:
        return [[]]
    first, rest = ends[0], ends[1:]
    return [
        [(first, end), *more] for k, end in enumerate(rest) for more in matchings(rest[:k] + rest[k + 1 :])
    ]


def test_undirected_draws_are_as_frequent_as_matchings_of_ends() -> None:
    matrix = np.array([[0, 2, 1, 0], [2, 0, 1, 1], [1, 1, 0, 1], [0, 1, 1, 0]])
    places = np.repeat(range(4), matrix.sum(axis=1)).tolist()

    def key(first: object, last: object) -> tuple[int, ...]:
        drawn = np.zeros((4, 4), dtype=int)
        np.add.at(drawn, (first, last), 1)
        return tuple((drawn + drawn.T).ravel().tolist())

    weights: Counter[tuple[int, ...]] = Counter()
    for pairs in matchings(list(range(len(places)))):
        ends = np.array([[places[i], places[j]] for i, j in pairs])
        if (ends[:, 0] != ends[:, 1]).all():
            weights[key(ends[:, 0], ends[:, 1])] += 1
    assert len(weights) == 6
    draws = by_strength(of_matrix(matrix, directed=False), 16_000, rng(3))
    fits(Counter(key(*ends) for ends in itertools.islice(draws, 0, None, 4)), weights)


@pytest.mark.parametrize("directed", [True, False])
def test_every_network_of_the_degrees_is_as_frequent(directed: bool) -> None:
    linked = np.array([[0, 1, 0, 1, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1], [0, 0, 0, 1, 0]])
    if directed:
        linked = np.array(
            [[0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 1, 0, 1], [0, 1, 0, 1, 0]]
        )
    cells = [(i, j) for i in range(5) for j in range(5) if (i != j if directed else i < j)]
    ties = int(linked.sum()) // (1 if directed else 2)
    weights: dict[tuple[int, ...], int] = {}
    for chosen in itertools.combinations(cells, ties):
        one = np.zeros((5, 5), dtype=int)
        one[tuple(np.array(chosen).T)] = 1
        one = one if directed else one + one.T
        if (one.sum(0) == linked.sum(0)).all() and (one.sum(1) == linked.sum(1)).all():
            weights[tuple(one.ravel().tolist())] = 1
    assert len(weights) > 4
    stack = np.concatenate(list(by_degree(of_matrix(linked, directed=directed), 5000, rng(2))))
    fits(Counter(map(tuple, stack.reshape(5000, -1).astype(int).tolist())), weights)


def test_many_chains_are_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heban.measures.network.nullmodels.CELLS", 36 * 4)
    stacks = list(by_degree(flows_of([("a", "b", 1), ("c", "d", 1)]), 10, rng()))
    assert [len(stack) for stack in stacks] == [4, 4, 2]


def planted(seed: int, bonus: int) -> Flows:
    """Fourteen places with flows by chance, and some more among the first four."""
    chance = rng(seed)
    counts = chance.poisson(np.outer(chance.uniform(1, 3, 14), chance.uniform(1, 3, 14)))
    counts[:4, :4] += bonus
    np.fill_diagonal(counts, 0)
    return of_matrix(counts)


def test_a_planted_corridor_stands_out() -> None:
    found = corridor_test(planted(1, 6), PLANTED, rng(2), draws=199).iloc[0]
    assert found["ratio"] > 1.5
    assert found["z"] > 3
    assert found["p"] == 1 / 200
    assert found["outward_ratio"] < 1


def test_a_planted_corridor_of_ties_stands_out() -> None:
    linked = planted(1, 0).matrix() > 5
    linked[:4, :4] = ~np.eye(4, dtype=bool)
    found = corridor_test(of_matrix(linked.astype(float)), PLANTED, rng(2), draws=199, count="ties").iloc[0]
    assert found["internal"] == 12
    assert found["ratio"] > 1.3
    assert found["p"] == 1 / 200


def test_p_is_uniform_where_chance_made_the_network() -> None:
    ps = [corridor_test(planted(seed, 0), PLANTED, rng(seed), draws=99)["p"].iloc[0] for seed in range(60)]
    assert stats.kstest(ps, "uniform").pvalue > 0.01


@pytest.mark.parametrize("directed", [True, False])
def test_the_test_reads_what_the_corridor_reads(directed: bool) -> None:
    flows = of_matrix(planted(3, 2).matrix(), directed=directed)
    group = {"g": ["a", "c", "e"], "h": ["b"]}
    for count in ("flow", "ties"):
        table, tested = (
            corridors(flows, group, count=count),
            corridor_test(flows, group, rng(), draws=49, count=count),
        )
        for column in ("internal", "outward"):
            assert tested[column].tolist() == table[column].tolist()
        kept = 2 * table["internal"] + table["outward"]
        np.testing.assert_allclose(2 * tested["expected"] + tested["expected_outward"], kept)
    assert tested.loc[1, "internal"] == 0


def test_significance_by_hand() -> None:
    drawn = np.array([1.0, 2.0, 3.0, 2.0])
    found = significance(4.0, drawn)
    assert found["expected"] == 2
    assert found["ratio"] == 2
    assert found["p"] == 1 / 5
    assert found["z"] == pytest.approx(2 / np.sqrt(2 / 3))
    assert significance(3.0, drawn)["p"] == 3 / 5
    assert np.isnan(significance(1.0, np.zeros(3))["ratio"])


def test_refusals() -> None:
    flows = flows_of([("a", "b", 0.5)])
    with pytest.raises(UnknownName) as refused:
        corridors(flows, {"G60": ["a", "x"]})
    assert str(refused.value) == ("no place 'x' in the flows (group 'G60'). Known: a, b, c, d, e, f.")
    with pytest.raises(BadSpec) as text:
        corridors(flows, {"G60": "ab"})
    assert str(text.value) == "the group 'G60' is the text 'ab'; give a list of codes of places."
    with pytest.raises(BadSpec, match=r"^the flow from a to b is 0\.5, not a number of records"):
        corridor_test(flows, GROUP, rng())
    for act in (corridors, lambda *given, **named: corridor_test(*given, rng(), **named)):
        with pytest.raises(BadSpec) as counted_by:
            act(flows, GROUP, count="tie")
        assert str(counted_by.value) == "count is 'tie' and takes 'flow' or 'ties'."
    with pytest.raises(BadSpec, match=r"^draws is 0; a test needs at least 1"):
        corridor_test(flows_of([("a", "b", 1)]), GROUP, rng(), draws=0)
