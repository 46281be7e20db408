"""Clusters on the sphere: equal to scikit-learn's DBSCAN, whole across borders, merged, ranked, named."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN

from heban.domain.distance import EARTH_RADIUS, great_circle
from heban.domain.errors import BadSpec, UnknownName
from heban.measures.clusters import Clusters, dbscan, merged, ranked
from heban.measures.clusters.density import dense
from heban.measures.clusters.linking import linked
from heban.measures.clusters.tree import FAN, LEAF, bounds, half_chord, planted

KM = 180 / np.pi / EARTH_RADIUS  # degrees of latitude


def clumps(points: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw points in clumps of different spread and strewn ones between, with whole weights."""
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(110, 122, 12), rng.uniform(28, 36, 12)
    of = rng.integers(0, 12, points)
    spread = rng.choice([0.02, 0.1, 0.4], 12)[of] * (rng.random(points) < 0.9) + 1e-9
    east, north = (centre[of] + rng.normal(0, 1, points) * spread for centre in (lon, lat))
    return east, north, rng.integers(0, 4, points).astype(float)


def same_parts(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two labellings cut points into the same parts."""
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("radius", "least"), [(15, 120), (15, 3), (3, 20), (400, 900)])
def test_equal_to_scikit_learn(seed: int, radius: float, least: int) -> None:
    lon, lat, weight = clumps(2500, seed)
    found = dbscan(lon, lat, weight, radius=radius, least=least)
    radians = np.radians(np.column_stack([lat, lon]))
    peer = DBSCAN(eps=radius / EARTH_RADIUS, min_samples=least, metric="haversine", algorithm="ball_tree")
    peer.fit(radians, sample_weight=weight)
    core = np.isin(np.arange(len(lon)), peer.core_sample_indices_)
    assert (found.core == core).all()
    assert ((found.labels < 0) == (peer.labels_ < 0)).all()
    assert same_parts(found.labels[core], peer.labels_[core])


def test_a_border_point_joins_the_nearest_dense_one() -> None:
    lon, lat, weight = clumps(1500, 11)
    found = dbscan(lon, lat, weight, radius=15, least=60)
    border = np.flatnonzero(~found.core & (found.labels >= 0))
    assert len(border) > 20
    away = great_circle(lon, lat)[border]
    away[:, ~found.core] = np.inf
    assert (found.labels[away.argmin(axis=1)] == found.labels[border]).all()
    strangers = great_circle(lon, lat)[found.labels < 0][:, found.core]
    assert strangers.min() > 15


def test_dense_and_linked_are_those_of_all_pairs() -> None:
    lon, lat, weight = clumps(1100, 4)
    lon, lat = np.radians(lon), np.radians(lat)
    order = np.lexsort((lat, lon))  # any order will do, though the curve's is the fastest
    tree, within = planted(lon[order], lat[order]), half_chord(20)
    near = great_circle(*np.degrees([lon[order], lat[order]])) <= 20
    assert (dense(tree, weight[order], within, 70) == (near @ weight[order] >= 70)).all()
    assert (linked(tree, within) == connected_components(near)[1]).all()


def test_bounds_hold_every_distance_between_two_nodes() -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-np.pi, np.pi, 700), rng.uniform(-np.pi / 2, np.pi / 2, 700)
    tree = planted(lon, lat)
    true = np.sin(great_circle(np.degrees(lon), np.degrees(lat)) / EARTH_RADIUS / 2) ** 2
    for depth, level in enumerate(tree.levels):
        span, count = LEAF * FAN**depth, len(level.south)
        for a in range(0, count, 7):
            low, high = bounds(level, np.full(count, a), level, np.arange(count))
            for b in range(count):
                part = true[a * span : (a + 1) * span, b * span : (b + 1) * span]
                assert low[b] - 1e-12 <= part.min()
                assert part.max() <= high[b] + 1e-12


def test_bounds_of_boxes_on_the_equator_are_their_ends() -> None:
    lon = np.sort(np.random.default_rng(1).uniform(-np.pi, np.pi, 1600))
    tree = planted(lon, np.zeros(1600))
    level = tree.levels[0]
    a, b = (one.ravel() for one in np.indices((100, 100)))
    low, high = bounds(level, a, level, b)
    gap = np.abs(np.subtract.outer(lon, lon)).reshape(100, LEAF, 100, LEAF).swapaxes(1, 2)
    gap = np.minimum(gap, 2 * np.pi - gap)
    assert low == pytest.approx(np.sin(gap.min(axis=(2, 3)).ravel() / 2) ** 2 * (a != b), abs=1e-12)
    short = gap.max(axis=(2, 3)).ravel() < np.pi - 0.5
    straight = np.abs(level.west[a] - level.east[b]) < np.pi
    assert high[short & straight] == pytest.approx(
        np.sin(gap.max(axis=(2, 3)).ravel() / 2)[short & straight] ** 2
    )


@pytest.mark.parametrize("turn", [63.9, 64.0, 200.0, -300.0])
def test_turning_the_earth_changes_nothing(turn: float) -> None:
    lon, lat, weight = clumps(1500, 9)
    one = dbscan(lon, lat, weight, radius=40, least=90)
    other = dbscan(lon + turn, lat, weight, radius=40, least=90)
    assert (one.core == other.core).all()
    assert same_parts(one.labels, other.labels)


def test_across_the_date_line_and_around_the_pole() -> None:
    lon = [179.99, -179.99, 179.95, 0.0, 90.0, 180.0, -90.0]
    lat = [10.0, 10.0, 10.0, 89.99, 89.99, 89.99, 89.99]
    found = dbscan(lon, lat, radius=5, least=3)
    assert found.labels.tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert dbscan([181.0, -179.0], [0.0, 0.0], radius=1, least=2).labels.tolist() == [0, 0]


def test_a_distance_equal_to_the_radius_is_within_it() -> None:
    step = 15 * KM
    assert dbscan([0, 0, 0], [0, step, 2 * step], radius=15, least=3).core.tolist() == [False, True, False]
    assert dbscan([0, 0, 0], [0, step, 2 * step], radius=14.9999, least=2).count == 0


def test_ten_tenths_are_one() -> None:
    assert dbscan(np.zeros(10), np.zeros(10), np.full(10, 0.1), radius=1, least=1).core.all()


def test_many_listings_at_one_address_weigh_as_one_point_of_their_weight() -> None:
    lon, lat, weight = clumps(300, 2)
    times = weight.astype(int) + 1
    one = dbscan(lon, lat, times, radius=15, least=40)
    many = dbscan(np.repeat(lon, times), np.repeat(lat, times), radius=15, least=40)
    assert (np.repeat(one.labels, times) == many.labels).all()


def test_a_weight_of_none_may_lie_in_a_cluster_but_makes_none() -> None:
    found = dbscan([0, 0.001, 9], [0, 0, 0], [5, 0, 0], radius=1, least=5)
    assert found.labels.tolist() == [0, 0, -1]
    assert found.core.tolist() == [True, True, False]


def test_labels_go_by_weight_then_from_west_to_east() -> None:
    found = dbscan([30, 10, 20, 40], [0, 0, 0, 0], [1, 1, 2, 0.5], radius=1, least=0.5)
    assert found.labels.tolist() == [2, 1, 0, 3]


def test_no_point_no_cluster() -> None:
    found = dbscan([], [], radius=1, least=1)
    assert (found.count, found.labels.size) == (0, 0)
    assert merged(found, [], []).count == 0
    assert dbscan([1.0], [1.0], radius=1, least=2).labels.tolist() == [-1]


@pytest.fixture
def row() -> tuple[Clusters, np.ndarray, np.ndarray]:
    """Five clusters of a point each on a meridian, 4, 8, 20 and 3 km from one to the next."""
    lat = np.cumsum([0, 4, 8, 20, 3]) * KM
    return dbscan(np.zeros(5), lat, [5, 4, 3, 2, 1], radius=1, least=1), np.zeros(5), lat


def test_neighbours_merge_and_so_do_theirs(row: tuple[Clusters, np.ndarray, np.ndarray]) -> None:
    found, lon, lat = row
    weight = [5, 4, 3, 2, 1]
    assert found.labels.tolist() == [0, 1, 2, 3, 4]
    assert merged(found, lon, lat, weight).labels.tolist() == [0, 0, 1, 2, 2]
    assert merged(found, lon, lat, weight, apart=8).labels.tolist() == [0, 0, 0, 1, 1]
    assert merged(found, lon, lat, weight, apart=20).count == 1
    assert merged(found, lon, lat, weight, apart=2).labels.tolist() == found.labels.tolist()


def test_with_records_only_those_that_work_together_merge() -> None:
    lat = np.array([0, 0, 0, 4, 4, 8, 8]) * KM
    found = dbscan(np.zeros(7), lat, radius=1, least=1)
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 2, 2] or found.labels.tolist() == [0, 0, 0, 2, 2, 1, 1]
    records = ["p", "q", "r", "p", "p", "s", "t"]
    found = merged(found, np.zeros(7), lat, records=records, joint=1)  # the second has p alone, as the first
    assert found.labels.tolist() == [0, 0, 0, 0, 0, 1, 1]


def test_a_record_with_several_points_in_a_cluster_is_there_once() -> None:
    lat = np.array([0, 0, 0, 4, 4, 4]) * KM
    found = dbscan(np.zeros(6), lat, [2, 1, 1, 1, 1, 1], radius=1, least=1)
    records = ["p", "q", "r", "p", "p", "s"]  # one in common, of the two that the second has
    assert merged(found, np.zeros(6), lat, records=records, joint=0.5).count == 1
    assert merged(found, np.zeros(6), lat, records=records, joint=0.51).count == 2


def test_merging_is_by_nearest_members_not_by_centres() -> None:
    lon, lat, weight = clumps(1500, 6)
    found = dbscan(lon, lat, weight, radius=5, least=30)
    away = great_circle(lon, lat)
    count = found.count
    near = np.array([
        [away[np.ix_(found.labels == a, found.labels == b)].min() for b in range(count)] for a in range(count)
    ])  # fmt: skip
    limit = float(np.median(near[near > 0]))
    reach = np.linalg.matrix_power((near <= limit).astype(int), count) > 0
    new = merged(found, lon, lat, weight, apart=limit)
    assert new.count == len({tuple(one) for one in reach}) < count
    for a in range(count):
        assert {new.labels[found.labels == a][0]} == set(
            new.labels[np.isin(found.labels, np.flatnonzero(reach[a]))]
        )


def test_ranking_by_fractional_shares() -> None:
    found = Clusters(np.array([0, 0, 0, 1, 1, -1]), np.ones(6, bool))
    kind = ["patent", "patent", "paper", "patent", "paper", "paper"]
    made = ranked(found, kind, [0.5, 0.5, 1, 3, 2, 5], places=["x", "y", "y", "z", "z", "z"])
    assert made.columns.tolist() == ["rank", "name", "paper", "patent", "total", "points", "places"]
    assert made.loc[0].tolist() == [2, "y", 1 / 8, 1 / 4, 3 / 8, 3, 2]
    assert made.loc[1].tolist() == [1, "z", 2 / 8, 3 / 4, 1.0, 2, 1]
    assert made.index.tolist() == [1, 0]


def test_world_totals_and_equal_ranks() -> None:
    found = Clusters(np.array([0, 1]), np.ones(2, bool))
    made = ranked(found, ["patent", "patent"], [1, 1], totals={"patent": 10})
    assert made[["rank", "total"]].to_numpy().tolist() == [[1, 0.1], [1, 0.1]]
    assert "name" not in made


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: dbscan([0, np.nan], [0, 0]),
            "points without a position on the earth: 1 of 2. Longitudes and latitudes are degrees (WGS 84); "
            "find them, or leave those points out and say so.",
        ),
        (
            lambda: dbscan([0, 1], [0]),
            "2 longitudes, 1 latitudes and 2 weights; every point has one of each.",
        ),
        (lambda: dbscan([0], [0], [-1]), "weights that are not known or below 0: 1 of 1 (§1)."),
        (
            lambda: dbscan([0], [0], radius=0),
            "radius is 0 km and must be above 0 and below half the earth's girth.",
        ),
        (lambda: dbscan([0], [0], least=0), "least is 0; the weight that makes a point dense is above 0."),
        (
            lambda: merged(dbscan([0], [0]), [0, 1], [0, 1]),
            "2 points and 1 labels; give the points as clustered.",
        ),
        (
            lambda: merged(dbscan([0], [0]), [0], [0], apart=-1),
            "apart is -1 and joint is 0; they are 0 or more, joint at most 1.",
        ),
        (
            lambda: merged(dbscan([0], [0]), [0], [0], joint=0.5),
            "joint is a share of records: give the record of each point as `records`.",
        ),
        (
            lambda: ranked(dbscan([0], [0]), ["patent"], [1, 2]),
            "1 points as clustered, 1 activities and 2 amounts; every point has one of each, and a place "
            "where places are given.",
        ),
        (
            lambda: ranked(dbscan([0], [0]), ["patent"], [np.nan]),
            "amounts that are not known or below 0: 1 of 1 (§1).",
        ),
        (
            lambda: ranked(dbscan([0], [0]), ["rank"], [1]),
            "the activity 'rank' is the name of a column of the result; call it otherwise.",
        ),
        (
            lambda: ranked(dbscan([0], [0]), ["patent"], [2], totals={"patent": 1}),
            "the total of patent is 1, below the 2 of the points alone. Give the world's total in the unit "
            "of the amounts.",
        ),
        (
            lambda: ranked(dbscan([0], [0]), ["patent"], [0]),
            "the total of patent is 0, which has no shares; leave the activity out.",
        ),
    ],
)
def test_faults_are_named(call, message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        call()


def test_an_activity_without_a_total_is_named() -> None:
    message = "no activity 'paper' in the totals. Near names: patent."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        ranked(dbscan([0], [0]), ["paper"], [1], totals={"patent": 1})


def test_records_must_be_one_for_each_point() -> None:
    found = dbscan([0, 0], [0, 4 * KM], radius=1, least=1)
    message = "1 records and 2 points; every point is of one record."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        merged(found, [0, 0], [0, 4 * KM], records=["p"], joint=0.5)


def test_a_table_without_clusters() -> None:
    made = ranked(dbscan([0.0], [0.0]), ["patent"], [1.0], places=["x"])
    assert isinstance(made, pd.DataFrame)
    assert made.empty
    assert made.columns.tolist() == ["rank", "name", "patent", "total", "points", "places"]
