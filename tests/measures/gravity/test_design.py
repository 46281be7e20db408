"""What flows are explained by: distances on the globe, neighbours, and one province."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import gravity
from heban.records.package import open_package

# Geodesics on the ellipsoid of WGS 84 by GeographicLib (Karney 2013), kilometres.
SHANGHAI, HANGZHOU, SYDNEY = (121.4737, 31.2304), (120.1551, 30.2741), (151.2093, -33.8688)
GEODESIC = {(0, 1): 164.8637, (0, 2): 7852.8444, (1, 2): 7814.4651}


def test_great_circles_are_within_six_thousandths_of_the_geodesic() -> None:
    made = gravity.great_circle(*zip(SHANGHAI, HANGZHOU, SYDNEY, strict=True))
    np.testing.assert_allclose(made, made.T)
    assert made.diagonal().tolist() == [0.0, 0.0, 0.0]
    for (a, b), length in GEODESIC.items():
        assert made[a, b] == pytest.approx(length, rel=0.006)


def test_a_quarter_of_the_globe_and_its_other_side() -> None:
    made = gravity.great_circle([0.0, 90.0, 180.0], [0.0, 0.0, 0.0])
    quarter = np.pi / 2 * 6371.0088
    np.testing.assert_allclose(made[0], [0.0, quarter, 2 * quarter])


def test_places_at_the_same_spot_and_places_without_one_have_unknown_distances() -> None:
    km = gravity.great_circle([120.0, 120.0, np.nan, 121.0], [30.0, 30.0, 30.0, 30.0])
    distance = gravity.covariates("abcd", km).of("distance")
    assert np.isnan(distance[0, 1])
    assert np.isnan(distance[:, 2]).all()
    assert np.isfinite(distance[0, 3])


def test_neighbours_are_so_in_either_order_and_a_place_without_a_group_is_not_known() -> None:
    km = np.ones((3, 3))
    made = gravity.covariates("abc", km, groups={"a": "P", "b": "P"}, contiguous=[("b", "a")])
    assert made.names == ("distance", "contiguous", "same")
    assert made.of("contiguous").tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert made.of("same")[0, 1] == 1.0
    assert np.isnan(made.of("same")[2, :2]).all()


def test_the_cities_of_the_bundled_region_have_their_provinces(yrd: Path) -> None:
    region = open_package(yrd).region
    codes = [place.code for place in region.cities()]
    made = gravity.of_region(region, codes)
    at = {code: number for number, code in enumerate(codes)}
    same = made.of("same")
    assert same[at["320500"], at["320100"]] == 1.0
    assert same[at["320500"], at["310100"]] == 0.0
    off = ~np.eye(len(codes), dtype=bool)
    assert same[off].sum() / 2 == 78 + 55 + 120  # 13 cities of Jiangsu, 11 of Zhejiang, 16 of Anhui
    assert np.exp(made.of("distance")[at["320500"], at["310100"]]) == pytest.approx(
        84.8, abs=3
    )  # by another choice of centres


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(
        BadSpec, match=r"^distances have the shape \(2, 2\); 3 places need a square of them\.$"
    ):
        gravity.covariates("abc", np.ones((2, 2)))
    said = r"^a distance is negative; give kilometres or hours, or NaN where it is not known\.$"
    with pytest.raises(BadSpec, match=said):
        gravity.covariates("ab", [[0, -1], [-1, 0]])
    with pytest.raises(UnknownName, match=r"^no place 'z' in the universe of the flows\. Known: a, b\.$"):
        gravity.covariates("ab", np.ones((2, 2)), contiguous=[("a", "z")])
    with pytest.raises(UnknownName, match=r"^no covariate 'sam' in the gravity model\. Near names: same\.$"):
        gravity.covariates("ab", np.ones((2, 2)), groups={}).of("sam")
    shape = r"^covariates of 1 names and 2 places have the shape \(1, 3, 3\); give \(1, 2, 2\)\.$"
    with pytest.raises(BadSpec, match=shape):
        gravity.Covariates(("a", "b"), ("x",), np.ones((1, 3, 3)))
    with pytest.raises(BadSpec, match=r"^a covariate is named twice: x, x\.$"):
        gravity.Covariates(("a", "b"), ("x", "x"), np.ones((2, 2, 2)))
