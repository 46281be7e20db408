"""Laws of clusters: order, turning and units change nothing; more weight or radius never takes away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from heban.domain.distance import EARTH_RADIUS
from heban.measures.clusters import dbscan, merged, ranked

Points = tuple[np.ndarray, np.ndarray, np.ndarray]


@st.composite
def points(draw: st.DrawFn) -> Points:
    """Draw a few clumps of points anywhere on the earth, some at one address."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, clumps = draw(st.integers(1, 300)), draw(st.integers(1, 5))
    of = rng.integers(0, clumps, count)
    spread = draw(st.sampled_from([0.02, 0.2, 2.0]))
    lon = rng.uniform(-180, 180, clumps)[of] + rng.normal(0, spread, count)
    lat = np.clip(rng.uniform(-85, 85, clumps)[of] + rng.normal(0, spread, count), -90, 90)
    digits = draw(st.sampled_from([2, 9]))
    return lon.round(digits), lat.round(digits), rng.integers(0, 4, count).astype(float)


SETTINGS = st.tuples(st.sampled_from([1.3, 6.1, 33.3, 471.0]), st.integers(1, 30))


def same_parts(one: np.ndarray, other: np.ndarray) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


@settings(max_examples=60)
@given(points(), SETTINGS)
def test_equal_to_scikit_learn(given_points: Points, limits: tuple[float, int]) -> None:
    (lon, lat, weight), (radius, least) = given_points, limits
    assume(weight.any())  # which scikit-learn asks for
    found = dbscan(lon, lat, weight, radius=radius, least=least)
    peer = DBSCAN(eps=radius / EARTH_RADIUS, min_samples=least, metric="haversine", algorithm="brute")
    peer.fit(np.radians(np.column_stack([lat, lon])), sample_weight=weight)
    core = np.isin(np.arange(len(lon)), peer.core_sample_indices_)
    assert (found.core == core).all()
    assert ((found.labels < 0) == (peer.labels_ < 0)).all()
    assert same_parts(found.labels[core], peer.labels_[core])


@settings(max_examples=30)
@given(points(), SETTINGS, st.integers(0, 99))
def test_the_order_of_points_changes_nothing(
    given_points: Points, limits: tuple[float, int], seed: int
) -> None:
    lon, lat, weight = given_points
    order = np.random.default_rng(seed).permutation(len(lon))
    one = dbscan(lon, lat, weight, radius=limits[0], least=limits[1])
    other = dbscan(lon[order], lat[order], weight[order], radius=limits[0], least=limits[1])
    assert (one.labels[order] == other.labels).all()


@settings(max_examples=30)
@given(points(), SETTINGS)
def test_the_unit_of_weight_changes_nothing(given_points: Points, limits: tuple[float, int]) -> None:
    lon, lat, weight = given_points
    one = dbscan(lon, lat, weight, radius=limits[0], least=limits[1])
    other = dbscan(lon, lat, weight / 7, radius=limits[0], least=limits[1] / 7)
    assert (one.core == other.core).all()


@settings(max_examples=30)
@given(points(), SETTINGS)
def test_a_larger_radius_takes_no_point_out(given_points: Points, limits: tuple[float, int]) -> None:
    lon, lat, weight = given_points
    one = dbscan(lon, lat, weight, radius=limits[0], least=limits[1])
    other = dbscan(lon, lat, weight, radius=limits[0] * 2, least=limits[1])
    assert other.core[one.core].all()
    assert (other.labels[one.labels >= 0] >= 0).all()


@settings(max_examples=30)
@given(points(), SETTINGS, st.sampled_from([0.0, 2.0, 50.0]))
def test_merging_joins_and_never_parts(given_points: Points, limits: tuple[float, int], apart: float) -> None:
    lon, lat, weight = given_points
    one = dbscan(lon, lat, weight, radius=limits[0], least=limits[1])
    other = merged(one, lon, lat, weight, apart=apart)
    assert ((one.labels < 0) == (other.labels < 0)).all()
    assert len(set(zip(one.labels, other.labels, strict=True))) == len(set(one.labels))
    again = merged(other, lon, lat, weight, apart=apart)
    assert (again.labels == other.labels).all()


@settings(max_examples=30)
@given(points(), SETTINGS)
def test_shares_of_the_world_are_at_most_the_world(given_points: Points, limits: tuple[float, int]) -> None:
    lon, lat, weight = given_points
    found = dbscan(lon, lat, weight, radius=limits[0], least=limits[1])
    kind = np.where(np.arange(len(lon)) % 2, "paper", "patent")
    made = ranked(found, kind.tolist(), weight + 1)
    assert made["points"].sum() == (found.labels >= 0).sum()
    inside = (weight + 1)[(found.labels >= 0) & (kind == "patent")].sum()
    assert made["patent"].sum() == pytest.approx(inside / (weight + 1)[kind == "patent"].sum())
    assert made["total"].is_monotonic_decreasing
