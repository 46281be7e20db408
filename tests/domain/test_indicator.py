"""The catalogue of indicators: a hierarchy without holes and circles."""

from __future__ import annotations

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.domain.indicator import Catalogue, Indicator


def indicator(code: str, parent: str = "") -> Indicator:
    return Indicator(code, code, code, "件", parent=parent)


def test_leaves_stand_in_the_order_of_the_catalogue() -> None:
    codes = [("i", ""), ("p", "i"), ("b", "p"), ("q", "i"), ("a", "p")]
    catalogue = Catalogue({code: indicator(code, parent) for code, parent in codes})
    assert [leaf.code for leaf in catalogue.leaves("i")] == ["b", "a", "q"]


def test_a_missing_parent_is_named() -> None:
    with pytest.raises(BadSpec) as caught:
        Catalogue({"a": indicator("a", "p")})
    assert str(caught.value) == "indicator 'a' has the parent 'p', which is not listed."


def test_a_circle_is_shown() -> None:
    with pytest.raises(BadSpec) as caught:
        Catalogue({"a": indicator("a", "b"), "b": indicator("b", "a")})
    assert str(caught.value) == "indicators are their own ancestors: a > b > a."


def test_an_unknown_indicator_suggests_near_ones() -> None:
    with pytest.raises(UnknownName) as caught:
        Catalogue({"rd_spend": indicator("rd_spend")})["rd_spent"]
    assert caught.value.near == ["rd_spend"]
